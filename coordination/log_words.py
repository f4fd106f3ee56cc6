"""Entries of the audit log in words: to what something was done, and what it was before and after."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _

from chat.models import NoticeKind
from coordination.acts import DETAILS, SUBJECTS, act_in_words
from coordination.board.alerts import AlertKind
from coordination.weekdays import day_name, whole_date, whole_moment
from coordination.words import Names, ringing_in_words, rule_in_words
from partners.letter_kinds import LABELS
from partners.models import Network, Partner, Role
from routing_rules.hours_text import format_hours
from routing_rules.languages import LANGUAGES
from routing_rules.models import SubTheme
from routing_rules.names import audience_names
from routing_rules.plans import Rule
from routing_rules.weekly import Interval


@dataclass(frozen=True, slots=True)
class LogNames:
    """Today's names of what the log holds by code or key, and of the people whom the reader may know by name."""

    codes: Names
    subjects: Mapping[str, Mapping[str, str]]
    people: Mapping[int | None, str]

    @classmethod
    def load(cls, people: Mapping[int | None, str]) -> "LogNames":
        """Load them, in the language of the page."""
        codes = Names.load()
        partners = Partner.objects.values_list("pk", "slug", "name")
        return cls(
            codes=codes,
            subjects={
                "pool": codes.pools,
                "site": codes.sites,
                "theme": codes.themes,
                "subtheme": {one.code: str(one) for one in SubTheme.objects.all()},
                "notice": {kind.value: str(kind.label) for kind in NoticeKind},
                "network": {str(one.pk): one.name for one in Network.objects.all()},
                "institution": {
                    **{str(key): name for key, _slug, name in partners},
                    **{slug: name for _key, slug, name in partners},
                },
            },
            people=people,
        )


def subject_in_words(subject: str, names: LogNames) -> str:
    """What the act was done to; a person by name, if the reader may know it."""
    if subject == "all pools":
        return _("all teams")
    person = person_of(subject)
    if person in names.people:
        return names.people[person]
    kind, _space, code = subject.partition(" ")
    if kind not in SUBJECTS:
        return subject
    name = names.subjects.get(kind, {}).get(code)
    return _quoted(str(SUBJECTS[kind]), name) if name else f"{SUBJECTS[kind]} {code}"


def _quoted(kind: str, name: str) -> str:
    return _("%(kind)s “%(name)s”") % {"kind": kind, "name": name}


def person_of(subject: str) -> int | None:
    """The key of the person that the act was done to, if it was a person."""
    kind, _space, key = subject.partition(" ")
    return int(key) if kind == "person" and key.isdigit() else None


def detail_in_words(detail: dict[str, Any], names: LogNames) -> str:
    """What was done, one thing after the other; of a change what differs, before and after."""
    return ", ".join(
        _("%(name)s: %(words)s") % {"name": DETAILS.get(name, name), "words": words}
        for name, words in _told(detail, names)
    )


def _told(detail: dict[str, Any], names: LogNames) -> Iterator[tuple[str, str]]:
    before: dict[str, Any] = detail.get("was", {})
    for name, value in detail.items():
        if name == "was" or (name in before and before[name] == value):
            continue
        if value in (None, "", [], {}) and not before.get(name):
            continue
        was = before.get(name)
        if isinstance(value, dict) and isinstance(was, dict) and name != "rule_says":
            was, value = _differing(was, value), _differing(value, was)
        words = _value_in_words(name, value, names)
        if name in before:
            words = f"{_value_in_words(name, was, names) or '—'} → {words or '—'}"
        yield name, words


def _differing(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in one.items() if other.get(key) != value}


def _value_in_words(name: str, value: Any, names: LogNames) -> str:
    """One value: days and moments as people write them, codes by their names."""
    if value is None:
        return ""
    if name == "intervals":
        return _hours(value)
    if name == "rule_says":
        rule = Rule.from_dict(value)
        return f"{rule_in_words(rule, names.codes)} ({ringing_in_words(rule)})"
    if name == "choice":
        return "; ".join(
            f"{DETAILS.get(key, key)} {_moment(part) or part}" for key, part in parse_qsl(str(value))
        )
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_value_in_words(name, one, names) for one in value)
    if isinstance(value, dict):
        return ", ".join(_quoted(LANGUAGES.get(str(key), str(key)), one) for key, one in value.items())
    if name == "act":
        return act_in_words(value)
    called = _named(name, names).get(str(value))
    return called or _moment(str(value)) or str(value)


def _named(name: str, names: LogNames) -> Mapping[str, str]:
    """The names of the codes that stand under this name."""
    roles = {str(role.value): str(role.label) for role in Role}
    letters = {kind.value: str(label) for kind, label in LABELS.items()}
    found: dict[str, Mapping[str, str]] = {
        "pool": names.codes.pools,
        "pools": names.codes.pools,
        "themes": names.codes.themes,
        "theme": names.codes.themes,
        "language": LANGUAGES,
        "languages": LANGUAGES,
        "role": roles,
        "from": roles,
        "to": roles,
        "kind": {
            "open": _("open besides"),
            "closed": _("closed"),
            AlertKind.OPENING.value: _("an opening without anybody"),
            AlertKind.EMPTY.value: _("a team without anybody for ten minutes"),
            AlertKind.WAIT.value: _("a long wait"),
        },
        "letter": letters,
        "without": letters,
        "asked_for": letters,
        "audience": audience_names(),
        "institution": names.subjects["institution"],
        "came_from": names.subjects["institution"],
    }
    return found.get(name, {})


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
