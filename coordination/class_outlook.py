"""What the teams of a class can give while it is on: when they are open, who is in them, and how many were free at such hours lately."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat.services.rules_in_force import on_the_books
from indicators.rows import recent
from partners.models import Partner
from routing_rules.loading import schedules
from routing_rules.models import Counsellor, Pool, SchoolBooking
from routing_rules.schedule import joined, openings


@dataclass(frozen=True, slots=True)
class ClassOutlook:
    """`slots` are the conversations at once of the people registered in the teams that are open; `usually_free` of those who were
    there, on average (None: nothing is known yet)."""

    open: bool
    throughout: bool
    people: int
    slots: int
    usually_free: float | None
    booked_besides: int
    """Places of the same teams' other classes at that time."""


def class_outlook(
    *,
    partner: Partner | None,
    starts_at: datetime,
    ends_at: datetime,
    themes: frozenset[str],
    besides: int | None,
) -> ClassOutlook:
    """Of a class of this partner (None: of all) between two moments; `besides` is the key of the booking that is looked at."""
    named = (
        None if partner is None else set(Pool.objects.filter(partner=partner).values_list("slug", flat=True))
    )
    hours = schedules(starts_at, since=starts_at.date() - timedelta(days=2))
    found = {
        slug: list(openings(schedule, starts_at, ends_at))
        for slug, schedule in hours.items()
        if named is None or slug in named
    }
    taking = frozenset(slug for slug, spans in found.items() if spans)
    whole = joined(span for spans in found.values() for span in spans)
    able = [
        person
        for person, skills in on_the_books().items()
        if skills.pools & taking and (not themes or skills.themes & themes)
    ]
    slots = Counsellor.objects.filter(pk__in=able).aggregate(n=Sum("capacity", default=0))["n"]
    others = SchoolBooking.objects.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
    if partner is not None:
        # Classes of all partners use these teams too.
        others = others.filter(Q(partner=partner) | Q(partner=None))
    return ClassOutlook(
        open=bool(taking),
        throughout=len(whole) == 1 and whole[0].start <= starts_at and ends_at <= whole[0].end,
        people=len(able),
        slots=slots,
        usually_free=recent.free_places(
            taking, starts_at=timezone.localtime(starts_at), ends_at=timezone.localtime(ends_at)
        ),
        booked_besides=(others if besides is None else others.exclude(pk=besides)).aggregate(
            n=Sum("places", default=0)
        )["n"],
    )


def expected_sentence(outlook: ClassOutlook) -> str:
    """How many the class may expect to be there."""
    registered = ngettext(
        "%(people)s person is registered in the teams that are open then, for %(slots)s conversations at once.",
        "%(people)s people are registered in the teams that are open then, for %(slots)s conversations at once.",
        outlook.people,
    ) % {"people": outlook.people, "slots": outlook.slots}
    if outlook.usually_free is None:
        return registered + " " + _("How many of them are usually there is not known yet.")
    return (
        registered
        + " "
        + _("Places free on average at such hours lately: %(free)s.")
        % {"free": number_format(outlook.usually_free, 1)}
    )


def doubts(outlook: ClassOutlook, places: int) -> list[str]:
    """What whoever books so many places should know."""
    found = []
    if not outlook.throughout:
        found.append(_("Your teams are not open during all of this time."))
    expected = outlook.slots if outlook.usually_free is None else outlook.usually_free
    if places + outlook.booked_besides > max(expected, 1) - 1:
        found.append(
            _(
                "More places are booked than can be kept: at least one stays everybody’s. "
                "The other pupils come after everybody else."
            )
        )
    return found
