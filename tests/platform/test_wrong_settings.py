"""Ten kinds of wrong settings: each ends the start with one sentence that names the setting and quotes no secret."""

from pathlib import Path

import pytest

from tests.platform.test_settings import GOOD_KEY, mistakes, started

SECRET = "hushed"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"MITI_PUBLIC_ULR": "https://miti.example"}, "MITI_PUBLIC_ULR is no setting of Miti: is MITI_PUBLIC_URL meant?"),
        ({"MITI_NOTHING_OF_OURS": "1"}, "MITI_NOTHING_OF_OURS is no setting of Miti, see docs/operating.md"),
        ({"MITI_PUBLIC_URL": "https://miti.example/chat"}, "MITI_PUBLIC_URL: give https://HOST without a path"),
        ({"MITI_PUBLIC_URL": "https://miti.example/?a=b"}, "MITI_PUBLIC_URL: give https://HOST without a path"),
        ({"MITI_PUBLIC_URL": f"https://me:{SECRET}@miti.example"}, "MITI_PUBLIC_URL: give https://HOST: no name"),
        ({"MITI_PUBLIC_URL": "https://"}, "MITI_PUBLIC_URL: give a whole address"),
        ({"MITI_EMAIL_URL": f"smtp://me:{SECRET}/x@mail.example"}, "MITI_EMAIL_URL: give smtp://USER:PASSWORD@HOST:PORT"),
        ({"MITI_EMAIL_URL": f"smtp://me:12#{SECRET}@mail.example"}, "MITI_EMAIL_URL: give smtp://USER:PASSWORD@HOST:PORT"),
        ({"MITI_EMAIL_URL": f"smtp://me:{SECRET}@mail.example:99999"}, "MITI_EMAIL_URL: give smtp://USER:PASSWORD@HOST:PORT"),
        ({"MITI_EMAIL_URL": "smtp://", "MITI_EMAIL_FROM": "a@b.example"}, "MITI_EMAIL_URL: give smtp://USER:PASSWORD@HOST:PORT"),
        ({"MITI_EMAIL_URL": f"smtp://me:{SECRET}@mail.example"}, "MITI_EMAIL_FROM must say who letters come from"),
        ({"MITI_EMAIL_FROM": "webmaster@localhost"}, "MITI_EMAIL_FROM: give SOMEBODY@HOST"),
        ({"DATABASE_URL": f" postgresql://me:{SECRET}@db/miti"}, "DATABASE_URL: it begins or ends with a blank"),
        ({"DATABASE_URL": f"postgresql://me:{SECRET}@db:port/miti"}, "DATABASE_URL: give sqlite:///PATH or postgresql://"),
        ({"DATABASE_URL": f"postgresql://me:{SECRET}[@db/miti"}, "DATABASE_URL: give sqlite:///PATH or postgresql://"),
        ({"DATABASE_URL": f"postgresql://me:{SECRET}@db"}, "DATABASE_URL: give sqlite:///PATH or postgresql://"),
        ({"REDIS_URL": f"redis://:{SECRET}/@redis:6379/0"}, "REDIS_URL: give redis://HOST:PORT/0"),
        ({"REDIS_URL": "redis://redis:0"}, "REDIS_URL: give redis://HOST:PORT/0"),
        ({"MITI_ALLOWED_HOSTS": "miti.example:8000"}, "MITI_ALLOWED_HOSTS: miti.example:8000: give names of hosts"),
        ({"MITI_ALLOWED_HOSTS": '"miti.example"'}, 'MITI_ALLOWED_HOSTS: "miti.example": give names of hosts'),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_one_sentence_without_a_secret(
    tmp_path: Path, given: dict[str, str], told: str
) -> None:
    (line,) = mistakes(tmp_path, **given)
    assert line.startswith(told)
    assert SECRET not in line


@pytest.mark.parametrize(
    "given",
    [
        {"MITI_PUBLIC_URL": "https://miti.example/"},
        {"MITI_PUBLIC_URL": "http://[::1]:8000"},
        {
            "MITI_EMAIL_URL": "smtp://me:a%2Fb%40c@mail.example:587",
            "MITI_EMAIL_FROM": "Miti <m@miti.example>",
        },
        {"DATABASE_URL": "postgresql://miti@/miti?host=/run/postgresql"},
        {"REDIS_URL": "unix:///run/redis"},
        {"MITI_ALLOWED_HOSTS": "*, .miti.example, [::1], 127.0.0.1, web-1"},
        {"MITI_DOMAIN": "miti.example", "MITI_TLS": "internal"},
    ],
)
def test_a_right_setting_is_taken(tmp_path: Path, given: dict[str, str]) -> None:
    done = started(tmp_path, **given)
    assert done.returncode == 0, done.stderr


def test_ten_wrong_settings_are_told_all_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "redis_url").write_text("\n")
    (folder / "miti_secret_kee").write_text(GOOD_KEY)
    lines = mistakes(
        tmp_path,
        MITI_SECRETS_DIR=str(folder),
        MITI_QEUE_LENGTH="7",
        MITI_PUBLIC_URL="https://miti.example/chat",
        MITI_EMAIL_URL=f"smtp://me:{SECRET}/@mail.example",
        MITI_EMAIL_FROM="webmaster@localhost",
        DATABASE_URL=f" postgresql://me:{SECRET}@db/miti",
        MITI_ALLOWED_HOSTS="miti.example:443",
        MITI_SECRET_KEY="x",
        PORT="http",
        MITI_METRICS_TOKEN="short",
    )
    assert len(lines) == 11, lines
    assert len({line.split(" ")[0] for line in lines}) == 11
    assert SECRET not in "".join(lines)


def test_an_empty_file_of_a_secret_is_refused_instead_of_counting_as_unset(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "database_url").touch()
    (line,) = mistakes(tmp_path, MITI_SECRETS_DIR=str(folder))
    assert line == f"DATABASE_URL: {folder / 'database_url'} is empty"


def test_a_misspelt_file_of_a_secret_is_refused_and_a_named_one_is_not(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "miti_content_key").write_text(GOOD_KEY)
    key = str(folder / "miti_content_key")
    done = started(tmp_path, MITI_SECRETS_DIR=str(folder), MITI_CONTENT_KEY_FILE=key)
    assert done.returncode == 0, done.stderr
    (folder / "miti_email_ulr").write_text("console:")
    (line,) = mistakes(tmp_path, MITI_SECRETS_DIR=str(folder), MITI_CONTENT_KEY_FILE=key)
    assert line == f"{folder / 'miti_email_ulr'} is no setting of Miti: is MITI_EMAIL_URL meant?"
