"""What a simulation is made from: sums of past half hours and quarters of an hour, and nothing of single people. Pure data.

Seconds and slots count from midnight in Brussels. A group is a set of people who are told apart no further: a team, or those of a
team with the same skills; `profiles` are the skills of its members on the books.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

SLOT_S = 1800
QUARTER_S = 900


@dataclass(frozen=True, slots=True, order=True)
class RequestKind:
    """What rules and skills ask of a request."""

    theme: str
    language: str
    site: str
    audience: str = "public"


@dataclass(frozen=True, slots=True)
class HalfHourCount:
    """So many requests of a kind arrived in a half hour (0 to 47)."""

    slot: int
    kind: RequestKind
    count: int


@dataclass(frozen=True, slots=True)
class DutyQuarter:
    """How many people of a group were signed in and available in a quarter of an hour (0 to 95), on average."""

    quarter: int
    group: str
    people: float


@dataclass(frozen=True, slots=True, order=True)
class PoolHours:
    """A pool is open from `start_s` to `end_s`."""

    pool: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class ObservedDay:
    """One day: `weekday` 0 is Monday. Duty of days without requests counts, too."""

    weekday: int
    hours: tuple[PoolHours, ...]
    arrivals: tuple[HalfHourCount, ...]
    duty: tuple[DutyQuarter, ...]


@dataclass(frozen=True, slots=True)
class SkillProfile:
    """The skills and the capacity of a counsellor, without who it is."""

    pools: frozenset[str]
    themes: frozenset[str]
    languages: frozenset[str]
    capacity: int


@dataclass(frozen=True, slots=True)
class SignSums:
    """Minutes of people available, the part of them with a recent sign of life, and how often such signs ceased."""

    minutes: float = 0.0
    present_minutes: float = 0.0
    absences: int = 0


@dataclass(frozen=True, slots=True)
class RingSums:
    """How many rings were answered (accepted or refused), and how many ran out. A ring that a colleague's answer ended is neither."""

    answered: int = 0
    missed: int = 0

    def __add__(self, other: "RingSums") -> "RingSums":
        return RingSums(self.answered + other.answered, self.missed + other.missed)

    @property
    def share(self) -> float:
        """Of those that came to their end, how many were answered."""
        ended = self.answered + self.missed
        return self.answered / ended if ended else 1.0


@dataclass(frozen=True, slots=True)
class WaitCounts:
    """How many waited how long (seconds, rounded up to 5): until somebody accepted, until they left, or until the platform gave up."""

    accepted: Mapping[int, int] = field(default_factory=dict)
    left: Mapping[int, int] = field(default_factory=dict)
    given_up: Mapping[int, int] = field(default_factory=dict)

    @property
    def censored(self) -> Counter[int]:
        """Who would have waited longer."""
        return Counter(self.accepted) + Counter(self.given_up)


@dataclass(frozen=True, slots=True)
class TalkLength:
    """How long a conversation was, in whole minutes, and the theme for which it was transferred (empty: it was not)."""

    minutes: int
    transferred_to: str = ""


@dataclass(frozen=True, slots=True)
class Observations:
    """A past period.

    `talks` counts the conversations by theme asked; `silent_share` is the part of those accepted in which nobody wrote.
    """

    days: tuple[ObservedDay, ...]
    groups: Mapping[str, tuple[SkillProfile, ...]]
    signs: SignSums
    rings: Mapping[str, RingSums]
    waits: WaitCounts
    talks: Mapping[str, Mapping[TalkLength, int]]
    silent_share: float = 0.0

    @property
    def requests(self) -> int:
        """How many there were."""
        return sum(each.count for day in self.days for each in day.arrivals)

    @property
    def all_rings(self) -> RingSums:
        """Of all groups."""
        return sum(self.rings.values(), RingSums())

    def all_talks(self) -> Counter[TalkLength]:
        """Whatever the theme."""
        found: Counter[TalkLength] = Counter()
        for talks in self.talks.values():
            found.update(talks)
        return found
