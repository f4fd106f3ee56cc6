"""Those who could help in a hole of the coverage, as the page shows them: who is usually free then comes first, who is away last."""

from collections.abc import Iterable
from dataclasses import dataclass

from coordination import hole_letters
from coordination.hole_help import HelpKind
from coordination.hole_letters import Hole
from coordination.people_list import found_by
from partners.name_search import by_name
from roster.usual import away_on, usually_free
from routing_rules.models import Counsellor, Pool


@dataclass(frozen=True, slots=True)
class ShownHelper:
    """`words` are those by which the person is found; `asked`: for this hole, within a day."""

    counsellor: Counsellor
    kind: HelpKind
    words: str
    usually: bool
    away: bool
    asked: bool

    @property
    def ticked(self) -> bool:
        """Are they to get a letter, unless somebody unticks them?"""
        return self.usually and not self.away and not self.asked


def shown(people: Iterable[tuple[Counsellor, HelpKind]], hole: Hole) -> list[ShownHelper]:
    every_pool = list(Pool.objects.values_list("pk", flat=True))
    free = set(usually_free(every_pool, hole.day.weekday(), hole.start, hole.end))
    away, asked = away_on(hole.day), hole_letters.asked_lately(hole)
    found = [
        ShownHelper(
            counsellor=one,
            kind=kind,
            words=" ".join(found_by(one.staff, one)),
            usually=one.pk in free,
            away=one.pk in away,
            asked=one.staff_id in asked,
        )
        for one, kind in people
    ]
    return sorted(found, key=lambda one: (one.away, not one.usually, by_name(str(one.counsellor))))
