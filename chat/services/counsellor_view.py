"""What is true for a counsellor now, as their socket shows it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch

from chat import clock, database
from chat.frames.counsellor.server_frames import Colleague, Guest, Ringing
from chat.models import Conversation, Duty, Offer, OfferState, Party
from chat.services import live_snapshot
from chat.shared_query import SharedQuery
from chat.states import ColleagueState, OfferGoneReason, PartyRole, State
from routing_rules.models import Counsellor
from routing_rules.presence import LastSigns
from routing_rules.snapshot import CounsellorOnDuty


@dataclass(frozen=True, slots=True)
class Participation:
    """One conversation that the counsellor takes part in."""

    conversation: str
    epoch: int
    theme: str
    language: str
    audience: str
    waited_s: int
    role: str
    accepted_at: datetime
    party_version: int
    parties: dict[int, tuple[int, str]]
    """Counsellor to (number, first name)."""
    guests: list[Guest]
    """The guests who joined, then those whose invitation still rings."""
    answered: bool
    content_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CounsellorView:
    state: str
    capacity: int
    missed: int
    conversations: dict[str, Participation]
    offers: dict[str, Ringing]
    offers_end_at: dict[str, datetime] = field(default_factory=dict)
    """By conversation: when the end of an offer changes, it is another offer."""


def _read_views(counsellors: Collection[int]) -> dict[int, CounsellorView]:
    """By counsellor. The number of queries does not grow with the number of counsellors."""
    views = {
        counsellor: CounsellorView(state, capacity, missed, conversations={}, offers={})
        for counsellor, state, capacity, missed in Duty.objects.filter(
            counsellor__in=counsellors
        ).values_list("counsellor_id", "state", "capacity", "missed")
    }
    # Offers first: a conversation that is accepted between the two queries is found twice, not missed; its offer is then left out.
    ringing = list(_offers(views, clock.now()))
    for counsellor, participation in _participations(views):
        views[counsellor].conversations[participation.conversation] = participation
    for counsellor, offer, ends_at in ringing:
        if offer.conversation not in views[counsellor].conversations:
            views[counsellor].offers[offer.conversation] = offer
            views[counsellor].offers_end_at[offer.conversation] = ends_at
    return views


_shared_views = SharedQuery(database.in_thread(_read_views))


async def load(counsellor: int) -> CounsellorView:
    return (await _shared_views.now(counsellor))[counsellor]


def _participations(counsellors: Collection[int]) -> Iterator[tuple[int, Participation]]:
    invited = Offer.objects.filter(state=OfferState.RINGING, invited=True).select_related("counsellor__staff")
    taking_part = Party.objects.select_related("counsellor__staff")
    own = (
        Party.objects.filter(counsellor__in=counsellors, conversation__state=State.ACTIVE)
        .select_related("conversation")
        # Invitations first: a guest who accepts between the two queries is found twice, not missed.
        .prefetch_related(
            Prefetch("conversation__offers", queryset=invited),
            Prefetch("conversation__parties", queryset=taking_part),
        )
        .order_by("joined_at")
    )
    for party in own:
        yield (
            party.counsellor_id,
            Participation(
                conversation=str(party.conversation_id),
                epoch=party.conversation.epoch,
                theme=party.conversation.theme,
                language=party.conversation.language,
                audience=party.conversation.audience,
                waited_s=_whole_seconds(party.conversation.asked_at, party.joined_at),
                role=party.role,
                accepted_at=party.joined_at,
                party_version=party.conversation.party_version,
                parties={
                    one.counsellor_id: (one.number, str(one.counsellor.staff))
                    for one in party.conversation.parties.all()
                },
                guests=_guests(party.conversation),
                answered=party.conversation.first_answer_at is not None,
                content_key=bytes(party.conversation.content_key),
            ),
        )


def _guests(row: Conversation) -> list[Guest]:
    joined = sorted(
        (one for one in row.parties.all() if one.role == PartyRole.GUEST), key=lambda one: one.number
    )
    invited = [
        one for one in row.offers.all() if one.counsellor_id not in {guest.counsellor_id for guest in joined}
    ]
    return [
        *(Guest(one.counsellor_id, str(one.counsellor.staff), True) for one in joined),
        *(Guest(one.counsellor_id, str(one.counsellor.staff), False) for one in invited),
    ]


def _offers(counsellors: Collection[int], now: datetime) -> Iterator[tuple[int, Ringing, datetime]]:
    ringing = Offer.objects.filter(
        counsellor__in=counsellors, state=OfferState.RINGING, expires_at__gt=now
    ).select_related("conversation")
    for offer in ringing.order_by("conversation__asked_at"):
        yield (
            offer.counsellor_id,
            Ringing(
                conversation=str(offer.conversation_id),
                theme=offer.conversation.theme,
                language=offer.conversation.language,
                audience=offer.conversation.audience,
                waited_s=_whole_seconds(offer.conversation.asked_at, now),
                expires_in_s=max(1, _whole_seconds(now, offer.expires_at)),
                invited=offer.invited,
            ),
            offer.expires_at,
        )


async def names(counsellors: Collection[int]) -> dict[int, str]:
    """First names, for notes of those who took part before."""
    return await database.run(_names, counsellors)


def _names(counsellors: Collection[int]) -> dict[int, str]:
    people = Counsellor.objects.filter(pk__in=counsellors).select_related("staff")
    return {person.pk: str(person.staff) for person in people}


async def why_offer_gone(counsellor: int, conversation: str, *, invited: bool) -> OfferGoneReason:
    """The reason, for the console to show. `invited`: it was a colleague's invitation."""
    return await database.run(why_offer_gone_now, counsellor, conversation, invited=invited)


