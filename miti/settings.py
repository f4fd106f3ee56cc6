"""Django's settings, made of what an operator may set (`miti/environment.py`)."""

import secrets
import sqlite3
import sys
import warnings
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from miti import __version__
from miti.environment import ROOT
from miti.environment_reader import load, secret
from miti.memory_cache import MAX_ENTRIES
from partners import time_zone
from partners.database_time_limits import CONNECT_S
from routing_rules.languages import FALLBACK
from routing_rules.languages import LANGUAGES as CONVERSATION_LANGUAGES

TESTING = "pytest" in sys.modules
ENV = load()
PACKAGES = [
    "accounts", "chat", "coordination", "counsellor_console", "demo", "indicators", "miti", "operations", "partners", "roster",
    "routing_rules", "server", "simulation", "wakeups", "widget",
]  # fmt: skip
"""Our own packages. Named, because others' are beside them where Miti is installed from a wheel: those must not log as ours do."""
VERSION = __version__

SECRET_KEY = secret("secret_key", ENV.secret_key, ENV.secret_key_file, folder=ENV.data_dir)
# Wraps the keys of transcripts. Kept apart from the database and its backups.
CONTENT_KEY = secret("content_key", "", ENV.content_key_file, folder=ENV.data_dir)
# Opens /metrics; without one nobody reads it.
METRICS_TOKEN = ENV.metrics_token
if ENV.metrics_token_file and not METRICS_TOKEN:
    METRICS_TOKEN = secret("metrics_token", "", ENV.metrics_token_file, folder=ENV.data_dir)
DEBUG = ENV.debug
_public = urlsplit(ENV.public_url.lower())
PUBLIC_ORIGIN = f"{_public.scheme}://{_public.netloc}" if ENV.public_url else ""
# The host of the public address need not be given twice.
ALLOWED_HOSTS = [*ENV.allowed_hosts, *([_public.hostname] if _public.hostname else [])]
# Where links in letters lead. Never the Host of the request, which its sender chooses.
LINK_ORIGIN = PUBLIC_ORIGIN or (
    f"http://{next((host for host in ALLOWED_HOSTS if host[0] not in '*.'), 'localhost')}:{ENV.port}"
)
EMBEDDED = not ENV.redis_url
BEHIND_TLS = _public.scheme == "https"

INSTALLED_APPS = [
    "accounts.apps.AdminSiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "miti",
    "accounts",
    "operations",
    "partners",
    "routing_rules",
    "indicators",
    "roster",
    "chat",
    "widget",
    "counsellor_console",
    "coordination",
]

MIDDLEWARE = [
    "miti.middleware.limit_database_time",
    "django.middleware.security.SecurityMiddleware",
    "miti.middleware.security_headers",
    "miti.release_files.ReleasesStaticFiles",
    # Before every middleware that may answer by itself, such as with a redirect.
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "miti.refusals.refuse_unreadable",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.staff_pages.prepare",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "miti.urls"
ASGI_APPLICATION = "miti.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "miti" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "miti.navigation.navigation",
            ],
            "builtins": ["partners.templatetags.form_author"],
        },
    }
]

# --- data -----------------------------------------------------------------------------------------------------

DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(ENV.database_url or f"sqlite:///{ENV.data_dir / 'miti.sqlite3'}")
}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = None
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    if sqlite3.sqlite_version_info < (3, 35):
        # `DELETE … RETURNING` came with it.
        raise ImproperlyConfigured(f"SQLite {sqlite3.sqlite_version} is too old: it must be 3.35 or later")
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Not every build of SQLite overwrites deleted data by default.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
        "PRAGMA secure_delete=ON;",
    }
    # Socket tests use several threads, which cannot share a database in memory; one file for each test process.
    DATABASES["default"]["TEST"] = {"NAME": ENV.data_dir / f"test-{secrets.token_hex(4)}.sqlite3"}
else:
    # Of `partners/prepared_query.py`; the ORM's own statements are never prepared.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("prepare_threshold", 5)
    DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", CONNECT_S)
    DATABASES["default"]["ENGINE"] = "partners.postgresql"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES: dict[str, Any] = {
    "default": {"BACKEND": "miti.memory_cache.MemoryCache", "OPTIONS": {"MAX_ENTRIES": MAX_ENTRIES}}
}
if ENV.redis_url:
    CACHES["default"] = {
        "BACKEND": "miti.redis_cache.JsonRedisCache",
        "LOCATION": ENV.redis_url,
        "KEY_FUNCTION": "miti.redis_cache.opaque_name",
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }
CHANNEL_LAYERS: dict[str, Any] = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
if ENV.redis_url:
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "hosts": [{"address": ENV.redis_url, "socket_connect_timeout": 2, "socket_timeout": 2}],
            "symmetric_encryption_keys": [SECRET_KEY],
            "prefix": "asgi" if ENV.redis_prefix == "miti" else f"{ENV.redis_prefix}.asgi",
        },
    }

