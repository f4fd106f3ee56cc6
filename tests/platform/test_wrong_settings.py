"""Wrong settings of every kind: each ends the start with one sentence that names the setting and quotes no secret.

Most are read in this process, as the start reads them; one is started. docs/trouble.md shows ten of them.
"""

import os
import re
from pathlib import Path

import pytest

from miti import environment_reader
from tests.platform.test_settings import GOOD_KEY, mistakes
from tests.server import ROOT

SECRET = "hushed"
PAGE = ROOT / "docs" / "trouble.md"


def refused(folder: Path, **given: str) -> list[str]:
    """The lines of a start with this environment and nothing of ours; none when it would start."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "environ", {"MITI_DATA_DIR": str(folder / "data"), **given})
        try:
            environment_reader.load()
        except SystemExit as end:
            head, *lines = str(end.code).splitlines()
            assert head == "Miti cannot start, its settings are wrong:"
            return [line.strip() for line in lines]
    return []


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
        ({"MITI_OPERATOR": '"Centre"'}, "MITI_OPERATOR: it stands in quotes: leave them out"),
        ({"MITI_ALLOWED_HOSTS": 'a.example,"b.example"'}, 'MITI_ALLOWED_HOSTS: "b.example": give names of hosts'),
        ({"MITI_ALLOWED_HOSTS": f"https://me:{SECRET}@miti.example"}, "MITI_ALLOWED_HOSTS: give names of hosts"),
        ({"MITI_ALLOWED_HOSTS": "2001:db8::1"}, "MITI_ALLOWED_HOSTS: 2001:db8::1: give names of hosts"),
        ({"MITI_ALLOWED_HOSTS": ","}, "MITI_ALLOWED_HOSTS: give the names of hosts"),
        # Names that are near.
        ({"DATABASE_ULR": f"postgresql://me:{SECRET}@db/miti"}, "DATABASE_ULR is no setting of Miti: is DATABASE_URL meant?"),
        ({"REDIS_URI": f"redis://:{SECRET}@redis"}, "REDIS_URI is no setting of Miti: is REDIS_URL meant?"),
        ({"MITI_PORT": "8001"}, "MITI_PORT is no setting of Miti: is PORT meant?"),
        ({"miti_demo_": "1"}, "miti_demo_ is no setting of Miti: is MITI_DEMO meant?"),
        # Files that nothing reads.
        ({"DATABASE_URL_FILE": f"/{SECRET}/database_url"}, "DATABASE_URL_FILE is no setting of Miti: its file is called database_url, in"),
        ({"REDIS_URL_FILE": f"/{SECRET}/redis_url"}, "REDIS_URL_FILE is no setting of Miti: its file is called redis_url, in"),
        ({"MITI_EMAIL_URL_FILE": f"/{SECRET}/mail"}, "MITI_EMAIL_URL_FILE is no setting of Miti: its file is called miti_email_url, in"),
        ({"MITI_DATABASE_URL_FILE": f"/{SECRET}/db"}, "MITI_DATABASE_URL_FILE is no setting of Miti: its file is called database_url, in"),
        # The public address.
        ({"MITI_PUBLIC_URL": "http://miti.example"}, "MITI_PUBLIC_URL must begin with https://"),
        ({"MITI_PUBLIC_URL": "https://miti.example?"}, "MITI_PUBLIC_URL: give https://HOST without a path"),
        ({"MITI_PUBLIC_URL": "https://miti.example/#"}, "MITI_PUBLIC_URL: give https://HOST without a path"),
        ({"MITI_PUBLIC_URL": "https://*"}, "MITI_PUBLIC_URL: give https://HOST: no name"),
        ({"MITI_PUBLIC_URL": "https://miti..example"}, "MITI_PUBLIC_URL: give https://HOST: no name"),
        ({"MITI_PUBLIC_URL": "https://mité.example"}, "MITI_PUBLIC_URL: give https://HOST with the name as the network knows it"),
        ({"MITI_PUBLIC_URL": "https://miti.example:65536"}, "MITI_PUBLIC_URL: give https://HOST. A port is a number"),
        ({"MITI_PUBLIC_URL": "https://2001:db8::1"}, "MITI_PUBLIC_URL: give https://HOST. A port is a number"),
        # Where it listens, numbers, yes and no.
        ({"HOST": ""}, "HOST: give an address of this machine"),
        ({"HOST": "localhost:8000"}, "HOST: give an address of this machine"),
        ({"HOST": "[::1]"}, "HOST: give an address of this machine"),
        ({"PORT": "0"}, "PORT: give a whole number from 1 to 65535"),
        ({"PORT": "65536"}, "PORT: give a whole number from 1 to 65535"),
        ({"PORT": ""}, "PORT: give a whole number from 1 to 65535"),
        ({"PORT": "8000\n"}, "PORT: it begins or ends with a blank"),
        ({"MITI_DEMO": "ja"}, "MITI_DEMO: give 1 for yes or 0 for no"),
        ({"MITI_COUNT_LATER": ""}, "MITI_COUNT_LATER: give 1 for yes or 0 for no"),
        ({"MITI_PING_S": "nan"}, "MITI_PING_S: give a number of seconds from 0.1 to 86400"),
        ({"MITI_PING_S": "-20"}, "MITI_PING_S: give a number of seconds from 0.1 to 86400"),
        ({"MITI_PING_S": "0.0000001"}, "MITI_PING_S: give a number of seconds from 0.1 to 86400"),
        ({"MITI_SURVEY_S": "1e9"}, "MITI_SURVEY_S: give a number of seconds from 0.01 to 86400"),
        ({"MITI_SURVEY_S": "15,5"}, "MITI_SURVEY_S: give a number of seconds from 0.01 to 86400, in digits and with a point"),
        ({"MITI_QUEUE_SHARE": "inf"}, "MITI_QUEUE_SHARE: give a number above 0 and at most 1"),
        ({"MITI_LOG_LEVEL": "info"}, "MITI_LOG_LEVEL: give DEBUG, INFO, WARNING or ERROR"),
        ({"MITI_REDIS_PREFIX": "Miti:2"}, "MITI_REDIS_PREFIX: give small letters"),
        # Letters.
        ({"MITI_EMAIL_URL": f"smtp://mail.example:25/{SECRET}", "MITI_EMAIL_FROM": "a@b.example"}, "MITI_EMAIL_URL: give smtp://"),
        ({"MITI_EMAIL_URL": f"smtp://me:{SECRET}%zz@mail.example", "MITI_EMAIL_FROM": "a@b.example"}, "MITI_EMAIL_URL: in a name or"),
        ({"MITI_EMAIL_URL": f"smtp://me:{SECRET}é@mail.example", "MITI_EMAIL_FROM": "a@b.example"}, "MITI_EMAIL_URL: name and password"),
        ({"MITI_EMAIL_FROM": "a@b.example, c@d.example"}, "MITI_EMAIL_FROM: give SOMEBODY@HOST"),
        ({"MITI_EMAIL_FROM": "é@b.example"}, "MITI_EMAIL_FROM: give SOMEBODY@HOST"),
        # Stores.
        ({"DATABASE_URL": f"postgresql://me:{SECRET}@db/miti/x"}, "DATABASE_URL: give one name of a database"),
        ({"DATABASE_URL": f"postgresql://me:{SECRET}@db/miti?sslmode=on"}, "DATABASE_URL: sslmode is one of"),
        ({"DATABASE_URL": f"postgresql://me:{SECRET}@db/miti?ssl=on"}, "DATABASE_URL: after ? stand options"),
        ({"DATABASE_URL": f"postgresql://me:{SECRET}\t@db/miti"}, "DATABASE_URL: it has a line break, a tab"),
        ({"DATABASE_URL": f"'postgresql://me:{SECRET}@db/miti'"}, "DATABASE_URL: it stands in quotes"),
        ({"DATABASE_URL": "sqlite://miti.sqlite3/x"}, "DATABASE_URL: give sqlite:///PATH, with three slashes"),
        ({"REDIS_URL": f"redis://:{SECRET}@redis/one"}, "REDIS_URL: give redis://HOST:PORT/0"),
        ({"REDIS_URL": f"redis://:{SECRET}@redis/0?tls=1"}, "REDIS_URL: after ? may stand"),
        # Secrets and their files.
        ({"MITI_SECRET_KEY_FILE": f"{SECRET}0123456789abcdef0123456789"}, "MITI_SECRET_KEY_FILE: the file does not exist"),
        ({"MITI_SECRET_KEY_FILE": f"/{SECRET}/0123456789abcdef0123456789"}, "MITI_SECRET_KEY_FILE: the file does not exist"),
        ({"MITI_SECRET_KEY_FILE": ""}, "MITI_SECRET_KEY_FILE: it is empty: give a path"),
        ({"MITI_DATA_DIR": ""}, "MITI_DATA_DIR: it is empty: give a path"),
        ({"MITI_METRICS_TOKEN": f"été {SECRET} 0123456789"}, "MITI_METRICS_TOKEN: a collector can send"),
        # What visitors see.
        ({"MITI_NEUTRAL_URL": "https://"}, "MITI_NEUTRAL_URL: give a whole address"),
        ({"MITI_NEUTRAL_URL": f"https://me:{SECRET}@meteo.example"}, "MITI_NEUTRAL_URL: give an address without a name"),
        ({"MITI_SECURITY_CONTACT": f"https://me:{SECRET}@miti.example/x"}, "MITI_SECURITY_CONTACT: give mailto:"),
        ({"MITI_OPERATOR": "Centre\nof Namur"}, "MITI_OPERATOR: it has a line break"),
        ({"MITI_OMBUDSMAN": "walonia"}, "MITI_OMBUDSMAN: give federal, wallonia, flanders"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_one_sentence_without_a_secret(
    tmp_path: Path, given: dict[str, str], told: str
) -> None:
    (line,) = refused(tmp_path, **given)
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
        {
            "MITI_PUBLIC_URL": "https://xn--mit-dma.example:8443",
            "MITI_EMAIL_FROM": "Mité <miti@miti.example>",
        },
        {"MITI_PUBLIC_URL": "http://192.0.2.7:8000", "MITI_DEMO": "1"},
        {"HOST": "::1", "MITI_OMBUDSMAN": "Federal", "MITI_DEMO": "yes"},
        {"DATABASE_URL": "postgresql://me:a%2F%25b@[2001:db8::1]:5432/miti?sslmode=verify-full"},
        {"DATABASE_URL": "postgresql://db/miti", "DATABASE_URI": "somebody else's"},
        {"DATABASE_URL": "postgresql://db/miti", "DATABASE_URL_FILE": "/somebody/else's"},
        {"REDIS_URL": "rediss://me:word@[2001:db8::1]:6379/2?ssl_cert_reqs=required", "WEB_CONCURRENCY": "2"},
        {"MITI_COUNT_LATER": "0", "MITI_SURVEY_S": "0.5", "HOSTNAME": "web-1", "PORTS": "1"},
    ],
)
def test_a_right_setting_is_taken(tmp_path: Path, given: dict[str, str]) -> None:
    assert refused(tmp_path, **given) == []


def rows_of_the_page() -> list[tuple[dict[str, str], str]]:
    """What the docs say is given, and what is told of it."""
    table = (
        PAGE.read_text(encoding="utf-8").partition("| given | what the start says |")[2].partition("\n\n")[0]
    )
    found = re.findall(r"^\| `(\w+)=([^`]*)` \| `(.+)` \|$", table, re.MULTILINE)
    return [({name: value}, told) for name, value, told in found]


def test_the_docs_show_ten_wrong_settings_with_what_is_said(tmp_path: Path) -> None:
    shown = rows_of_the_page()
    assert len(shown) >= 10
    for given, told in shown:
        assert refused(tmp_path, **given) == [told]


def test_the_ten_of_the_docs_are_told_all_at_once(tmp_path: Path) -> None:
    shown = rows_of_the_page()
    together = {name: value for given, _ in shown for name, value in given.items()}
    assert len(together) == len(shown)
    # What depends on another setting that is wrong too is told once that one is right.
    assert set(refused(tmp_path, **together)) == {told for _, told in shown}


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


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("database_url", b"", "DATABASE_URL: {file} is empty"),
        ("database_url", b" \t\n", "DATABASE_URL: {file} is empty"),
        ("miti_secret_key", b"\xff\xfe" + GOOD_KEY.encode(), "MITI_SECRET_KEY: {file} cannot be read: it is no text in UTF-8"),
        ("miti_secret_key", b"\xef\xbb\xbf" + GOOD_KEY.encode(), "MITI_SECRET_KEY: it has a line break, a tab"),
        ("database_url", b"postgresql://me:hushed@db/miti\npostgresql://b/c", "DATABASE_URL: it has a line break, a tab"),
        ("miti_metrics_token", b"\0" * 20, "MITI_METRICS_TOKEN: it has a line break, a tab"),
        ("miti_email_ulr", b"console:", "{file} is no setting of Miti: is MITI_EMAIL_URL meant?"),
        ("email_url", b"smtp://me:hushed@mail.example", "{file} is no setting of Miti: is MITI_EMAIL_URL meant?"),
        ("email-url", b"smtp://me:hushed@mail.example", "{file} is no setting of Miti: is MITI_EMAIL_URL meant?"),
        ("secret_key", GOOD_KEY.encode(), "{file} is no setting of Miti: is MITI_SECRET_KEY meant?"),
    ],
)  # fmt: skip
def test_a_wrong_file_of_a_secret_is_told(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / name).write_bytes(content)
    (line,) = refused(tmp_path, MITI_SECRETS_DIR=str(folder))
    assert line.startswith(told.format(file=folder / name))
    assert SECRET not in line


def test_what_is_no_file_among_the_secrets_is_told_all_at_once(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "secrets", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.write_text(f"console:{SECRET}")
    (folder / "database_url").mkdir()
    (folder / "redis_url").symlink_to(tmp_path / "nowhere")
    (folder / "miti_email_url").symlink_to(elsewhere)
    (folder / "miti_secret_key").symlink_to(folder / "miti_secret_key")
    os.mkfifo(folder / "miti_metrics_token")
    assert refused(tmp_path, MITI_SECRETS_DIR=str(folder), PORT="0") == [
        f"DATABASE_URL: {folder}/database_url cannot be read: it is a folder; Docker makes one where the file to mount is missing",
        f"MITI_EMAIL_URL: {folder}/miti_email_url cannot be read: it is a link that leads out of the folder: put the file itself there",
        f"MITI_METRICS_TOKEN: {folder}/miti_metrics_token cannot be read: it is no file",
        f"MITI_SECRET_KEY: {folder}/miti_secret_key cannot be read: it is a link that leads nowhere",
        f"REDIS_URL: {folder}/redis_url cannot be read: it is a link that leads nowhere",
        "PORT: give a whole number from 1 to 65535, in digits",
    ]  # fmt: skip


def test_other_files_beside_the_secrets_and_links_within_are_nobodys_business(tmp_path: Path) -> None:
    # Kubernetes mounts links into a folder of its own; tools/secrets makes the two passwords.
    folder = tmp_path / "secrets"
    (folder / "..data").mkdir(parents=True)
    (folder / "..data" / "miti_email_url").write_text("console:")
    (folder / "miti_email_url").symlink_to(Path("..data", "miti_email_url"))
    for name in ("database_password", "redis_password", "rhsm.conf"):
        (folder / name).write_text("x")
    assert refused(tmp_path, MITI_SECRETS_DIR=str(folder)) == []


def test_a_folder_of_secrets_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    may = os.access
    # Root may read everything: tests that run as root know no such folder.
    monkeypatch.setattr(os, "access", lambda path, mode: path != folder and may(path, mode))
    assert refused(tmp_path, MITI_SECRETS_DIR=str(folder)) == [f"MITI_SECRETS_DIR: {folder} cannot be read"]


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_the_end_of_a_line_is_no_part_of_a_secret(tmp_path: Path, end: str) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "miti_content_key").write_text(GOOD_KEY + end)
    (folder / "miti_secret_key").write_text(GOOD_KEY + end)
    key = str(folder / "miti_content_key")
    assert refused(tmp_path, MITI_SECRETS_DIR=str(folder), MITI_CONTENT_KEY_FILE=key) == []