def why_offer_gone_now(counsellor: int, conversation: str, *, invited: bool = False) -> OfferGoneReason:
    """The same, for callers that already run in a database thread."""
    row = Conversation.objects.filter(pk=conversation).first()
    if row is None or row.state == State.CLOSING:
        return OfferGoneReason.VISITOR_LEFT
    if row.state == State.ACTIVE and not invited:
        return OfferGoneReason.ACCEPTED_ELSEWHERE
    offer = Offer.objects.filter(conversation=row, counsellor=counsellor).first()
    missed = offer is not None and offer.state == OfferState.MISSED
    return OfferGoneReason.EXPIRED if missed else OfferGoneReason.WITHDRAWN


async def is_ending(conversation: str) -> bool:
    """Whether the conversation is being closed, or is closed."""
    return await database.run(_is_ending, conversation)


def _is_ending(conversation: str) -> bool:
    return not Conversation.objects.filter(pk=conversation).exclude(state=State.CLOSING).exists()


async def _colleagues(_: Collection[None]) -> list[Colleague]:
    signs = await live_snapshot.last_signs()
    return await database.run(_colleagues_now, signs, clock.now())


def _colleagues_now(signs: Mapping[str, LastSigns], now: datetime) -> list[Colleague]:
    books = live_snapshot.on_the_books() if signs else {}
    on_duty = {one.id: one for one in live_snapshot.counsellors_on_duty(now, signs, books)}
    people = Counsellor.objects.filter(pk__in=on_duty).select_related("staff")
    return [
        Colleague(
            id=person.pk,
            name=str(person.staff),
            state=colleague_state(on_duty[person.pk]),
            pools=sorted(on_duty[person.pk].pools),
        )
        for person in people.order_by("staff__first_name", "pk")
    ]


def colleague_state(one: CounsellorOnDuty) -> ColleagueState:
    """What colleagues see: a silent counsellor is `away`, a ready one without a free slot is `busy`."""
    if not one.presence.connected:
        return ColleagueState.AWAY
    return ColleagueState.BUSY if one.ready and not one.free else ColleagueState(one.state.value)


_on_duty: SharedQuery[None, list[Colleague]] = SharedQuery(_colleagues)


async def colleagues(counsellor: int) -> list[Colleague]:
    """The others who are on duty now."""
    return [one for one in await everybody_on_duty() if one.id != counsellor]


async def everybody_on_duty() -> list[Colleague]:
    """All who are on duty now, by first name."""
    return await _on_duty.now()


def _whole_seconds(start: datetime, end: datetime) -> int:
    return max(0, int((end - start).total_seconds()))
