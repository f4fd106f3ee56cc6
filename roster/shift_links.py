"""The addresses in letters by which their readers take a shift: signed, of use once, and only to whoever the letter was sent to."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from partners.models import Staff
from roster import signing_up
from roster.models import RosterLetter, Shift, ShiftLink
from routing_rules.models import Counsellor

SALT = "roster.shift_links"


class NoSuchLinkError(Exception):
    """Nobody wrote this address in a letter to this person, or its shift is gone."""


class LinkUsedError(Exception):
    """It has been used."""


def paths_of(letter: RosterLetter, ways: Sequence[tuple[Shift, int | None]]) -> list[str]:
    """The paths for a letter, one for each shift and the colleague in whose place; the same when the letter is sent once more."""
    keys = {(one.shift_id, one.colleague_id): one.pk for one in letter.links.all()}
    new = [
        ShiftLink(letter=letter, shift=shift, colleague_id=colleague)
        for shift, colleague in ways
        if (shift.pk, colleague) not in keys
    ]
    ShiftLink.objects.bulk_create(new)
    keys |= {(one.shift_id, one.colleague_id): one.pk for one in new}
    return [
        reverse("roster:link", args=[signing.dumps(str(keys[shift.pk, colleague]), salt=SALT)])
        for shift, colleague in ways
    ]


def read(*, signed: str, person: Staff) -> ShiftLink:
    """The link of this address, with its shift.

    Raises:
        NoSuchLinkError: whatever the reason.
    """
    try:
        key = UUID(signing.loads(signed, salt=SALT))
        return ShiftLink.objects.select_related("shift__pool").get(pk=key, letter__person=person)
    except (signing.BadSignature, ShiftLink.DoesNotExist, ValidationError, ValueError, TypeError):
        raise NoSuchLinkError from None


@transaction.atomic
def use(*, link: ShiftLink, counsellor: Counsellor, read: str | None = None, now: datetime) -> None:
    """Take the shift, as its page does; `read`: the hours that the page showed. A link that led to nothing can be used again.

    Raises:
        LinkUsedError, ShiftGoneError, ConflictError: nothing was written.
    """
    # Two presses at once: one finds it unused.
    if not ShiftLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now):
        raise LinkUsedError
    if link.colleague_id is None:
        signing_up.take(counsellor=counsellor, shift_id=link.shift_id, read=read, now=now)
    else:
        signing_up.take_over(
            counsellor=counsellor,
            shift_id=link.shift_id,
            colleague_id=link.colleague_id,
            read=read,
            now=now,
        )
