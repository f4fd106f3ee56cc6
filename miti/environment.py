"""The settings of operators, all checked at once: the start ends with one line for each mistake.

With no environment at all this is the embedded set-up (SQLite, everything else in memory).
"""

import os
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from chat.frames.base import LONGEST_BODY
from miti import setting_addresses
from miti.contradictions import contradictions
from partners.roles import CHANGE_FOR_OTHERS, ROLES
from routing_rules.door import QUEUE_LIMIT
from routing_rules.presence import PROBABLY_ABSENT_AFTER_S
from routing_rules.schedule import LAST_INTAKE_S
from routing_rules.snapshot import LONGEST_WAIT_S

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SHORTEST_TOKEN = 16
SHORTEST_KEY, FEWEST_CHARACTERS = 32, 5
KEYS = ("secret_key_file", "content_key_file")
Seconds = Annotated[float, Field(gt=0, le=86_400)]


def weak(key: str) -> str:
    """What makes a key easy to guess; nothing when it is good enough."""
    if len(key) < SHORTEST_KEY:
        return f"must have at least {SHORTEST_KEY} characters: openssl rand -hex 32"
    if len(set(key)) < FEWEST_CHARACTERS:
        return f"must have at least {FEWEST_CHARACTERS} different characters: openssl rand -hex 32"
    return ""


