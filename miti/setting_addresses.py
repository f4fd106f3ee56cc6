"""Checks of addresses and names of hosts in settings. A refusal quotes no part of an address, which may hold a password."""

import re
from email.utils import parseaddr
from urllib.parse import SplitResult, urlsplit

HOST = re.compile(r"\*|\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]", re.IGNORECASE)
MAILBOX = re.compile(r"[^\s@<>\"]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)


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


def origin(address: str) -> str:
    """An address without a path. Raises ValueError."""
    split = parts(address, example="https://HOST")
    if split.scheme not in {"http", "https"} or not split.hostname:
        raise ValueError("give a whole address, with https://")
    if split.path not in {"", "/"} or split.query or split.fragment:
        raise ValueError(
            "give https://HOST without a path: Miti needs a name of its own and runs under no path of another"
        )
    if "@" in split.netloc or not HOST.fullmatch(_host(split)):
        raise ValueError("give https://HOST: no name, password or quotes are part of it")
    return address


def hosts(names: list[str]) -> list[str]:
    """Names of hosts alone. Raises ValueError that names those which are none."""
    if wrong := [one for one in names if not HOST.fullmatch(one)]:
        raise ValueError(
            f"{', '.join(wrong)}: give names of hosts, without https://, a port, a path or quotes, such as miti.example"
        )
    return names


def sender(value: str) -> str:
    """Who letters come from: SOMEBODY@HOST or Name <SOMEBODY@HOST>. Raises ValueError."""
    _, mailbox = parseaddr(value)
    if value and not (value.isprintable() and MAILBOX.fullmatch(mailbox)):
        raise ValueError("give SOMEBODY@HOST or Name <SOMEBODY@HOST>, with the whole name of a host")
    return value


def _host(split: SplitResult) -> str:
    host = split.hostname or ""
    return f"[{host}]" if ":" in host else host
