"""The choices that somebody may make for the figures, and the sentences that refuse invalid ones."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from indicators import labels
from indicators.definitions import ServiceTarget
from indicators.disclosure import PERSONAL
from indicators.figures import BREAKDOWNS, Query, present
from indicators.periods import DEFAULT_PRESET, PRESETS, Period, is_whole_months, yesterday
from indicators.protected import closed_quarters
from partners.date_formats import DATE_FORMATS
from partners.name_search import by_name

LONGEST_BY_DAY: Final = 400
LONGEST: Final = 3_660
WITHIN_S: Final = (20, 30, 60, 120, 180, 300)
FILTERS: Final = ("by", "theme", "language", "network", "site", "within")
NAMES: Final = frozenset({"period", "from", "to", *FILTERS})


class ProfileForm(forms.Form):
    """A closed quarter and one answer of the survey; at first the latest and the situation."""

    quarter = forms.ChoiceField(label=_("Quarter"))
    about = forms.ChoiceField(label=_("Answer"))

    def __init__(self, data: Mapping[str, Any], *, today: date) -> None:
        quarters = closed_quarters(today)
        values = {
            "quarter": data.get("quarter") or next(iter(quarters), ""),
            "about": data.get("about") or PERSONAL[0],
        }
        super().__init__(values, label_suffix="")
        self.unknown = sorted(set(data) - {"quarter", "about"})
        self._choices("quarter", [(code, labels.of("quarter", code)) for code in quarters])
        self._choices("about", [(code, labels.DIMENSIONS[code]) for code in PERSONAL])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        _refuse(self, self.unknown)
        return cleaned

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        field.error_messages["invalid_choice"] = _("Only these choices are published.")


class FiguresForm(forms.Form):
    """A period, a breakdown and filters. The default is the last thirty days, by theme.

    The dates `from` and `to` override a preset `period`; if only one of them is given, the preset supplies the other.
    """

    period = forms.ChoiceField(required=False, widget=forms.HiddenInput)
    by = forms.ChoiceField(label=_("Lines of the table"), required=False)
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    network = forms.ChoiceField(label=_("Network of the site"), required=False)
    site = forms.ChoiceField(label=_("Site"), required=False)
    within = forms.ChoiceField(label=_("Service level within"), required=False)

    def __init__(self, data: Mapping[str, Any], *, today: date) -> None:
        super().__init__(_with_defaults(data, today), label_suffix="")
        self.today = today
        self.unknown = sorted(set(data) - NAMES)
        self.dated = bool(data.get("from") or data.get("to"))
        for name, label in (("from", pgettext_lazy("date", "From")), ("to", pgettext_lazy("date", "To"))):
            self.fields[name] = forms.DateField(
                label=label,
                required=False,
                input_formats=DATE_FORMATS,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                error_messages={"invalid": _("This is not a date of the calendar. Example: 2026-09-30.")},
            )
        self.order_fields(["from", "to"])
        any_ = ("", _("All"))
        self._choices("period", [(code, labels.PRESETS[code]) for code in PRESETS])
        self._choices("by", [(code, labels.BREAKDOWNS[code]) for code in BREAKDOWNS])
        self._choices("theme", [any_, *_known("theme", "theme_asked")])
        self._choices("language", [any_, *_known("language", "language")])
        self._choices("network", [any_, *_present("network", "site_network")])
        self._choices("site", [any_, *_present("site", "site")])
        self._choices("within", [(str(s), _("%(seconds)s seconds") % {"seconds": s}) for s in WITHIN_S])

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        field.error_messages["invalid_choice"] = _("There is no such choice.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        _refuse(self, self.unknown)
        if self.errors:
            return cleaned
        preset = PRESETS[cleaned["period"]](self.today)
        over = yesterday(self.today)
        last = min(cleaned["to"] or preset.last, over)
        first = cleaned["from"] or (min(preset.first, last) if cleaned["to"] else preset.first)
        if last == over and first > over:
            self.add_error("to", _("No day of this period is over yet: figures begin with yesterday."))
            return cleaned
        if last < first:
            self.add_error("to", _("The last day lies before the first."))
            return cleaned
        period = cleaned["span"] = Period(first, last)
        by = cleaned["by"]
        if period.days > LONGEST:
            self.add_error("to", _("Choose ten years at most."))
        elif by == "day" and period.days > LONGEST_BY_DAY:
            self.add_error("by", _("So long a period has too many days: choose weeks or months."))
        if by == "campaign" and not is_whole_months(period):
            self.add_error("by", _("Campaigns are shown for whole months that are over: choose such dates."))
        if by == "slot" and cleaned["language"] and (cleaned["site"] or cleaned["network"]):
            self.add_error(
                "by",
                _(
                    "A language, a site or network and a time of day together could point to a person: leave one out."
                ),
            )
        return cleaned

    def query(self) -> Query:
        chosen = self.cleaned_data
        filters = {name: chosen[name] for name in ("theme", "language", "network", "site")}
        return Query(period=chosen["span"], by=chosen["by"], **filters)

    @property
    def target(self) -> ServiceTarget:
        return ServiceTarget(within_s=int(self.cleaned_data["within"]))

    def filters_in_words(self) -> list[tuple[Any, str]]:
        """What the figures are limited to: the filter's name and what was chosen."""
        return [
            (self.fields[name].label, labels.of(name, str(self.data[name])))
            for name in ("theme", "language", "network", "site")
            if self.data[name]
        ]

    @property
    def preset(self) -> str:
        """The preset from which the dates were taken; none if dates were given."""
        return "" if self.dated else str(self.data["period"])

    def preset_links(self) -> list[tuple[str, Any, bool]]:
        """The same choice with the dates of each preset: query string, words, and whether it is the present one."""
        rest = {name: self.data[name] for name in FILTERS if self.data[name]}
        return [
            (urlencode({"period": code, **rest}), labels.PRESETS[code], code == self.preset)
            for code in PRESETS
        ]

    @property
    def query_string(self) -> str:
        """This choice with its dates written out, for the links to its files."""
        dates = {"from": self.cleaned_data["span"].first, "to": self.cleaned_data["span"].last}
        return urlencode({**dates, **{name: self.data[name] for name in FILTERS if self.data[name]}})


def _refuse(form: forms.Form, unknown: list[str]) -> None:
    """A misspelt filter must not be an answer without it."""
    for name in unknown:
        form.add_error(None, _("There is no parameter “%(name)s”.") % {"name": name[:50]})


def _with_defaults(data: Mapping[str, Any], today: date) -> dict[str, str]:
    given = {name: str(data.get(name, "")).strip() for name in ("period", "from", "to", *FILTERS)}
    values = given | {
        "period": given["period"] or DEFAULT_PRESET,
        "by": given["by"] or "theme",
        "within": given["within"] or str(ServiceTarget().within_s),
    }
    if not given["from"] and not given["to"] and values["period"] in PRESETS:
        period = PRESETS[values["period"]](today)
        values |= {"from": period.first.isoformat(), "to": period.last.isoformat()}
    return values


def _known(dimension: str, column: str) -> Iterable[tuple[str, Any]]:
    """The codes that have names, and those that occur in the rows."""
    named = labels.known(dimension)
    yield from named.items()
    yield from ((code, code) for code in present(column) if code not in named)


def _present(dimension: str, column: str) -> list[tuple[str, Any]]:
    """The codes that occur in the rows, in the order of their names."""
    name = labels.namer(dimension)
    return sorted(((code, name(code)) for code in present(column)), key=lambda choice: by_name(choice[1]))
