"""The forms to sign in and to ask for a new password."""

import json
from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm
from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.wrong_passwords import Tries
from partners.demo_password import DEMO_PASSWORD
from partners.models import Staff


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


class NewPasswordForm(ResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Send a letter to each account that did not get all of this hour.

        The answer is the same: the letters are in the mailbox, and whoever asked for them may have been a stranger.
        """
        self.users: list[Staff] = [
            person
            for person in self.users
            if ratelimit.consume(request, action="password_letter", key=str(person.pk))
        ]
        email: str = super().save(request, **kwargs)
        return email
