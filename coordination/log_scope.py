"""Which entries of the log concern a partner, and as whom its coordinators see those who acted."""

from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from partners.models import AuditEntry, Partner, Role, Staff
from routing_rules.models import Pool, SchoolBooking, Site

JOBS: Final = ("alert.began", "alert.ended", "alert.told", "letters.sent", "figures.mailed")
"""What the platform does by itself for everybody at once, in numbers."""
EVERYBODY: Final = "all pools"
"""The subject of what holds for the teams of all partners."""
PLATFORM: Final = (Role.PLATFORM, Role.ADMIN)


def entries_of(partner: Partner) -> "QuerySet[AuditEntry]":
    """What the partner's people did, and what anybody, or a job, did to what is or was the partner's."""
    slug = partner.slug
    # What is deleted has no row that says whose it was; the log does.
    gone = AuditEntry.objects.filter(action="pool.deleted", detail__institution=slug)
    teams = {
        *Pool.objects.filter(partner=partner).values_list("slug", flat=True),
        *(subject.removeprefix("pool ") for subject in gone.values_list("subject", flat=True)),
    } - set(Pool.objects.exclude(partner=partner).values_list("slug", flat=True))
    subjects = [
        EVERYBODY,
        f"institution {partner.pk}",
        *(f"pool {team}" for team in teams),
        *(f"person {key}" for key in partner.staff.values_list("pk", flat=True)),
        *(f"site {key}" for key in Site.objects.filter(partner=partner).values_list("key", flat=True)),
        *(
            f"booking {code}"
            for code in SchoolBooking.objects.filter(partner=partner).values_list("code", flat=True)
        ),
    ]
    return AuditEntry.objects.filter(
        Q(actor__partner=partner)
        | Q(subject__in=subjects)
        # Shifts by their team; texts, classes and sites by whose they are, or were before the act.
        | Q(detail__pool__in=sorted(teams))
        | Q(detail__institution=slug)
        | Q(detail__was__institution=slug)
        | Q(detail__came_from=slug)
        | Q(actor=None, subject="", action__in=JOBS)
    )


def actor_in_words(entry: AuditEntry, *, reader: Staff, everybody: bool) -> str:
    """Who acted; `everybody`: the reader may know all by name. Others know the people of their own partner only."""
    actor = entry.actor
    if actor is None:
        return _("Miti, by itself") if entry.action in JOBS else "—"
    if everybody or actor.partner_id == reader.partner_id:
        return str(actor)
    return (
        _("the platform") if actor.role in PLATFORM or actor.partner_id is None else _("another institution")
    )