class Environment(BaseSettings):
    """The settings of operators; each field is `MITI_<NAME>` unless it has an alias."""

    model_config = SettingsConfigDict(env_prefix="MITI_", extra="ignore", case_sensitive=False)
    # Django's settings look this attribute up at each access. Without it pydantic's handling of a missing one costs 4 us for each limit.
    _mask_wrapped: ClassVar[bool] = True

    database_url: str = Field("", alias="DATABASE_URL")
    redis_url: str = Field("", alias="REDIS_URL")
    host: str = Field("127.0.0.1", alias="HOST")
    port: int = Field(8000, alias="PORT", ge=1, le=65_535)
    web_processes: int = Field(1, alias="WEB_CONCURRENCY", ge=1, le=256)

    redis_prefix: str = Field("miti", pattern=r"^[a-z0-9][a-z0-9-]{0,30}$")
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
    session_hours: int = Field(12, ge=1, le=24)
    session_idle_min: int = Field(60, ge=5, le=1_440)
    oidc_url: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = ""
    oidc_email_domains: Annotated[list[str], NoDecode] = []
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["", "json", "plain"] = ""
    email_url: str = "console:"
    email_from: str = ""
    neutral_url: str = "https://www.meteo.be/"
    security_contact: str = ""
    operator: str = ""
    accessibility_contact: str = ""
    complaints_contact: str = ""
    ombudsman: str = "federal"

    # The limits of the protocol, each in the unit of its name.
    frame_bytes: int = Field(24_576, ge=1_024, le=1_048_576)
    body_chars: int = Field(4_000, ge=100, le=LONGEST_BODY)
    visitor_messages: int = Field(10, ge=1, le=1_000)
    visitor_messages_per_s: Seconds = 10
    transcript_messages: int = Field(1_000, ge=10, le=100_000)
    queue_length: int = Field(QUEUE_LIMIT, ge=1, le=100_000)
    longest_wait_s: Seconds = LONGEST_WAIT_S
    last_intake_s: float = Field(LAST_INTAKE_S, ge=0, le=86_400)
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
    tick_s: float = Field(1, ge=0.05, le=5)
    probably_absent_s: Seconds = PROBABLY_ABSENT_AFTER_S
    timebox_min: int = Field(45, ge=5, le=600)
    connections: int = Field(10_000, ge=20, le=1_000_000)
    connections_per_address: int = Field(1_000, ge=1, le=100_000)
    trusted_proxies: int = Field(0, ge=0, le=10)
    asks_per_address: int = Field(30, ge=1, le=100_000)
    exports_per_account: int = Field(30, ge=1, le=100_000)
    queue_share: float = Field(0.25, gt=0, le=1)
    asks: int = Field(3_000, ge=1, le=1_000_000)
    proof_tries: int = Field(200_000, ge=2, le=100_000_000)
    proof_s: Seconds = 600
    wrong_passwords_per_address: int = Field(200, ge=1, le=100_000)
    wrong_passwords_per_account: int = Field(100, ge=1, le=100_000)
    block_hours: float = Field(12, gt=0, le=24)
    socket_backlog: int = Field(256, ge=8, le=100_000)
    metric_rows_months: int = Field(24, ge=1, le=120)
    audit_log_months: int = Field(12, ge=1, le=120)
    left_staff_days: int = Field(30, ge=0, le=3_650)
    count_later: bool | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _without_blanks(cls, value: Any) -> Any:
        # One before `postgresql://` would make it SQLite.
        if isinstance(value, str) and value != value.strip():
            raise ValueError("it begins or ends with a blank")
        return value

    @field_validator("allowed_hosts", "second_factor_for", "oidc_email_domains", mode="before")
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
        """The roles that need a second factor. The default: those that can change what applies to others; in a demo none."""
        if self.second_factor_for is None:
            return frozenset() if self.demo else CHANGE_FOR_OTHERS
        return frozenset(self.second_factor_for)

    @property
    def counts_later(self) -> bool:
        """Whether figures get a request an hour after its end. The default: not on SQLite, whose log a process can empty."""
        if self.count_later is None:
            return urlsplit(self.database_url).scheme in {"postgres", "postgresql"}
        return self.count_later

    @field_validator("oidc_email_domains")
    @classmethod
    def _domains_alone(cls, value: list[str]) -> list[str]:
        if wrong := [one for one in value if "@" in one or "/" in one or "." not in one]:
            raise ValueError(f"{', '.join(wrong)}: give domains of e-mail addresses, such as centre.example")
        return [one.lower() for one in value]

    @field_validator("oidc_url")
    @classmethod
    def _private_way(cls, value: str) -> str:
        address = setting_addresses.parts(value, example="https://HOST/PATH")
        if (
            value
            and address.scheme != "https"
            and (address.scheme, address.hostname in LOOPBACK) != ("http", True)
        ):
            raise ValueError("give an address with https://: who signs in, and the client's secret, go there")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        example = "sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME"
        if value:
            address = setting_addresses.parts(value, example=example)
            if address.scheme not in {"sqlite", "postgres", "postgresql"} or not address.path.strip("/"):
                raise ValueError(f"give {example}")
        return value

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, value: str) -> str:
        example = "redis://HOST:PORT/0, rediss://… or unix:///PATH"
        if value:
            address = setting_addresses.parts(value, example=example)
            if address.scheme not in {"redis", "rediss", "unix"} or not (address.hostname or address.path):
                raise ValueError(f"give {example}")
        return value

    @field_validator("email_url")
    @classmethod
    def _known_mail(cls, value: str) -> str:
        example = "smtp://USER:PASSWORD@HOST:PORT, smtps://… or console:"
        address = setting_addresses.parts(value, example=example)
        # Anything else would print e-mails, and the links in them, into the log.
        if address.scheme != "console" and not (address.scheme in {"smtp", "smtps"} and address.hostname):
            raise ValueError(f"give {example}")
        return value

    @field_validator("email_from")
    @classmethod
    def _can_be_answered(cls, value: str) -> str:
        return setting_addresses.sender(value)

    @field_validator("allowed_hosts")
    @classmethod
    def _names_alone(cls, value: list[str]) -> list[str]:
        return setting_addresses.hosts(value)

    @property
    def writes_data(self) -> bool:
        """Whether anything is written to the data folder: SQLite, or a key that is made there. Static files are built before."""
        made = not self.content_key_file or not (self.secret_key or self.secret_key_file)
        return made or urlsplit(self.database_url).scheme not in {"postgres", "postgresql"}

    def _data_dir_mistake(self) -> str:
        # The folder is made later, when every other setting is valid too; here the nearest existing folder is checked.
        folder = self.data_dir.absolute()
        there = next(one for one in (folder, *folder.parents) if one.exists())
        if not there.is_dir():
            return f"MITI_DATA_DIR: {self.data_dir} cannot be made, {there} is no folder"
        if self.writes_data and not os.access(there, os.W_OK | os.X_OK):
            return f"MITI_DATA_DIR: {there} cannot be written to"
        return ""

    @field_validator("secret_key_file", "content_key_file", "metrics_token_file")
    @classmethod
    def _holds_a_secret(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if value is None:
            return None
        try:
            secret = value.read_text().strip()
        except FileNotFoundError:
            raise ValueError(f"{value} does not exist") from None
        except (OSError, UnicodeDecodeError):
            raise ValueError(f"{value} cannot be read") from None
        if not secret:
            # Anybody could derive a key from an empty secret.
            raise ValueError(f"{value} is empty")
        if info.field_name in KEYS and (weakness := weak(secret)):
            raise ValueError(f"{value}: the key {weakness}")
        return value

    @field_validator("secrets_dir")
    @classmethod
    def _is_a_folder(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError(f"{value} is no folder")
        return value

    @field_validator("public_url")
    @classmethod
    def _whole_origin(cls, value: str) -> str:
        return setting_addresses.origin(value) if value else value

    @field_validator("neutral_url")
    @classmethod
    def _whole_address(cls, value: str) -> str:
        if value and setting_addresses.parts(value, example="https://HOST").scheme not in {"http", "https"}:
            raise ValueError("give a whole address, with https://")
        return value

    @field_validator("security_contact", "accessibility_contact", "complaints_contact")
    @classmethod
    def _can_be_written_to_safely(cls, value: str) -> str:
        """One URI, as security.txt wants it: a line break would add a line of its own there. No script in a link either."""
        address = urlsplit(value)
        reached = address.hostname if address.scheme == "https" else "@" in address.path.strip("@")
        if value and (
            not value.isascii()
            or not value.isprintable()
            or " " in value
            or address.scheme not in {"https", "mailto"}
            or not reached
        ):
            raise ValueError("give mailto:SOMEBODY@HOST or https://HOST/PAGE")
        return value

    @model_validator(mode="after")
    def _together(self) -> Self:
        problems = [mistake] if (mistake := self._data_dir_mistake()) else []
        if self.email_url.startswith("smtp") and not self.email_from:
            problems.append(
                "MITI_EMAIL_FROM must say who letters come from, such as Miti <miti@centre.example>"
            )
        if self.secret_key and (weakness := weak(self.secret_key)):
            problems.append(f"MITI_SECRET_KEY {weakness}")
        if self.web_processes > 1 and not self.redis_url:
            problems.append(
                "WEB_CONCURRENCY above 1 needs REDIS_URL: in memory, processes cannot see each other"
            )
        if self.demo and self.host not in LOOPBACK and not self.demo_public:
            problems.append(
                f"MITI_DEMO=1 opens accounts with a known password and HOST is {self.host}: keep to 127.0.0.1, "
                "or say MITI_DEMO_PUBLIC=1 if that is really meant"
            )
        oidc = ("oidc_url", "oidc_client_id", "oidc_client_secret", "oidc_name", "oidc_email_domains")
        missing = [f"MITI_{name.upper()}" for name in oidc if not getattr(self, name)]
        if 0 < len(missing) < len(oidc):
            problems.append(
                f"{', '.join(missing)} must be set too: signing in by an institution needs all of MITI_OIDC_…"
            )
        public = urlsplit(self.public_url)
        if (
            self.demo
            and public.scheme == "https"
            and public.hostname not in LOOPBACK
            and not self.demo_public
        ):
            problems.append(
                f"MITI_DEMO=1 opens accounts with a known password and MITI_PUBLIC_URL is {self.public_url}: leave the demo "
                "out, or say MITI_DEMO_PUBLIC=1 if that is really meant"
            )
        if self.metrics_token and len(self.metrics_token) < SHORTEST_TOKEN:
            problems.append(f"MITI_METRICS_TOKEN must have at least {SHORTEST_TOKEN} characters")
        if self.metrics_token_file and len(self.metrics_token_file.read_text().strip()) < SHORTEST_TOKEN:
            problems.append(
                f"MITI_METRICS_TOKEN_FILE: the token must have at least {SHORTEST_TOKEN} characters"
            )
        problems += contradictions(self)
        if problems:
            raise ValueError("; ".join(problems))
        return self
