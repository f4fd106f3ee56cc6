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
from chat.services.rules_in_force import Skills, bookings_of_today, rules_in_force
from chat.states import State
from indicators import recent
from indicators.periods import arrival
from partners.prepared_query import PreparedQuery
from routing_rules import loading
from routing_rules.models import Pool, SchoolBooking
from routing_rules.presence import LastSigns, presence
from routing_rules.scarcity import scarce_skills
from routing_rules.snapshot import (
    AvailabilityState,
    Booking,
    CounsellorOnDuty,
    RoutingSnapshot,
    WaitingRequest,
)
from routing_rules.waiting_time import usual_chat_s
from routing_rules.weekly import Schedule

RECENT_CHATS_FRESH_S = 600


@dataclass(frozen=True, slots=True)
class LiveSnapshot:
    """What one decision is made from, with what is needed to act on it."""

    snapshot: RoutingSnapshot
    rounds: Mapping[str, int]
    """The number that a dispatcher must raise to act on a conversation, as seen here."""
    skills: Mapping[int, Skills]
    """The skills of every counsellor with an active account, on duty or not."""
    hours: Mapping[str, Schedule]
    """The hours of every active pool, by slug."""
    reception: str | None
    """The code of the reception's theme."""


async def last_signs() -> Mapping[str, LastSigns]:
    """Of everybody who is on duty."""
    return await last_signs_of(await database.run(on_duty))


async def last_signs_of(counsellors: Iterable[int]) -> Mapping[str, LastSigns]:
    """By the name under which the store knows each."""
    return await runtime.volatile().last_signs([volatile.counsellor(one) for one in counsellors])


def on_duty() -> list[int]:
    """Whoever opened a console and has not been off duty since."""
    return [counsellor for (counsellor,) in _on_duty.rows()]


def on_duty_if_somebody_waits() -> list[int] | None:
    """The same where a conversation waits; None where none does, and a snapshot would show nothing."""
    return on_duty() if anybody_waits() else None


def anybody_waits() -> bool:
    return bool(_first_waiting.rows())


_first_waiting = PreparedQuery(
    lambda: Conversation.objects.filter(state=State.WAITING).order_by().values_list("pk")[:1]
)
_on_duty = PreparedQuery(lambda: Duty.objects.filter(on_duty=True).values_list("counsellor_id"))


def load(*, now: datetime, signs: Mapping[str, LastSigns]) -> LiveSnapshot:
    """The snapshot from the database and these last signs. Raises `NoPlanInForceError`."""
    rules, duties = rules_in_force(now), _duties.rows()
    if any(person not in rules.skills for person, *_ in duties):
        # Somebody new may have come on duty since the rules were read.
        rules = rules_in_force(now, anew=True)
    books = rules.skills
    waiting = list(_waiting(rules.reception))
    snapshot = RoutingSnapshot(
        now=now.timestamp(),
        plan=rules.plan,
        pools=loading.states_at(rules.hours, now),
        counsellors=tuple(_on_duty_now(duties, now, signs, books)),
        waiting=tuple(request for request, _ in waiting),
        bookings=tuple(_running(rules.bookings, now)),
        scarce=scarce_skills(skills.themes | skills.languages for skills in books.values()),
        longest_wait_s=settings.ENV.longest_wait_s,
        usual_chat_s=_usual_chat_s(now),
    )
    rounds = {str(request.id): number for request, number in waiting}
    return LiveSnapshot(snapshot, rounds, books, rules.hours, rules.reception)


def _usual_chat_s(now: datetime) -> float:
    day, _ = arrival(now)
    chats, total_s = _recent_chats(int(now.timestamp() // RECENT_CHATS_FRESH_S), day.toordinal())
    return usual_chat_s(chats=chats, total_s=total_s)


@lru_cache(maxsize=1)
def _recent_chats(_ten_minutes: int, day: int) -> tuple[int, float]:
    """Read once in ten minutes: many rows are summed up, and the sum hardly changes."""
    return recent.chats(datetime.fromordinal(day).date())


def waiting_request(row: Conversation, *, reception: str | None) -> WaitingRequest:
    """A row as a request, with its offers; `reception` is the code of the reception's theme."""
    (columns,) = _columns_of.rows(row.pk)
    return _request(columns, _offers_of.rows(row.pk), reception)


WAITING_COLUMNS = ("pk", "theme", "language", "site__key", "asked_at", "audience", "queued_at", "booking",
                   "to_pool__slug", "to_counsellor_id")  # fmt: skip
OFFER_COLUMNS = ("counsellor_id", "state", "expires_at", "missed", "refused_at")
_columns_of = PreparedQuery(lambda pk: Conversation.objects.filter(pk=pk).values_list(*WAITING_COLUMNS))
_offers_of = PreparedQuery(
    lambda pk: Offer.objects.filter(conversation=pk, invited=False).values_list(*OFFER_COLUMNS)
)
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


def _waiting(reception: str | None) -> Iterator[tuple[WaitingRequest, int]]:
    """Each conversation that waits, with its round, read as plain columns: every dispatch and every change of the queue reads all."""
    rows = _waiting_rows.rows()
    offers: dict[UUID, list[tuple[Any, ...]]] = defaultdict(list)
    for conversation, *offer in _waiting_offers.rows() if rows else ():
        offers[conversation].append(tuple(offer))
    for number, *columns in rows:
        yield _request(columns, offers[columns[0]], reception), number


def _request(
    columns: Sequence[Any], offers: Iterable[tuple[Any, ...]], reception: str | None
) -> WaitingRequest:
    row, theme, language, site, asked_at, audience, queued_at, booking, to_pool, to_counsellor = columns
    return WaitingRequest(
        id=str(row),
        theme=theme,
        language=language,
        site=site,
        asked_at=asked_at.timestamp(),
        audience=audience,
        queued_at=queued_at.timestamp(),
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


def counsellors_on_duty(
    now: datetime, signs: Mapping[str, LastSigns], books: Mapping[int, Skills]
) -> Iterator[CounsellorOnDuty]:
    """Those who opened a console and have not gone off duty since, present or not."""
    return _on_duty_now(_duties.rows(), now, signs, books)


def _on_duty_now(
    duties: Iterable[tuple[Any, ...]],
    now: datetime,
    signs: Mapping[str, LastSigns],
    books: Mapping[int, Skills],
) -> Iterator[CounsellorOnDuty]:
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


_duties = PreparedQuery(
    lambda: (
        Duty.objects.filter(on_duty=True)
        .order_by("counsellor_id")
        .values_list("counsellor_id", "capacity", "active", "ringing", "state", "idle_since")
    )
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
