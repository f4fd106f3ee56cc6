"""The live platform as the routing engine sees it: who waits, who is ready, what is open."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count

from chat import database, runtime, volatile
from chat.models import Conversation, Duty, Offer, OfferState
from chat.presence import counsellor_limits
from chat.services.rules_in_force import RulesInForce, Skills, bookings_of_today, rules_in_force
from chat.states import State
from indicators.periods import arrival
from indicators.rows import recent
from partners.prepared_query import PreparedQuery
from routing_rules import loading
from routing_rules.models import Pool, SchoolBooking
from routing_rules.presence import LastSigns, presence
from routing_rules.snapshot import (
    AvailabilityState,
    Booking,
    CounsellorOnDuty,
    RoutingSnapshot,
    WaitingRequest,
)
from routing_rules.waiting_time import usual_chat_s

RECENT_CHATS_FRESH_S = 600


@dataclass(frozen=True, slots=True)
class LiveRecords:
    """What the database holds of it, read once; whoever is on duty is then asked for in the store (`last_signs_of`)."""

    at: datetime
    rules: RulesInForce
    duties: Sequence[tuple[Any, ...]]
    waiting: Sequence[tuple[Any, ...]]
    offers: Sequence[tuple[Any, ...]]
    """Of those who wait."""
    bookings: Sequence[Booking]
    usual_chat_s: float


@dataclass(frozen=True, slots=True)
class LiveSnapshot:
    """What one decision is made from, with what is needed to act on it."""

    snapshot: RoutingSnapshot
    rounds: Mapping[str, int]
    """The number that a dispatcher must raise to act on a conversation, as seen here."""
    rules: RulesInForce


async def load(now: datetime) -> LiveSnapshot:
    """The live platform at this moment. Raises `NoPlanInForceError`."""
    rows = await database.run(read, now)
    return seen(rows, await last_signs_of(rows.duties))


def read(now: datetime) -> LiveRecords:
    """In a thread. Raises `NoPlanInForceError`."""
    return _read(now, _waiting_rows.rows())


def read_if_somebody_waits(now: datetime) -> LiveRecords | None:
    """The same where a conversation waits; None, after one query, where none does: then there is nothing to decide."""
    waiting = _waiting_rows.rows()
    return _read(now, waiting) if waiting else None


def _read(now: datetime, waiting: Sequence[tuple[Any, ...]]) -> LiveRecords:
    rules, on_duty = rules_in_force(now), duties()
    if any(person not in rules.skills for person, *_ in on_duty):
        # Somebody new may have come on duty since the rules were read.
        rules = rules_in_force(now, anew=True)
    return LiveRecords(
        at=now,
        rules=rules,
        duties=on_duty,
        waiting=waiting,
        offers=_waiting_offers.rows() if waiting else (),
        bookings=_running(rules.bookings, now),
        usual_chat_s=_usual_chat_s(now),
    )


async def last_signs_of(duties: Iterable[tuple[Any, ...]]) -> Mapping[str, LastSigns]:
    """By the name under which the store knows each."""
    return await runtime.volatile().last_signs([volatile.counsellor(person) for person, *_ in duties])


def seen(rows: LiveRecords, signs: Mapping[str, LastSigns]) -> LiveSnapshot:
    """The snapshot from these rows and last signs. It reads nothing."""
    rules = rows.rules
    waiting = list(_waiting(rows, rules.reception))
    snapshot = RoutingSnapshot(
        now=rows.at.timestamp(),
        plan=rules.plan,
        pools=loading.states_at(rules.hours, rows.at),
        counsellors=tuple(counsellors_on_duty(rows.duties, signs, rules.skills, now=rows.at)),
        waiting=tuple(request for request, _ in waiting),
        bookings=tuple(rows.bookings),
        scarce=rules.scarce,
        longest_wait_s=settings.ENV.longest_wait_s,
        usual_chat_s=rows.usual_chat_s,
    )
    return LiveSnapshot(snapshot, {str(request.id): number for request, number in waiting}, rules)


def _usual_chat_s(now: datetime) -> float:
    day, _ = arrival(now)
    chats, total_s = _recent_chats(int(now.timestamp() // RECENT_CHATS_FRESH_S), day.toordinal())
    return usual_chat_s(chats=chats, total_s=total_s)


@lru_cache(maxsize=1)
def _recent_chats(_ten_minutes: int, day: int) -> tuple[int, float]:
    """Read once in ten minutes: many rows are summed up, and the sum hardly changes."""
    return recent.chats(datetime.fromordinal(day).date())


WAITING_COLUMNS = ("pk", "theme", "language", "site__key", "asked_at", "audience", "queued_at", "booking",
                   "to_pool__slug", "to_counsellor_id", "parties_so_far")  # fmt: skip
OFFER_COLUMNS = ("counsellor_id", "state", "expires_at", "missed", "refused_at")
_waiting_rows = PreparedQuery(
    lambda: (
        Conversation.objects.filter(state=State.WAITING)
        .order_by("asked_at")
        .values_list("round", *WAITING_COLUMNS)
    )
)
_waiting_offers = PreparedQuery(
    lambda: Offer.objects.filter(conversation__state=State.WAITING, invited=False).values_list(
        "conversation_id", *OFFER_COLUMNS
    )
)


def _waiting(rows: LiveRecords, reception: str | None) -> Iterator[tuple[WaitingRequest, int]]:
    """Each conversation that waits, with its round."""
    offers: dict[UUID, list[tuple[Any, ...]]] = defaultdict(list)
    for conversation, *offer in rows.offers:
        offers[conversation].append(tuple(offer))
    for number, *columns in rows.waiting:
        yield waiting_request(columns, offers[columns[0]], reception=reception), number


def waiting_request(
    columns: Sequence[Any], offers: Iterable[tuple[Any, ...]] = (), *, reception: str | None
) -> WaitingRequest:
    """`WAITING_COLUMNS` of a conversation as a request, with its offers; `reception` is the code of the reception's theme."""
    row, theme, language, site, asked_at, audience, queued_at, booking, to_pool, to_counsellor, parties = (
        columns
    )
    return WaitingRequest(
        id=str(row),
        theme=theme,
        language=language,
        site=site,
        asked_at=asked_at.timestamp(),
        audience=audience,
        queued_at=queued_at.timestamp(),
        begun=parties > 0,
        reception=theme == reception,
        booking=booking or None,
        to_pool=to_pool,
        to_counsellor=to_counsellor,
        offers={
            who: expires.timestamp() for who, state, expires, _, _ in offers if state == OfferState.RINGING
        },
        missed={who: missed for who, _, _, missed, _ in offers if missed},
        refused={who: refused.timestamp() for who, *_, refused in offers if refused},
    )


