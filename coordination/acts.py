"""What the audit log's codes mean, in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

ACTS = {
    "signed_in": _("signed in"),
    "timetable.set": _("set a team’s hours"),
    "timetable.dropped": _("took a coming timetable back"),
    "exception.added": _("added an exception"),
    "exception.deleted": _("deleted an exception"),
    "holidays.taken_over": _("took holidays over"),
    "plan.drafted": _("began a draft"),
    "plan.discarded": _("threw a draft away"),
    "plan.rebased": _("confirmed a draft’s differences"),
    "plan.published": _("published a plan"),
    "plan.scheduled": _("scheduled a plan"),
    "plan.held": _("was to have a plan come into force, which was held back"),
    "plan.unscheduled": _("took a scheduled plan back"),
    "plan.rolled_back": _("brought an earlier plan back"),
    "file.imported": _("imported a file"),
    "rule.added": _("added a rule"),
    "rule.changed": _("changed a rule"),
    "rule.moved": _("moved a rule"),
    "rule.deleted": _("deleted a rule"),
    "person.invited": _("invited somebody"),
    "person.changed": _("changed what somebody can take"),
    "person.role_changed": _("gave somebody another role"),
    "person.second_factor_reset": _("reset somebody’s second factor"),
    "person.deactivated": _("took somebody’s access away"),
    "person.reactivated": _("gave somebody’s access back"),
    "pool.created": _("created a team"),
    "pool.changed": _("changed a team"),
    "pool.deleted": _("deleted a team"),
    "theme.created": _("created a theme"),
    "theme.changed": _("changed a theme"),
    "site.created": _("created a site"),
    "site.changed": _("changed a site"),
    "booking.created": _("booked a class"),
    "booking.changed": _("changed a class’s booking"),
    "booking.deleted": _("cancelled a class’s booking"),
    "reply.created": _("wrote a canned reply"),
    "reply.changed": _("changed a canned reply"),
    "reply.deleted": _("deleted a canned reply"),
    "notice.changed": _("changed a notice"),
    "contact.created": _("added a number"),
    "contact.changed": _("changed a number"),
    "contact.deleted": _("took a number away"),
}


def act_in_words(action: str) -> str:
    """The act, or its code when it comes from another part of Miti."""
    return str(ACTS.get(action, action))


def detail_in_words(detail: dict[str, Any]) -> str:
    """Codes and numbers, one after the other."""
    return ", ".join(
        f"{name}: {_flat(value)}" for name, value in detail.items() if value not in (None, "", [])
    )


def _flat(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(_flat(one) if not isinstance(one, list) else "-".join(map(str, one)) for one in value)
    return str(value)
