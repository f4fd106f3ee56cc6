"""A file of people to invite, as the list of people gives it out."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.validators import MaxLengthValidator, validate_email
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.forms.csv_file import CsvFileForm, at_line, cells_of
from coordination.forms.fields import as_name, longest
from coordination.forms.people import LONGEST_FIRST_NAME
from coordination.people_list import DEACTIVATED
from partners.models import Partner, Role, Staff
from routing_rules.languages import LANGUAGES
from routing_rules.models import Pool, Theme
from routing_rules.people import SkillsWanted
from routing_rules.snapshot import MOST_AT_ONCE, USUAL_CAPACITY

MOST_INVITED: Final = 300
"""Each gets a letter, one after the other."""
REQUIRED: Final = ("first_name", "email")


@dataclass(frozen=True, slots=True)
class PersonWanted:
    """One line."""

    email: str
    first_name: str
    partner: Partner
    pools: Sequence[Pool]
    themes: Sequence[Theme]
    languages: Sequence[str]
    capacity: int

    def skills(self) -> SkillsWanted:
        """What they can take."""
        return SkillsWanted(self.first_name, self.pools, self.themes, self.languages, self.capacity)

    def language_names(self) -> list[str]:
        return [LANGUAGES[code] for code in self.languages]


class PeopleFileForm(CsvFileForm):
    """Who is there already is left as they are."""

    columns = gettext_lazy(
        "Columns: first_name, email; if wanted institution, teams, themes, languages, at_once. Several codes in one cell are "
        "separated by spaces. It is what “CSV” in the list gives out."
    )

    def __init__(self, *args: Any, pools: Sequence[Pool], partners: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pools = {pool.slug: pool for pool in pools}
        self._partners = {one.slug: one for one in Partner.objects.filter(pk__in=partners)}
        self._people: list[PersonWanted] = []
        self.left = 0
        """How many of the file are left as they are: they have an account."""

    def people(self) -> list[PersonWanted]:
        """Those who are new, once the form is valid."""
        return self._people

    @property
    def seen(self) -> str:
        """The same only as long as the file would invite the same people."""
        told = [
            (one.email, one.first_name, one.partner.pk, [pool.pk for pool in one.pools], one.capacity)
            for one in self._people
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def problems(self) -> Iterator[str]:
        rows, wrong = self.table(REQUIRED)
        if wrong:
            yield wrong
            return
        known = _with_an_account()
        seen: set[str] = set()
        for row in rows:
            cells = cells_of(row)
            if not any(cells.values()):
                continue
            email = cells.get("email", "").lower()
            if email in seen:
                yield at_line(rows.line_num, _("%(email)s stands twice in the file.") % {"email": email})
            seen.add(email)
            # An unchanged export gives nobody back their access.
            if email in known or cells.get("state") == DEACTIVATED:
                self.left += 1
            else:
                yield from self._person(rows.line_num, email, cells)
            if len(self._people) > MOST_INVITED:
                yield _(
                    "One file can invite %(most)s people at most: make two of it. Whoever has an account does not count."
                ) % {"most": MOST_INVITED}
                return

    def _person(self, line: int, email: str, cells: dict[str, str]) -> Iterator[str]:
        problems = []
        first_name = as_name(cells.get("first_name", ""))
        if not 0 < len(first_name) <= LONGEST_FIRST_NAME:
            problems.append(_("the first name is missing or too long"))
        try:
            validate_email(email)
            MaxLengthValidator(longest(Staff, "username"))(email)
        except forms.ValidationError:
            problems.append(_("“%(value)s” is not an e-mail address") % {"value": email})
        partner = (
            self._partners.get(cells.get("institution", ""))
            if cells.get("institution")
            else self._only_partner()
        )
        if partner is None:
            problems.append(_("the institution is not one of yours"))
        codes = {name: cells.get(name, "").split() for name in ("teams", "themes", "languages")}
        themes = {one.code: one for one in Theme.objects.filter(code__in=codes["themes"])}
        for name, known in (("teams", self._pools), ("themes", themes), ("languages", LANGUAGES)):
            problems += [
                _("“%(value)s” is not known, or not yours") % {"value": one}
                for one in codes[name]
                if one not in known
            ]
        capacity = cells.get("at_once") or str(USUAL_CAPACITY)
        if not (
            capacity.isascii()
            and capacity.isdigit()
            and len(capacity) < 3
            and 1 <= int(capacity) <= MOST_AT_ONCE
        ):
            problems.append(_("conversations at once: from 1 to %(most)s") % {"most": MOST_AT_ONCE})
        if problems or partner is None:
            yield at_line(line, "; ".join(problems))
            return
        self._people.append(
            PersonWanted(
                email=email,
                first_name=first_name,
                partner=partner,
                pools=[self._pools[one] for one in codes["teams"]],
                themes=list(themes.values()),
                languages=codes["languages"] or ["fr"],
                capacity=int(capacity),
            )
        )

    def _only_partner(self) -> Partner | None:
        return next(iter(self._partners.values())) if len(self._partners) == 1 else None


def _with_an_account() -> set[str]:
    """The addresses and names of accounts that an invitation cannot take: of those in use, and of disabled ones of other roles."""
    kept = Staff.objects.filter(Q(is_active=True) | ~Q(role=Role.COUNSELLOR))
    return {text.lower() for pair in kept.values_list("email", "username") for text in pair if text}
