"""Whole months, and of all figures a theme and a language, or of one's own a team."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from indicators.periods import PRESETS, Period, quarter_of, yesterday
from indicators.questions.filter_form import TOO_FEW, TOO_MUCH_TOGETHER, FilterForm, any_told_together, texts
from indicators.sums.kept import are_whole_months
from indicators.tables.report import own_pools
from partners.models import Staff

LONGEST: Final = 400


class HeatForm(FilterForm):
    """By default the last quarter. No site or network: with a language and a half hour it could point to a person."""

    BY_CODE: ClassVar[tuple[str, ...]] = ("theme", "language")
    PARAMETERS: ClassVar[tuple[str, ...]] = ("from", "to")

    def __init__(self, given: Mapping[str, Any], *, today: date) -> None:
        self.today = today
        self.usual = PRESETS["last-quarter"](yesterday(today))
        values = texts(given, self.PARAMETERS)
        if not values["from"] and not values["to"]:
            values |= {"from": self.usual.first.isoformat(), "to": self.usual.last.isoformat()}
        super().__init__(given, values)
        self.ask_days()
        for name in ("from", "to"):
            self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.errors:
            return cleaned
        period = self.days(cleaned, self.usual, today=self.today)
        if period is None:
            return cleaned
        if not are_whole_months(period, today=self.today):
            self.add_error(
                "to",
                _(
                    "Weeks by half hour are shown for whole months that are over, from the second day after them: choose such dates."
                ),
            )
        elif period.days > LONGEST:
            self.add_error("to", _("Choose thirteen months at most."))
        elif len(self.filters) > 1:
            self.add_error(None, TOO_MUCH_TOGETHER)
        elif any_told_together(period, self.filters):
            self.add_error(None, TOO_FEW)
        else:
            cleaned["span"] = period
        return cleaned


class TeamHeatForm(HeatForm):
    """For a partner's coordinator: one of their own teams that may be shown for that period, or all of these.

    One whole quarter: a half hour of a weekday in one month, or in the difference of two periods, is four or five evenings, and whether one
    person came.
    """

    BY_CODE = ()
    PARAMETERS = ("from", "to", "team")

    team = forms.ChoiceField(label=_("Team"), required=False)

    def __init__(self, given: Mapping[str, Any], *, person: Staff, today: date) -> None:
        super().__init__(given, today=today)
        self.person = person

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "span" in cleaned and cleaned["span"] != quarter_of(cleaned["span"].first):
            self.add_error("to", _("Teams are shown for one whole quarter: choose such dates."))
        return cleaned

    def full_clean(self) -> None:
        # Which teams there are to choose depends on the days.
        self.teams = self._teams()
        self.offer("team", [("", _("All")), *self.teams.items()])
        super().full_clean()

    def _teams(self) -> dict[str, str]:
        try:
            first, last = (self.fields[name].clean(self.values[name]) for name in ("from", "to"))
            return own_pools(self.person, Period(first, last))
        except (ValidationError, ValueError):
            return {}
