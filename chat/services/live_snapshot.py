"""The live platform as the routing engine sees it: who waits, who is ready, what is open."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db.models import Count

from chat import database, runtime, volatile
from chat.models import Conversation, Duty, Offer, OfferState
from chat.presence import counsellor_limits
from chat.states import State
from indicators import recent
from indicators.periods import arrival
from routing_rules import loading, themes
from routing_rules.models import Counsellor, SchoolBooking
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

RECENT_CHATS_FRESH_S = 600


@dataclass(frozen=True, slots=True)
class LiveSnapshot:
    """What one decision is made from, with what is needed to act on it."""

    snapshot: RoutingSnapshot
    rounds: Mapping[str, int]
    """The number that a dispatcher must raise to act on a conversation, as seen here."""
    skills: Mapping[int, "Skills"]
    """The skills of every counsellor with an active account, on duty or not."""


async def last_signs() -> Mapping[str, LastSigns]:
    """Of everybody who is on duty."""
    return await last_signs_of(await database.run(on_duty))


async def last_signs_of(counsellors: Iterable[int]) -> Mapping[str, LastSigns]:
    """By the name under which the store knows each."""
    return await runtime.volatile().last_signs([volatile.counsellor(one) for one in counsellors])


def on_duty() -> list[int]:
    """Whoever opened a console and has not been off duty since."""
    return list(Duty.objects.filter(on_duty=True).values_list("counsellor_id", flat=True))


def load(*, now: datetime, signs: Mapping[str, LastSigns]) -> LiveSnapshot:
    """The snapshot from the database and these last signs. Raises `NoPlanInForceError`."""
    rows = list(
        Conversation.objects.filter(state=State.WAITING)
        .select_related("site", "to_pool")
        .prefetch_related("offers")
        .order_by("asked_at")
    )
    books = on_the_books()
    reception = themes.reception_theme()
    snapshot = RoutingSnapshot(
        now=now.timestamp(),
        plan=loading.published_plan(),
        pools=loading.pool_states(now),
        counsellors=tuple(counsellors_on_duty(now, signs, books)),
        waiting=tuple(waiting_request(one, reception=reception) for one in rows),
        bookings=tuple(bookings(now)),
        scarce=scarce_skills(skills.themes | skills.languages for skills in books.values()),
        longest_wait_s=settings.ENV.longest_wait_s,
        usual_chat_s=_usual_chat_s(now),
    )
    return LiveSnapshot(snapshot, {str(one.pk): one.round for one in rows}, books)


def _usual_chat_s(now: datetime) -> float:
    day, _ = arrival(now)
    chats, total_s = _recent_chats(int(now.timestamp() // RECENT_CHATS_FRESH_S), day.toordinal())
    return usual_chat_s(chats=chats, total_s=total_s)


@lru_cache(maxsize=1)
def _recent_chats(_ten_minutes: int, day: int) -> tuple[int, float]:
    """Read once in ten minutes: many rows are summed up, and the sum hardly changes."""
    return recent.chats(datetime.fromordinal(day).date())


def waiting_request(row: Conversation, *, reception: str | None) -> WaitingRequest:
    """A row that waits, with its offers; `reception` is the code of the reception's theme."""
    offers: list[Offer] = [offer for offer in row.offers.all() if not offer.invited]
    return WaitingRequest(
        id=str(row.pk),
        theme=row.theme,
        language=row.language,
        site=row.site.key,
        asked_at=row.asked_at.timestamp(),
        audience=row.audience,
        queued_at=row.queued_at.timestamp(),
        reception=row.theme == reception,
        booking=row.booking or None,
        to_pool=row.to_pool.slug if row.to_pool else None,
        to_counsellor=row.to_counsellor_id,
        offers={o.counsellor_id: o.expires_at.timestamp() for o in offers if o.state == OfferState.RINGING},
        missed={o.counsellor_id: o.missed for o in offers if o.missed},
        refused={o.counsellor_id: o.refused_at.timestamp() for o in offers if o.refused_at},
    )


@dataclass(frozen=True, slots=True)
class Skills:
    """What a counsellor can take. Read as plain columns: each dispatch reads everybody's."""

    pools: frozenset[str]
    themes: frozenset[str]
    languages: frozenset[str]


def on_the_books() -> dict[int, Skills]:
    """The skills of every counsellor with an active account."""
    active = Counsellor.objects.filter(staff__is_active=True).order_by()
    pools: dict[int, set[str]] = defaultdict(set)
    for person, pool in active.values_list("pk", "pools__slug"):
        pools[person].add(pool)
    themes: dict[int, set[str]] = defaultdict(set)
    for person, theme in active.values_list("pk", "themes__code"):
        themes[person].add(theme)
    return {
        person: Skills(
            frozenset(pools[person] - {None}), frozenset(themes[person] - {None}), frozenset(languages)
        )
        for person, languages in active.values_list("pk", "languages")
    }


def counsellors_on_duty(
    now: datetime, signs: Mapping[str, LastSigns], books: Mapping[int, Skills]
) -> Iterator[CounsellorOnDuty]:
    """Those who opened a console and have not gone off duty since, present or not."""
    limits, at = counsellor_limits(), now.timestamp()
    columns = ("counsellor_id", "capacity", "active", "ringing", "state", "idle_since")
    for person, capacity, active, ringing, state, idle_since in (
        Duty.objects.filter(on_duty=True).order_by("counsellor_id").values_list(*columns)
    ):
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
    """The classes' sessions that run now."""
    running = SchoolBooking.objects.filter(starts_at__lte=now, ends_at__gt=now).prefetch_related("themes")
    busy = dict(
        Conversation.objects.filter(state=State.ACTIVE)
        .exclude(booking="")
        .values_list("booking")
        .annotate(n=Count("pk"))
    )
    return [
        Booking(
            code=one.code,
            starts_at=one.starts_at.timestamp(),
            ends_at=one.ends_at.timestamp(),
            places=one.places,
            themes=frozenset(theme.code for theme in one.themes.all()),
            active=busy.get(one.code, 0),
        )
        for one in running
    ]
