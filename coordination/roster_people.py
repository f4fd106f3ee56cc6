"""Whom a coordinator can put on a shift: everybody of the team, those first against whom nothing speaks and who are usually free then."""

from dataclasses import dataclass
from datetime import datetime

from coordination.people_list import found_by
from partners.name_search import by_name, is_found
from roster import loading
from roster.joining import around
from roster.models import Shift
from roster.rules import FORBID_EVERYBODY, Conflict, conflicts
from roster.usual import usually_free
from roster.words import conflict_words
from routing_rules.languages import LANGUAGES
from routing_rules.models import Counsellor

MOST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class CandidateForShift:
    """`doubts` are phrases; whoever is `possible` can be put on the shift all the same."""

    counsellor: Counsellor
    doubts: list[str]
    possible: bool
    usually: bool

    @property
    def languages(self) -> list[str]:
        """By name."""
        return [LANGUAGES.get(code, code) for code in self.counsellor.languages]


@dataclass(frozen=True, slots=True)
class FoundCandidates:
    shown: list[CandidateForShift]
    more: int
    """How many are not shown: the search finds them."""


def candidates(shift: Shift, *, text: str, language: str, now: datetime) -> FoundCandidates:
    """The people of the team who are not on the shift and who are found by `text`, and who speak `language`, if given."""
    rows = loading.who_may_work().filter(pools=shift.pool_id).exclude(assignments__shift=shift)
    people = {
        one.pk: one
        for one in rows.select_related("staff__partner").prefetch_related("pools", "themes")
        if (not language or language in one.languages)
        and is_found(text, one.staff, *found_by(one.staff, one))
    }
    state, plans, hours = around(shift, people, now=now)
    usually = set(usually_free([shift.pool_id], shift.date.weekday(), shift.start_minute, shift.end_minute))
    found = []
    for key, one in people.items():
        # That all places are taken is said once, of the shift.
        against = conflicts(loading.skills(one), plans[key], state, openings=hours, now=now) - {Conflict.FULL}
        said = against - {Conflict.CLOSED, Conflict.PARTLY_CLOSED}
        found.append(
            CandidateForShift(
                one, conflict_words(said), not against & FORBID_EVERYBODY, usually=key in usually
            )
        )
    found.sort(
        key=lambda one: (not one.possible, bool(one.doubts), not one.usually, by_name(str(one.counsellor)))
    )
    return FoundCandidates(found[:MOST_SHOWN], max(0, len(found) - MOST_SHOWN))
