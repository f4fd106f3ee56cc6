"""The forms to sign in, to ask for a new password, and of the letters that somebody wants."""

import json
from collections.abc import Collection
from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.wrong_passwords import Tries
from indicators.rows import counted_codes
from partners import letters
from partners.demo_password import DEMO_PASSWORD
from partners.letter_kinds import LABELS, LetterKind, kinds_of
from partners.name_search import is_taken


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    proof = forms.CharField(required=False, widget=forms.HiddenInput, max_length=4_000)
    challenge = ""
    """What the browser must solve before the next try, as JSON; empty when nothing is asked."""

    @property
    def institution(self) -> str:
        """Whose people may sign in with their own accounts; empty where there is none."""
        return str(settings.ENV.oidc_name)

    def clean(self) -> dict[str, Any]:
        tries = Tries(self.request, str(self.cleaned_data.get("login", "")))
        if tries.ask_for_work() and not tries.is_proven(self.cleaned_data.get("proof", "")):
            self.challenge = json.dumps(tries.challenge())
            raise ValidationError(
                _(
                    "Many wrong passwords were given lately, for this account or from your network. Your browser now does "
                    "a sum that slows down whoever guesses. Give your password once more: it will be checked."
                )
            )
        if self.cleaned_data.get("password") == DEMO_PASSWORD and not settings.DEMO_PASSWORD_OPENS:
            raise ValidationError(
                _("Everybody knows this password. Ask your coordinator or administrator for access.")
            )
        cleaned: dict[str, Any] = super().clean()
        return cleaned


class ForgottenPasswordForm(ResetPasswordForm):  # type: ignore[misc]
    def clean(self) -> dict[str, Any]:
        """Ask the mail server first, whether there is such an account or not: the answer tells nothing of it."""
        cleaned: dict[str, Any] = super().clean()
        if not self.errors and not letters.can_leave():
            raise forms.ValidationError(
                _(
                    "No letter can be sent at present: the mail server does not answer. Try again in some minutes."
                )
            )
        return cleaned


class LettersForm(forms.Form):
    """The letters that somebody wants, and their language."""

    wanted = forms.MultipleChoiceField(
        label=gettext_lazy("Letters that I get"), required=False, widget=forms.CheckboxSelectMultiple
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of my letters"), choices=settings.LANGUAGES)

    def __init__(self, data: Any, *, role: str, language: str, wanted: Collection[LetterKind]) -> None:
        """With what they chose before."""
        kinds = kinds_of(role)
        now = {
            "wanted": [kind.value for kind in wanted],
            "language": language,
        }
        super().__init__(data, initial=now)
        if not kinds:
            del self.fields["wanted"]
            return
        self.fields["wanted"].choices = [(kind.value, LABELS[kind]) for kind in kinds]  # type: ignore[attr-defined]


class InstitutionForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A network or an institution: no two have names that people read as the same."""

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = type(self.instance)._default_manager.exclude(pk=self.instance.pk)
        if is_taken(name, others.values_list("name", flat=True)):
            raise forms.ValidationError(_("Another one has this name already."))
        return name

    def clean_code(self) -> str:
        """Of a network. That of an institution, its `slug`, is in no figure."""
        code: str = self.cleaned_data["code"]
        if "code" in self.changed_data and counted_codes.network_is_counted(code):
            raise forms.ValidationError(
                _(
                    "A former network had this code, and the figures still hold it: its past would be shown as that of this network. "
                    "Choose a code that no network has had."
                )
            )
        return code
