"""What an address of figures may hold: the parameters that it knows, each once. The only check of it.

A misspelt filter must not be an answer without it, nor two of one name the answer of the last.
"""

from collections.abc import Collection, Mapping
from typing import Any, TypeAlias

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from indicators.questions.choice_faults import ChoiceFault

Told: TypeAlias = tuple[Any, ChoiceFault]
"""A sentence for people and a code for programs."""


def faults(given: Mapping[str, Any], known: Collection[str], *, start: str = "") -> list[Told]:
    """What is wrong with the names. `start` stood before each in the address."""
    found: list[Told] = []
    for name in sorted(given):
        named = {"name": f"{start}{name}"[:50]}
        if name not in known:
            found.append((_("There is no parameter “%(name)s”.") % named, ChoiceFault.UNKNOWN_PARAMETER))
        elif isinstance(given, MultiValueDict) and len(given.getlist(name)) > 1:
            found.append(
                (_("The parameter “%(name)s” is there twice.") % named, ChoiceFault.REPEATED_PARAMETER)
            )
    return found


def right(given: MultiValueDict[str, str], known: Collection[str]) -> dict[str, str]:
    """The parameters with which nothing is wrong."""
    return {name: values[0] for name, values in given.lists() if name in known and len(values) == 1}


class AddressForm(forms.Form):
    """A choice that is read from an address. Whoever extends it sets what is wrong with the names."""

    faults: list[Told]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for sentence, fault in self.faults:
            self.add_error(None, forms.ValidationError(sentence, code=fault))
        return cleaned

    @property
    def status(self) -> int:
        """Of the page that shows it."""
        return 400 if self.faults else 200
