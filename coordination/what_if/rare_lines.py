"""Themes and languages that few asked for in the replayed months: they are told together, as in figures of parts of months.

A question is about some hours of some weekdays: a line of its own for a few requests would tell when they were asked.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Self

from indicators.codes import TOGETHER
from indicators.protection.combinations import told_together
from simulation.observations import Observations
from simulation.outcomes import OutcomeSums, PeriodTally


@dataclass(frozen=True, slots=True)
class RareCodes:
    """Those that are told together."""

    themes: frozenset[str]
    languages: frozenset[str]

    @classmethod
    def of(cls, observed: Observations) -> Self:
        """What these months had too few requests of."""
        counts = [each for day in observed.days for each in day.arrivals]
        return cls(
            _rare((each.kind.theme, each.count) for each in counts),
            _rare((each.kind.language, each.count) for each in counts),
        )

    def told(self, tally: PeriodTally) -> PeriodTally:
        """With one line for all of them."""
        return replace(
            tally,
            by_theme=_together(tally.by_theme, self.themes),
            by_language=_together(tally.by_language, self.languages),
        )

    def without(self, lost: Mapping[tuple[int, int, str, str], int]) -> dict[tuple[int, int, str, str], int]:
        """Requests lost by weekday, hour, theme and language: no single change is looked for because of a rare one."""
        return {
            key: n for key, n in lost.items() if key[2] not in self.themes and key[3] not in self.languages
        }


def _rare(counts: Iterable[tuple[str, int]]) -> frozenset[str]:
    asked: Counter[str] = Counter()
    for code, n in counts:
        asked[code] += n
    return told_together(asked)


def _together(lines: Mapping[str, OutcomeSums], rare: frozenset[str]) -> dict[str, OutcomeSums]:
    found = {code: line for code, line in lines.items() if code not in rare}
    others = [line for code, line in lines.items() if code in rare]
    if others:
        found[TOGETHER] = _sum(others)
    return found


def _sum(lines: Iterable[OutcomeSums]) -> OutcomeSums:
    total = OutcomeSums()
    for line in lines:
        total.add(line)
    return total
