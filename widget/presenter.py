"""The frames for a visitor: who joined and left, the position in the queue, what the others do at this moment."""

from collections.abc import Iterator, Sequence

from chat import old_pages
from chat.frames.base import ServerFrame, moment
from chat.frames.visitor import server_frames
from chat.hub import Notification
from chat.services.visitor_view import VisitorView, alias
from chat.states import State
from chat.transcript.interface import VISITOR, Page
from chat.volatile import Tombstone
from partners import clock
from widget import survey


def difference(before: VisitorView | None, now: VisitorView) -> Iterator[ServerFrame]:
    """What has changed since the last refresh."""
    at = moment(clock.now())
    # Whoever left and came back meanwhile has another number.
    known = before.parties if before else {}
    for counsellor, number in known.items():
        if now.parties.get(counsellor) != number:
            yield server_frames.Left(alias(now.language, number), at, number)
    for counsellor, number in now.parties.items():
        keys = now.keys.get(counsellor, [])
        if known.get(counsellor) != number:
            yield server_frames.Joined(alias(now.language, number), at, number, keys[-1] if keys else None)
            keys = keys[:-1]
        elif before is not None:
            keys = [key for key in keys if key not in before.keys.get(counsellor, ())]
        for key in keys:
            yield server_frames.GrantWanted(number, key, 1)
    if now.state is not State.WAITING or now.position is None:
        return
    if before is not None and before.state is State.ACTIVE:
        yield server_frames.Requeued(now.position, now.estimate_s)
    elif before is None or (before.position, before.estimate_s) != (now.position, now.estimate_s):
        yield server_frames.Waiting(now.conversation, now.epoch, now.position, now.estimate_s)


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
        case "grant_wanted" if event.data["number"] in view.parties.values():
            return server_frames.GrantWanted(
                event.data["number"], event.data["key"], event.data["generation"]
            )
    return None


def interrupted(view: VisitorView, counsellor: int, grace_s: int) -> server_frames.Interrupted:
    return server_frames.Interrupted(view.alias_of(counsellor), grace_s)


def back(view: VisitorView, counsellor: int) -> server_frames.Joined:
    keys = view.keys.get(counsellor)
    return server_frames.Joined(
        view.alias_of(counsellor), moment(clock.now()), view.parties[counsellor], keys[-1] if keys else None
    )


def resumed(
    view: VisitorView,
    page: Page | None,
    *,
    epoch: int,
    events: Sequence[server_frames.Message],
    storage_key: str,
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
        parties=[
            server_frames.PresentParty(alias(view.language, number), number, view.keys.get(counsellor, []))
            for counsellor, number in sorted(view.parties.items(), key=lambda party: party[1])
        ],
        parties_so_far=view.parties_so_far,
        storage_key=storage_key,
    )


def reload_notice(view: VisitorView) -> server_frames.Message:
    """A line of the system between the messages, which takes no number."""
    return server_frames.Message(
        view.epoch, 0, "system", None, None, old_pages.words(view.language), moment(clock.now()), None
    )


def closed(tombstone: Tombstone) -> server_frames.Closed:
    is_open = survey.is_open(tombstone, at=clock.seconds())
    return server_frames.Closed(tombstone.reason, tombstone.outcome, survey=is_open)
