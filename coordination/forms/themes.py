"""A theme and its label in each language."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.forms.fields import SlugField, whole_number
from routing_rules.languages import LANGUAGES
from routing_rules.models import Theme


class ThemeForm(forms.Form):
    """A theme; its code is asked for once, rules and figures know it by that."""

    code = SlugField(
        label=gettext_lazy("Code"),
        max_length=20,
        help_text=gettext_lazy("Small letters, digits and hyphens. It never changes."),
    )
    position = whole_number(gettext_lazy("Place in the list"), 0, 999, 0)
    active = forms.BooleanField(label=gettext_lazy("Visitors can choose it"), required=False, initial=True)

    def __init__(self, *args: Any, theme: Theme | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if theme is not None:
            del self.fields["code"]
        for code, name in LANGUAGES.items():
            self.fields[f"label_{code}"] = forms.CharField(
                label=_("Label, %(language)s") % {"language": name}, max_length=100, required=code == "fr"
            )
        self.order_fields(["code", *(f"label_{code}" for code in LANGUAGES), "position", "active"])

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if Theme.objects.filter(code=code).exists():
            raise forms.ValidationError(_("Another theme has this code. Choose another one."))
        return code

    def labels(self) -> dict[str, str]:
        """By language."""
        return {code: self.cleaned_data[f"label_{code}"] for code in LANGUAGES}
