"""Themes and sub-themes with their label in each language."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.forms.fields import CodeField, SlugField, whole_number
from coordination.forms.revised import RevisedForm
from partners.codes import LONGEST_CODE, LONGEST_THEME_CODE
from partners.models import AuditEntry
from partners.wording import page_language
from routing_rules.languages import FALLBACK, LANGUAGES
from routing_rules.models import SubTheme, Theme
from routing_rules.themes import choosable


def theme_choices(chosen: Iterable[str | None] = ()) -> list[tuple[str, str]]:
    """The themes in use, and those in `chosen` that were archived since, so that changing other fields keeps them."""
    language = page_language()
    return [
        (theme.code, theme.label(language) if theme.active else f"{theme.label(language)} ({_('archived')})")
        for theme in choosable(chosen)
    ]


class WordedForm(RevisedForm):
    """A code with its label in each language, and its position in the list. The code is asked for once and never changes."""

    position = whole_number(gettext_lazy("Place in the list"), 0, 999, 0)

    def __init__(self, *args: Any, known: Theme | SubTheme | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known is not None:
            del self.fields["code"]
        for code, name in LANGUAGES.items():
            self.fields[f"label_{code}"] = forms.CharField(
                label=_("Label, %(language)s") % {"language": name}, max_length=100, required=code == FALLBACK
            )
        self.order_fields(["code", *(f"label_{code}" for code in LANGUAGES), "position"])

    def labels(self) -> dict[str, str]:
        """By language."""
        return {code: self.cleaned_data[f"label_{code}"] for code in LANGUAGES}


class ThemeForm(WordedForm):
    """A theme; rules and figures store its code."""

    acts = ("theme.changed", "theme.created")

    code = SlugField(
        label=gettext_lazy("Code"),
        max_length=LONGEST_THEME_CODE,
        help_text=gettext_lazy("Small letters, digits and hyphens. It never changes."),
    )
    reception = forms.BooleanField(
        label=gettext_lazy("It is for whoever does not know what to ask"),
        required=False,
        help_text=gettext_lazy("One theme at most is: ticked here, it is taken from the other."),
    )
    active = forms.BooleanField(
        label=gettext_lazy("Visitors can choose it"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Not ticked, it is archived: figures keep its name."),
    )

    def is_changed_by(self, entry: AuditEntry) -> bool:
        # The reception is taken from one theme by saving another one.
        takes_reception = entry.action in self.acts and entry.detail.get("reception") is True
        return super().is_changed_by(entry) or takes_reception

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if Theme.objects.filter(code=code).exists():
            raise forms.ValidationError(_("Another theme has this code. Choose another one."))
        return code


class SubThemeForm(WordedForm):
    """A sub-theme; figures store its code."""

    acts = ("subtheme.changed",)

    code = CodeField(
        label=gettext_lazy("Code"),
        max_length=LONGEST_CODE,
        help_text=gettext_lazy("Letters, digits, hyphens and underscores. It never changes."),
    )
    active = forms.BooleanField(
        label=gettext_lazy("Counsellors can choose it"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Not ticked, it is archived: figures keep its name."),
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if SubTheme.objects.filter(code=code).exists():
            raise forms.ValidationError(_("Another sub-theme has this code. Choose another one."))
        return code


def as_typed(one: Theme | SubTheme) -> dict[str, Any]:
    """What is stored, as the form's initial values."""
    return {
        "position": one.position,
        "active": one.active,
        "reception": isinstance(one, Theme) and one.reception,
        **{f"label_{language}": label for language, label in one.labels.items()},
    }
