"""The frames for a visitor: who joined and left, the position in the queue, what the others do at this moment."""

from collections.abc import Iterator, Sequence

from chat.frames.base import ServerFrame, moment
from chat.frames.visitor import server_frames
from chat.hub import Notification
from chat.services.visitor_view import VisitorView, alias
from chat.states import State
from chat.transcript.interface import VISITOR, Page
from chat.volatile import Tombstone
from partners import clock
from widget import survey


def difference(before: VisitorView | None, now: VisitorView, *, draft_key: str) -> Iterator[ServerFrame]:
    """What has changed since the last refresh."""
    at = moment(clock.now())
    known = before.parties if before else {}
    for counsellor, number in known.items():
        if counsellor not in now.parties:
            yield server_frames.Left(alias(now.language, number), at)
    for counsellor, number in now.parties.items():
        if counsellor not in known:
            yield server_frames.Joined(alias(now.language, number), at)
    if now.state is not State.WAITING or now.position is None:
        return
    if before is not None and before.state is State.ACTIVE:
        yield server_frames.Requeued(now.position, now.estimate_s)
    elif before is None or (before.position, before.estimate_s) != (now.position, now.estimate_s):
        yield server_frames.Waiting(
            now.conversation, now.epoch, now.position, now.estimate_s, draft_key=draft_key
        )


def ephemeral_frame(view: VisitorView, event: Notification) -> ServerFrame | None:
    """A frame for what the others do at this moment, which is not kept; None where it does not concern this visitor."""
    match event.name:
        case "typing" if event.data["by"] in view.parties:
            return server_frames.Typing(event.data["on"], view.alias_of(event.data["by"]))
        case "seen" if event.data["by"] != VISITOR:
            return server_frames.Seen(event.data["seq"])
        case "interrupted" if event.data["counsellor"] in view.parties:
            return interrupted(view, event.data["counsellor"], event.data["grace_s"])
        case "back" if event.data["counsellor"] in view.parties:
            return back(view, event.data["counsellor"])
        case "closing":
            return server_frames.Closing(event.data["in_s"], event.data["reason"])
    return None


def interrupted(view: VisitorView, counsellor: int, grace_s: int) -> server_frames.Interrupted:
    return server_frames.Interrupted(view.alias_of(counsellor), grace_s)


def back(view: VisitorView, counsellor: int) -> server_frames.Joined:
    return server_frames.Joined(view.alias_of(counsellor), moment(clock.now()))


def resumed(
    view: VisitorView,
    page: Page | None,
    *,
    epoch: int,
    events: Sequence[server_frames.Message],
    draft_key: str,
) -> server_frames.Resumed:
    """The state of the conversation for a visitor who returns, with the messages that they lack."""
    aliases = view.aliases()
    return server_frames.Resumed(
        conversation=view.conversation,
        epoch=page.epoch if page else view.epoch,
        state=view.state.value,
        position=view.position,
        estimate_s=view.estimate_s,
        alias=aliases[0] if aliases else None,
        aliases=aliases,
        events=list(events),
        more=page.more if page else False,
        # A new epoch began after the visitor last read it.
        gap=page is not None and epoch not in {0, page.epoch},
        draft_key=draft_key,
    )


def closed(tombstone: Tombstone) -> server_frames.Closed:
    is_open = survey.is_open(tombstone, at=clock.seconds())
    return server_frames.Closed(tombstone.reason, tombstone.outcome, survey=is_open)
