"""Who saved which timetable last, in words; the audit log knows."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from coordination.weekdays import whole_moment
from partners.models import AuditEntry


def timetable_savers(pools: Iterable[str]) -> dict[tuple[str, date], str]:
    """Who saved each timetable of these teams last, and when, by team and first day."""
    subjects = {f"pool {slug}" for slug in pools}
    entries = AuditEntry.objects.filter(action="timetable.set", subject__in=subjects).select_related("actor")
    told: dict[tuple[str, date], str] = {}
    for one in entries.order_by("at", "pk"):
        place = one.subject.removeprefix("pool "), date.fromisoformat(one.detail["valid_from"])
        name = one.actor or _("somebody")
        told[place] = _("saved last by %(name)s on %(moment)s") % {
            "name": name,
            "moment": whole_moment(one.at),
        }
    return told
