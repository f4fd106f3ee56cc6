"""The live platform as the routing engine sees it: who waits, who is ready, what is open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, QuerySet

from chat import volatile
from chat.models import Conversation, Duty, Offer, OfferState, State
from chat.volatile import Presence
from routing_rules import loading
from routing_rules.models import Counsellor, Pool, SchoolBooking
from routing_rules.scarcity import scarce_skills
from routing_rules.snapshot import Availability, Booking, Snapshot, Waiting
from routing_rules.snapshot import Counsellor as Candidate


@dataclass(frozen=True, slots=True)
class Situation:
    snapshot: Snapshot
    rounds: Mapping[str, int]
    """The number that a dispatcher must raise to act on a conversation, as seen here."""


def on_duty() -> list[int]:
    """Everybody whose console may be open: presence is asked for these."""
    return list(Duty.objects.filter(on_duty=True).values_list("counsellor_id", flat=True))


def load(*, now: datetime, presences: Mapping[str, Presence]) -> Situation:
    waiting = list(
        Conversation.objects.filter(state=State.WAITING)
        .select_related("site", "to_pool")
        .prefetch_related("offers")
        .order_by("asked_at")
    )
    snapshot = Snapshot(
        now=now.timestamp(),
        plan=loading.published_plan(),
        pools=loading.pool_states(now),
        counsellors=tuple(_candidates(now, presences)),
        waiting=tuple(_waiting(one) for one in waiting),
        bookings=tuple(_bookings(now)),
        scarce=scarce_skills(_skills()),
        absent_after_s=settings.ENV.probably_absent_s,
        longest_wait_s=settings.ENV.longest_wait_s,
    )
    return Situation(snapshot, {str(one.pk): one.round for one in waiting})


def _waiting(one: Conversation) -> Waiting:
    offers: list[Offer] = [offer for offer in one.offers.all() if not offer.invited]
    return Waiting(
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


def _candidates(now: datetime, presences: Mapping[str, Presence]) -> list[Candidate]:
    duties = (
        Duty.objects.filter(counsellor__in=on_duty(), counsellor__staff__is_active=True)
        .select_related("counsellor")
        .prefetch_related("counsellor__pools", "counsellor__themes")
        .order_by("counsellor_id")
    )
    fresh = now.timestamp() - settings.ENV.silence_s
    candidates = []
    for duty in duties:
        presence = presences.get(volatile.counsellor(duty.counsellor_id))
        person = duty.counsellor
        candidates.append(
            Candidate(
                id=person.pk,
                pools=frozenset(pool.slug for pool in person.pools.all()),
                themes=frozenset(theme.code for theme in person.themes.all()),
                languages=frozenset(person.languages),
                capacity=duty.capacity,
                active=duty.active,
                held=duty.ringing,
                state=Availability(duty.state),
                present=presence is not None and presence.seen > fresh,
                last_active_at=presence.active if presence else None,
                idle_since=duty.idle_since.timestamp() if duty.idle_since else 0.0,
            )
        )
    return candidates


def _skills() -> list[frozenset[str]]:
    people = Counsellor.objects.filter(staff__is_active=True).prefetch_related("themes")
    return [frozenset(person.languages) | {theme.code for theme in person.themes.all()} for person in people]


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
    plan = loading.published_plan()
    position = plan.position_for(
        theme=row.theme, language=row.language, site=row.site.key, audience=row.audience
    )
    named = None if position is None else plan.rules[position].pools()
    reached = {pool.slug for pool in loading.pool_states(now) if pool.open}
    return Pool.objects.filter(
        counsellors=counsellor, slug__in=reached if named is None else reached & named
    ).order_by("pk")


def could_serve(row: Conversation, counsellor: int, now: datetime) -> bool:
    """Whether this counsellor has the theme, the language and an open pool for it."""
    person = Counsellor.objects.filter(pk=counsellor, themes__code=row.theme).first()
    able = person is not None and row.language in person.languages
    return able and pools_reached(row, counsellor, now).exists()
