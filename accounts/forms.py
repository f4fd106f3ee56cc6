"""The form to sign in."""

import json
from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.wrong_passwords import Tries
from partners.demo_password import DEMO_PASSWORD


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
