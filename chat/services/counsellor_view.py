"""What is true for a counsellor now, as their socket shows it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import FilteredRelation, Q

from chat import database
from chat.frames.counsellor.server_frames import Colleague, Guest, Ringing
from chat.models import Conversation, Duty, Offer, OfferState, Party
from chat.services import live_snapshot
from chat.services.rules_in_force import on_the_books
from chat.shared_query import SharedQuery
from chat.states import ColleagueState, OfferGoneReason, PartyRole, State
from partners import clock
from partners.name_search import in_order
from partners.prepared_query import PreparedQuery
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
    number: int
    """This counsellor's in the conversation."""
    keys: dict[int, list[str]]
    """Counsellor to the public keys of their browsers."""
    parties_so_far: int
    """The highest number that was ever given."""

    def numbers(self) -> list[int]:
        """Of all who take part."""
        return sorted(number for number, _ in self.parties.values())

    def has_key(self, number: int, key: str) -> bool:
        """Whether a browser of the counsellor of this number has this public key."""
        return any(
            key in self.keys.get(who, ()) for who, (known, _) in self.parties.items() if known == number
        )


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
    # Offers first: a conversation that is accepted between the two queries is found twice, not missed; its offer is then left out.
    rows = _duties.rows(counsellors)
    views = {
        counsellor: CounsellorView(state, capacity, missed, conversations={}, offers={})
        for counsellor, state, capacity, missed, *_ in rows
    }
    ringing = list(_offers(rows, clock.now()))
    for counsellor, participation in _participations(list(views)):
        views[counsellor].conversations[participation.conversation] = participation
    for counsellor, offer, ends_at in ringing:
        if offer.conversation not in views[counsellor].conversations:
            views[counsellor].offers[offer.conversation] = offer
            views[counsellor].offers_end_at[offer.conversation] = ends_at
    return views


# Read as plain columns: each change of a conversation makes its consoles read them.
_duties = PreparedQuery(
    lambda counsellors: (
        Duty.objects.filter(counsellor__in=counsellors)
        .annotate(
            rings=FilteredRelation(
                "counsellor__offers", condition=Q(counsellor__offers__state=OfferState.RINGING)
            )
        )
        .order_by("rings__conversation__asked_at")
        .values_list(
            "counsellor_id",
            "state",
            "capacity",
            "missed",
            "rings__expires_at",
            "rings__invited",
            "rings__conversation_id",
            "rings__conversation__theme",
            "rings__conversation__language",
            "rings__conversation__audience",
            "rings__conversation__asked_at",
        )
    )
)
"""Each with the offers that ring there: without one, one row of NULLs."""
_shared_views = SharedQuery(database.in_thread(_read_views))


async def load(counsellor: int) -> CounsellorView:
    return (await _shared_views.now(counsellor))[counsellor]


_NAME = ("counsellor__staff__first_name", "counsellor__staff__username")
_taking_part = PreparedQuery(
    lambda counsellors: (
        Party.objects.filter(counsellor__in=counsellors, conversation__state=State.ACTIVE)
        .order_by("joined_at")
        .values_list(
            "counsellor_id",
            "role",
            "joined_at",
            "conversation_id",
            "conversation__epoch",
            "conversation__theme",
            "conversation__language",
            "conversation__audience",
            "conversation__asked_at",
            "conversation__party_version",
            "conversation__first_answer_at",
            "conversation__parties_so_far",
        )
    )
)
_invited = PreparedQuery(
    # The conversations of these counsellors, by a subquery: their keys are no numbers.
    lambda counsellors: Offer.objects.filter(
        state=OfferState.RINGING,
        invited=True,
        conversation__in=Party.objects.filter(counsellor__in=counsellors).values("conversation"),
    ).values_list("conversation_id", "counsellor_id", *_NAME)
)
_everybody = PreparedQuery(
    lambda counsellors: Party.objects.filter(
        conversation__in=Party.objects.filter(counsellor__in=counsellors).values("conversation")
    ).values_list("conversation_id", "counsellor_id", "number", "role", "public_keys", *_NAME)
)


def _participations(counsellors: Collection[int]) -> Iterator[tuple[int, Participation]]:
    own = _taking_part.rows(counsellors)
    taking_part = {who for who, *_ in own}
    # Invitations first: a guest who accepts between the two queries is found twice, not missed.
    invited: dict[UUID, list[tuple[int, str]]] = defaultdict(list)
    for conversation, who, first_name, username in _invited.rows(taking_part):
        invited[conversation].append((who, first_name or username))
    parties: dict[UUID, list[tuple[int, int, str, str]]] = defaultdict(list)
    keys: dict[UUID, dict[int, list[str]]] = defaultdict(dict)
    for conversation, who, number, role, public_keys, first_name, username in _everybody.rows(taking_part):
        parties[conversation].append((who, number, role, first_name or username))
        keys[conversation][who] = public_keys.split()
    for (
        who,
        role,
        joined_at,
        row,
        epoch,
        theme,
        language,
        audience,
        asked_at,
        version,
        answer_at,
        so_far,
    ) in own:
        yield (
            who,
            Participation(
                conversation=str(row),
                epoch=epoch,
                theme=theme,
                language=language,
                audience=audience,
                waited_s=_whole_seconds(asked_at, joined_at),
                role=role,
                accepted_at=joined_at,
                party_version=version,
                parties={each: (number, name) for each, number, _, name in parties[row]},
                guests=_guests(parties[row], invited[row]),
                answered=answer_at is not None,
                # Whoever left between the two queries takes part no longer.
                number=next((number for each, number, *_ in parties[row] if each == who), 0),
                keys=keys[row],
                parties_so_far=so_far,
            ),
        )


