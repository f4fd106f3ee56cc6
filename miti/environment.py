"""What an operator may set, checked all at once: a bad value stops the start with one line for each mistake.

With no environment at all this is the embedded set-up (SQLite, everything else in memory).
"""

import os
import secrets
import sys
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, NoReturn, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from miti.contradictions import contradictions

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
        problems += contradictions(self)
        if problems:
            raise ValueError("; ".join(problems))
        return self


def load() -> Environment:
    """What is set, and the data folder made. Ends the process where something is wrong: one line for each mistake."""
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


def secret(name: str, given: str, file: Path | None, *, folder: Path) -> str:
    """The secret itself: what was given, what is in the file, or one made once in this folder."""
    if given:
        return given
    path = file or folder / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    kept = path.read_text().strip()
    if not kept:
        _refuse_to_start([f"{path} is empty"])
    return kept
