"""A dated closure or extra opening, and holidays to take over as closures."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.exception_words import rows_words
from coordination.forms.fields import DateField, HoursField, NameField, longest
from coordination.forms.planned import PlannedPeopleForm
from coordination.forms.revised import LENGTH, revision_of
from routing_rules.holidays_be import FIRST_YEAR, LAST_YEAR, Calendar
from routing_rules.models import DatedException, Pool
from routing_rules.timetables import ExceptionWanted
from routing_rules.weekly import DAY_MINUTES, ExceptionKind, Interval

EVERY_POOL = "*"
MOST_DAYS = 124
"""Of one exception: the two months of summer, twice."""
CALENDARS = {
    Calendar.PUBLIC: gettext_lazy("Public holidays"),
    Calendar.SCHOOL_FRENCH: gettext_lazy("School holidays, French Community"),
    Calendar.SCHOOL_FLEMISH: gettext_lazy("School holidays, Flemish Community"),
    Calendar.SCHOOL_GERMAN: gettext_lazy("School holidays, German-speaking Community"),
}


class PoolField(forms.ChoiceField):
    """One of the pools that this person may change; "*" means all pools, for the platform's coordinators."""

    def offer(self, pools: Sequence[Pool], *, every: bool) -> None:
        """Set what can be chosen."""
        self.choices = [
            *((pool.slug, pool.name) for pool in pools),
            # Last: nobody chooses it by not choosing.
            *([(EVERY_POOL, _("All teams"))] if every else []),
        ]


def team_name(field: forms.Field, choice: str) -> str:
    """The name of what was chosen."""
    assert isinstance(field, PoolField)
    return str(dict(field.choices).get(choice, ""))  # type: ignore[arg-type]


class ExceptionForm(PlannedPeopleForm):
    """One exception."""

    pool = PoolField(label=gettext_lazy("Team"))
    date = DateField(label=gettext_lazy("Day"))
    until = DateField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Included. Empty: one day only."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What"),
        choices=[
            (ExceptionKind.CLOSED, gettext_lazy("Closed")),
            (ExceptionKind.OPEN, gettext_lazy("Open besides")),
        ],
    )
    hours = HoursField(
        label=gettext_lazy("Hours"),
        help_text=gettext_lazy("Like 9:00-12:00. For a closure, empty means the whole day."),
    )
    reason = NameField(
        label=gettext_lazy("Reason (for your colleagues)"),
        max_length=longest(DatedException, "reason"),
        required=False,
    )

    # What the author was told holds against it.
    against = forms.CharField(required=False, max_length=LENGTH, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, pools: Sequence[Pool], every: bool, today: datetime.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        field = self.fields["pool"]
        assert isinstance(field, PoolField)
        field.offer(pools, every=every)

    def clean_date(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["date"]
        if day < self.today:
            raise forms.ValidationError(_("This day is over. Choose today or a later day."), code="past")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("date"), cleaned.get("until")
        if first and last and last < first:
            self.add_error("until", _("This is before the first day."))
        elif first and last and (last - first).days >= MOST_DAYS:
            self.add_error(
                "until", _("So long a time is a new timetable: %(most)s days at most.") % {"most": MOST_DAYS}
            )
        if cleaned.get("kind") == ExceptionKind.OPEN and "hours" in cleaned and not cleaned["hours"]:
            self.add_error(
                "hours", _("Give the hours of the opening, like 9:00-12:00; 0:00-24:00 is day and night.")
            )
        return cleaned

    def days(self) -> tuple[datetime.date, datetime.date]:
        """The first and the last day."""
        first: datetime.date = self.cleaned_data["date"]
        return first, self.cleaned_data["until"] or first

    def wanted(self) -> list[ExceptionWanted]:
        """Of each day one exception for each interval, or one for the whole day."""
        first, last = self.days()
        return [
            ExceptionWanted(
                date=first + datetime.timedelta(days=offset),
                kind=ExceptionKind(self.cleaned_data["kind"]),
                start=one.start,
                end=one.end,
                reason=self.cleaned_data["reason"],
            )
            for offset in range((last - first).days + 1)
            for one in self.cleaned_data["hours"] or [Interval(0, 0, DAY_MINUTES)]
        ]

    def rows(self, pool: Pool | None) -> list[DatedException]:
        """The same as they would be stored."""
        return [
            DatedException(
                pool=pool, date=one.date, kind=one.kind, start_minute=one.start, end_minute=one.end
            )
            for one in self.wanted()
        ]

    def is_asked(self, rows: Sequence[DatedException]) -> bool:
        """These exceptions hold against this one. Show the form again and say so; sent once more, it holds as far as it can."""
        told = revision_of({"wanted": self.wanted(), "rows": [row.pk for row in rows]}) if rows else ""
        if told == self.cleaned_data["against"] or not rows:
            return False
        assert isinstance(self.data, QueryDict)
        typed = self.data.copy()
        typed[self.add_prefix("against")] = told
        self.data = typed
        words = {"rows": rows_words(rows)}
        if self.cleaned_data["kind"] == ExceptionKind.CLOSED:
            text = _(
                "It would stay open all the same, because this exception holds against the closure: %(rows)s. To close it then too, "
                "delete that one in the list first. To leave it open then, save once more."
            )
        else:
            text = _(
                "It would stay closed all the same, because this exception holds against the opening: %(rows)s. To open it then too, "
                "delete that one in the list first. To leave it closed then, save once more."
            )
        self.add_error(None, text % words)
        return True


class HolidaysForm(forms.Form):
    """Which holidays, of which year, for which pool."""

    pool = PoolField(label=gettext_lazy("Team"))
    calendar = forms.ChoiceField(label=gettext_lazy("Holidays"), choices=list(CALENDARS.items()))
    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        error_messages={
            "min_value": gettext_lazy("Choose a year from %(limit_value)s on."),
            "max_value": gettext_lazy("Choose a year up to %(limit_value)s."),
        },
    )

    def __init__(self, *args: Any, pools: Sequence[Pool], every: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["pool"]
        assert isinstance(field, PoolField)
        field.offer(pools, every=every)
