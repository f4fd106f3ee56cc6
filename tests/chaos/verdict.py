"""Was anything lost, doubled, reordered, stuck, given to two, counted wrong or left behind?"""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from statistics import median

from tests.chaos.alerts import Alerts
from tests.chaos.message_log import ConversationLog, MessageLog
from tests.chaos.setup import Setup

CHOSEN = {"visitor_left", "counsellor_closed"}
"""The ends that people here choose. Any other was the platform's."""
ON_ITS_WAY_OUT_S = 60
ENDED = "SELECT (SELECT count(*) FROM indicators_metricrow) + (SELECT count(*) FROM indicators_pendingrow)"
"""Requests that have ended: counted, or to be counted."""


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
    not_told: int = 0
    told_for_ever: int = 0
    unopened: int = 0
    opened_elsewhere: int = 0
    notes: int = 0
    gone_with_the_memory: int = 0
    came_back: int = 0
    wait_p50_s: float = 0.0
    wait_max_s: float = 0.0
    seconds: float = 0.0
    alerts: list[str] = field(default_factory=list)
    """Those that fired."""
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
    "not_told",
    "told_for_ever",
    "unopened",
)


async def judge(
    *, fault: str, forgets: bool, setup: Setup, message_log: MessageLog, rows_before: int
) -> Figures:
    figures = Figures(
        fault, conversations=len(message_log.conversations), acknowledged=message_log.acknowledged
    )
    for record in message_log.conversations.values():
        _judge_conversation(figures, record, forgets=forgets)
    await _judge_database(figures, setup, message_log, rows_before)
    await _judge_redis(figures, setup, message_log.conversations.keys())
    if message_log.forgotten > sum(
        record.reason == "forgotten" for record in message_log.conversations.values()
    ):
        figures.ended_wrongly += 1
        figures.why.append("somebody was forgotten who had no conversation yet")
    figures.came_back = message_log.came_back
    figures.unopened = message_log.unopened
    figures.opened_elsewhere, figures.notes = message_log.opened_elsewhere, message_log.notes
    if message_log.waits_s:
        figures.wait_p50_s, figures.wait_max_s = median(message_log.waits_s), max(message_log.waits_s)
    return figures


async def judge_alerts(figures: Figures, alerts: Alerts, raises: frozenset[str]) -> None:
    """Those that the fault must raise were raised, and all ended."""
    fired = await alerts.fired(raises)
    left = await alerts.still_firing()
    figures.alerts = sorted(fired)
    for name in sorted(raises - fired):
        figures.not_told += 1
        figures.why.append(f"{name} did not fire")
    for name in sorted(left):
        figures.told_for_ever += 1
        figures.why.append(f"{name} still fires")


def _judge_conversation(figures: Figures, record: ConversationLog, *, forgets: bool) -> None:
    name = record.conversation[:8]
    if record.reason is None:
        figures.stuck += 1
        figures.why.append(f"{name} has not ended: {_where(record)}")
    elif record.reason not in CHOSEN and not (forgets and record.reason == "forgotten"):
        # How a conversation ended is in the store's memory too: whoever was away then cannot be told any more.
        figures.ended_wrongly += 1
        figures.why.append(f"{name} ended by {record.reason}")
    missing = record.missing()
    gone = record.gone()
    if not forgets:
        missing += gone
    if missing and not (record.leaves_early and record.reason):
        figures.lost += len(missing)
        figures.why.append(f"{name} lost {missing}")
    figures.gone_with_the_memory += len(gone) if forgets else 0
    for figure, count in (
        ("doubled", record.doubled()),
        ("reordered", record.reordered()),
    ):
        if count:
            setattr(figures, figure, getattr(figures, figure) + count)
            figures.why.append(
                f"{name} {figure} {count}: {record.visitor.shown} {[d.shown for d in record.consoles]}"
            )
    if record.twice:
        figures.assigned_twice += 1
        figures.why.append(f"{name} was at two counsellors: {record.owners}")
    if record.twice or record.reason is None:
        figures.why += record.history


def _where(record: ConversationLog) -> str:
    said = {who: len(lines) for who, lines in record.written.items()}
    return (
        f"written {said} of {record.messages_each}, acknowledged {len(record.acknowledged)}, owners {record.owners}, "
        f"epochs {record.visitor.epoch} {[console.epoch for console in record.consoles]}, missing {record.missing()}"
    )


async def _judge_database(figures: Figures, setup: Setup, message_log: MessageLog, rows_before: int) -> None:
    live = await setup.ask("SELECT id, state, epoch FROM chat_conversation")
    known = {
        record for record in message_log.conversations if message_log.conversations[record].reason is None
    }
    for conversation, state, epoch in live:
        name = str(conversation)
        if name not in known:
            figures.stuck += 1
        ended = (
            f", and ended by {message_log.conversations[name].reason}"
            if name in message_log.conversations
            else ", and nobody's"
        )
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
    figures.why += [f"slots are wrong (counsellor, active, ringing, conversations): {row}" for row in held]
    rows = await setup.number(ENDED) - rows_before
    closed = (
        sum(record.reason is not None for record in message_log.conversations.values())
        + message_log.refused["full"]
    )
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
