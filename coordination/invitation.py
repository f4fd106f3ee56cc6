"""The e-mail to an invited person, with a link to choose a password."""

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.utils import user_pk_to_url_str
from django.core.mail import send_mail
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from partners import letters
from partners.models import Staff
from routing_rules import people


def send(request: HttpRequest, *, person: Staff, sender: Staff) -> bool:
    """Send it, and note whether the mail server took it. The link works once, for three days; "forgotten password" makes a new one."""
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(person)
    address = get_adapter(request).get_reset_password_from_key_url(f"{user_pk_to_url_str(person)}-{token}")
    letter = render_to_string(
        "coordination/invitation.txt", {"person": person, "sender": sender, "address": address}
    )
    sent = letters.was_sent(
        lambda: send_mail(
            subject=_("Your account for Miti"), message=letter, from_email=None, recipient_list=[person.email]
        )
    )
    people.letter_sent(actor=sender, person=person, sent=sent)
    return sent
