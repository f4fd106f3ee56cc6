"""Form fields that keep what was typed and say in a sentence what is wrong with it."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from unicodedata import category

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Model
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.visible_text import has_visible_text
from partners.codes import NEW_CODE, RESERVED, STORED_CODE
from partners.date_formats import DATE_FORMATS, DATETIME_FORMATS
from partners.models import Partner
from partners.name_search import in_order
from partners.time_zone import BRUSSELS
from routing_rules.holidays_be import FIRST_YEAR, LAST_YEAR
from routing_rules.hours_text import parse_hours
from routing_rules.schedule_checks import HoursError, Problem, Trouble

FAR_AWAY = format_lazy(
    gettext_lazy("This is very far away: look at the year, {year} at most."), year=LAST_YEAR
)
"""Catches a typing error such as 2206 for 2026, which nobody would notice before the day itself."""
LONG_AGO = format_lazy(
    gettext_lazy("This is long ago: look at the year, {year} at the earliest."), year=FIRST_YEAR
)


def longest(model: type[Model], field: str) -> int:
    """The longest text that this column may hold."""
    most: int | None = getattr(model._meta.get_field(field), "max_length", None)
    assert most is not None
    return most


BREAKS = re.compile(r" *[\t-\r\x1c-\x1f\x85\u2028\u2029][ \t-\r\x1c-\x1f\x85\u2028\u2029]*")
JOINERS = frozenset("\u200c\u200d")
"""Signs that are not seen and that some scripts are written with."""


def as_name(text: str) -> str:
    """A name on one line, without controls and the signs that turn the direction of what stands beside it. Empty where nothing of it
    can be seen."""
    line = BREAKS.sub(" ", text)
    shown = "".join(sign for sign in line if sign in JOINERS or not category(sign).startswith("C"))
    return shown.strip() if has_visible_text(shown) else ""


class NameField(forms.CharField):
    """What others read in lists, letters and the log."""

    def to_python(self, value: Any) -> str:
        return as_name(super().to_python(value) or "")


class _ByName(forms.models.ModelChoiceIterator):  # type: ignore[type-arg]  # generic in the stubs only
    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        yield from map(self.choice, in_order(self.queryset.all()))


class PartnerField(forms.ModelChoiceField):  # type: ignore[type-arg]  # the same
    """One of the institutions that are offered, by name."""

    iterator = _ByName

    def __init__(self, **options: Any) -> None:
        super().__init__(Partner.objects.none(), **options)


class DateInput(forms.DateInput):
    """The browser's date picker; a plain text box for a value that no picker could show, so that it is not lost."""

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["type"] = "date" if _reads(value, date.fromisoformat) else "text"
        return context


class DateTimeInput(forms.DateTimeInput):
    """The same for a date with its time."""

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["type"] = "datetime-local" if _reads(value, datetime.fromisoformat) else "text"
        return context


def _reads(value: Any, read: Any) -> bool:
    if isinstance(value, str) and value:
        try:
            read(value)
        except ValueError:
            return False
    return True


class DateField(forms.DateField):
    """A day; written as 2026-12-24 or 24/12/2026."""

    widget = DateInput
    default_error_messages = {
        "invalid": gettext_lazy("There is no such day. Write it like 24/12/2026."),
        "required": gettext_lazy("Give the day, like 24/12/2026."),
    }

    def __init__(self, **options: Any) -> None:
        latest = MaxValueValidator(date(LAST_YEAR, 12, 31), FAR_AWAY)
        earliest = MinValueValidator(date(FIRST_YEAR, 1, 1), LONG_AGO)
        super().__init__(input_formats=DATE_FORMATS, validators=[earliest, latest], **options)


