"""Was anything lost, doubled, reordered, stuck, given to two, counted wrong or left behind?"""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from statistics import median

from tests.chaos.message_log import Book, Story
from tests.chaos.setup import Setup

CHOSEN = {"visitor_left", "counsellor_closed"}
"""The ends that people here choose. Any other was the platform's."""
ON_ITS_WAY_OUT_S = 60


@dataclass
class Figures:
    """One row of the table; those in `ZERO` must be 0."""

    fault: str
    conversations: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    reordered: int = 0
    stuck: int = 0
    assigned_twice: int = 0
    ended_wrongly: int = 0
    miscounted: int = 0
    left_behind: int = 0
    gone_with_the_memory: int = 0
    came_back: int = 0
    wait_p50_s: float = 0.0
    wait_max_s: float = 0.0
    seconds: float = 0.0
    why: list[str] = field(default_factory=list)

    def wrong(self) -> int:
        return sum(asdict(self)[name] for name in ZERO)


ZERO = (
    "lost",
    "doubled",
    "reordered",
    "stuck",
    "assigned_twice",
    "ended_wrongly",
    "miscounted",
    "left_behind",
)


async def judge(*, fault: str, forgets: bool, setup: Setup, book: Book, rows_before: int) -> Figures:
    figures = Figures(fault, conversations=len(book.stories), acknowledged=book.acknowledged)
    for story in book.stories.values():
        _judge_story(figures, story, forgets=forgets)
    await _judge_database(figures, setup, book, rows_before)
    await _judge_redis(figures, setup, book.stories.keys())
    if book.forgotten > sum(story.reason == "forgotten" for story in book.stories.values()):
        figures.ended_wrongly += 1
        figures.why.append("somebody was forgotten who had no conversation yet")
    figures.came_back = book.came_back
    if book.waits_s:
        figures.wait_p50_s, figures.wait_max_s = median(book.waits_s), max(book.waits_s)
    return figures


def _judge_story(figures: Figures, story: Story, *, forgets: bool) -> None:
    name = story.conversation[:8]
    if story.reason is None:
        figures.stuck += 1
        figures.why.append(f"{name} has not ended: {_where(story)}")
    elif story.reason not in CHOSEN and not (forgets and story.reason == "forgotten"):
        # How a conversation ended is in the store's memory too: whoever was away then cannot be told any more.
        figures.ended_wrongly += 1
        figures.why.append(f"{name} ended by {story.reason}")
    missing = story.missing()
    gone = story.gone()
    if not forgets:
        missing += gone
    if missing and not (story.rude and story.reason):
        figures.lost += len(missing)
        figures.why.append(f"{name} lost {missing}")
    figures.gone_with_the_memory += len(gone) if forgets else 0
    for figure, count in (("doubled", story.doubled()), ("reordered", story.reordered())):
        if count:
            setattr(figures, figure, getattr(figures, figure) + count)
            figures.why.append(
                f"{name} {figure} {count}: {story.visitor.drawn} {[d.drawn for d in story.desks]}"
            )
    if story.twice:
        figures.assigned_twice += 1
        figures.why.append(f"{name} was on two desks: {story.owners}")


def _where(story: Story) -> str:
    said = {who: len(lines) for who, lines in story.written.items()}
    return (
        f"written {said} of {story.chatter}, acknowledged {len(story.acknowledged)}, owners {story.owners}, "
        f"epochs {story.visitor.epoch} {[desk.epoch for desk in story.desks]}, missing {story.missing()}"
    )


async def _judge_database(figures: Figures, setup: Setup, book: Book, rows_before: int) -> None:
    live = await setup.ask("SELECT id, state, epoch FROM chat_conversation")
    known = {story for story in book.stories if book.stories[story].reason is None}
    for conversation, state, epoch in live:
        name = str(conversation)
        if name not in known:
            figures.stuck += 1
        ended = f", and ended by {book.stories[name].reason}" if name in book.stories else ", and nobody's"
        figures.why.append(
            f"{name[:8]} is still {state} in the database, epoch {epoch}{'' if name in known else ended}"
        )
    held = await setup.ask(
        """SELECT d.counsellor_id, d.active, d.ringing, count(p.id) FROM chat_duty d
           LEFT JOIN chat_party p ON p.counsellor_id = d.counsellor_id
           GROUP BY d.counsellor_id, d.active, d.ringing
           HAVING d.active <> count(p.id) OR d.active > 4"""
    )
    figures.stuck += len(held)
    figures.why += [f"places are wrong (counsellor, active, ringing, conversations): {row}" for row in held]
    rows = await setup.number("SELECT count(*) FROM indicators_metricrow") - rows_before
    closed = sum(story.reason is not None for story in book.stories.values()) + book.refused["full"]
    if rows != closed:
        figures.miscounted += abs(rows - closed)
        figures.why.append(f"{rows} metric rows for {closed} conversations that ended")


async def _judge_redis(figures: Figures, setup: Setup, conversations: Collection[str]) -> None:
    """What is left of a conversation that ended has no text, or is on its way out."""
    with setup.valkey.client() as client:
        for key in client.scan_iter("miti:{*"):
            conversation, part = key.decode().removeprefix("miti:{").split("}:")
            if conversation in conversations and part != "about" and client.ttl(key) > ON_ITS_WAY_OUT_S:
                figures.left_behind += 1
                figures.why.append(f"{key.decode()} stays for {client.ttl(key)} s")
