"""The settings of operators, all checked at once: the start ends with one line for each mistake.

With no environment at all this is the embedded set-up (SQLite, everything else in memory).
"""

import os
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from chat.frames.base import LONGEST_BODY
from miti import setting_addresses, setting_secrets
from miti.contradictions import contradictions
from miti.setting_secrets import ReadableFiles
from miti.unsafe_settings import unsafe
from partners.roles import CHANGE_FOR_OTHERS, ROLES
from routing_rules.door import QUEUE_LIMIT
from routing_rules.presence import PROBABLY_ABSENT_AFTER_S
from routing_rules.schedule import LAST_INTAKE_S
from routing_rules.snapshot import LONGEST_WAIT_S

ROOT = Path(__file__).resolve().parent.parent
KEYS = ("secret_key_file", "content_key_file")
OMBUDSMEN = ("federal", "wallonia", "flanders")
Seconds = Annotated[float, Field(ge=0.01, le=86_400)]


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
    demo_figures: bool = True
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
    ping_s: float = Field(20, ge=0.1, le=86_400)
    silence_s: Seconds = 45
    tick_s: float = Field(1, ge=0.05, le=5)
    probably_absent_s: Seconds = PROBABLY_ABSENT_AFTER_S
    alert_wait_s: Seconds = 300
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

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        *sources: PydanticBaseSettingsSource,
        **named: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        files = ReadableFiles(settings_cls, getattr(named["file_secret_settings"], "secrets_dir", None))
        return named["init_settings"], named["env_settings"], files

    @field_validator("*", mode="before")
    @classmethod
    def _in_one_piece(cls, value: Any) -> Any:
        return setting_secrets.in_one_piece(value) if isinstance(value, str) else value

    @field_validator(
        "data_dir", "secrets_dir", "secret_key_file", "content_key_file", "metrics_token_file", mode="before"
    )
    @classmethod
    def _some_path(cls, value: Any) -> Any:
        if value == "":
            raise ValueError("it is empty: give a path, or leave it out")
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
        if [one for one in value if "@" in one or "/" in one or "." not in one]:
            raise ValueError("give domains of e-mail addresses, such as centre.example, separated by commas")
        return [one.lower() for one in value]

    @field_validator("oidc_url")
    @classmethod
    def _private_way(cls, value: str) -> str:
        address = setting_addresses.parts(value, example="https://HOST/PATH")
        if value and not (address.scheme in {"http", "https"} and setting_addresses.is_private_way(value)):
            raise ValueError("give an address with https://: who signs in, and the client's secret, go there")
        return value

    @field_validator("host")
    @classmethod
    def _can_be_listened_on(cls, value: str) -> str:
        return setting_addresses.listening(value)

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        return setting_addresses.database(value) if value else value

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, value: str) -> str:
        return setting_addresses.redis(value) if value else value

    @field_validator("email_url")
    @classmethod
    def _known_mail(cls, value: str) -> str:
        return setting_addresses.mail(value)

    @field_validator("email_from")
    @classmethod
    def _can_be_answered(cls, value: str) -> str:
        return setting_addresses.sender(value) if value else value

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
        if value is not None:
            setting_secrets.require(value, key=info.field_name in KEYS)
        return value

    @field_validator("secrets_dir")
    @classmethod
    def _is_a_folder(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError(f"{value} is no folder")
        if value is not None and not os.access(value, os.R_OK | os.X_OK):
            raise ValueError(f"{value} cannot be read")
        return value

    @field_validator("public_url")
    @classmethod
    def _whole_origin(cls, value: str) -> str:
        return setting_addresses.origin(value) if value else value

    @field_validator("neutral_url")
    @classmethod
    def _whole_address(cls, value: str) -> str:
        return setting_addresses.page(value)

    @field_validator("security_contact", "accessibility_contact", "complaints_contact")
    @classmethod
    def _can_be_written_to_safely(cls, value: str) -> str:
        return setting_addresses.contact(value) if value else value

    @field_validator("ombudsman")
    @classmethod
    def _known_or_described(cls, value: str) -> str:
        if value.lower() in OMBUDSMEN:
            return value.lower()
        if " " not in value:
            raise ValueError(
                f"give {', '.join(OMBUDSMEN)}, or an office with its address and telephone number"
            )
        return value

    @field_validator("metrics_token")
    @classmethod
    def _can_be_sent(cls, value: str) -> str:
        if not value.isascii() or " " in value:
            raise ValueError(
                "a collector can send letters without accents, digits and signs only: openssl rand -hex 32"
            )
        return value

    @model_validator(mode="after")
    def _together(self) -> Self:
        problems = [mistake] if (mistake := self._data_dir_mistake()) else []
        problems += unsafe(self)
        problems += contradictions(self)
        if problems:
            raise ValueError("; ".join(problems))
        return self
