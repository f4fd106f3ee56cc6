"""The frames for a console: a conversation's snapshot and entries, who joined and left, offers, and the counsellor's availability."""

import asyncio
from collections.abc import Iterator

import msgspec

from chat import presence, runtime
from chat.entry_frames import counsellor_message, counsellor_note
from chat.frames.base import moment
from chat.frames.counsellor import server_frames
from chat.frames.counsellor.client_frames import Hello, Position
from chat.hub import Notification
from chat.meter import meter
from chat.services import counsellor_view, grants, messages
from chat.services.counsellor_view import CounsellorView, Participation
from chat.states import AwayReason, PartyRole, ReleasedReason, State, VisitorSign
from chat.transcript.interface import PAGE, VISITOR, Entry, EntryKind
from counsellor_console.keys import frame_of
from partners import clock
from routing_rules.snapshot import AvailabilityState

CLOSING_TRIES, CLOSING_TRY_S = 20, 0.1


async def snapshots(
    view: CounsellorView, hello: Hello
) -> tuple[list[server_frames.ConversationSnapshot], list[server_frames.Resumed]]:
    """Of all conversations, for a console that says where it has got to."""
    whole, resumed = [], []
    for conversation, participation in view.conversations.items():
        one, missed = await snapshot(
            participation, hello.after.get(conversation), key=hello.keys.get(conversation)
        )
        whole.append(one)
        resumed += [missed] if missed else []
    return whole, resumed


async def snapshot(
    participation: Participation, position: Position | None, *, key: str | None
) -> tuple[server_frames.ConversationSnapshot, server_frames.Resumed | None]:
    """The conversation as this console needs it: its first page, or what follows the position that the console has reached. `key`: the
    public key of its browser.

    With a position, the same entries are in a `resumed` too, which says whether there is a gap.
    """
    conversation = participation.conversation
    page, notes, grace_s, granted = await asyncio.gather(
        messages.read_after(
            conversation=conversation,
            epoch=position.epoch if position else 0,
            after=position.seq if position else 0,
            now=clock.now(),
        ),
        runtime.transcripts().read(conversation, kind=EntryKind.NOTE, after=0, limit=PAGE),
        presence.visitor_grace_s(conversation, State.ACTIVE, now=clock.now()),
        grants.grant_for(conversation=conversation, key=key),
    )
    epoch = page.epoch if page else participation.epoch
    gap = position is not None and position.epoch not in {0, epoch}
    entries = [counsellor_message(participation, one) for one in page.entries] if page else []
    gone = {one.author for one in notes.entries} - set(participation.parties) if notes else set()
    names = await counsellor_view.names(gone) if gone else {}
    whole = server_frames.ConversationSnapshot(
        conversation=participation.conversation,
        epoch=epoch,
        theme=participation.theme,
        language=participation.language,
        audience=participation.audience,
        waited_s=participation.waited_s,
        state="active",
        role=participation.role,
        visitor=_sign(grace_s),
        accepted_at=moment(participation.accepted_at),
        number=participation.number,
        numbers=participation.numbers(),
        parties_so_far=participation.parties_so_far,
        messages=entries,
        notes=[counsellor_note(participation, one, names) for one in notes.entries] if notes else [],
        more=bool(page and page.more),
        guests=participation.guests,
        visitor_grace_s=grace_s,
        grant=frame_of(conversation, granted) if granted else None,
    )
    if position is None:
        return whole, None
    meter.count_resume("counsellor", gap=gap, entries=len(entries))
    return whole, server_frames.Resumed(participation.conversation, epoch, entries, whole.more, gap)


def _sign(grace_s: int | None) -> VisitorSign:
    return VisitorSign.PRESENT if grace_s is None else VisitorSign.GONE


async def ringing(offer: server_frames.Ringing) -> server_frames.Ringing:
    """The offer as it is now: it says whether the visitor is connected."""
    state = State.ACTIVE if offer.invited else State.WAITING
    grace_s = await presence.visitor_grace_s(offer.conversation, state, now=clock.now())
    return msgspec.structs.replace(offer, visitor=_sign(grace_s).value)


def opened(snapshot: server_frames.ConversationSnapshot) -> server_frames.Opened:
    return server_frames.Opened(**{name: getattr(snapshot, name) for name in snapshot.__struct_fields__})


