"""What a letter with figures says: the key figures of a period, of the period before and of the year before, with the breaks between.

They are those of its reader's own page of that period, by the same choice and the same functions, so it tells nobody what their
pages do not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from indicators import current_day
from indicators.letters import letter_tables
from indicators.letters.letter_tables import LetterTable
from indicators.periods import Period, month_of, quarter_of, year_before
from indicators.questions.choice import FiguresForm, choice_of
from indicators.releases.freezing import name_of
from indicators.sums.kept import are_whole_months
from indicators.tables import protected
from indicators.tables.report import FiguresReport, for_person
from indicators.tables.trend import Month, trend
from partners.letter_kinds import LetterKind
from partners.letters import WrittenLetter
from partners.models import Staff

SEVERAL: Final = 2


class NotSettledError(Exception):
    """The period is not over, or some of its rows are gone."""


@dataclass(frozen=True)
class LetterSide:
    """One of the periods of a letter."""

    period: Period
    name: str
    reports: list[FiguresReport]
    """As `report.for_person` gives them; none where some of its rows are gone."""
    breaks: list[int]
    """The numbers of what makes the letter's period not comparable with it."""

    @property
    def heading(self) -> str:
        """Its name, and the numbers."""
        return f"{self.name} [{', '.join(map(str, self.breaks))}]" if self.breaks else self.name


@dataclass(frozen=True)
class FiguresLetterText:
    """A letter with figures, in the language in force when it was made."""

    subject: str
    sides: list[LetterSide]
    """The period, the one before, and the same a year before."""
    tables: list[LetterTable]
    breaks: list[str]
    """In words, in the order of their numbers, which begin with 1."""
    page: str
    """The path of its reader's page of that period."""

    def written(self, kind: LetterKind, person: Staff, language: str) -> WrittenLetter:
        """It names nobody, and its addresses are the same for everybody: who stops it signs in."""
        choices = f"{settings.LINK_ORIGIN}{reverse('indicators:reports')}"
        told = {
            "letter": self,
            "side": self.sides[0],
            "empty": self.sides[0].reports[-1].empty,
            "address": f"{settings.LINK_ORIGIN}{self.page}",
            "choices": choices,
            "language": language,
        }
        return WrittenLetter(
            render_to_string("indicators/figures_letter.txt", told),
            render_to_string("indicators/figures_letter.html", told),
            {"List-Unsubscribe": f"<{choices}>"},
        )


def letter_to(person: Staff, kind: LetterKind, period: Period) -> FiguresLetterText:
    """In the language in force, with what this person may see now. Raises `NotSettledError`."""
    whole = quarter_of if kind is LetterKind.FIGURES_QUARTER else month_of
    periods = [period, whole(period.first - timedelta(days=1)), year_before(period)]
    choices = [_choice(person, one) for one in periods]
    reports = [_reports(person, one, choice) for one, choice in zip(periods, choices, strict=True)]
    if not reports[0]:
        raise NotSettledError
    months = trend(person, {}, today=current_day.today())
    since = [_breaks_since(one, period, months.months) for one in periods]
    known = sorted({number for numbers in since for number in numbers})
    sides = [
        LetterSide(one, name_of(one), found, [known.index(number) + 1 for number in numbers])
        for one, found, numbers in zip(periods, reports, since, strict=True)
    ]
    return FiguresLetterText(
        subject=_("Figures: %(period)s") % {"period": sides[0].name},
        sides=sides,
        tables=letter_tables.tables([side.reports for side in sides], _helped(kind, periods)),
        breaks=[months.breaks[number - 1] for number in known],
        page=f"{reverse('indicators:dashboard')}?{choices[0].query_string}",
    )


def _choice(person: Staff, period: Period) -> FiguresForm:
    return choice_of(person, {"from": period.first.isoformat(), "to": period.last.isoformat()})


def _reports(person: Staff, period: Period, choice: FiguresForm) -> list[FiguresReport]:
    """What this person's page of the period shows; nothing where it would be refused, or lacks rows."""
    if not are_whole_months(period, today=current_day.today()):
        return []
    return for_person(person, choice.query(), choice.target) if choice.is_valid() else []


def _breaks_since(earlier: Period, period: Period, months: Sequence[Month]) -> list[int]:
    """The numbers of the breaks after the first month of the earlier period, up to the last of the letter's.

    A break before the first month does not part the two, unless it is in that month, too.
    """
    first, last = f"{earlier.first:%Y-%m}", f"{period.last:%Y-%m}"
    return [
        number
        for month in months
        if first < month.line.key <= last or (month.line.key == first and _breaks_inside(month))
        for number in month.breaks
    ]


def _breaks_inside(month: Month) -> bool:
    return len(month.line.plans) >= SEVERAL or len(month.line.versions) >= SEVERAL


def _helped(kind: LetterKind, periods: Sequence[Period]) -> list[protected.HelpedOfServed | None]:
    """Of each quarter as far as it is published, as the pages of these quarters have it; nothing in a letter of a month."""
    if kind is not LetterKind.FIGURES_QUARTER:
        return [None for _period in periods]
    today = current_day.today()
    return [protected.helped_in(period, today=today) for period in periods]
