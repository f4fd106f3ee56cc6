"""The numbers of the board: how each team stands, and who waits. Pure.

Who is there and who is ready was decided by the engine (`routing_rules.snapshot`): here it is only counted.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from routing_rules.snapshot import ConversationId, CounsellorOnDuty, WaitingRequest

SMALL = 3
"""Of fewer people of another partner nobody learns who of them is doing what."""
FEWEST_REQUESTS = 3
"""Of fewer requests it is not said how many were taken up."""


class PersonStanding(StrEnum):
    """What somebody with an open console is doing. Each is one of these."""

    READY = "ready"
    BUSY = "busy"
    ABSENT = "absent"
    """Available, and probably not there: the page has not been used for a while."""
    PAUSING = "pausing"
    """Finishing, or away."""


def standing_of(one: CounsellorOnDuty) -> PersonStanding:
    """What this person, who has a console open, is doing."""
    if not one.ready:
        return PersonStanding.PAUSING
    if not one.attentive:
        return PersonStanding.ABSENT
    return PersonStanding.READY if one.free else PersonStanding.BUSY


@dataclass(frozen=True, slots=True)
class TeamNumbers:
    """How many of a team have a console open, and what they are doing. `signed_in` is the sum of the others."""

    signed_in: int
    ready: int
    busy: int
    absent: int
    pausing: int

    @property
    def hidden(self) -> bool:
        """Are they so few that other partners read only whether somebody is there to answer?"""
        return 0 < self.signed_in < SMALL

    @property
    def anybody(self) -> bool:
        """Is somebody there who answers, now or after those they have?"""
        return self.ready + self.busy > 0


def numbers_of(people: Collection[CounsellorOnDuty]) -> TeamNumbers:
    """The numbers of these people, who all have a console open."""
    found = Counter(standing_of(one) for one in people)
    return TeamNumbers(
        signed_in=len(people),
        ready=found[PersonStanding.READY],
        busy=found[PersonStanding.BUSY],
        absent=found[PersonStanding.ABSENT],
        pausing=found[PersonStanding.PAUSING],
    )


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """Those who wait for one theme in one language."""

    theme: str
    language: str
    count: int
    longest_s: float
    unanswerable: bool
    """Nobody who is there could answer one of them before closing."""


def waiting_lines(
    waiting: Iterable[WaitingRequest], *, now: float, unanswerable: Collection[ConversationId]
) -> list[WaitingLine]:
    """The longest wait first."""
    groups: dict[tuple[str, str], list[WaitingRequest]] = defaultdict(list)
    for one in waiting:
        groups[one.theme, one.language].append(one)
    lines = [
        WaitingLine(
            theme=theme,
            language=language,
            count=len(some),
            longest_s=max(max(0.0, now - one.waiting_since) for one in some),
            unanswerable=any(one.id in unanswerable for one in some),
        )
        for (theme, language), some in groups.items()
    ]
    return sorted(lines, key=lambda one: (-one.longest_s, one.theme, one.language))
