"""The two sides of a comparison: two periods, or two groups of requests of one period."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from indicators.periods import PRESETS, Period, year_before, yesterday
from indicators.questions.filter_form import FilterForm, campaign_trouble, texts
from indicators.sums.kept import are_whole_months
from indicators.sums.query import Query

OTHER: Final = "other"
DAYS: Final = ("from", "to")


class SideForm(FilterForm):
    """Days and filters."""

    PARAMETERS = DAYS

    def __init__(self, given: Mapping[str, Any], *, prefix: str | None = None) -> None:
        super().__init__(given, texts(given, DAYS), prefix=prefix)
        self.ask_days()


class OtherSideForm(SideForm):
    """What is left empty is as on the first side."""

    NOTHING = _("As on the first side")


class CompareForm:
    """Both sides. Without days the first is the last quarter; the other has the same days if it has filters, else a year before."""

    def __init__(self, given: MultiValueDict[str, str], *, today: date) -> None:
        mark = f"{OTHER}-"
        first, other = MultiValueDict[str, str](), MultiValueDict[str, str]()
        for name, values in given.lists():
            (other if name.startswith(mark) else first).setlist(name.removeprefix(mark), values)
        self.today = today
        self.first = SideForm(first)
        self.other = OtherSideForm(other, prefix=OTHER)
        self.queries: tuple[Query, Query] | None = None

    @property
    def status(self) -> int:
        """Of the page that shows it."""
        return max(side.status for side in self.sides)

    @property
    def rows_gone(self) -> bool:
        return any(side.rows_gone for side in self.sides)

    @property
    def sides(self) -> list[SideForm]:
        return [self.first, self.other]

    def is_valid(self) -> bool:
        valid = [side.is_valid() for side in self.sides]
        if not all(valid):
            return False
        preset = PRESETS["last-quarter"](yesterday(self.today))
        period = self._days(self.first, preset)
        if period is None:
            return False
        usual = period if self.other.filters else year_before(period)
        other = self._days(self.other, usual)
        if other is None:
            return False
        filters = {**self.first.filters, **self.other.filters}
        if not self._may_be_shown(period, other, filters):
            return False
        if _share_days(period, other) and not self._are_apart():
            refuse_overlap(self.other)
            return False
        self.queries = (
            Query(period=period, by="month", **self.first.filters),
            Query(period=other, by="month", **filters),
        )
        return True

    def _days(self, side: SideForm, usual: Period) -> Period | None:
        chosen = side.cleaned_data
        period = side.days(chosen, usual, today=self.today)
        if period is not None:
            # Shown in the form, too.
            for name, day in zip(DAYS, (period.first, period.last), strict=True):
                side.values[name] = day.isoformat()
                side.data = {**side.data, side.add_prefix(name): day.isoformat()}
        return period

    def _may_be_shown(self, period: Period, other: Period, filters: Mapping[str, Any]) -> bool:
        """Both sides are shown by language, whatever was chosen."""
        chosen = ((self.first, period, self.first.filters), (self.other, other, filters))
        for side, days, kept in chosen:
            if not are_whole_months(days, today=self.today):
                side.add_error(
                    "to",
                    _(
                        "Comparisons are of whole months that are over, from the second day after them: choose such dates."
                    ),
                )
            elif trouble := campaign_trouble(days, kept):
                side.add_error("campaign", trouble)
        return not any(side.errors for side in self.sides)

    def _are_apart(self) -> bool:
        """No request is on both sides, because they differ in something that each request has one of."""
        first, other = self.first.filters, self.other.filters
        return any(
            name in first and name in other and first[name] != other[name] for name in FilterForm.BY_CODE
        )


def _share_days(first: Period, other: Period) -> bool:
    return first.first <= other.last and other.first <= first.last


def refuse_overlap(side: SideForm) -> None:
    side.add_error(
        None,
        _(
            "Some requests would be on both sides. Choose other days, or for each side another theme, language, network, site or audience."
        ),
    )
