"""The data that routing decides from; coordinators maintain it."""

from routing_rules.models.counsellors import Counsellor
from routing_rules.models.plans import PlanState, PlanVersion, RuleRow
from routing_rules.models.pools import DatedException, OpeningInterval, Pool, Timetable
from routing_rules.models.sites import SchoolBooking, Site
from routing_rules.models.themes import SubTheme, Theme

__all__ = [
    "Counsellor",
    "DatedException",
    "OpeningInterval",
    "PlanState",
    "PlanVersion",
    "Pool",
    "RuleRow",
    "SchoolBooking",
    "Site",
    "SubTheme",
    "Theme",
    "Timetable",
]
