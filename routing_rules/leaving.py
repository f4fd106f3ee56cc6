"""An institution leaves: nobody of it comes in any more, and what it had belongs to another, or to the whole platform."""

from dataclasses import dataclass

from django.db import transaction

from partners import audit
from partners.models import Partner, Staff
from routing_rules import people
from routing_rules.models import Pool, SchoolBooking, Site
from wakeups import publish


@dataclass(frozen=True, slots=True)
class Belongings:
    """How many of each an institution has."""

    people: int
    pools: int
    sites: int
    bookings: int


def belongings(partner: Partner) -> Belongings:
    return Belongings(
        people=partner.staff.filter(is_active=True).count(),
        pools=partner.pools.count(),
        sites=partner.sites.count(),
        bookings=partner.bookings.count(),
    )


@transaction.atomic
def leave(*, actor: Staff, partner: Partner, heir: Partner | None) -> Belongings:
    """Take its people's access away, and hand its teams, sites and classes over to `heir`, or to the platform.

    Running conversations of its people go back to the queue. Figures keep its name.

    Raises:
        YourselfError: the actor belongs to it; nothing was changed.
    """
    had = belongings(partner)
    for person in partner.staff.filter(is_active=True):
        people.deactivate(actor=actor, person=person)
    for model in (Pool, Site, SchoolBooking):
        model.objects.filter(partner=partner).update(partner=heir)
    audit.record(
        actor=actor,
        action="institution.left",
        subject=f"institution {partner.pk}",
        detail={"people": had.people, "pools": had.pools, "sites": had.sites, "bookings": had.bookings},
    )
    publish.routing_changed()
    return had
