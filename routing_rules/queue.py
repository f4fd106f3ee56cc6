"""The queue: in which order the waiting conversations are looked at, and who is able to serve which."""

from collections.abc import Iterable
from dataclasses import dataclass

from routing_rules.plans import RECEPTION_THEME, Plan, Rule
from routing_rules.snapshot import CounsellorOnDuty, WaitingRequest


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A conversation's entry in the queue, from 1, and the rule that takes it (`position` is its index in
    the plan)."""

    number: int
    waiting: WaitingRequest
    position: int | None
    rule: Rule | None


def queue_order(plan: Plan, waiting: Iterable[WaitingRequest]) -> list[QueueEntry]:
    """Highest priority first, then oldest first by first arrival; the id makes equal ones' order a fixed
    one."""
    positions: dict[tuple[str, str, str, str], int | None] = {}
    ranked: list[tuple[int, float, str, WaitingRequest, int | None]] = []
    for each in waiting:
        kind = (each.theme, each.language, each.site, each.audience)
        if kind not in positions:
            positions[kind] = plan.position_for(
                theme=each.theme, language=each.language, site=each.site, audience=each.audience
            )
        position = positions[kind]
        priority = each.priority + (0 if position is None else plan.rules[position].priority)
        ranked.append((-priority, each.asked_at, str(each.id), each, position))
    ranked.sort(key=lambda entry: entry[:3])
    return [
        QueueEntry(number, each, position, None if position is None else plan.rules[position])
        for number, (_, _, _, each, position) in enumerate(ranked, start=1)
    ]


def able(counsellor: CounsellorOnDuty, waiting: WaitingRequest) -> bool:
    """Has this counsellor the language and the theme?

    A colleague's transfer to this person outweighs the theme; one to this person's pool does for "I don't
    know".
    """
    if waiting.language not in counsellor.languages:
        return False
    return (
        waiting.theme in counsellor.themes
        or waiting.to_counsellor == counsellor.id
        or (waiting.theme == RECEPTION_THEME and waiting.to_pool in counsellor.pools)
    )
