"""What is changed: another plan, other hours, other people on duty, more demand. Pure data."""

from dataclasses import dataclass

from routing_rules.plans import Plan
from simulation.observations import SkillProfile


@dataclass(frozen=True, slots=True)
class StaffingChange:
    """On this weekday from `start_s` to `end_s`: so many people more with this profile, or fewer of its pools."""

    weekday: int
    start_s: float
    end_s: float
    profile: SkillProfile
    people: int = 1


@dataclass(frozen=True, slots=True)
class HoursChange:
    """On this weekday these pools are open from `start_s` to `end_s` as well; `closed`: they are closed then.

    Who is on duty at the edge of their hours comes earlier, or stays.
    """

    weekday: int
    start_s: float
    end_s: float
    pools: frozenset[str]
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """One way to run the platform. `demand` multiplies the requests of every half hour."""

    plan: Plan
    staffing: tuple[StaffingChange, ...] = ()
    hours: tuple[HoursChange, ...] = ()
    demand: float = 1.0

    def weekdays(self) -> frozenset[int]:
        """The weekdays on which people or hours are changed."""
        people, hours = (each.weekday for each in self.staffing), (each.weekday for each in self.hours)
        return frozenset(people) | frozenset(hours)


@dataclass(frozen=True, slots=True)
class ReplayLimits:
    """What an installation sets: see `MITI_LONGEST_WAIT_S` and `MITI_LAST_INTAKE_S`; `reception` is the code of its theme."""

    longest_wait_s: float
    last_intake_s: float
    reception: str | None = None
    scarce: frozenset[str] = frozenset()
