"""Every setting of Miti, in one file.

With no environment at all this runs the embedded set-up (SQLite, everything else in memory). What is set is
checked all at once: a bad value stops the start with one line for each mistake.
"""

import os
import secrets
import sys
import warnings
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, NoReturn, Self
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.utils.translation import gettext_lazy as _
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SHORTEST_TOKEN = 16
ROLES = ("counsellor", "coordinator", "platform", "analyst", "admin")
Seconds = Annotated[float, Field(gt=0, le=86_400)]


class Environment(BaseSettings):
    """What an operator may set; each field is `MITI_<NAME>` unless an alias says otherwise."""

    model_config = SettingsConfigDict(env_prefix="MITI_", extra="ignore", case_sensitive=False)
    # Django's settings look for this at each access. Where pydantic is left to say that it is missing, reading a limit takes 4 us.
    _mask_wrapped: ClassVar[bool] = True

    database_url: str = Field("", alias="DATABASE_URL")
    redis_url: str = Field("", alias="REDIS_URL")
    host: str = Field("127.0.0.1", alias="HOST")
    port: int = Field(8000, alias="PORT", ge=1, le=65_535)
    web_processes: int = Field(1, alias="WEB_CONCURRENCY", ge=1, le=256)

    data_dir: Path = Field(ROOT / "var", validate_default=True)
    secrets_dir: Path | None = None
    secret_key: str = ""
    secret_key_file: Path | None = None
    content_key_file: Path | None = None
    allowed_hosts: Annotated[list[str], NoDecode] = ["127.0.0.1", "localhost", "[::1]"]
    public_url: str = ""
    debug: bool = False
    demo: bool = False
    demo_public: bool = False
    metrics_token: str = ""
    metrics_token_file: Path | None = None
    second_factor_for: Annotated[list[str], NoDecode] | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["", "json", "plain"] = ""
    email_url: str = "console:"
    neutral_url: str = "https://www.meteo.be/"

    # What people feel: each limit of the protocol, in the unit of its name.
    frame_bytes: int = Field(16_384, ge=1_024, le=1_048_576)
    body_chars: int = Field(4_000, ge=100, le=100_000)
    visitor_messages: int = Field(10, ge=1, le=1_000)
    visitor_messages_per_s: Seconds = 10
    transcript_messages: int = Field(1_000, ge=10, le=100_000)
    queue_length: int = Field(200, ge=1, le=100_000)
    longest_wait_s: Seconds = 1_800
    last_intake_s: float = Field(600, ge=0, le=86_400)
    counsellor_grace_s: Seconds = 30
    visitor_waiting_grace_s: Seconds = 120
    visitor_active_grace_s: Seconds = 300
    idle_warning_s: Seconds = 600
    idle_close_s: Seconds = 720
    tombstone_s: Seconds = 900
    survey_s: Seconds = 900
    ask_again_s: Seconds = 300
    ping_s: Seconds = 20
    silence_s: Seconds = 45
    tick_s: float = Field(1, ge=0.05, le=60)
    probably_absent_s: Seconds = 120
    timebox_min: int = Field(45, ge=5, le=600)
    connections_per_address: int = Field(1_000, ge=1, le=100_000)
    trusted_proxies: int = Field(0, ge=0, le=10)
    asks_per_address: int = Field(600, ge=1, le=100_000)
    asks: int = Field(3_000, ge=1, le=1_000_000)
    proof_tries: int = Field(200_000, ge=2, le=100_000_000)
    proof_s: Seconds = 600
    block_hours: float = Field(12, gt=0, le=24)
    socket_backlog: int = Field(256, ge=8, le=100_000)
    metric_rows_months: int = Field(24, ge=1, le=120)
    audit_log_months: int = Field(12, ge=1, le=120)
    left_staff_days: int = Field(30, ge=0, le=3_650)

    @field_validator("allowed_hosts", "second_factor_for", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return (
            [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        )

    @field_validator("second_factor_for")
    @classmethod
    def _known_roles(cls, value: list[str] | None) -> list[str] | None:
        if unknown := set(value or ()) - set(ROLES):
            raise ValueError(f"{', '.join(sorted(unknown))}: give some of {', '.join(ROLES)}, or nothing")
        return value

    @property
    def roles_with_second_factor(self) -> frozenset[str]:
        """Unless said otherwise: those who can change what holds for others; in a demo nobody."""
        if self.second_factor_for is None:
            return frozenset() if self.demo else frozenset({"admin", "platform", "coordinator"})
        return frozenset(self.second_factor_for)

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"sqlite", "postgres", "postgresql"}:
            raise ValueError("give sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME")
        return value

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
            raise ValueError("give redis://HOST:PORT/0, rediss://… or unix:///PATH")
        return value

    @field_validator("email_url")
    @classmethod
    def _known_mail(cls, value: str) -> str:
        # Anything else would print letters, and the links in them, into the log.
        if urlsplit(value).scheme not in {"smtp", "smtps", "console"}:
            raise ValueError("give smtp://USER:PASSWORD@HOST:PORT, smtps://… or console:")
        return value

    @field_validator("allowed_hosts")
    @classmethod
    def _names_alone(cls, value: list[str]) -> list[str]:
        if wrong := [one for one in value if "/" in one]:
            raise ValueError(f"{', '.join(wrong)}: give names of hosts, without https:// and without a path")
        return value

    @field_validator("data_dir")
    @classmethod
    def _can_be_written_to(cls, value: Path) -> Path:
        # It is made only once everything else is right too.
        there = next(one for one in (value.absolute(), *value.absolute().parents) if one.exists())
        if not there.is_dir():
            raise ValueError(f"{value} cannot be made, {there} is no folder")
        if not os.access(there, os.W_OK | os.X_OK):
            raise ValueError(f"{there} cannot be written to")
        return value

    @field_validator("secret_key_file", "content_key_file", "metrics_token_file")
    @classmethod
    def _holds_a_secret(cls, value: Path | None) -> Path | None:
        if value is None:
            return None
        try:
            secret = value.read_text().strip()
        except FileNotFoundError:
            raise ValueError(f"{value} does not exist") from None
        except (OSError, UnicodeDecodeError):
            raise ValueError(f"{value} cannot be read") from None
        if not secret:
            # Anybody could make the key that is made from nothing.
            raise ValueError(f"{value} is empty")
        return value

    @field_validator("secrets_dir")
    @classmethod
    def _is_a_folder(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError(f"{value} is no folder")
        return value

    @field_validator("public_url", "neutral_url")
    @classmethod
    def _whole_origin(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"http", "https"}:
            raise ValueError("give a whole address, with https://")
        return value

    @model_validator(mode="after")
    def _together(self) -> Self:
        problems = []
        if self.web_processes > 1 and not self.redis_url:
            problems.append(
                "WEB_CONCURRENCY above 1 needs REDIS_URL: in memory, processes cannot see each other"
            )
        if self.demo and self.host not in LOOPBACK and not self.demo_public:
            problems.append(
                f"MITI_DEMO=1 opens accounts with a known password and HOST is {self.host}: keep to 127.0.0.1, "
                "or say MITI_DEMO_PUBLIC=1 if that is really meant"
            )
        if self.metrics_token and len(self.metrics_token) < SHORTEST_TOKEN:
            problems.append(f"MITI_METRICS_TOKEN must have at least {SHORTEST_TOKEN} characters")
        if self.metrics_token_file and len(self.metrics_token_file.read_text().strip()) < SHORTEST_TOKEN:
            problems.append(
                f"MITI_METRICS_TOKEN_FILE: the token must have at least {SHORTEST_TOKEN} characters"
            )
        if self.idle_close_s <= self.idle_warning_s:
            problems.append("MITI_IDLE_CLOSE_S must be longer than MITI_IDLE_WARNING_S")
        if self.silence_s < self.ping_s + 5:
            # Presence is noted every five seconds at most: with less, people would seem to come and go.
            problems.append("MITI_SILENCE_S must be at least 5 s longer than MITI_PING_S")
        if problems:
            raise ValueError("; ".join(problems))
        return self


def _secret(name: str, given: str, file: Path | None) -> str:
    """The secret itself: from the environment, a file, or one made once in the data folder."""
    if given:
        return given
    path = file or ENV.data_dir / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    secret = path.read_text().strip()
    if not secret:
        _refuse_to_start([f"{path} is empty"])
    return secret


def _load() -> Environment:
    try:
        env = _read({})
        env.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        return env
    except OSError as fault:
        _refuse_to_start([f"MITI_DATA_DIR: {fault.filename} cannot be made ({fault.strerror})"])
    except ValidationError as mistakes:
        wrong = {str(mistake["loc"][0]) for mistake in mistakes.errors() if mistake["loc"]}
        lines = _told(mistakes)
        if wrong:
            lines += _contradictions_besides(wrong)
        _refuse_to_start(lines)


def _read(instead: dict[str, Any]) -> Environment:
    # A setting that is a secret may be a file of its name there, as container engines mount them.
    folder = os.environ.get("MITI_SECRETS_DIR", "")
    # mypy cannot know that every field comes from the environment.
    return Environment(_secrets_dir=folder if folder and Path(folder).is_dir() else None, **instead)  # type: ignore[call-arg]


def _contradictions_besides(wrong: set[str]) -> list[str]:
    """Pydantic asks what fits together only once every value is right by itself; here those that are stand alone."""
    fields = {field.alias or name: field for name, field in Environment.model_fields.items()}
    try:
        _read({name: fields[name].default for name in wrong})
    except ValidationError as more:
        # What contradicts a value that nobody gave is no mistake of theirs.
        return [line for line in _told(more) if not any(_variable(name) in line for name in wrong)]
    return []


def _told(mistakes: ValidationError) -> list[str]:
    lines = []
    for mistake in mistakes.errors():
        variable = f"{_variable(str(mistake['loc'][0]))}: " if mistake["loc"] else ""
        lines += [variable + part for part in mistake["msg"].removeprefix("Value error, ").split("; ")]
    return lines


def _variable(name: str) -> str:
    return name if name.isupper() else f"MITI_{name.upper()}"


def _refuse_to_start(lines: list[str]) -> NoReturn:
    sys.exit("\n  ".join(["Miti cannot start, its settings are wrong:", *lines]))


TESTING = "pytest" in sys.modules
ENV = _load()

SECRET_KEY = _secret("secret_key", ENV.secret_key, ENV.secret_key_file)
# Wraps the keys of transcripts. Kept apart from the database and its backups.
CONTENT_KEY = _secret("content_key", "", ENV.content_key_file)
# Opens /metrics; without one nobody reads it.
METRICS_TOKEN = ENV.metrics_token
if ENV.metrics_token_file and not METRICS_TOKEN:
    METRICS_TOKEN = _secret("metrics_token", "", ENV.metrics_token_file)
DEBUG = ENV.debug
_public = urlsplit(ENV.public_url.lower())
PUBLIC_ORIGIN = f"{_public.scheme}://{_public.netloc}" if ENV.public_url else ""
# Whoever says where browsers find it need not say so twice.
ALLOWED_HOSTS = [*ENV.allowed_hosts, *([_public.hostname] if _public.hostname else [])]
EMBEDDED = not ENV.redis_url
BEHIND_TLS = _public.scheme == "https"

INSTALLED_APPS = [
    "miti.apps.AccountsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "miti",
    "partners",
    "routing_rules",
    "indicators",
    "chat",
    "widget",
    "counsellor_console",
    "coordination",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "miti.middleware.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Around everything that may answer by itself, such as with a redirect.
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "miti.second_factor.send_to_set_up",
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
            ]
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
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Not every build of SQLite overwrites what is deleted unless it is told to.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
        "PRAGMA secure_delete=ON;",
    }
    # Socket tests use several threads, which cannot share a database in memory; one file for each test process.
    DATABASES["default"]["TEST"] = {"NAME": ENV.data_dir / f"test-{secrets.token_hex(4)}.sqlite3"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES: dict[str, Any] = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if ENV.redis_url:
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": ENV.redis_url,
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }
CHANNEL_LAYERS: dict[str, Any] = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
if ENV.redis_url:
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "hosts": [{"address": ENV.redis_url, "socket_connect_timeout": 2, "socket_timeout": 2}],
            "symmetric_encryption_keys": [SECRET_KEY],
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
ACCOUNT_ADAPTER = "miti.accounts.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Miti"
MFA_ADAPTER = "miti.accounts.FactorAdapter"
# Most tests sign people in without a password; those of the second factor say whom it is for.
SECOND_FACTOR_FOR = frozenset() if TESTING else ENV.roles_with_second_factor
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [PUBLIC_ORIGIN] if PUBLIC_ORIGIN else []
CSRF_FAILURE_VIEW = "miti.views.csrf_refused"

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
if ENV.email_url.startswith("smtp"):
    _mail = urlsplit(ENV.email_url)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    # Port 465 speaks TLS from the first byte on (RFC 8314), the others when they are asked to.
    EMAIL_USE_SSL = _mail.scheme == "smtps" and EMAIL_PORT == 465
    EMAIL_USE_TLS = _mail.scheme == "smtps" and not EMAIL_USE_SSL
    # Whoever asked for it waits for the page.
    EMAIL_TIMEOUT = 10

# --- pages ----------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("nl", _("Dutch")), ("en", _("English"))]
USE_I18N = USE_TZ = True
TIME_ZONE = "Europe/Brussels"
LANGUAGE_COOKIE_NAME = "miti_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LOCALE_PATHS = [ROOT / "miti" / "locale"]
FORMAT_MODULE_PATH = "miti.formats"

# WhiteNoise answers with files read synchronously; ours are small, and are read in one go.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

STATIC_URL = "/static/"
STATIC_ROOT = ENV.data_dir / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
}
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
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None

# --- logs: what happened, never what was said, never from where ------------------------------------------------

LOGGING_CONFIG = "miti.logs.configure"
LOGGING = {
    "level": ENV.log_level,
    "json": ENV.log_format == "json" or (not ENV.log_format and not (ENV.demo or DEBUG or TESTING)),
    "strict": TESTING,
}
