"""Checks of addresses and names of hosts in settings. A refusal quotes no part of an address, which may hold a password."""

import re
from email.utils import parseaddr
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from redis.asyncio.connection import parse_url

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
LABEL = r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?"
NAME = re.compile(rf"{LABEL}(\.{LABEL})*\.?", re.IGNORECASE)
MAILBOX = re.compile(r"[!-~]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
SIGNS = set('()<>[]:;@\\,"')
"""Not in the first part of an address of mail, unless it is quoted."""
SSL_MODES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}
DATABASE = "sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME"
REDIS = "redis://HOST:PORT/0, rediss://… or unix:///PATH"
MAIL = "smtp://USER:PASSWORD@HOST:PORT, console: or smtps://…"
OF_REDIS = {"db", "ssl_cert_reqs", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_check_hostname"}


def parts(address: str, *, example: str) -> SplitResult:
    """The parts of an address whose host and port can be read. Raises ValueError with the example."""
    try:
        split = urlsplit(address)
        readable = split.port is None or split.port > 0
    except ValueError:
        readable = False
    # A character of a password that is not escaped begins the path, the query or the fragment.
    if not readable or "@" in split.path + split.query + split.fragment:
        raise ValueError(
            f"give {example}. A port is a number from 1 to 65535, and in a name or a password @ is written %40, / is %2F, : is %3A, "
            "# is %23 and ? is %3F"
        )
    return split


def database(address: str) -> str:
    """SQLite's or PostgreSQL's. Raises ValueError."""
    split = parts(address, example=DATABASE)
    scheme = split.scheme
    if scheme not in {"sqlite", "postgres", "postgresql"} or not split.path.strip("/") or split.fragment:
        raise ValueError(f"give {DATABASE}")
    if scheme == "sqlite":
        if split.netloc:
            raise ValueError("give sqlite:///PATH, with three slashes")
        return address
    if "/" in split.path.removeprefix("/"):
        raise ValueError("give one name of a database after the host: postgresql://USER:PASSWORD@HOST/NAME")
    _escaped(split)
    try:
        options = conninfo_to_dict(f"postgresql:///x?{split.query}")
    except ProgrammingError:
        raise ValueError(
            "after ? stand options of PostgreSQL's connections, such as sslmode=require"
        ) from None
    if str(options.get("sslmode", "require")) not in SSL_MODES:
        raise ValueError(f"sslmode is one of {', '.join(sorted(SSL_MODES))}")
    return address


def redis(address: str) -> str:
    """Redis's or Valkey's. Raises ValueError."""
    split = parts(address, example=REDIS)
    reached = split.path.startswith("/") if split.scheme == "unix" else split.hostname
    if split.scheme not in {"redis", "rediss", "unix"} or not reached or split.fragment:
        raise ValueError(f"give {REDIS}")
    _escaped(split)
    number = split.path.strip("/")
    if split.scheme != "unix" and number and not (number.isascii() and number.isdigit()):
        raise ValueError(f"give {REDIS}. After the host stands the number of a database")
    if {name for name, _ in parse_qsl(split.query, keep_blank_values=True)} - OF_REDIS:
        raise ValueError(f"after ? may stand {', '.join(sorted(OF_REDIS))}")
    try:
        parse_url(address)
    except (ValueError, TypeError):
        raise ValueError(f"give {REDIS}") from None
    return address


def mail(address: str) -> str:
    """A mail server's, or `console:`. Raises ValueError."""
    split = parts(address, example=MAIL)
    # Anything else would print e-mails, and the links in them, into the log.
    if split.scheme != "console" and not (split.scheme in {"smtp", "smtps"} and split.hostname):
        raise ValueError(f"give {MAIL}")
    if split.path.strip("/") or split.query or split.fragment:
        raise ValueError(f"give {MAIL}, and nothing after the port")
    _escaped(split)
    if not (unquote(split.username or "") + unquote(split.password or "")).isascii():
        raise ValueError(
            "name and password of a mail server may have letters without accents, digits and signs only"
        )
    return address


def origin(address: str) -> str:
    """An address without a path. Raises ValueError."""
    split = parts(address, example="https://HOST")
    if split.scheme not in {"http", "https"} or not split.hostname:
        raise ValueError("give a whole address, with https://")
    # An empty query or fragment too.
    if split.path not in {"", "/"} or "?" in address or "#" in address:
        raise ValueError(
            "give https://HOST without a path: Miti needs a name of its own and runs under no path of another"
        )
    if not split.netloc.isascii():
        raise ValueError(
            "give https://HOST with the name as the network knows it: one with accents begins with xn--"
        )
    if "@" in split.netloc or not _is_host(split.hostname):
        raise ValueError("give https://HOST: no name, password, star or quotes are part of it")
    return address


def is_private_way(address: str) -> bool:
    """Whether nobody on the way reads along: TLS, or this machine alone."""
    split = urlsplit(address)
    return split.scheme == "https" or split.hostname in LOOPBACK


def hosts(names: list[str]) -> list[str]:
    """Names of hosts alone. Raises ValueError that names those which are none."""
    if wrong := [one for one in names if not (one == "*" or _is_host(one.removeprefix("."), brackets=True))]:
        # Of a whole address with a name and a password nothing is quoted.
        told = ", ".join(one for one in wrong if "@" not in one)
        raise ValueError(
            f"{told}{': ' if told else ''}give names of hosts, without https://, a port, a path or quotes, such as miti.example"
        )
    if not names:
        raise ValueError("give the names of hosts that Miti answers to, separated by commas")
    return names


def listening(host: str) -> str:
    """An address to listen on. Raises ValueError."""
    if not _is_host(host):
        raise ValueError(
            "give an address of this machine without a port or brackets, such as 127.0.0.1, or 0.0.0.0 for all"
        )
    return host


def page(address: str) -> str:
    """A page that visitors are led to. Raises ValueError."""
    split = parts(address, example="https://HOST")
    if split.scheme not in {"http", "https"} or not split.hostname:
        raise ValueError("give a whole address, with https://")
    if split.username or split.password:
        raise ValueError("give an address without a name or a password: everybody sees it")
    return address


def contact(value: str) -> str:
    """One URI, as security.txt wants it: a line break would add a line of its own there. No script in a link either. Raises ValueError."""
    address = urlsplit(value)
    reached = address.hostname if address.scheme == "https" else "@" in address.path.strip("@")
    if (
        not (value.isascii() and value.isprintable())
        or " " in value
        or address.scheme not in {"https", "mailto"}
    ):
        reached = ""
    if not reached or address.password:
        raise ValueError("give mailto:SOMEBODY@HOST or https://HOST/PAGE")
    return value


def sender(value: str) -> str:
    """Who letters come from: SOMEBODY@HOST or Name <SOMEBODY@HOST>. Raises ValueError."""
    _, mailbox = parseaddr(value)
    alone = value == mailbox or (value.endswith(f"<{mailbox}>") and value.count("<") == 1)
    local = mailbox.rpartition("@")[0]
    if not (value.isprintable() and alone and MAILBOX.fullmatch(mailbox)) or SIGNS & set(local):
        raise ValueError(
            "give SOMEBODY@HOST or Name <SOMEBODY@HOST>, one address with the whole name of a host"
        )
    return value


def _is_host(text: str, *, brackets: bool = False) -> bool:
    """A name or a number; IPv6's stands in brackets beside names."""
    inner = text[1:-1] if brackets and text.startswith("[") and text.endswith("]") else text
    if ":" in inner:
        try:
            return ip_address(inner).version == 6 and (inner != text or not brackets)
        except ValueError:
            return False
    return inner == text and NAME.fullmatch(text) is not None


def _escaped(split: SplitResult) -> None:
    """In a name and a password, % begins two signs of a number. Raises ValueError."""
    if re.search(r"%(?![0-9a-f]{2})", split.netloc, re.IGNORECASE):
        raise ValueError("in a name or a password, % itself is written %25")
