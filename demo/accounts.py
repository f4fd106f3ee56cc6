"""The demo's accounts where there is no demo any more: their password is known to everybody."""

from django.db import transaction

from demo import facts
from partners import accounts
from partners.demo_password import DEMO_PASSWORD
from partners.models import Staff

NAMES = (*facts.COUNSELLORS, *facts.OTHERS)


def with_known_password() -> list[Staff]:
    """The active accounts of the demo whose password nobody has changed."""
    active = Staff.objects.filter(username__in=NAMES, is_active=True)
    return [person for person in active if person.check_password(DEMO_PASSWORD)]


@transaction.atomic
def disable() -> list[Staff]:
    """Disable them."""
    found = with_known_password()
    for person in found:
        accounts.disable_demo_account(person=person)
    return found
