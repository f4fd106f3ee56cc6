"""What a console is told: a conversation's snapshot, an entry of it, who came and went; what rings, and whether I am there."""

import asyncio
from collections.abc import Iterator, Mapping

from django.conf import settings

from chat import clock, runtime
from chat.frames import to_counsellor as told
from chat.frames.base import moment, moment_of
from chat.frames.from_counsellor import Position
from chat.hub import Signal
from chat.meter import meter
from chat.sealing import Cipher
from chat.services import counsellor_view, saying
from chat.services.counsellor_view import CounsellorView, Seat
from chat.services.visitor_view import alias
from chat.transcript.interface import PAGE, SYSTEM, VISITOR, Entry, Kind
from chat.volatile import visitor

CLOSING_TRIES, CLOSING_TRY_S = 20, 0.1


async def snapshot(
    seat: Seat, cipher: Cipher, place: Position | None
) -> tuple[told.Snapshot, told.Resumed | None]:
    """The conversation as this console needs it: whole (its first page), or from the place that it had reached.

    With a place, the same entries come as a `resumed` too, which says whether there is a gap.
    """
    page = await saying.missed(
        conversation=seat.conversation,
        epoch=place.epoch if place else 0,
        after=place.seq if place else 0,
        now=clock.now(),
    )
    epoch = page.epoch if page else seat.epoch
    gap = place is not None and place.epoch not in {0, epoch}
    notes = await runtime.transcripts().read(seat.conversation, kind=Kind.NOTE, after=0, limit=PAGE)
    messages = [message(seat, one, cipher.open(one.sealed)) for one in page.entries] if page else []
    gone = {one.author for one in notes.entries} - set(seat.parties) if notes else set()
    names = await counsellor_view.names(gone) if gone else {}
    whole = told.Snapshot(
        conversation=seat.conversation,
        epoch=epoch,
        theme=seat.theme,
        language=seat.language,
        audience=seat.audience,
        waited_s=seat.waited_s,
        state="active",
        role=seat.role,
        visitor=await _visitor(seat.conversation),
        accepted_at=moment(seat.accepted_at),
        messages=messages,
        notes=[note(seat, one, cipher.open(one.sealed), names) for one in notes.entries] if notes else [],
        more=bool(page and page.more),
        guests=seat.guests,
    )
    if place is None:
        return whole, None
    meter.came_back("counsellor", gap=gap, entries=len(messages))
    return whole, told.Resumed(seat.conversation, epoch, messages, whole.more, gap)


async def _visitor(conversation: str) -> str:
    who = visitor(conversation)
    presence = (await runtime.volatile().presences([who])).get(who)
    silent_s = clock.seconds() - presence.seen if presence else 0
    return "gone" if silent_s > settings.ENV.silence_s else "present"


def opened(snapshot: told.Snapshot) -> told.Opened:
    return told.Opened(**{name: getattr(snapshot, name) for name in snapshot.__struct_fields__})


async def offers_changed(
    before: CounsellorView, now: CounsellorView, *, me: int
) -> list[told.Offer | told.OfferGone]:
    """What rings since, and why what rang does no more; what was accepted tells of itself."""
    new = [one for conversation, one in now.offers.items() if conversation not in before.offers]
    gone = before.offers.keys() - now.offers.keys() - now.seats.keys()
    return [
        *(told.Offer(**{name: getattr(one, name) for name in one.__struct_fields__}) for one in new),
        *[
            told.OfferGone(
                one, await counsellor_view.why_offer_gone(me, one, invited=before.offers[one].invited)
            )
            for one in gone
        ],
    ]


def is_readiness_changed(before: CounsellorView, now: CounsellorView) -> bool:
    return (before.state, before.capacity, before.missed) != (now.state, now.capacity, now.missed)


def readiness(before: CounsellorView, now: CounsellorView) -> told.Availability:
    became_away = now.state == "away" != before.state and now.missed > 0
    return told.Availability(now.state, now.capacity, now.missed, "missed" if became_away else None)


def hint(conversation: str, event: Signal) -> told.Typing | told.Seen | told.Visitor | told.Closing | None:
    """What passes without being kept. Of typing and having seen, only the visitor's is told."""
    data = event.data
    match event.name:
        case "typing" if data["by"] == VISITOR:
            return told.Typing(conversation, data["on"])
        case "seen" if data["by"] == VISITOR:
            return told.Seen(conversation, data["seq"])
        case "visitor":
            return told.Visitor(conversation, data["state"], data.get("grace_s"))
        case "closing":
            return told.Closing(conversation, data["in_s"], data["reason"])
    return None


def entry(seat: Seat, one: Entry, body: str) -> told.Message | told.Note:
    return message(seat, one, body) if one.kind is Kind.MESSAGE else note(seat, one, body)


def message(seat: Seat, one: Entry, body: str) -> told.Message:
    author = "visitor" if one.author == VISITOR else "system" if one.author == SYSTEM else "counsellor"
    return told.Message(
        conversation=seat.conversation,
        epoch=one.epoch,
        seq=one.seq,
        author=author,
        alias=alias(seat.language, one.number) if author == "counsellor" else None,
        client_id=one.client_id,
        body=body,
        at=moment_of(one.at_ms),
    )


def note(seat: Seat, one: Entry, body: str, names: Mapping[int, str] | None = None) -> told.Note:
    """`names` of those who take part no more."""
    _, name = seat.parties.get(one.author, (0, (names or {}).get(one.author, "")))
    return told.Note(
        conversation=seat.conversation,
        epoch=one.epoch,
        note_seq=one.seq,
        author_name=name,
        client_id=one.client_id,
        body=body,
        at=moment_of(one.at_ms),
    )


async def lost(conversation: str, because: str) -> told.Closed | told.Released:
    """Why this console no longer has the conversation: it ended, or somebody else has it."""
    for _ in range(CLOSING_TRIES):
        stone = await runtime.volatile().tombstone(conversation, now=clock.seconds())
        if stone is not None:
            return told.Closed(conversation, stone.reason, stone.outcome)
        if not await counsellor_view.is_ending(conversation):
            break
        # Seen in the middle of its closing, which says why a moment later.
        await asyncio.sleep(CLOSING_TRY_S)
    return told.Released(conversation, because or "taken_over")


def parties_changed(before: Seat, now: Seat, *, me: int) -> Iterator[told.Joined | told.Left | told.Parties]:
    at = moment(clock.now())
    for counsellor, (_, name) in before.parties.items():
        if counsellor not in now.parties:
            yield told.Left(now.conversation, name, at)
    for counsellor, (_, name) in now.parties.items():
        if counsellor not in before.parties and counsellor != me:
            yield told.Joined(now.conversation, name, at)
    if (before.role, before.guests) != (now.role, now.guests):
        yield told.Parties(now.conversation, now.role, now.guests)
