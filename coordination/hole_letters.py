"""The letter that asks somebody to help where nobody could take a theme in a language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from coordination.weekdays import whole_date
from partners import audit, letters
from partners.letter_kinds import LetterKind
from partners.letters import LetterText
from partners.models import AuditEntry, Staff
from routing_rules.hours_text import format_hours
from routing_rules.languages import LANGUAGES
from routing_rules.models import Theme
from routing_rules.weekly import Interval

ACTION = "coverage.asked"
AGAIN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hole:
    """A theme in a language (codes) that nobody could take on this day, from `start` to `end`, minutes from midnight in Belgium."""

    theme: str
    language: str
    day: date
    start: int
    end: int

    @property
    def hours(self) -> str:
        """The hours in words."""
        return format_hours([Interval(self.day.weekday(), self.start, self.end)])

    def detail(self) -> dict[str, Any]:
        """What the log tells of it."""
        return {
            "theme": self.theme,
            "language": self.language,
            "date": self.day.isoformat(),
            "intervals": [[self.day.weekday(), self.start, self.end]],
        }


def asked_lately(hole: Hole) -> frozenset[int]:
    """The keys of the accounts that were asked for the same, or for what was left of it, within a day."""
    entries = AuditEntry.objects.filter(action=ACTION, at__gt=timezone.now() - AGAIN_AFTER)
    return frozenset(
        int(subject.removeprefix("person "))
        for subject, detail in entries.values_list("subject", "detail")
        if _is_same(detail, hole.detail())
    )


def _is_same(asked: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """An opening that runs begins later and later; it ends when it ended."""
    (_weekday, _start, end), (_weekday, _start, wanted_end) = asked["intervals"][0], wanted["intervals"][0]
    same = all(asked[name] == wanted[name] for name in ("theme", "language", "date"))
    return same and bool(end == wanted_end)


def ask(*, actor: Staff, people: Iterable[Staff], hole: Hole) -> tuple[int, int]:
    """Write to each of these people who wants such letters and was not asked within a day; how many letters left, of how many."""
    asked = asked_lately(hole)
    sent, tried = 0, 0
    for person in people:
        if person.pk in asked:
            continue
        tried += 1
        if letters.send_each(LetterKind.COVERAGE, [person], lambda _person: _words(hole)):
            sent += 1
            audit.record(actor=actor, action=ACTION, subject=f"person {person.pk}", detail=hole.detail())
    return sent, tried


def _words(hole: Hole) -> LetterText:
    theme = Theme.objects.get(code=hole.theme).label((get_language() or "")[:2])
    told = {
        "theme": theme,
        "language": LANGUAGES.get(hole.language, hole.language),
        "day": whole_date(hole.day),
        "hours": hole.hours,
    }
    return LetterText(
        subject=_("Could you answer in %(language)s on %(day)s?") % told,
        paragraphs=(
            _(
                "On %(day)s, %(hours)s, the chat is open, and nobody could answer in %(language)s about “%(theme)s”."
            )
            % told,
            _(
                "You speak this language. If you can be there then, tell your coordinator, who will see to it that requests reach you."
            ),
        ),
        page=reverse("counsellor_console:console"),
        link=_("Open the console"),
    )
