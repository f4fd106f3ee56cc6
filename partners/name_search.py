"""Finding people by name as it is typed: no capital and no accent matters, and words may come in any order.

In Python, not in the database: SQLite knows capitals of ASCII only, and accents would take an extension in PostgreSQL. Three thousand
names take milliseconds.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from partners.models import Staff

LETTERS = str.maketrans({"’": "'", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i"})
"""What Unicode does not take apart."""


@lru_cache(maxsize=10_000)
def plain(text: str) -> str:
    """The text without capitals and accents, as it is compared."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in apart if not unicodedata.combining(one)).casefold().translate(LETTERS)


def matches(wanted: str, *texts: str) -> bool:
    """Whether every word of `wanted` is somewhere in the texts."""
    where = [plain(text) for text in texts]
    return all(any(word in text for text in where) for word in plain(wanted).split())


def keys_of(wanted: str, people: Iterable[Staff]) -> list[int]:
    """The keys of those whose name (that of the account, where there is no other) or address has what is wanted."""
    return [one.pk for one in people if is_found(wanted, one)]


def is_found(wanted: str, person: Staff) -> bool:
    return matches(wanted, str(person), person.email)
