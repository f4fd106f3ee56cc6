"""What the audit log's codes mean, in words."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coordination.weekdays import day_name, whole_date, whole_moment
from coordination.words import Names
from partners.models import Role
from routing_rules.hours_text import format_hours
from routing_rules.languages import LANGUAGES
from routing_rules.names import audience_names
from routing_rules.weekly import Interval

ACTS = {
    "signed_in": _("signed in"),
    "signed_out": _("signed out"),
    "password_changed": _("changed their password"),
    "second_factor.added": _("set up a second factor"),
    "second_factor.removed": _("removed a second factor"),
    "second_factor.codes_made": _("made new recovery codes"),
    "email.added": _("added an e-mail address to their account"),
    "email.removed": _("removed an e-mail address from their account"),
    "email.changed": _("chose another e-mail address for their account"),
    "signed_out_everywhere": _("signed out everywhere"),
    "account.created": _("created an account"),
    "account.changed": _("changed an account"),
    "account.deleted": _("deleted an account"),
    "account.password_set": _("set somebody’s password"),
    "token.made": _("made a token for scripts"),
    "token.revoked": _("revoked a token for scripts"),
    "token.all_revoked": _("lost all tokens for scripts, as the way into the account changed"),
    "figures.exported": _("took figures out as a file"),
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
    "person.letter_sent": _("sent somebody the letter with the link"),
    "person.letter_failed": _("could not send somebody the letter with the link"),
    "person.changed": _("changed what somebody can take"),
    "person.role_changed": _("gave somebody another role"),
    "person.second_factor_reset": _("reset somebody’s second factor"),
    "person.second_factor_unreadable": _("a second factor could not be read any more, and was deleted"),
    "person.deactivated": _("took somebody’s access away"),
    "person.reactivated": _("gave somebody’s access back"),
    "pool.created": _("created a team"),
    "pool.changed": _("changed a team"),
    "pool.deleted": _("deleted a team"),
    "theme.created": _("created a theme"),
    "theme.changed": _("changed a theme"),
    "theme.deleted": _("deleted a theme"),
    "subtheme.created": _("created a sub-theme"),
    "subtheme.changed": _("changed a sub-theme"),
    "subtheme.deleted": _("deleted a sub-theme"),
    "site.created": _("created a site"),
    "site.changed": _("changed a site"),
    "site.deleted": _("deleted a site"),
    "network.created": _("added a network"),
    "network.changed": _("changed a network"),
    "network.deleted": _("deleted a network"),
    "institution.created": _("added an institution"),
    "institution.changed": _("changed an institution"),
    "institution.deleted": _("deleted an institution"),
    "institution.left": _("took an institution out of the platform"),
    "coverage.asked": _("asked somebody to help at hours without anybody"),
    "booking.created": _("booked a class"),
    "booking.changed": _("changed a class’s booking"),
    "booking.deleted": _("cancelled a class’s booking"),
    "reply.created": _("wrote a canned reply"),
    "reply.changed": _("changed a canned reply"),
    "reply.deleted": _("deleted a canned reply"),
    "notice.changed": _("changed a notice"),
    "contact.created": _("added a number"),
    "contact.changed": _("changed a number"),
    "undone": _("undid what they had done"),
    "contact.deleted": _("took a number away"),
}

SUBJECTS = {
    "pool": _("team"),
    "plan": _("plan"),
    "person": _("person"),
    "theme": _("theme"),
    "subtheme": _("sub-theme"),
    "site": _("site"),
    "network": _("network"),
    "institution": _("institution"),
    "booking": _("class"),
    "reply": _("reply"),
    "notice": _("notice"),
    "contact": _("number"),
}
"""The first word of a subject; its code or number follows."""
DETAILS = {
    "act": _("act"),
    "active": _("active"),
    "at": _("at"),
    "audience": _("audience"),
    "came_from": _("from"),
    "capacity": _("at once"),
    "choice": _("choice"),
    "date": _("day"),
    "days": _("days"),
    "domains": _("addresses"),
    "draft": _("draft"),
    "due": _("was due"),
    "ends_at": _("ends"),
    "exceptions": _("exceptions"),
    "from": _("from"),
    "intervals": _("hours"),
    "kind": _("what"),
    "language": _("language"),
    "languages": _("languages"),
    "name": _("name"),
    "on": _("beside plan"),
    "places": _("places"),
    "pools": _("teams"),
    "position": _("place"),
    "quarter": _("quarter"),
    "reception": _("for whoever does not know"),
    "role": _("role"),
    "rule": _("rule"),
    "starts_at": _("begins"),
    "test": _("test site"),
    "theme": _("theme"),
    "themes": _("themes"),
    "timetables": _("timetables"),
    "timezone": _("time zone"),
    "to": _("to"),
    "valid_from": _("from"),
    "verified_on": _("verified on"),
}


def act_in_words(action: str) -> str:
    """The act, or its code when it comes from another part of Miti."""
    return str(ACTS.get(action, action))


def subject_in_words(subject: str, people: Mapping[int | None, str]) -> str:
    """What the act was done to; a person in `people` by name."""
    if subject == "all pools":
        return gettext("all teams")
    person = person_of(subject)
    if person in people:
        return people[person]
    kind, _space, name = subject.partition(" ")
    return f"{SUBJECTS[kind]} {name}" if kind in SUBJECTS else subject


def person_of(subject: str) -> int | None:
    """The key of the person that the act was done to, if it was a person."""
    kind, _space, name = subject.partition(" ")
    return int(name) if kind == "person" and name.isdigit() else None


def detail_in_words(detail: dict[str, Any], names: Names) -> str:
    """What was done, one thing after the other; of what was changed, before and after."""
    before: dict[str, Any] = detail.get("was", {})
    told = []
    for name, value in detail.items():
        if name == "was" or (value in (None, "", []) and not before.get(name)):
            continue
        words = _value_in_words(name, value, names)
        if name in before and before[name] != value:
            words = f"{_value_in_words(name, before[name], names) or '—'} → {words or '—'}"
        told.append(f"{DETAILS.get(name, name)}: {words}")
    return ", ".join(told)


def _value_in_words(name: str, value: Any, names: Names) -> str:
    """One value: days and moments as people write them, codes by their names."""
    if name == "intervals":
        return _hours(value)
    if isinstance(value, bool):
        return _yes_or_no(value)
    if isinstance(value, list):
        return ", ".join(_value_in_words(name, one, names) for one in value)
    if name == "act":
        return act_in_words(value)
    called = _named(name, names).get(str(value))
    return called or _moment(str(value)) or str(value)


def _yes_or_no(value: bool) -> str:
    return gettext("yes") if value else gettext("no")


def _named(name: str, names: Names) -> Mapping[str, str]:
    """The names of the codes that stand under this name."""
    kinds = {"open": gettext("open besides"), "closed": gettext("closed")}
    roles = {str(role.value): str(role.label) for role in Role}
    return {
        "pools": names.pools,
        "themes": names.themes,
        "theme": names.themes,
        "language": LANGUAGES,
        "languages": LANGUAGES,
        "role": roles,
        "from": roles,
        "to": roles,
        "kind": kinds,
        "audience": audience_names(),
    }.get(name, {})


def _moment(text: str) -> str:
    """A day or a moment, if it is one."""
    if len(text) < len("2026-01-05") or text[4:5] != "-":
        return ""
    try:
        return (
            whole_date(date.fromisoformat(text))
            if len(text) == len("2026-01-05")
            else whole_moment(datetime.fromisoformat(text))
        )
    except ValueError:
        return ""


def _hours(intervals: list[list[int]]) -> str:
    """Hours as the log keeps them, [weekday, from, until] in minutes."""
    return "; ".join(f"{day_name(day)} {format_hours([Interval(day, a, b)])}" for day, a, b in intervals)
