"""Settings come from the environment, need nothing in it, and tell every mistake at once."""

import json
import os
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import timezone

from chat import envelopes
from miti.contradictions import FRAME_OVERHEAD, contradictions
from miti.environment import ROOT, Environment
from tests.sealing import About, Keyring

PASSED_ON = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH")

GOOD_KEY = "0123456789abcdef0123456789abcdef"


def started(folder: Path, code: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter that reads the settings, with this environment and nothing of ours."""
    inherited = {name: value for name, value in os.environ.items() if name in PASSED_ON}
    return subprocess.run(
        [sys.executable, "-c", f"from miti import settings\n{code}"],
        cwd=ROOT,
        env=inherited | {"MITI_DATA_DIR": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def mistakes(folder: Path, **environment: str) -> list[str]:
    """The lines that a start with this environment ends with."""
    done = started(folder, **environment)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    head, *lines = done.stderr.strip().splitlines()
    assert head == "Miti cannot start, its settings are wrong:"
    return [line.strip() for line in lines]


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    done = started(
        tmp_path,
        "print(settings.DATABASES['default']['ENGINE'], settings.EMBEDDED, settings.DEBUG, settings.ENV.demo)",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["django.db.backends.sqlite3", "True", "False", "False"]


def test_the_secrets_are_made_once_and_readable_by_the_owner_only(tmp_path: Path) -> None:
    show = "print(settings.SECRET_KEY, settings.CONTENT_KEY)"
    first, second = started(tmp_path, show).stdout, started(tmp_path, show).stdout
    assert first == second
    secret, content = first.split()
    assert secret != content
    for name in ("secret_key", "content_key"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (
            "smtps://me%40example.org:a%2Fb@mail.example.org:465",
            "mail.example.org 465 me@example.org a/b True False",
        ),
        ("smtps://me:word@mail.example.org:587", "mail.example.org 587 me word False True"),
        ("smtp://me:word@localhost:1025", "localhost 1025 me word False False"),
    ],
)
def test_mail_uses_tls_where_set_and_has_a_timeout(tmp_path: Path, address: str, told: str) -> None:
    done = started(
        tmp_path,
        """
from miti.settings import *
print(EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_SSL, EMAIL_USE_TLS, EMAIL_TIMEOUT)
""",
        MITI_EMAIL_URL=address,
        MITI_EMAIL_FROM="Miti <miti@centre.example>",
    )
    assert done.stdout.strip() == f"{told} 10", done.stderr


def test_what_is_deleted_from_the_database_file_is_overwritten(tmp_path: Path) -> None:
    done = started(
        tmp_path,
        """
import sqlite3
database = sqlite3.connect(":memory:")
database.execute("PRAGMA secure_delete=OFF")
database.executescript(settings.DATABASES["default"]["OPTIONS"]["init_command"])
print(database.execute("PRAGMA secure_delete").fetchone()[0])
""",
    )
    assert done.stdout.strip() == "1", done.stderr


def test_the_key_of_transcripts_is_not_in_the_database_file(tmp_path: Path) -> None:
    show = "print(settings.CONTENT_KEY); print(settings.DATABASES['default']['NAME'])"
    key, database = started(tmp_path, show).stdout.split()
    assert Path(database).name == "miti.sqlite3"
    assert (tmp_path / "content_key").read_text() == key


def test_all_mistakes_are_reported_at_once_with_their_variables(tmp_path: Path) -> None:
    lines = mistakes(
        tmp_path,
        DATABASE_URL="mysql://somewhere/miti",
        REDIS_URL="http://somewhere",
        PORT="99999",
        MITI_LOG_LEVEL="LOUD",
        MITI_QUEUE_LENGTH="many",
        MITI_PUBLIC_URL="miti.example",
        MITI_VISITOR_MESSAGES="0",
    )
    told = {line.split(":")[0] for line in lines}
    assert told == {
        "DATABASE_URL",
        "REDIS_URL",
        "PORT",
        "MITI_LOG_LEVEL",
        "MITI_QUEUE_LENGTH",
        "MITI_PUBLIC_URL",
        "MITI_VISITOR_MESSAGES",
    }
    assert len(lines) == len(told)
    assert all(len(line.split(": ", 1)[1]) > 10 for line in lines)


def test_contradictions_are_reported_beside_wrong_values(tmp_path: Path) -> None:
    lines = mistakes(
        tmp_path,
        PORT="x",
        WEB_CONCURRENCY="2",
        MITI_DEMO="1",
        HOST="0.0.0.0",
        MITI_METRICS_TOKEN="short",
        MITI_CONTENT_KEY_FILE=str(tmp_path / "nowhere"),
        MITI_EMAIL_URL="pigeon:post",
        MITI_ALLOWED_HOSTS="miti.example,https://miti.example/",
        MITI_IDLE_WARNING_S="700",
        MITI_IDLE_CLOSE_S="400",
    )
    told = ["PORT", "MITI_CONTENT_KEY_FILE", "MITI_EMAIL_URL", "MITI_ALLOWED_HOSTS", "WEB_CONCURRENCY above 1",
            "MITI_DEMO=1", "MITI_METRICS_TOKEN must", "MITI_IDLE_CLOSE_S must"]  # fmt: skip
    assert len(lines) == len(told), lines
    for start in told:
        assert sum(line.startswith(start) for line in lines) == 1, start


def test_a_default_is_never_reported_as_a_contradiction(tmp_path: Path) -> None:
    # With the default of what is wrong, the other would be too short.
    (line,) = mistakes(tmp_path, MITI_IDLE_WARNING_S="soon", MITI_IDLE_CLOSE_S="400")
    assert line.startswith("MITI_IDLE_WARNING_S:")


def test_a_data_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (line,) = mistakes(tmp_path / "file" / "data")
    assert line.startswith(f"MITI_DATA_DIR: {tmp_path / 'file' / 'data'} cannot be made")


def test_the_public_address_is_an_allowed_host_and_trusted_origin(tmp_path: Path) -> None:
    show = "print(settings.ALLOWED_HOSTS[-1], *settings.CSRF_TRUSTED_ORIGINS)"
    for address in ("https://miti.example", "https://Miti.example/"):
        done = started(tmp_path, show, MITI_PUBLIC_URL=address)
        assert done.stdout.split() == ["miti.example", "https://miti.example"]


def test_a_bad_address_says_what_a_good_one_looks_like(tmp_path: Path) -> None:
    (database,) = mistakes(tmp_path, DATABASE_URL="mysql://somewhere/miti")
    assert "postgresql://USER:PASSWORD@HOST/NAME" in database
    (redis,) = mistakes(tmp_path, REDIS_URL="http://somewhere")
    assert "redis://HOST:PORT/0" in redis
    # A slip of the pen must not print letters into the log instead of sending them.
    (mail,) = mistakes(tmp_path, MITI_EMAIL_URL="stmp://somebody:hushed@mail.example.org")
    assert "smtp://USER:PASSWORD@HOST:PORT" in mail
    assert "hushed" not in mail


OIDC = {
    "MITI_OIDC_URL": "https://id.centre.example/realms/centre",
    "MITI_OIDC_CLIENT_ID": "miti",
    "MITI_OIDC_CLIENT_SECRET": "hushed",
    "MITI_OIDC_NAME": "Centre",
    "MITI_OIDC_EMAIL_DOMAINS": "Centre.example, annexe.example",
}


def test_an_institution_is_set_with_all_that_it_needs(tmp_path: Path) -> None:
    show = "print(settings.ENV.oidc_email_domains, settings.SOCIALACCOUNT_STORE_TOKENS)"
    done = started(tmp_path, show, **OIDC)
    assert done.stdout.strip() == "['centre.example', 'annexe.example'] False", done.stderr


@pytest.mark.parametrize("name", OIDC)
def test_an_institution_that_is_set_in_part_is_refused(tmp_path: Path, name: str) -> None:
    (line,) = mistakes(tmp_path, **(OIDC | {name: ""}))
    assert line.startswith(name)
    assert "hushed" not in line


@pytest.mark.parametrize(
    "wrong",
    [{"MITI_OIDC_URL": "http://id.centre.example"}, {"MITI_OIDC_EMAIL_DOMAINS": "a@centre.example"},
     {"MITI_OIDC_EMAIL_DOMAINS": "*"}],
)  # fmt: skip
def test_an_institution_that_cannot_be_trusted_is_refused(tmp_path: Path, wrong: dict[str, str]) -> None:
    (line,) = mistakes(tmp_path, **(OIDC | wrong))
    assert line.startswith(next(iter(wrong)))


def test_several_processes_without_redis_are_refused(tmp_path: Path) -> None:
    (line,) = mistakes(tmp_path, WEB_CONCURRENCY="4")
    assert "WEB_CONCURRENCY" in line
    assert "REDIS_URL" in line


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "miti.example"])
def test_demo_accounts_are_refused_on_a_public_address(tmp_path: Path, host: str) -> None:
    (line,) = mistakes(tmp_path, MITI_DEMO="1", HOST=host)
    assert "MITI_DEMO" in line
    assert "MITI_DEMO_PUBLIC=1" in line


def test_demo_accounts_are_refused_behind_a_public_address(tmp_path: Path) -> None:
    (line,) = mistakes(tmp_path, MITI_DEMO="1", MITI_PUBLIC_URL="https://miti.example")
    assert "MITI_DEMO_PUBLIC=1" in line
    assert "https://miti.example" in line
    for meant in (
        {"MITI_DEMO_PUBLIC": "1"},
        {"MITI_DEMO": "0"},
        {"MITI_PUBLIC_URL": "https://localhost:8443"},
    ):
        given = {"MITI_DEMO": "1", "MITI_PUBLIC_URL": "https://miti.example"} | meant
        assert started(tmp_path, **given).returncode == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_demo_accounts_are_allowed_on_this_machine(tmp_path: Path, host: str) -> None:
    assert started(tmp_path, MITI_DEMO="1", HOST=host).returncode == 0


def test_a_public_demo_must_be_meant(tmp_path: Path) -> None:
    assert started(tmp_path, MITI_DEMO="1", HOST="0.0.0.0", MITI_DEMO_PUBLIC="1").returncode == 0


def test_contradicting_settings_are_reported_together(tmp_path: Path) -> None:
    lines = mistakes(
        tmp_path, MITI_IDLE_WARNING_S="500", MITI_IDLE_CLOSE_S="400", MITI_PING_S="60", MITI_SILENCE_S="45"
    )
    assert len(lines) == 2
    assert any("MITI_IDLE_CLOSE_S" in line for line in lines)
    assert any("MITI_SILENCE_S" in line for line in lines)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"BODY_CHARS": "5000"}, "MITI_FRAME_BYTES must be at least 27140"),
        ({"FRAME_BYTES": "21848"}, "MITI_FRAME_BYTES must be at least 21849"),
        ({"IDLE_WARNING_S": "720"}, "MITI_IDLE_CLOSE_S must be longer"),
        ({"PING_S": "41"}, "MITI_SILENCE_S must be at least 5 s longer"),
        ({"SURVEY_S": "901"}, "MITI_SURVEY_S must not be more than MITI_TOMBSTONE_S"),
        ({"ASK_AGAIN_S": "901"}, "MITI_ASK_AGAIN_S must not be more than MITI_TOMBSTONE_S"),
        ({"LONGEST_WAIT_S": "119"}, "MITI_VISITOR_WAITING_GRACE_S must not be more than MITI_LONGEST_WAIT_S"),
        (
            {"VISITOR_ACTIVE_GRACE_S": "721"},
            "MITI_VISITOR_ACTIVE_GRACE_S must not be more than MITI_IDLE_CLOSE_S",
        ),
        (
            {"TICK_S": "5", "COUNSELLOR_GRACE_S": "4"},
            "MITI_TICK_S must not be more than MITI_COUNSELLOR_GRACE_S",
        ),
        (
            {"TICK_S": "5", "VISITOR_WAITING_GRACE_S": "4"},
            "MITI_TICK_S must not be more than MITI_VISITOR_WAITING_GRACE_S",
        ),
        (
            {"VISITOR_MESSAGES": "11", "TRANSCRIPT_MESSAGES": "10"},
            "MITI_VISITOR_MESSAGES must not be more than MITI_TRANSCRIPT_MESSAGES",
        ),
        ({"SILENCE_S": "721"}, "MITI_SILENCE_S must not be more than MITI_IDLE_CLOSE_S"),
        ({"ASKS": "29"}, "MITI_ASKS_PER_ADDRESS must not be more than MITI_ASKS"),
    ],
)
def test_limits_that_contradict_each_other_refuse_to_start(given: dict[str, str], told: str) -> None:
    (line,) = contradictions(environment(**given))
    assert line.startswith(told)


@pytest.mark.parametrize(
    "given",
    [
        {"FRAME_BYTES": "21849"},
        {"SURVEY_S": "900", "ASK_AGAIN_S": "900"},
        {"LONGEST_WAIT_S": "120"},
        {"VISITOR_ACTIVE_GRACE_S": "720"},
        {"TICK_S": "5", "COUNSELLOR_GRACE_S": "5"},
        {"SILENCE_S": "720"},
        {"ASKS": "30"},
    ],
)
def test_limits_that_just_fit_together_are_taken(given: dict[str, str]) -> None:
    assert contradictions(environment(**given)) == []


def test_a_frame_holds_the_longest_text_that_is_allowed() -> None:
    widest = Keyring.fresh(999_999).seal("\U0001f600" * 4_000, About("c", "1", "n", "note"))
    frame = {
        "type": "transfer", "conversation": "c" * 64, "to": {"theme": "t" * 50}, "note": widest, "note_id": "n" * 64,
    }  # fmt: skip
    encoded = json.dumps(frame, separators=(",", ":")).encode()
    assert len(encoded) <= envelopes.longest(4_000) + FRAME_OVERHEAD


def environment(**given: str) -> Environment:
    """The defaults, but for what is given; nothing of it is checked together."""
    fields = {name: field.default for name, field in Environment.model_fields.items()}
    kinds = {name.lower(): type(fields[name.lower()])(value) for name, value in given.items()}
    return Environment.model_construct(**(fields | kinds))


def test_a_missing_secret_file_is_reported_with_its_variable(tmp_path: Path) -> None:
    (line,) = mistakes(tmp_path, MITI_CONTENT_KEY_FILE=str(tmp_path / "nowhere"))
    assert line.startswith("MITI_CONTENT_KEY_FILE:")
    assert "does not exist" in line


def test_secrets_can_come_from_files(tmp_path: Path) -> None:
    secret = tmp_path / "mounted"
    secret.write_text(f"{GOOD_KEY}\n")
    done = started(tmp_path, "print(settings.CONTENT_KEY)", MITI_CONTENT_KEY_FILE=str(secret))
    assert done.stdout.strip() == GOOD_KEY


@pytest.mark.parametrize("key", ["short", "0123456789abcdef0123456789abcde", "ab" * 32])
@pytest.mark.parametrize("setting", ["MITI_SECRET_KEY", "MITI_SECRET_KEY_FILE", "MITI_CONTENT_KEY_FILE"])
def test_a_key_that_can_be_guessed_is_refused(tmp_path: Path, setting: str, key: str) -> None:
    given = tmp_path / "mounted"
    given.write_text(key)
    (line,) = mistakes(tmp_path, **{setting: str(given) if setting.endswith("_FILE") else key})
    assert line.startswith(setting)
    assert "characters" in line
    assert key not in line


def test_a_key_that_can_be_guessed_is_refused_in_the_data_folder_too(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("short")
    (line,) = mistakes(tmp_path)
    assert "at least 32 characters" in line


def test_a_good_key_is_taken(tmp_path: Path) -> None:
    done = started(tmp_path, "print(settings.SECRET_KEY)", MITI_SECRET_KEY=GOOD_KEY)
    assert done.stdout.strip() == GOOD_KEY


def test_an_empty_secret_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "mounted"
    empty.write_text("\n")
    (line,) = mistakes(tmp_path, MITI_CONTENT_KEY_FILE=str(empty))
    assert line == f"MITI_CONTENT_KEY_FILE: {empty} is empty"


def test_any_setting_may_be_a_secret_file_and_the_environment_wins(tmp_path: Path) -> None:
    mounted = tmp_path / "secrets"
    mounted.mkdir()
    (mounted / "database_url").write_text("postgresql://miti:hushed@db/miti\n")
    (mounted / "miti_queue_length").write_text("7\n")
    (mounted / "miti_body_chars").write_text("300")
    (mounted / "of_somebody_else").write_text("nothing of ours")
    show = (
        "print(settings.DATABASES['default']['PASSWORD'], settings.ENV.queue_length, settings.ENV.body_chars)"
    )
    done = started(tmp_path, show, MITI_SECRETS_DIR=str(mounted), MITI_BODY_CHARS="200")
    assert done.stdout.split() == ["hushed", "7", "200"], done.stderr


def test_a_mistake_in_a_secret_file_is_reported_without_its_content(
    tmp_path: Path,
) -> None:
    mounted = tmp_path / "secrets"
    mounted.mkdir()
    (mounted / "database_url").write_text("mysql://miti:hushed@db/miti\n")
    (line,) = mistakes(tmp_path, MITI_SECRETS_DIR=str(mounted))
    assert line.startswith("DATABASE_URL:")
    assert "hushed" not in line


def test_a_missing_folder_of_secrets_is_reported(tmp_path: Path) -> None:
    (line,) = mistakes(tmp_path, MITI_SECRETS_DIR=str(tmp_path / "nowhere"))
    assert line == f"MITI_SECRETS_DIR: {tmp_path / 'nowhere'} is no folder"


def test_cookies_travel_over_tls_only_once_the_public_address_is_https(tmp_path: Path) -> None:
    show = (
        "print(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS > 0)"
    )
    assert started(tmp_path, show).stdout.split() == ["False", "False", "False"]
    behind = started(tmp_path, show, MITI_PUBLIC_URL="https://miti.example")
    assert behind.stdout.split() == ["True", "True", "True"]


def test_a_metrics_token_that_can_be_guessed_is_refused_wherever_it_is(tmp_path: Path) -> None:
    (line,) = mistakes(tmp_path, MITI_METRICS_TOKEN="short")
    assert line.startswith("MITI_METRICS_TOKEN must have at least 16")
    file = tmp_path / "token"
    file.write_text("short\n")
    (line,) = mistakes(tmp_path, MITI_METRICS_TOKEN_FILE=str(file))
    assert line.startswith("MITI_METRICS_TOKEN_FILE:")
    file.write_text("x" * 32 + "\n")
    done = started(tmp_path, "print(settings.METRICS_TOKEN)", MITI_METRICS_TOKEN_FILE=str(file))
    assert done.stdout.strip() == "x" * 32


def test_days_and_hours_are_belgian() -> None:
    assert settings.TIME_ZONE == "Europe/Brussels"
    assert timezone.localtime().tzinfo == ZoneInfo("Europe/Brussels")
