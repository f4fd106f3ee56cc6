"""What the pages of figures have in common: filters by code, and days."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from indicators import labels
from indicators.periods import Period, yesterday
from indicators.questions import address
from indicators.questions.choice_faults import ChoiceFault
from indicators.sums import daily
from indicators.sums.figures import named_campaigns, told_together_in
from indicators.sums.kept import kept_since
from partners.date_formats import DATE_FORMATS
from partners.name_search import by_name
from partners.templatetags.days import long_date

LONGEST: Final = 3_660
ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
PRESENT_ONLY: Final = ("network", "site")
"""Of these only the codes that occur are offered, whatever else has a name."""
DECLARED_ONLY: Final = ("campaign",)
"""Of these only the codes that somebody declared: who came by a rare one is told nowhere."""

TOO_FEW: Final = _(
    "In one of these months there are too few such requests to be shown by days or times of day: leave the filter out."
)
TOO_MUCH_TOGETHER: Final = _(
    "By days or times of day, or for other than whole months, choose theme or audience, not both: more points to people."
)


class FilterForm(address.AddressForm):
    """Filters that leave out the rest; empty ones filter nothing."""

    BY_CODE: ClassVar[tuple[str, ...]] = ("theme", "language", "network", "site", "audience", "campaign")
    """The filters."""
    PARAMETERS: ClassVar[tuple[str, ...]] = ()
    """The form's other parameters."""
    NOTHING: ClassVar[Any] = _("All")
    """The words of a filter that filters nothing."""
    rows_gone = False
    """Whether the period begins before the rows that are kept: its figures can only be in a release."""

    theme = forms.ChoiceField(label=_("Theme"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    network = forms.ChoiceField(label=_("Network of the site"), required=False)
    site = forms.ChoiceField(label=_("Site"), required=False)
    audience = forms.ChoiceField(label=_("Audience"), required=False)
    campaign = forms.ChoiceField(label=_("Campaign"), required=False)

    def __init__(
        self,
        given: Mapping[str, Any],
        values: Mapping[str, str] | None = None,
        *,
        prefix: str | None = None,
        exact: bool = False,
    ) -> None:
        """`given` is the address's; `values` completes it with what is chosen where nothing is.

        `exact`: a program asks, which writes each value as it is described; people may write a day as they do.
        """
        self.exact = exact
        self.values = texts(given, self.BY_CODE, exact=exact) | dict(values or {})
        start = f"{prefix}-" if prefix else ""
        data = {f"{start}{name}": value for name, value in self.values.items()}
        super().__init__(data, label_suffix="", prefix=prefix)
        self.faults = address.faults(given, {*self.BY_CODE, *self.PARAMETERS}, start=start)
        for name in set(FilterForm.BY_CODE) - set(self.BY_CODE):
            del self.fields[name]
        present = daily.codes() if self.BY_CODE else {}
        for name in self.BY_CODE:
            self.offer(name, [("", self.NOTHING), *_choices(name, present[name])])

    def offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """These choices and no others."""
        offer(self, name, choices, _("There is no such choice."))

    def ask_days(self) -> None:
        """Add the first and the last day."""
        for name, label in (("from", pgettext_lazy("date", "From")), ("to", pgettext_lazy("date", "To"))):
            self.fields[name] = (IsoDateField if self.exact else TypedDateField)(label=label, required=False)
        self.order_fields(["from", "to"])

    def refuse(self, field: str | None, sentence: Any, fault: ChoiceFault) -> None:
        """With the sentence for people and the code for programs."""
        self.add_error(field, forms.ValidationError(sentence, code=fault))

    def days(self, chosen: Mapping[str, Any], usual: Period, *, today: date) -> Period | None:
        """The days that are over of those chosen, each end by itself, else the usual one; with none, or too many, an error is added."""
        over = yesterday(today)
        first, last = chosen["from"] or usual.first, min(chosen["to"] or usual.last, over)
        if last == over and first > over:
            self.refuse(
                "to",
                _("No day of this period is over yet: figures begin with yesterday."),
                ChoiceFault.NOT_OVER_YET,
            )
        elif last < first:
            field, sentence = _ends_before(chosen, first, last)
            self.refuse(field, sentence, ChoiceFault.LAST_BEFORE_FIRST)
        elif (period := Period(first, last)).days > LONGEST:
            self.refuse("to", _("Choose ten years at most."), ChoiceFault.TOO_LONG)
        elif first < (since := kept_since(today)):
            # What is deleted would be counted as none.
            self.rows_gone = True
            sentence = _("Rows are kept since %(day)s; what came earlier cannot be counted any more.")
            self.refuse("from", sentence % {"day": long_date(since)}, ChoiceFault.ROWS_DELETED)
        else:
            return period
        return None

    @property
    def filters(self) -> dict[str, Any]:
        """What was chosen, by the name of its filter."""
        return {name: self.values[name] for name in self.BY_CODE if self.values[name]}

    def filters_in_words(self) -> list[tuple[Any, str]]:
        """What the figures are limited to: the filter's name and what was chosen."""
        return [(self.fields[name].label, labels.of(name, chosen)) for name, chosen in self.filters.items()]

    def address(self, **more: Any) -> str:
        """The query string of these filters, and of more parameters."""
        return urlencode({**more, **self.filters})


class TrendForm(FilterForm):
    """Campaigns are rare in some months of two years, and not named in these."""

    BY_CODE: ClassVar[tuple[str, ...]] = ("theme", "language", "network", "site", "audience")


class TeamTrendForm(TrendForm):
    """For a partner's coordinator: the whole platform, without filters."""

    BY_CODE = ()


class TypedDateField(forms.DateField):
    """A day as people write one."""

    default_error_messages = {"invalid": _("This is not a date of the calendar. Example: 2026-09-30.")}
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **words: Any) -> None:
        super().__init__(input_formats=DATE_FORMATS, **words)


class IsoDateField(TypedDateField):
    """A day as programs write one, and no other way: 2026-09-30, in ASCII digits, with nothing around it."""

    default_error_messages = {"invalid": _("This is not a date of the calendar, written as 2026-09-30.")}

    def to_python(self, value: Any) -> date | None:
        if value not in self.empty_values and not ISO_DATE.fullmatch(value):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


def texts(given: Mapping[str, Any], names: Iterable[str], *, exact: bool = False) -> dict[str, str]:
    """What the address has by each of these names, empty where it has none."""
    found = {name: str(given.get(name, "")) for name in names}
    return found if exact else {name: text.strip() for name, text in found.items()}


def _ends_before(chosen: Mapping[str, Any], first: date, last: date) -> tuple[str, Any]:
    """Which day to correct of a period that ends before it begins, and why: people may have chosen one of both only."""
    if not chosen["from"]:
        return "to", _(
            "Without a first day the period begins on %(day)s, after this day: choose the first day, too."
        ) % {"day": long_date(first)}
    if not chosen["to"]:
        return "from", _(
            "Without a last day the period ends on %(day)s, before this day: choose the last day, too."
        ) % {"day": long_date(last)}
    return "to", _("The last day lies before the first.")


def offer(form: forms.Form, name: str, choices: list[tuple[str, Any]], refusal: Any) -> None:
    """The choices of a field, and the sentence for any other."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
    field.error_messages["invalid_choice"] = refusal


def any_told_together(period: Period, filters: Mapping[str, str]) -> bool:
    """Whether something that was chosen is told together with other things in what is finer than months."""
    return any(code in told_together_in(period, name) for name, code in filters.items())


def campaign_trouble(period: Period, filters: Mapping[str, Any]) -> Any:
    """Why the chosen campaign is not shown in this period; None if it is, or none was chosen."""
    campaign = filters.get("campaign")
    if not campaign or campaign in named_campaigns(period):
        return None
    return _("In one of these months too few came by this campaign: it is shown with the others only.")


def _choices(dimension: str, present: Collection[str]) -> Iterable[tuple[str, Any]]:
    if dimension in DECLARED_ONLY:
        return labels.known(dimension).items()
    return _present(dimension, present) if dimension in PRESENT_ONLY else _known(dimension, present)


def _known(dimension: str, present: Collection[str]) -> Iterable[tuple[str, Any]]:
    """The codes that have names, and those that occur in the rows."""
    named = labels.known(dimension)
    yield from named.items()
    yield from ((code, code) for code in sorted(present) if code not in named)


def _present(dimension: str, present: Collection[str]) -> list[tuple[str, Any]]:
    """The codes that occur in the rows, in the order of their names."""
    name = labels.namer(dimension)
    return sorted(((code, name(code)) for code in sorted(present)), key=lambda choice: by_name(choice[1]))
