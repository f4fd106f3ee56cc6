"""School bookings: a class's session, with its code and its reserved places. Only this module writes them."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from partners import audit
from partners.models import Partner, Staff
from partners.name_search import is_same
from routing_rules.models import SchoolBooking, Theme
from wakeups import publish

# Without characters that are easily misread on a blackboard.
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


class BookingCodeTakenError(Exception):
    """Another booking has this code."""


class AlreadyBookedError(Exception):
    """This school has a booking that begins at the same moment; its code is the argument."""


def free_code() -> str:
    """A code that no booking has."""
    while True:
        code = "".join(secrets.choice(_LETTERS) for _letter in range(6))
        if not SchoolBooking.objects.filter(code=code).exists():
            return code


def booked_already(
    *, school: str, partner: Partner | None, starts_at: datetime, besides: int | None
) -> str | None:
    """The code of another booking of this school that begins at this moment; None where there is none."""
    then = SchoolBooking.objects.filter(partner=partner, starts_at=starts_at)
    return next((one.code for one in then if one.pk != besides and is_same(school, one.school)), None)


@transaction.atomic
def save(
    *,
    actor: Staff,
    booking: SchoolBooking,
    code: str,
    school: str,
    partner: Partner | None,
    starts_at: datetime,
    ends_at: datetime,
    themes: Iterable[Theme],
    places: int,
) -> SchoolBooking:
    """Write a new or an existing booking.

    Raises:
        BookingCodeTakenError, AlreadyBookedError: nothing was written.
    """
    new = booking.pk is None
    twice = booked_already(school=school, partner=partner, starts_at=starts_at, besides=booking.pk)
    if twice is not None:
        raise AlreadyBookedError(twice)
    if SchoolBooking.objects.filter(code=code).exclude(pk=booking.pk).exists():
        raise BookingCodeTakenError
    was = {} if new else _told(booking)
    booking.code, booking.school, booking.partner, booking.places = code, school, partner, places
    booking.starts_at, booking.ends_at = starts_at, ends_at
    booking.save()
    booking.themes.set(themes)
    audit.record(
        actor=actor,
        action="booking.created" if new else "booking.changed",
        subject=f"booking {code}",
        detail=_told(booking) | ({} if new else {"was": was}),
    )
    publish.routing_changed()
    return booking


@transaction.atomic
def delete(*, actor: Staff, booking: SchoolBooking) -> None:
    """Cancel a booking: its places are free again."""
    code, told = booking.code, _told(booking)
    booking.delete()
    audit.record(actor=actor, action="booking.deleted", subject=f"booking {code}", detail=told)
    publish.routing_changed()


def _told(booking: SchoolBooking) -> dict[str, Any]:
    """What the log tells of a booking."""
    return {
        "school": booking.school,
        "institution": booking.partner.slug if booking.partner else None,
        "themes": sorted(booking.themes.values_list("code", flat=True)),
        "starts_at": booking.starts_at.isoformat(),
        "ends_at": booking.ends_at.isoformat(),
        "places": booking.places,
    }
