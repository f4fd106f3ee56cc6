"""Requests that have ended and are not counted yet.

A metric row must not be found by when or after what it was written. So the transaction that ends a conversation writes a sealed row of
constant length, and an hour later one transaction makes metric rows of all that are ready: in random order, with new random keys. Until
then a visitor may answer the survey or go on with the request; afterwards nothing changes a metric row. A crash loses nothing: the sealed
row is deleted with the writing of its metric row, or neither is.

Where `MITI_COUNT_LATER` is off, as it is by default on SQLite, a request is counted in the transaction that ends it, and nothing is held.
"""

import os
import random
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import msgspec
import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction

from indicators.models import PendingRow
from indicators.periods import arrival
from indicators.rows import record
from indicators.rows.record import EndedRequest
from partners.keys import key_for
from partners.prepared_query import PreparedInsert, PreparedQuery, PreparedUpdate

PURPOSE = "pending metric rows"
NONCE, LENGTH = 12, 2048
HOUR_S = 3600
AT_ONCE = 500
"""Rows of one transaction: a backlog must not hold the database for long."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Held:
    ended: EndedRequest
    answers: dict[str, int | str] = field(default_factory=dict)
    """To the survey."""


def hold(*, ended: EndedRequest, now: datetime) -> uuid.UUID:
    """Keep it until it is counted, or count it now; the key is for the one-use ticket of the survey, and nowhere else.

    Called inside the transaction that deletes the live row. Raises BadCodeError, with the field's name.
    """
    if not settings.ENV.counts_later:
        return record.request(ended=ended)
    record.row_of(ended)
    row = PendingRow(ready_at=_ready_at(now))
    row.sealed = _seal(row.pk, Held(record.rounded(ended)))
    _insert.run(row)
    return row.pk


_insert = PreparedInsert(PendingRow)


def withdraw(*, row_id: uuid.UUID) -> bool:
    """Do not count a request that continues because the visitor asked again within minutes."""
    deleted, _ = PendingRow.objects.filter(pk=row_id).delete()
    return bool(deleted) or (not settings.ENV.counts_later and record.withdraw(row_id=row_id))


def survey(*, row_id: uuid.UUID, **given: Any) -> bool:
    """Add the answers that the visitor chose to give, each once. False: there were no new ones, or it was counted an hour later.

    Raises BadCodeError, with the field's name, for an answer that is not on the list.
    """
    answers = record.checked_answers(**given)
    rows = _sealed.rows(row_id)
    if not rows and not settings.ENV.counts_later:
        return record.survey(row_id=row_id, **answers)
    for (sealed,) in rows:
        held = _open(row_id, bytes(sealed))
        if held is not None and answers.keys() - held.answers.keys():
            # Two tabs may use one ticket, or it is just being counted: then the row is another, or gone, and no row is changed.
            together = Held(held.ended, answers | held.answers)
            return bool(_reseal.run(row_id, bytes(sealed), _seal(row_id, together)))
    return False


_sealed = PreparedQuery(lambda row: PendingRow.objects.filter(pk=row).values_list("sealed"))
_reseal = PreparedUpdate(
    lambda row, seen, _: PendingRow.objects.filter(pk=row, sealed=seen),
    lambda _row, _seen, sealed: {"sealed": sealed},
)


def held() -> list[Held]:
    """All that is not counted yet."""
    opened = (_open(row.pk, bytes(row.sealed)) for row in PendingRow.objects.all())
    return [one for one in opened if one is not None]


def are_counted(last: date) -> bool:
    """Whether every request that was made until the end of this day, and has ended, is counted.

    One that cannot be opened may be of any day: it goes within days, with the purge.
    """
    opened = (_open(row.pk, bytes(row.sealed)) for row in PendingRow.objects.all())
    return all(one is not None and arrival(one.ended.asked_at)[0] > last for one in opened)


def count_ready(*, now: datetime) -> int:
    """Make metric rows of those that are ready. Returns of how many."""
    counted = 0
    while some := _count_some(now):
        counted += some
    return counted


@transaction.atomic
def _count_some(now: datetime) -> int:
    # Locked: two processes never count one row, and a survey's answer is in it or comes too late.
    ready = PendingRow.objects.select_for_update(skip_locked=True).filter(ready_at__lte=now)[:AT_ONCE]
    rows = {row.pk: one for row in ready if (one := _open(row.pk, bytes(row.sealed))) is not None}
    shuffled = list(rows.values())
    random.SystemRandom().shuffle(shuffled)
    for one in shuffled:
        key = record.request(ended=one.ended)
        if one.answers:
            record.survey(row_id=key, **one.answers)
    PendingRow.objects.filter(pk__in=rows).delete()
    return len(rows)


def _ready_at(now: datetime) -> datetime:
    """The first full hour at which nothing can change it: the tombstone, which leads to it, is gone."""
    gone = now.timestamp() + settings.ENV.tombstone_s
    return datetime.fromtimestamp(gone + -gone % HOUR_S, UTC)


@lru_cache(maxsize=1)
def _key() -> AESGCM:
    return AESGCM(key_for(PURPOSE))


def _seal(key: uuid.UUID, one: Held) -> bytes:
    plain = msgspec.json.encode(one)
    assert len(plain) <= LENGTH
    nonce = os.urandom(NONCE)
    return nonce + _key().encrypt(nonce, plain.ljust(LENGTH), key.bytes)


def _open(name: uuid.UUID, sealed: bytes) -> Held | None:
    try:
        return opened(sealed, name, key=_key())
    except InvalidTag:
        log.error("a pending row could not be opened, was the content key changed?")
        return None


def opened(sealed: bytes, name: uuid.UUID, *, key: AESGCM) -> Held:
    plain = key.decrypt(sealed[:NONCE], sealed[NONCE:], name.bytes)
    return msgspec.json.decode(plain, type=Held)