async def offers_changed(
    before: CounsellorView, now: CounsellorView, *, me: int
) -> list[server_frames.Offer | server_frames.OfferGone]:
    """The new offers, and why others are gone. An accepted offer needs no frame: its conversation is opened."""
    # It ended and rang again before this page knew of the end: for the page, the first offer is gone and this is another.
    again = [
        conversation
        for conversation in now.offers
        if conversation in before.offers
        and now.offers_end_at[conversation] != before.offers_end_at[conversation]
    ]
    new = [
        await ringing(one)
        for conversation, one in now.offers.items()
        if conversation not in before.offers or conversation in again
    ]
    gone = before.offers.keys() - now.offers.keys() - now.conversations.keys()
    return [
        *[await _offer_gone(before, conversation, me) for conversation in again],
        *(server_frames.Offer(**{name: getattr(one, name) for name in one.__struct_fields__}) for one in new),
        *[await _offer_gone(before, conversation, me) for conversation in gone],
    ]


async def _offer_gone(before: CounsellorView, conversation: str, me: int) -> server_frames.OfferGone:
    gone = counsellor_view.GoneOffer(
        me, conversation, before.offers[conversation].invited, before.offers_end_at[conversation]
    )
    return server_frames.OfferGone(conversation, await counsellor_view.why_offer_gone(gone))


def is_readiness_changed(before: CounsellorView, now: CounsellorView) -> bool:
    return (before.state, before.capacity, before.missed) != (now.state, now.capacity, now.missed)


def readiness(before: CounsellorView, now: CounsellorView) -> server_frames.Availability:
    became_away = now.state == AvailabilityState.AWAY != before.state and now.missed > 0
    return server_frames.Availability(
        now.state, now.capacity, now.missed, AwayReason.MISSED if became_away else None
    )


def ephemeral_frame(
    conversation: str, event: Notification
) -> server_frames.Typing | server_frames.Seen | server_frames.VisitorState | server_frames.Closing | None:
    """A frame for what is not kept. Of `typing` and `seen`, a console gets only the visitor's."""
    data = event.data
    match event.name:
        case "typing" if data["by"] == VISITOR:
            return server_frames.Typing(conversation, data["on"])
        case "seen" if data["by"] == VISITOR:
            return server_frames.Seen(conversation, data["seq"])
        case "visitor":
            return server_frames.VisitorState(conversation, data["state"], data.get("grace_s"))
        case "closing":
            return server_frames.Closing(conversation, data["in_s"], data["reason"])
    return None


def entry(participation: Participation, one: Entry) -> server_frames.Message | server_frames.Note:
    make = counsellor_message if one.kind is EntryKind.MESSAGE else counsellor_note
    return make(participation, one)


def why_released(before: Participation) -> ReleasedReason:
    """Why this counsellor takes no longer part, where no wake-up told: only an owner ends a guest's participation."""
    return ReleasedReason.WITHDRAWN if before.role == PartyRole.GUEST else ReleasedReason.TAKEN_OVER


async def lost(conversation: str, because: str) -> server_frames.Closed | server_frames.Released:
    """Why this console no longer has the conversation: it ended, or somebody else has it."""
    for _ in range(CLOSING_TRIES):
        tombstone = await runtime.volatile().tombstone(conversation, now=clock.seconds())
        if tombstone is not None:
            return server_frames.Closed(conversation, tombstone.reason, tombstone.outcome)
        if not await counsellor_view.is_ending(conversation):
            break
        # It is being closed: the tombstone, which says why, follows in a moment.
        await asyncio.sleep(CLOSING_TRY_S)
    return server_frames.Released(conversation, because)


def parties_changed(
    before: Participation, now: Participation, *, me: int
) -> Iterator[server_frames.Joined | server_frames.Left | server_frames.Parties]:
    at = moment(clock.now())
    # Whoever left and came back meanwhile has another number.
    for counsellor, (number, name) in before.parties.items():
        if now.parties.get(counsellor) != (number, name) and counsellor != me:
            yield server_frames.Left(now.conversation, name, at)
    for counsellor, (number, name) in now.parties.items():
        if before.parties.get(counsellor) != (number, name) and counsellor != me:
            yield server_frames.Joined(now.conversation, name, at)
    shown = _parties_frame(now)
    if shown != _parties_frame(before):
        yield shown


def _parties_frame(one: Participation) -> server_frames.Parties:
    return server_frames.Parties(
        one.conversation, one.role, one.guests, one.number, one.numbers(), one.parties_so_far
    )
