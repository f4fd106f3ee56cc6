"""Shifts as coordinators write them, and the weeks that they plan."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.forms.fields import CodesField, DateField, HoursField, whole_number
from coordination.forms.revised import RevisedForm
from coordination.forms.themes import theme_choices
from partners.models import AuditEntry
from roster.models import Shift
from roster.planning import ShiftWanted
from roster.rules import LONGEST_MINUTES, MOST_NEEDED, moments
from routing_rules.hours_text import format_hours
from routing_rules.languages import LANGUAGES
from routing_rules.models import Pool
from routing_rules.weekly import Interval

FARTHEST = timedelta(days=400)
IMPORTED = "roster.imported"


class ShiftForm(RevisedForm):
    """One shift of a team; a new one may be several on a day."""

    acts = ("shift.changed",)

    day = DateField(label=gettext_lazy("Day"))
    hours = HoursField(label=gettext_lazy("Hours"), help_text=gettext_lazy("Like 9:00-12:00."))
    needed = whole_number(gettext_lazy("People needed"), 1, MOST_NEEDED, 2)
    languages = CodesField(
        label=gettext_lazy("Languages"),
        choices=list(LANGUAGES.items()),
        help_text=gettext_lazy("Each that is ticked must be spoken by somebody of the shift."),
    )
    themes = CodesField(
        label=gettext_lazy("Themes"),
        help_text=gettext_lazy("Each that is ticked must be handled by somebody of the shift."),
    )

    def __init__(self, *args: Any, pool: Pool, now: datetime, today: date, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pool, self.now, self.today, self.new = pool, now, today, new
        themes = self.fields["themes"]
        assert isinstance(themes, CodesField)
        themes.choices = theme_choices(self.initial.get("themes", ()))

    def is_changed_by(self, entry: AuditEntry) -> bool:
        # A file of shifts is one act, whichever shifts it changes.
        return super().is_changed_by(entry) or IMPORTED in {entry.action, entry.detail.get("act")}

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day < self.today:
            raise forms.ValidationError(_("This day is over. Choose today or a later day."), code="past")
        if day > self.today + FARTHEST:
            raise forms.ValidationError(_("This is very far away: look at the year."), code="far")
        return day

    def clean_hours(self) -> list[Interval]:
        intervals: list[Interval] = self.cleaned_data["hours"]
        if not intervals:
            raise forms.ValidationError(_("Give the hours, like 9:00-12:00."), code="required")
        if not self.new and len(intervals) > 1:
            raise forms.ValidationError(
                _("One shift has one beginning and one end. Add the other one as a shift of its own."),
                code="several",
            )
        if any(one.end - one.start > LONGEST_MINUTES for one in intervals):
            raise forms.ValidationError(
                _("A shift lasts twelve hours at most. Make two of it."), code="too_long"
            )
        return intervals

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        day, hours = cleaned.get("day"), cleaned.get("hours")
        if day is None or not hours or self._are_stored(day, hours):
            return cleaned
        over = [one for one in hours if moments(day, one.start, one.end, self.pool.timezone).end <= self.now]
        if over:
            words = _("These hours are over: %(hours)s. Choose later ones.") % {"hours": format_hours(over)}
            self.add_error("hours", forms.ValidationError(words, code="past"))
        return cleaned

    def _are_stored(self, day: date, hours: list[Interval]) -> bool:
        """A shift that has been may still get other words."""
        return not self.new and (day, format_hours(hours)) == (self.initial["day"], self.initial["hours"])

    def wanted(self) -> list[ShiftWanted]:
        """What is to be written."""
        cleaned = self.cleaned_data
        return [
            ShiftWanted(
                cleaned["day"],
                one.start,
                one.end,
                cleaned["needed"],
                cleaned["languages"],
                cleaned["themes"],
            )
            for one in cleaned["hours"]
        ]


def shift_as_typed(shift: Shift) -> dict[str, Any]:
    """What is stored, as the form's initial values."""
    return {
        "day": shift.date,
        "hours": format_hours([Interval(0, shift.start_minute, shift.end_minute)]),
        "needed": shift.needed,
        "languages": shift.languages,
        "themes": shift.themes,
    }


class _TeamsForm(forms.Form):
    """The teams whose week is planned."""

    teams = forms.MultipleChoiceField(
        label=gettext_lazy("Teams"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick the teams whose week is to be planned.")},
    )

    def offer(self, choices: Sequence[tuple[Pool, str]]) -> None:
        """The teams that can be ticked, each with what it would get."""
        field = self.fields["teams"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(pool.slug, f"{pool.name}, {words}") for pool, words in choices]


class CopyWeekForm(_TeamsForm):
    """Plan a week like another one."""

    with_people = forms.BooleanField(
        label=gettext_lazy("With the people who are on them"),
        required=False,
        help_text=gettext_lazy("Each is told. Who is away or elsewhere then is left out."),
    )


class ProposedWeekForm(_TeamsForm):
    """Plan a week from the opening hours."""

    needed = whole_number(gettext_lazy("People needed on each"), 1, MOST_NEEDED, 2)
