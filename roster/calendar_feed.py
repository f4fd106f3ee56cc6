"""A person's own shifts as a calendar (RFC 5545) at a secret address. Only this module writes the addresses.

It holds the reader's own shifts and nobody's name. A shift that was given back or deleted is not in it any more.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar, Event

from partners import audit
from partners.letter_choices import choices_of
from partners.models import Staff
from partners.tokens import hash_of_token
from roster import loading
from roster.models import Assignment, CalendarFeed, Shift
from routing_rules.models import Counsellor

SINCE: Final = timedelta(days=14)
"""Shifts of before this are not in a calendar."""
AGAIN: Final = timedelta(hours=1)
"""How often a calendar is asked to read it."""
HOUR_S: Final = 3_600
MOST_AN_HOUR: Final = 60
SECRET_BYTES: Final = 32


class AddressChangedError(Exception):
    """The person has another address than the one that the page spoke of, or none any more: nothing was done."""


@transaction.atomic
def make(*, counsellor: Counsellor, seen: datetime | None, now: datetime) -> str:
    """A new address, shown this once. The one that was made when `seen` says is of no use any more; None: there was none.

    Raises:
        AddressChangedError: an address that is in somebody's calendar does not end by a page that did not know of it.
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    made = {"secret_hash": hash_of_token(secret), "made_at": now}
    if seen is None:
        first = CalendarFeed.objects.get_or_create(counsellor=counsellor, defaults=made)[1]
    else:
        first = bool(CalendarFeed.objects.filter(counsellor=counsellor, made_at=seen).update(**made))
    if not first:
        raise AddressChangedError
    audit.record(actor=counsellor.staff, action="calendar.address_made")
    return f"{settings.LINK_ORIGIN}{reverse('roster:feed', args=[secret])}"


@transaction.atomic
def revoke(*, counsellor: Counsellor, seen: datetime | None) -> None:
    """No calendar reads the shifts at the address that was made when `seen` says.

    Raises:
        AddressChangedError: it is not the person's address.
    """
    if seen is None or not CalendarFeed.objects.filter(counsellor=counsellor, made_at=seen).delete()[0]:
        raise AddressChangedError
    audit.record(actor=counsellor.staff, action="calendar.address_revoked")


def reader_of(secret: str) -> Counsellor | None:
    """Whose shifts this address gives; None for one that is unknown or revoked, or whose owner may not work any more."""
    people = loading.who_may_work().filter(calendar_feed__secret_hash=hash_of_token(secret))
    return people.select_related("staff").first()


def may_read(counsellor: Counsellor, *, now: datetime) -> bool:
    """Count one more reading; False: there were too many this hour."""
    key = f"calendar:{counsellor.pk}:{int(now.timestamp()) // HOUR_S}"
    cache.add(key, 0, timeout=2 * HOUR_S)
    try:
        return bool(cache.incr(key) <= MOST_AN_HOUR)
    except ValueError:
        # The store forgot it in between.
        return True


def calendar_of(counsellor: Counsellor, *, now: datetime) -> bytes:
    """The same bytes as long as nothing changes."""
    person: Staff = counsellor.staff
    rows = (
        loading.standing(Shift.objects.filter(date__gte=(now - SINCE).date()))
        .filter(counsellor=counsellor)
        .select_related("shift__pool")
        .order_by("shift__date", "shift__start_minute", "shift")
    )
    with override(choices_of(person).language):
        calendar = Calendar()
        calendar.add("prodid", "-//Miti//Roster//")
        calendar.add("version", "2.0")
        calendar.add("x-wr-calname", _("My shifts"))
        calendar.add("refresh-interval", AGAIN, parameters={"value": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
        for row in rows:
            calendar.add_component(_event(row))
    return bytes(calendar.to_ical())


def _event(row: Assignment) -> Event:
    time, event = loading.time_of(row.shift), Event()
    event.add("uid", f"shift-{row.shift_id}@{urlsplit(settings.LINK_ORIGIN).hostname or 'miti'}")
    event.add("dtstamp", row.assigned_at)
    event.add("sequence", row.shift.revision)
    # In UTC: right on both sides of the night in which the clock is changed, in whatever zone the reader is.
    event.add("dtstart", time.start)
    event.add("dtend", time.end)
    event.add("summary", _("Shift: %(team)s") % {"team": row.shift.pool.name})
    event.add("url", f"{settings.LINK_ORIGIN}{reverse('roster:mine')}")
    return event
