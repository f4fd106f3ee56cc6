"""Who was available, and which rings were answered, by class of people and quarter of an hour: for the what-if, never who.

Signs are sampled by the process that leads; rings are counted by the process that saw them end. Both stay in memory for a minute; then
sums of classes are written, and who it was is forgotten.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chat import database
from chat.services.rules_in_force import on_the_books
from indicators.protection.few_people import SMALLEST_GROUP
from indicators.rows import duty_periods
from indicators.rows.duty_periods import DutyClass, DutySums
from partners.prepared_query import PreparedQuery
from routing_rules.models import Pool
from routing_rules.presence import Presence
from routing_rules.skill_classes import skill_classes
from routing_rules.snapshot import RoutingSnapshot

WRITE_EVERY_S = 60


@dataclass(slots=True)
class DutySampler:
    """Sums of people available in open hours, by counsellor until they are taken."""

    sums: dict[int, DutySums] = field(default_factory=lambda: defaultdict(DutySums))
    present: set[int] = field(default_factory=set)
    """Who had a recent sign at the last sample."""

    def add(self, snapshot: RoutingSnapshot, *, minutes: float) -> None:
        """One sample, which stands for so many minutes."""
        seen = set()
        for one in snapshot.counsellors:
            if not one.ready or one.pools.isdisjoint(snapshot.open_pools):
                continue
            sums = self.sums[one.id]
            sums.minutes += minutes
            if one.presence is Presence.PRESENT:
                sums.present += minutes
                seen.add(one.id)
            elif one.id in self.present:
                sums.absences += 1
        self.present = seen

    def taken(self) -> dict[int, DutySums]:
        """What was summed up since the last time."""
        taken, self.sums = self.sums, defaultdict(DutySums)
        return taken


@dataclass(slots=True)
class RingCounts:
    """Rings of this process that were answered, or ran out, by counsellor until they are written."""

    answered: Counter[int] = field(default_factory=Counter)
    missed: Counter[int] = field(default_factory=Counter)
    wrote_at: datetime | None = None

    async def write(self, *, now: datetime) -> None:
        """Write them once a minute, if there are any."""
        if self.wrote_at is not None and (now - self.wrote_at).total_seconds() < WRITE_EVERY_S:
            return
        self.wrote_at = now
        sums = {
            who: DutySums(answered=self.answered[who], missed=self.missed[who])
            for who in {*self.answered, *self.missed}
        }
        self.answered, self.missed = Counter(), Counter()
        if sums:
            await database.run(write, now, sums)


rings = RingCounts()


def write(at: datetime, sums: Mapping[int, DutySums]) -> None:
    """Add them to their classes; people without one are left out."""
    classes = skill_classes(on_the_books(), dict(_networks.rows()), smallest=SMALLEST_GROUP)
    together: dict[DutyClass, DutySums] = defaultdict(DutySums)
    for who, one in sums.items():
        if who in classes:
            found = classes[who]
            total = together[DutyClass(found.network, found.pool, found.skills)]
            total.minutes += one.minutes
            total.present += one.present
            total.absences += one.absences
            total.answered += one.answered
            total.missed += one.missed
    for each, total in together.items():
        duty_periods.add(at=at, of=each, sums=total)


_networks = PreparedQuery(
    lambda: Pool.objects.filter(partner__isnull=False).values_list("slug", "partner__network__code")
)