# --- people ---------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "partners.Staff"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ACCOUNT_ADAPTER = "accounts.adapters.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "reset_password": "accounts.forms.ForgottenPasswordForm",
}
ACCOUNT_RATE_LIMITS = {
    # A whole institution signs in from one address: `accounts/wrong_passwords.py` limits what is wrong, not what is right.
    "login": "",
    # Wrong passwords for one account from one address, and wrong codes of a second factor for one account.
    "login_failed": "5/5m/key",
    "reset_password": "60/m/ip",
    # To one account, whoever asks. Counted for accounts only (`accounts/adapters.py`): invented ones would fill the cache.
    "password_letter": "5/h/key",
    # Each is a row for ten minutes; a whole institution begins from one address.
    "institution_sign_in": "200/m/ip",
    # Volunteers of one institution who open their invitations in the same minute; the key in a letter cannot be guessed.
    "reset_password_from_key": "600/m/ip",
}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# Anybody could have letters sent to anybody.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Miti] "
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
SOCIALACCOUNT_ADAPTER = "accounts.oidc.InstitutionAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
# Straight to the institution: a form that led there would need its address in the policy of every page.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if ENV.oidc_url:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "institution",
                "name": ENV.oidc_name,
                "client_id": ENV.oidc_client_id,
                "secret": ENV.oidc_client_secret,
                "settings": {"server_url": ENV.oidc_url},
            }
        ],
    }
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Miti"
# Nobody makes an account with somebody else's address here. Without this, whoever was invited and needs a second factor is sent in a
# circle: the address of an invitation counts as confirmed only at an institution's sign-in.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_ADAPTER = "accounts.adapters.FactorAdapter"
# Most tests sign people in without a password; tests of the second factor set the roles that need one.
SECOND_FACTOR_FOR = frozenset() if TESTING else ENV.roles_with_second_factor
# The demo's password is known to everybody, and opens nothing where there is no demo. Tests sign in the demo's people.
DEMO_PASSWORD_OPENS = ENV.demo or TESTING
SESSION_ENGINE = "partners.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
# A cookie lasts as long as the browser is open; the session ends earlier (`partners/sessions.py`).
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = ENV.session_hours * 3600
SESSION_IDLE_S = ENV.session_idle_min * 60
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [PUBLIC_ORIGIN] if PUBLIC_ORIGIN else []
CSRF_FAILURE_VIEW = "miti.views.csrf_refused"

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
if ENV.email_url.startswith("smtp"):
    _mail = urlsplit(ENV.email_url)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    # Port 465 speaks TLS from the first byte on (RFC 8314), other ports after STARTTLS.
    EMAIL_USE_SSL = _mail.scheme == "smtps" and EMAIL_PORT == 465
    EMAIL_USE_TLS = _mail.scheme == "smtps" and not EMAIL_USE_SSL
    # The person who asked for the e-mail waits for the page.
    EMAIL_TIMEOUT = 10
    DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.email_from

# --- pages ----------------------------------------------------------------------------------------------------

LANGUAGE_CODE = FALLBACK
LANGUAGES = [(code, CONVERSATION_LANGUAGES[code]) for code in ("fr", "nl", "en")]
USE_I18N = USE_TZ = True
TIME_ZONE = time_zone.TIME_ZONE
LANGUAGE_COOKIE_NAME = "miti_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LOCALE_PATHS = [ROOT / "miti" / "locale"]

# WhiteNoise reads files synchronously; ours are small and are read in one block.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

STATIC_URL = "/static/"
STATIC_ROOT = ENV.data_dir / "static"
with suppress(OSError):
    # WhiteNoise warns where it is missing; where it cannot be made, it was built before, or `/health/ready` says so.
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
RELEASES_FILES = ENV.data_dir / "releases"
"""Shared by all web processes, where there is such a folder: `miti/release_files.py`."""
STORAGES = {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
}
# Files without a digest in their names, such as the console's modules: asked for anew each time, for one page must not mix two releases.
WHITENOISE_MAX_AGE = 0
if TESTING or DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True
    WHITENOISE_AUTOREFRESH = DEBUG

_SELF, _NONE = "'self'", "'none'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [_NONE],
        "script-src": [_SELF],
        "style-src": [_SELF],
        "img-src": [_SELF, "data:"],
        "font-src": [_SELF],
        "connect-src": [_SELF],
        "worker-src": [_SELF],
        "manifest-src": [_SELF],
        "form-action": [_SELF],
        "base-uri": [_NONE],
        "frame-ancestors": [_NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None

# --- logs: what happened, never what was said, never from where ------------------------------------------------

LOGGING_CONFIG = "operations.logs.configure"
LOGGING = {
    "level": ENV.log_level,
    "packages": PACKAGES,
    "json": ENV.log_format == "json" or (not ENV.log_format and not (ENV.demo or DEBUG or TESTING)),
    "strict": TESTING,
}