class DateTimeField(forms.DateTimeField):
    """A day and a time in Belgium."""

    widget = DateTimeInput
    default_error_messages = {
        "invalid": gettext_lazy("There is no such moment. Write it like 24/12/2026 9:00."),
        "required": gettext_lazy("Give the day and the time, like 24/12/2026 9:00."),
        "skipped": gettext_lazy(
            "There is no such moment: in that night the clocks go from 2:00 to 3:00. Choose a time before or after."
        ),
    }

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            # In the night in which clocks are put back an hour comes twice: the first is meant.
            twice = _first_of_two(value)
            if twice is not None:
                return twice
            if error.code == "ambiguous_timezone":
                raise forms.ValidationError(self.error_messages["skipped"], code="skipped") from None
            raise

    def __init__(self, **options: Any) -> None:
        latest = MaxValueValidator(datetime(LAST_YEAR, 12, 31, tzinfo=UTC), FAR_AWAY)
        earliest = MinValueValidator(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), LONG_AGO)
        super().__init__(input_formats=DATETIME_FORMATS, validators=[earliest, latest], **options)


def _first_of_two(text: Any) -> datetime | None:
    """The first of the two moments that the clocks of Belgium show so; None where there is one, or none."""
    for form in ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", *DATETIME_FORMATS):
        try:
            first = datetime.strptime(str(text).strip(), form).replace(tzinfo=BRUSSELS)
        except ValueError:
            continue
        ahead, behind = first.utcoffset(), first.replace(fold=1).utcoffset()
        twice = ahead is not None and behind is not None and ahead > behind
        return first.astimezone(UTC) if twice else None
    return None


class HoursField(forms.CharField):
    """Opening hours of one weekday, as text; cleaned to intervals."""

    def __init__(self, *, weekday: int = 0, **options: Any) -> None:
        super().__init__(required=False, max_length=200, **options)
        self.weekday = weekday

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "autocomplete": "off", "spellcheck": "false"}

    def clean(self, value: Any) -> Any:
        try:
            return parse_hours(super().clean(value), weekday=self.weekday)
        except HoursError as error:
            raise forms.ValidationError(
                hours_sentence(error.problem), code=error.problem.trouble.value
            ) from error


def hours_sentence(problem: Problem) -> str:
    """What is wrong with a text of hours, and what to write instead."""
    sentences = {
        Trouble.NOT_A_TIME: _(
            "“%(part)s” cannot be read as hours, from 0:00 to 24:00. Write them like 9:00-12:00, 13:00-16:00."
        ),
        Trouble.END_BEFORE_START: _(
            "“%(part)s” ends before it begins. "
            "For an end on the next day write +1 behind it, like 22:00-2:00+1."
        ),
        Trouble.TOO_LONG: _("“%(part)s” lasts longer than a day."),
        Trouble.OVERLAP: _("%(part)s overlap. Make one interval of them, or move one."),
    }
    return sentences[problem.trouble] % {"part": problem.value}


class CodesField(forms.MultipleChoiceField):
    """Any number of codes to tick; none means all of them."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def clean(self, value: Any) -> Any:
        return tuple(super().clean(value))


def whole_number(label: Any, low: int, high: int, initial: int, hint: Any = "") -> forms.IntegerField:
    """A number between two bounds, with a sentence for a number outside them."""
    sentence = _between(low, high)
    return forms.IntegerField(
        label=label,
        initial=initial,
        help_text=hint,
        validators=[MinValueValidator(low, sentence), MaxValueValidator(high, sentence)],
        error_messages={"invalid": gettext_lazy("Write a whole number.")},
    )


def _between(low: int, high: int) -> Any:
    return format_lazy(gettext_lazy("Choose a number from {low} to {high}."), low=low, high=high)


class SlugField(forms.RegexField):
    """A code of small letters, digits and hyphens."""

    pattern = NEW_CODE
    invalid = gettext_lazy("Use small letters, digits and hyphens only.")

    def __init__(self, **options: Any) -> None:
        super().__init__(self.pattern, strip=True, error_messages={"invalid": self.invalid}, **options)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value in RESERVED:
            raise forms.ValidationError(_("This word is taken. Choose another code."), code="taken")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "autocapitalize": "none", "spellcheck": "false"}


class CodeField(SlugField):
    """A code that figures store: letters, digits, hyphens and underscores."""

    pattern = STORED_CODE
    invalid = gettext_lazy("Use letters, digits, hyphens and underscores only.")