def duties() -> list[tuple[Any, ...]]:
    """Whoever opened a console and has not been off duty since, present or not: the counsellor's id first."""
    return _duties.rows()


_duties = PreparedQuery(
    lambda: (
        Duty.objects.filter(on_duty=True)
        .order_by("counsellor_id")
        .values_list("counsellor_id", "capacity", "active", "ringing", "state", "idle_since")
    )
)


def counsellors_on_duty(
    duties: Iterable[tuple[Any, ...]],
    signs: Mapping[str, LastSigns],
    books: Mapping[int, Skills],
    *,
    now: datetime,
) -> Iterator[CounsellorOnDuty]:
    """The same with their skills and their presence."""
    limits, at = counsellor_limits(), now.timestamp()
    for person, capacity, active, ringing, state, idle_since in duties:
        if person not in books:
            continue
        skills = books[person]
        yield CounsellorOnDuty(
            id=person,
            pools=skills.pools,
            themes=skills.themes,
            languages=skills.languages,
            capacity=capacity,
            active=active,
            held=ringing,
            state=AvailabilityState(state),
            presence=presence(signs.get(volatile.counsellor(person)), now=at, limits=limits),
            idle_since=idle_since.timestamp() if idle_since else 0.0,
        )


def bookings(now: datetime) -> list[Booking]:
    """The classes' sessions that run at this moment, with the pupils who talk now."""
    return _running(bookings_of_today(now), now)


def _running(of_today: Iterable[tuple[Any, ...]], now: datetime) -> list[Booking]:
    running = [one for one in of_today if one[BOOKING_STARTS] <= now < one[BOOKING_ENDS]]
    if not running:
        return []
    themes: dict[str, set[str]] = defaultdict(set)
    for code, theme in SchoolBooking.objects.filter(code__in=[one[0] for one in running]).values_list(
        "code", "themes__code"
    ):
        themes[code].add(theme)
    teams: dict[int, set[str]] = defaultdict(set)
    for partner, pool in Pool.objects.filter(partner__in={one[-1] for one in running} - {None}).values_list(
        "partner_id", "slug"
    ):
        teams[partner].add(pool)
    busy = dict(
        Conversation.objects.filter(state=State.ACTIVE)
        .exclude(booking="")
        .values_list("booking")
        .annotate(n=Count("pk"))
    )
    return [
        Booking(
            code=code,
            starts_at=starts_at.timestamp(),
            ends_at=ends_at.timestamp(),
            places=places,
            themes=frozenset(themes[code] - {None}),
            pools=None if partner is None else frozenset(teams[partner]),
            active=busy.get(code, 0),
        )
        for code, starts_at, ends_at, places, partner in running
    ]


BOOKING_STARTS, BOOKING_ENDS = 1, 2
