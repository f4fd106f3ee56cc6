"""Names as people read them: found, compared and sorted in one way everywhere. No capital and no accent matters, and words that are looked
for may come in any order.

In Python, not in the database: SQLite knows capitals of ASCII only and sorts É behind Z, and accents would take an extension in PostgreSQL.
Three thousand names take milliseconds. Pages find in the same way as they are typed into: `chat/plain_text.js`.
"""

import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar

from partners.models import Staff

LETTERS = str.maketrans({"’": "'", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i"})
"""What Unicode does not take apart."""

Named = TypeVar("Named")


@lru_cache(maxsize=10_000)
def plain(text: str) -> str:
    """The text without capitals and accents, as it is compared."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in apart if not unicodedata.combining(one)).casefold().translate(LETTERS)


def is_same(name: str, other: str) -> bool:
    """Whether both read alike: capitals, accents and spaces are no difference."""
    return plain(name).split() == plain(other).split()


def is_taken(name: str, names: Iterable[str]) -> bool:
    """Whether one of these names reads like this one."""
    return any(is_same(name, one) for one in names)


def by_name(name: str) -> tuple[str, str]:
    """The key by which names are sorted; of two that read alike, always the same one first."""
    return plain(name), name


def in_order(found: Iterable[Named], name: Callable[[Named], str] = str) -> list[Named]:
    """Sorted by name; those of one name stay as they came."""
    return sorted(found, key=lambda one: by_name(name(one)))


def matches(wanted: str, *texts: str) -> bool:
    """Whether every word of `wanted` is somewhere in the texts."""
    where = [plain(text) for text in texts]
    return all(any(word in text for text in where) for word in plain(wanted).split())


def keys_of(wanted: str, people: Iterable[Staff]) -> list[int]:
    """The keys of those whose name (that of the account, where there is no other) or address has what is wanted."""
    return [one.pk for one in people if is_found(wanted, one)]


def is_found(wanted: str, person: Staff, *more: str) -> bool:
    """`more`: other texts by which the person is found."""
    return matches(wanted, str(person), person.email, *more)
