"""Settings of which each is right alone, and which together would open something, or leave out what they need."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from miti.setting_addresses import LOOPBACK, is_private_way
from miti.setting_secrets import SHORTEST_TOKEN, weak

if TYPE_CHECKING:
    from miti.environment import Environment


def unsafe(env: Environment) -> list[str]:
    """One sentence for each. None quotes a secret."""
    problems = []
    if env.email_url.startswith("smtp") and not env.email_from:
        problems.append("MITI_EMAIL_FROM must say who letters come from, such as Miti <miti@centre.example>")
    if env.public_url and not (is_private_way(env.public_url) or env.demo or env.debug):
        problems.append(
            "MITI_PUBLIC_URL must begin with https://: over http:// anybody on the way reads what is said"
        )
    if env.secret_key and (weakness := weak(env.secret_key)):
        problems.append(f"MITI_SECRET_KEY {weakness}")
    if env.web_processes > 1 and not env.redis_url:
        problems.append("WEB_CONCURRENCY above 1 needs REDIS_URL: in memory, processes cannot see each other")
    if env.demo and env.host not in LOOPBACK and not env.demo_public:
        problems.append(
            f"MITI_DEMO=1 opens accounts with a known password and HOST is {env.host}: keep to 127.0.0.1, "
            "or say MITI_DEMO_PUBLIC=1 if that is really meant"
        )
    oidc = ("oidc_url", "oidc_client_id", "oidc_client_secret", "oidc_name", "oidc_email_domains")
    missing = [f"MITI_{name.upper()}" for name in oidc if not getattr(env, name)]
    if 0 < len(missing) < len(oidc):
        problems.append(
            f"{', '.join(missing)} must be set too: signing in by an institution needs all of MITI_OIDC_…"
        )
    public = urlsplit(env.public_url)
    if env.demo and public.scheme == "https" and public.hostname not in LOOPBACK and not env.demo_public:
        problems.append(
            f"MITI_DEMO=1 opens accounts with a known password and MITI_PUBLIC_URL is {env.public_url}: leave the demo "
            "out, or say MITI_DEMO_PUBLIC=1 if that is really meant"
        )
    if env.metrics_token and len(env.metrics_token) < SHORTEST_TOKEN:
        problems.append(f"MITI_METRICS_TOKEN must have at least {SHORTEST_TOKEN} characters")
    if env.metrics_token_file and len(env.metrics_token_file.read_text().strip()) < SHORTEST_TOKEN:
        problems.append(f"MITI_METRICS_TOKEN_FILE: the token must have at least {SHORTEST_TOKEN} characters")
    return problems
