"""What volunteers say of their own time."""

from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.date_formats import DATE_FORMATS

FARTHEST: Final = timedelta(days=400)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=DayInput,
        input_formats=DATE_FORMATS,
        error_messages={
            "invalid": gettext_lazy("There is no such day. Write it like 24/12/2026."),
            "required": gettext_lazy("Give the day, like 24/12/2026."),
        },
    )


class AbsenceForm(forms.Form):
    """Days on which one cannot come."""

    first_day = _day(gettext_lazy("From"))
    last_day = _day(gettext_lazy("To and including"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("This day is before the first one."))
        elif last and last < self.today:
            self.add_error("last_day", _("This day is over. Choose today or a later day."))
        elif last and last > self.today + FARTHEST:
            self.add_error("last_day", _("This is very far away: look at the year."))
        return cleaned
