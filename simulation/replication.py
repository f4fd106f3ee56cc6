"""A whole period drawn and played once: the seed decides, so two settings with the same seed are a pair. Pure."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from random import Random

from simulation.drawing import DrawnDay, draw_day, joined
from simulation.engine import DaySimulation
from simulation.model import Behaviour
from simulation.observations import Observations, ObservedDay, PoolHours
from simulation.outcomes import PeriodTally
from simulation.setting import ReplayLimits, Setting


@dataclass(frozen=True)
class Replay:
    """What is replayed. Every day of the period is replaced by one of the same weekday, drawn anew for each seed: weeks differ."""

    observed: Observations
    behaviour: Behaviour
    limits: ReplayLimits

    @cached_property
    def of_weekday(self) -> dict[int, list[ObservedDay]]:
        """The days of each weekday."""
        found: dict[int, list[ObservedDay]] = defaultdict(list)
        for day in self.observed.days:
            found[day.weekday].append(day)
        return found

    def play(
        self,
        setting: Setting,
        seed: int,
        *,
        weekdays: Collection[int] | None = None,
        weeks: int | None = None,
    ) -> PeriodTally:
        """The sums of one drawn period; of some weekdays only, where the others are not asked for; of so many `weeks` only."""
        tally = PeriodTally()
        # Days are drawn from the whole past: a shorter period is a smaller sample of all of it.
        for number, day in enumerate(self.observed.days[: None if weeks is None else 7 * weeks]):
            if weekdays is not None and day.weekday not in weekdays:
                continue
            drawn = self._drawn(setting, number, day.weekday, seed)
            played = DaySimulation(drawn, setting.plan, self.limits, reaction_s=self.behaviour.reaction_s)
            tally.count(played.run(), weekday=day.weekday)
            tally.answered += played.answered
            tally.ran_out += played.ran_out
            tally.open_s += open_seconds(drawn.hours)
        return tally

    def _drawn(self, setting: Setting, number: int, weekday: int, seed: int) -> DrawnDay:
        name = f"{seed}:{number}"
        source = Random(name).choice(self.of_weekday[weekday])
        return draw_day(source, self.observed.groups, self.behaviour, setting, self.limits, seed=name)


def open_seconds(hours: Collection[PoolHours]) -> float:
    """For how long some pool is open."""
    return sum(
        each.end_s - each.start_s for each in joined(PoolHours("", one.start_s, one.end_s) for one in hours)
    )
