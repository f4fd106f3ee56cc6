"""What the pages of figures have in common: filters by code, and the refusal of what nobody knows."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from indicators import daily, labels

BY_CODE: Final = ("theme", "language", "network", "site", "audience")


class FilterForm(forms.Form):
    """Filters that leave out the rest; empty ones filter nothing."""

    PARAMETERS: ClassVar[tuple[str, ...]] = ()
    """The form's other parameters."""

    theme = forms.ChoiceField(label=_("Theme"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    network = forms.ChoiceField(label=_("Network of the site"), required=False)
    site = forms.ChoiceField(label=_("Site"), required=False)
    audience = forms.ChoiceField(label=_("Audience"), required=False)

    def __init__(self, given: Mapping[str, Any], values: Mapping[str, str] | None = None) -> None:
        """`given` is the address's; `values` completes it with what is chosen where nothing is."""
        filters = {name: str(given.get(name, "")).strip() for name in BY_CODE}
        super().__init__({**filters, **(values or {})}, label_suffix="")
        self.unknown = sorted(set(given) - {*BY_CODE, *self.PARAMETERS})
        any_, present = ("", _("All")), daily.codes()
        for name in ("theme", "language", "audience"):
            self.offer(name, [any_, *_known(name, present[name])])
        for name in ("network", "site"):
            self.offer(name, [any_, *_present(name, present[name])])

    def offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """These choices and no others."""
        offer(self, name, choices, _("There is no such choice."))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        refuse(self, self.unknown)
        return cleaned

    @property
    def filters(self) -> dict[str, Any]:
        """What was chosen, by the name of its filter."""
        return {name: str(self.data[name]) for name in BY_CODE if self.data[name]}

    def filters_in_words(self) -> list[tuple[Any, str]]:
        """What the figures are limited to: the filter's name and what was chosen."""
        return [(self.fields[name].label, labels.of(name, chosen)) for name, chosen in self.filters.items()]

    def address(self, **more: Any) -> str:
        """The query string of these filters, and of more parameters."""
        return urlencode({**more, **self.filters})


def offer(form: forms.Form, name: str, choices: list[tuple[str, Any]], refusal: Any) -> None:
    """The choices of a field, and the sentence for any other."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
    field.error_messages["invalid_choice"] = refusal


def refuse(form: forms.Form, unknown: list[str]) -> None:
    """A misspelt filter must not be an answer without it."""
    for name in unknown:
        form.add_error(None, _("There is no parameter “%(name)s”.") % {"name": name[:50]})


def _known(dimension: str, present: Collection[str]) -> Iterable[tuple[str, Any]]:
    """The codes that have names, and those that occur in the rows."""
    named = labels.known(dimension)
    yield from named.items()
    yield from ((code, code) for code in sorted(present) if code not in named)


def _present(dimension: str, present: Collection[str]) -> list[tuple[str, Any]]:
    """The codes that occur in the rows, in the order of their names."""
    name = labels.namer(dimension)
    return sorted(((code, name(code)) for code in sorted(present)), key=lambda choice: choice[1].casefold())
