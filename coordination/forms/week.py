"""A pool's week as seven lines of text."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.forms.fields import DateField, HoursField
from coordination.forms.planned import PlannedPeopleForm
from coordination.forms.revised import RevisedForm
from coordination.weekdays import DAYS, day_name, whole_date
from partners.models import AuditEntry
from routing_rules.hours_text import format_time
from routing_rules.schedule_checks import Trouble, timetable_problems
from routing_rules.weekly import DAY_MINUTES, Interval


class DayField(HoursField):
    """One line of the week; it also accepts the word that the pages show for a closed day."""

    def clean(self, value: Any) -> Any:
        closed = str(value or "").strip().casefold() in {_("closed").casefold(), "-"}
        return super().clean("" if closed else value)


class WeekForm(PlannedPeopleForm, RevisedForm):
    """Seven days of hours and the day from which they hold."""

    acts = ("timetable.set", "timetable.dropped")

    # The first day of the coming timetable that is being changed; empty for today's.
    shown = forms.DateField(required=False, widget=forms.HiddenInput)
    valid_from = DateField(
        label=gettext_lazy("Valid from"),
        help_text=gettext_lazy("Today at the earliest: the past stays as it was."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        for day in DAYS:
            self.fields[f"day_{day}"] = DayField(label=day_name(day).capitalize(), weekday=day)
        self.order_fields([*(f"day_{day}" for day in DAYS), "valid_from"])

    def stored(self) -> Mapping[str, Any]:
        return {name: value for name, value in self.initial.items() if name.startswith("day_")}

    def is_changed_by(self, entry: AuditEntry) -> bool:
        begins, mine = entry.detail.get("valid_from", ""), self.initial.get("shown")
        if not mine and self.is_bound and begins == self.data.get(self.add_prefix("shown")):
            # It showed a coming timetable that is no more.
            return super().is_changed_by(entry)
        # Without a coming timetable it shows the one that has begun last, whenever that was.
        same = begins == mine.isoformat() if mine else begins <= self.today.isoformat()
        return same and super().is_changed_by(entry)

    def days(self) -> list[forms.BoundField]:
        """The seven lines."""
        return [self[f"day_{day}"] for day in DAYS]

    def clean_valid_from(self) -> date:
        day: date = self.cleaned_data["valid_from"]
        if day < self.today:
            raise forms.ValidationError(_("This day is over. Choose today or a later day."), code="past")
        return day

    def clean(self) -> dict[str, Any]:
        """Check that a day that runs past midnight does not overlap the next one."""
        cleaned = super().clean() or {}
        if not any(f"day_{day}" in self.errors for day in DAYS):
            intervals = self.intervals()
            for problem in timetable_problems(intervals):
                if problem.trouble is Trouble.OVERLAP:
                    first, second = (intervals[item] for item in problem.items)
                    if second.end > DAY_MINUTES and first.end <= DAY_MINUTES:
                        first, second = second, first
                    self.add_error(f"day_{second.weekday}", clash_sentence(first))
        return cleaned

    def compare_with(self, stored: Mapping[str, Any], begins: date, saved: str) -> None:
        """Another timetable begins on that day: the form changes it from now on, and says what it is and, if known, who saved
        it when (`saved`)."""
        self.initial = {**self.initial, **stored}
        self.overtake(
            _(
                "Another timetable begins on %(day)s already. What it says differently is below; "
                "to put yours in its place, save once more."
            )
            % {"day": whole_date(begins)}
        )
        if saved:
            self.add_error(None, _("%(name)s: %(words)s") % {"name": whole_date(begins), "words": saved})
        self.retype("shown", begins.isoformat())

    def intervals(self) -> list[Interval]:
        """The intervals that were typed, once all days are valid."""
        return [one for day in DAYS for one in self.cleaned_data.get(f"day_{day}") or []]


def clash_sentence(earlier: Interval) -> str:
    """The error shown at the day into which the hours of an earlier day run."""
    return _("These hours overlap those of %(day)s, which go on until %(time)s.") % {
        "day": day_name(earlier.weekday),
        "time": format_time(earlier.end),
    }


class CopyDayForm(forms.Form):
    """Which day's text is copied to which others; it only fills in the week and saves nothing."""

    source = forms.TypedChoiceField(label=gettext_lazy("Copy the hours of"), coerce=int)
    targets = forms.TypedMultipleChoiceField(
        label=gettext_lazy("to"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(day, day_name(day)) for day in DAYS]
        for name in ("source", "targets"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
