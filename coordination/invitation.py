"""The e-mail to an invited person, with a link to choose a password."""

from collections.abc import Iterable
from datetime import timedelta

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.utils import user_pk_to_url_str
from django.core.mail import send_mail
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import letters
from partners.models import AuditEntry, Staff
from routing_rules import people as services

MOST_REFUSALS = 2


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
    services.letter_sent(actor=sender, person=person, sent=sent)
    return sent


def send_all(request: HttpRequest, *, people: Iterable[Staff], sender: Staff) -> int:
    """Send it to several; how many did not go. A mail server that took none of two in a row is asked no more, so nobody waits long."""
    unsent = in_a_row = 0
    for person in people:
        if in_a_row == MOST_REFUSALS:
            services.letter_sent(actor=sender, person=person, sent=False)
            unsent += 1
        elif send(request, person=person, sender=sender):
            in_a_row = 0
        else:
            unsent, in_a_row = unsent + 1, in_a_row + 1
    return unsent


def is_fresh(person: Staff) -> bool:
    """Was it sent within the last minute? Then a second press sends no second one."""
    since = timezone.now() - timedelta(minutes=1)
    return AuditEntry.objects.filter(
        action="person.letter_sent", subject=f"person {person.pk}", at__gt=since
    ).exists()
