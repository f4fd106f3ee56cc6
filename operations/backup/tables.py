"""Which tables are in a backup. A test fails if a table is on none of these lists."""

from typing import Any

from django.apps import apps
from django.db.models import Model

KEPT = (
    "contenttypes.ContentType",
    "auth.Permission",
    "auth.Group",
    "auth.Group_permissions",
    "partners.Network",
    "partners.Partner",
    "partners.Staff",
    "partners.Staff_groups",
    "partners.Staff_user_permissions",
    "partners.LetterChoices",
    "partners.LetterSubscription",
    "partners.AuditEntry",
    "account.EmailAddress",
    "mfa.Authenticator",
    "admin.LogEntry",
    "routing_rules.Theme",
    "routing_rules.SubTheme",
    "routing_rules.Pool",
    "routing_rules.Counsellor",
    "routing_rules.Counsellor_pools",
    "routing_rules.Counsellor_themes",
    "routing_rules.Timetable",
    "routing_rules.OpeningInterval",
    "routing_rules.DatedException",
    "routing_rules.PlanVersion",
    "routing_rules.RuleRow",
    "routing_rules.Site",
    "routing_rules.Site_themes",
    "routing_rules.SchoolBooking",
    "routing_rules.SchoolBooking_themes",
    "roster.Shift",
    "roster.Assignment",
    "roster.UsualTime",
    "roster.Absence",
    "roster.RosterLetter",
    "roster.RosterNotice",
    "roster.ShiftLink",
    "roster.CalendarFeed",
    "indicators.MetricRow",
    "indicators.Counter",
    "indicators.Capacity",
    "indicators.OnDuty",
    "indicators.SkilledOnDuty",
    "indicators.DutyPeriod",
    "indicators.FiguresRelease",
    "indicators.FiguresLetter",
    "coordination.Prediction",
    "indicators.ApiToken",
    "chat.CannedReply",
    "chat.Notice",
    "chat.Contact",
)
LIVE = (
    "chat.Conversation",
    "chat.Party",
    "chat.Offer",
    "chat.Duty",
    "chat.Lease",
    "coordination.AlertWatch",
    "coordination.AlertNotice",
    "coordination.AlertLetter",
    "coordination.TeamCall",
    "coordination.WhatIfRun",
    "indicators.PendingRow",
    "indicators.DailySums",
    "indicators.Discrepancy",
    "operations.RunningProcess",
    "operations.KeptBackup",
    "sessions.Session",
    "account.EmailConfirmation",
    "socialaccount.SocialApp",
    "socialaccount.SocialAccount",
    "socialaccount.SocialToken",
)
"""Live rows, with the keys of transcripts and of browsers: they are deleted soon, and a backup would keep them longer."""

MADE_BY_MIGRATIONS = ("contenttypes.ContentType", "auth.Permission")
"""Migrations fill these, also in an empty database."""

MADE_BY_PROCESSES = (
    "chat.Lease",
    "operations.RunningProcess",
    "operations.KeptBackup",
    "indicators.DailySums",
)
"""Every process fills these by itself: nothing in them can be lost."""


def model(label: str) -> type[Model]:
    app, _, name = label.partition(".")
    return apps.get_model(app, name)


def values(row: Model) -> dict[str, Any]:
    """A row in JSON's types, without loss."""
    told: dict[str, Any] = {}
    for field in row._meta.local_concrete_fields:
        value = field.value_from_object(row)
        plain = value is None or isinstance(value, bool | int | float | str | list | dict)
        told[field.attname] = value if plain else field.value_to_string(row)
    return told
