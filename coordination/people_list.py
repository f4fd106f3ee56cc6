"""The people of a coordinator: found, filtered, and as a file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from partners.models import Role, Staff
from partners.name_search import in_order, is_found
from routing_rules.languages import LANGUAGES
from routing_rules.models import Counsellor
from routing_rules.people import invited_only

COLUMNS: Final = (
    "first_name",
    "email",
    "institution",
    "role",
    "state",
    "teams",
    "themes",
    "languages",
    "at_once",
)
ACTIVE, INVITED, UNSENT, DEACTIVATED = "active", "invited", "unsent", "deactivated"
STATES: Final = (ACTIVE, INVITED, UNSENT, DEACTIVATED)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody with what they can take; `state` is one of `STATES`."""

    person: Staff
    skills: Counsellor | None
    state: str

    @property
    def languages(self) -> list[str]:
        """By name."""
        return [LANGUAGES.get(code, code) for code in self.skills.languages] if self.skills else []


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What is looked for; empty means everybody."""

    text: str = ""
    pool: str = ""
    theme: str = ""
    language: str = ""
    state: str = ""


def people_of(*, roles: Iterable[Role], partners: Iterable[int], everybody: bool) -> "QuerySet[Staff]":
    """The people of these partners with these roles; `everybody`: also those who belong to no partner."""
    found = Staff.objects.filter(role__in=[role.value for role in roles])
    if not everybody:
        found = found.filter(partner__in=list(partners))
    return (
        found.select_related("partner", "counsellor")
        .prefetch_related("counsellor__pools", "counsellor__themes")
        .order_by("username")
    )


def found_by(person: Staff, skills: Counsellor | None) -> list[str]:
    """The words by which people are found wherever one looks for somebody, besides name and address: institution, teams, themes, and
    languages with their codes. With teams and themes fetched it asks the database nothing."""
    words = [person.partner.name] if person.partner else []
    if skills is not None:
        words += [pool.name for pool in skills.pools.all()]
        words += [str(theme) for theme in skills.themes.all()]
        words += [f"{code} {LANGUAGES.get(code, '')}" for code in skills.languages]
    return words


def rows_for(people: "QuerySet[Staff]", wanted: PeopleFilter) -> list[PersonRow]:
    """Those who are looked for."""
    if wanted.pool:
        people = people.filter(counsellor__pools__slug=wanted.pool)
    if wanted.theme:
        people = people.filter(counsellor__themes__code=wanted.theme)
    found = in_order(
        one for one in people if is_found(wanted.text, one, *found_by(one, getattr(one, "counsellor", None)))
    )
    found.sort(key=lambda one: not one.is_active)
    letters = invited_only(found)
    rows = [PersonRow(one, getattr(one, "counsellor", None), _state(one, letters)) for one in found]
    return [
        row
        for row in rows
        # Languages are stored as a list, in which not every database can look.
        if (not wanted.language or (row.skills is not None and wanted.language in row.skills.languages))
        and (not wanted.state or row.state == wanted.state)
    ]


def _state(person: Staff, letters: dict[int, bool]) -> str:
    if not person.is_active:
        return DEACTIVATED
    if person.pk not in letters:
        return ACTIVE
    return INVITED if letters[person.pk] else UNSENT


def csv_rows(rows: Iterable[PersonRow]) -> Iterator[list[object]]:
    """One line a person, by `COLUMNS`; codes of teams, themes and languages, as the import reads them."""
    for row in rows:
        skills = row.skills
        yield [
            row.person.first_name,
            # Without an address the account's name, by which the import knows them again.
            row.person.email or row.person.username,
            row.person.partner.slug if row.person.partner else "",
            row.person.role,
            row.state,
            " ".join(pool.slug for pool in skills.pools.all()) if skills else "",
            " ".join(theme.code for theme in skills.themes.all()) if skills else "",
            " ".join(skills.languages) if skills else "",
            skills.capacity if skills else "",
        ]