def _guests(
    parties: Collection[tuple[int, int, str, str]], invited: Collection[tuple[int, str]]
) -> list[Guest]:
    joined = sorted(((number, who, name) for who, number, role, name in parties if role == PartyRole.GUEST))
    there = {who for _, who, _ in joined}
    return [
        *(Guest(who, name, True) for _, who, name in joined),
        *(Guest(who, name, False) for who, name in invited if who not in there),
    ]


def _offers(rows: Collection[tuple[Any, ...]], now: datetime) -> Iterator[tuple[int, Ringing, datetime]]:
    for who, _, _, _, ends_at, invited, row, theme, language, audience, asked_at in rows:
        if ends_at is None or ends_at <= now:
            continue
        offer = Ringing(
            conversation=str(row),
            theme=theme,
            language=language,
            audience=audience,
            waited_s=_whole_seconds(asked_at, now),
            expires_in_s=max(1, _whole_seconds(now, ends_at)),
            invited=invited,
        )
        yield who, offer, ends_at


async def names(counsellors: Collection[int]) -> dict[int, str]:
    """First names, for notes of those who took part before."""
    return await database.run(_names, counsellors)


def _names(counsellors: Collection[int]) -> dict[int, str]:
    people = Counsellor.objects.filter(pk__in=counsellors).select_related("staff")
    return {person.pk: str(person.staff) for person in people}


@dataclass(frozen=True, slots=True)
class GoneOffer:
    """An offer from the queue or a colleague's invitation that a console has shown and that is there no more."""

    counsellor: int
    conversation: str
    invited: bool
    ends_at: datetime


async def why_offer_gone(gone: GoneOffer) -> OfferGoneReason:
    """The reason, for the console to show."""
    return (await _shared_reasons.now(gone))[gone]


def _why_gone(asked: Collection[GoneOffer]) -> dict[GoneOffer, OfferGoneReason]:
    """All consoles at which a conversation rang ask at once."""
    states = {one: _states_of.rows(UUID(one)) for one in {gone.conversation for gone in asked}}
    now = clock.now()
    return {gone: _why(states[gone.conversation], gone, now) for gone in asked}


_shared_reasons = SharedQuery(database.in_thread(_why_gone))


def why_offer_gone_now(counsellor: int, conversation: str, *, now: datetime) -> OfferGoneReason:
    """The same, of an offer from the queue, for callers that already run in a database thread."""
    gone = GoneOffer(counsellor, conversation, invited=False, ends_at=now)
    return _why(_states_of.rows(UUID(conversation)), gone, now)


def _why(states: Collection[tuple[Any, ...]], gone: GoneOffer, now: datetime) -> OfferGoneReason:
    state = next((state for state, *_ in states), State.CLOSING)
    if state == State.CLOSING:
        return OfferGoneReason.VISITOR_LEFT
    if state == State.ACTIVE and not gone.invited:
        return OfferGoneReason.ACCEPTED_ELSEWHERE
    offer = next((offer for _, who, offer in states if who == gone.counsellor), None)
    # It may ring again already: then only its time says how the one before ended.
    missed = offer == OfferState.MISSED or (offer == OfferState.RINGING and gone.ends_at <= now)
    return OfferGoneReason.EXPIRED if missed else OfferGoneReason.WITHDRAWN


_states_of = PreparedQuery(
    lambda conversation: Conversation.objects.filter(pk=conversation).values_list(
        "state", "offers__counsellor_id", "offers__state"
    )
)


async def is_ending(conversation: str) -> bool:
    """Whether the conversation is being closed, or is closed."""
    return await database.run(_is_ending, conversation)


def _is_ending(conversation: str) -> bool:
    return not Conversation.objects.filter(pk=conversation).exclude(state=State.CLOSING).exists()


async def _colleagues(_: Collection[None]) -> list[Colleague]:
    duties = await database.run(live_snapshot.duties)
    signs = await live_snapshot.last_signs_of(duties)
    return await database.run(_colleagues_now, duties, signs, clock.now())


def _colleagues_now(
    duties: Collection[tuple[Any, ...]], signs: Mapping[str, LastSigns], now: datetime
) -> list[Colleague]:
    if not duties:
        return []
    on_duty = {
        one.id: one for one in live_snapshot.counsellors_on_duty(duties, signs, on_the_books(), now=now)
    }
    people = Counsellor.objects.filter(pk__in=on_duty).select_related("staff")
    return [
        Colleague(
            id=person.pk,
            name=str(person.staff),
            state=colleague_state(on_duty[person.pk]),
            pools=sorted(on_duty[person.pk].pools),
        )
        for person in in_order(people.order_by("pk"))
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
