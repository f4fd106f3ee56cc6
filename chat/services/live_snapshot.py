"""The live platform as the routing engine sees it: who waits, who is ready, what is open."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, QuerySet

from chat import database, runtime, volatile
from chat.models import Conversation, Duty, Offer, OfferState, State
from chat.volatile import Presence
from routing_rules import loading
from routing_rules.models import Counsellor, Pool, SchoolBooking
from routing_rules.plans import Plan
from routing_rules.scarcity import scarce_skills
from routing_rules.snapshot import AvailabilityState, Booking, RoutingSnapshot, WaitingRequest
from routing_rules.snapshot import CounsellorOnDuty as Candidate


@dataclass(frozen=True, slots=True)
class Situation:
    snapshot: RoutingSnapshot
    rounds: Mapping[str, int]
    """The number that a dispatcher must raise to act on a conversation, as seen here."""


async def presences() -> Mapping[str, Presence]:
    """Who is there, of everybody whose console may be open."""
    whom = await database.run(_on_duty)
    return await runtime.volatile().presences([volatile.counsellor(one) for one in whom])


def _on_duty() -> list[int]:
    return list(Duty.objects.filter(on_duty=True).values_list("counsellor_id", flat=True))


def load(*, now: datetime, presences: Mapping[str, Presence]) -> Situation:
    waiting = list(
        Conversation.objects.filter(state=State.WAITING)
        .select_related("site", "to_pool")
        .prefetch_related("offers")
        .order_by("asked_at")
    )
    books = on_the_books()
    snapshot = RoutingSnapshot(
        now=now.timestamp(),
        plan=loading.published_plan(),
        pools=loading.pool_states(now),
        counsellors=tuple(_candidates(now, presences, books)),
        waiting=tuple(_waiting(one) for one in waiting),
        bookings=tuple(_bookings(now)),
        scarce=scarce_skills(skills.themes | skills.languages for skills in books.values()),
        absent_after_s=settings.ENV.probably_absent_s,
        longest_wait_s=settings.ENV.longest_wait_s,
    )
    return Situation(snapshot, {str(one.pk): one.round for one in waiting})


def _waiting(one: Conversation) -> WaitingRequest:
    offers: list[Offer] = [offer for offer in one.offers.all() if not offer.invited]
    return WaitingRequest(
        id=str(one.pk),
        theme=one.theme,
        language=one.language,
        site=one.site.key,
        asked_at=one.asked_at.timestamp(),
        audience=one.audience,
        queued_at=one.queued_at.timestamp(),
        priority=one.priority,
        booking=one.booking or None,
        to_pool=one.to_pool.slug if one.to_pool else None,
        to_counsellor=one.to_counsellor_id,
        offers={o.counsellor_id: o.expires_at.timestamp() for o in offers if o.state == OfferState.RINGING},
        missed={o.counsellor_id: o.missed for o in offers if o.missed},
        refused={o.counsellor_id: o.refused_at.timestamp() for o in offers if o.refused_at},
    )


@dataclass(frozen=True, slots=True)
class Skills:
    """What somebody on the books can take. Read as plain columns: a dispatch looks at everybody."""

    pools: frozenset[str]
    themes: frozenset[str]
    languages: frozenset[str]


def on_the_books() -> dict[int, Skills]:
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


def _candidates(
    now: datetime, presences: Mapping[str, Presence], books: Mapping[int, Skills]
) -> Iterator[Candidate]:
    fresh = now.timestamp() - settings.ENV.silence_s
    columns = ("counsellor_id", "capacity", "active", "ringing", "state", "idle_since")
    for person, capacity, active, ringing, state, idle_since in (
        Duty.objects.filter(on_duty=True).order_by("counsellor_id").values_list(*columns)
    ):
        if person not in books:
            continue
        presence = presences.get(volatile.counsellor(person))
        skills = books[person]
        yield Candidate(
            id=person,
            pools=skills.pools,
            themes=skills.themes,
            languages=skills.languages,
            capacity=capacity,
            active=active,
            held=ringing,
            state=AvailabilityState(state),
            present=presence is not None and presence.seen > fresh,
            last_active_at=presence.active if presence else None,
            idle_since=idle_since.timestamp() if idle_since else 0.0,
        )


def _bookings(now: datetime) -> list[Booking]:
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


def pools_reached(row: Conversation, counsellor: int, now: datetime) -> "QuerySet[Pool]":
    """The open pools of this counsellor that the conversation's rule sends to."""
    slugs = reached(row, loading.published_plan(), open_pools(now))
    return Pool.objects.filter(counsellors=counsellor, slug__in=slugs).order_by("pk")


def open_pools(now: datetime) -> set[str]:
    return {pool.slug for pool in loading.pool_states(now) if pool.open}


def reached(row: Conversation, plan: Plan, open_pools: set[str]) -> set[str]:
    """The slugs of the open pools that this plan rings for it, sooner or later."""
    position = plan.position_for(
        theme=row.theme, language=row.language, site=row.site.key, audience=row.audience
    )
    named = None if position is None else plan.rules[position].pools()
    return open_pools if named is None else open_pools & named


def could_serve(row: Conversation, counsellor: int, now: datetime) -> bool:
    """Whether this counsellor has the theme, the language and an open pool for it."""
    person = Counsellor.objects.filter(pk=counsellor, themes__code=row.theme).first()
    able = person is not None and row.language in person.languages
    return able and pools_reached(row, counsellor, now).exists()
