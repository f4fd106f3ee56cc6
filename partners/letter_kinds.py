"""The kinds of letters that Miti writes by itself, who may get each, and how each is called. Its readers switch each kind on and off."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.models import Role


class LetterKind(StrEnum):
    """What a letter is about. A letter that somebody asked for (a new password, an invitation) is of no kind: it is always sent."""

    NUDGE = "nudge"
    HELP = "help"
    ALERT = "alert"
    SHIFT_TOMORROW = "shift_tomorrow"
    WEEK_AHEAD = "week_ahead"
    SHIFT_LACKS = "shift_lacks"
    SHIFT_CHANGED = "shift_changed"
    REPLACEMENT = "replacement"
    COVERAGE = "coverage"
    FIGURES_MONTH = "figures_month"
    FIGURES_QUARTER = "figures_quarter"


LABELS: dict[LetterKind, Promise] = {
    LetterKind.NUDGE: _("I am planned now, and not there"),
    LetterKind.HELP: _("My team needs help now"),
    LetterKind.ALERT: _("Alerts: an opening without anybody, a long wait; and when it is over"),
    LetterKind.SHIFT_TOMORROW: _("My shifts of tomorrow, the evening before"),
    LetterKind.WEEK_AHEAD: _("The week of shifts that comes, every Friday"),
    LetterKind.SHIFT_LACKS: _("A shift lacks somebody, two days and one day before"),
    LetterKind.SHIFT_CHANGED: _(
        "Somebody put me on a shift, moved it or took me off, or my team is closed then"
    ),
    LetterKind.REPLACEMENT: _("A colleague looks for somebody in their place"),
    LetterKind.COVERAGE: _("Hours at which nobody answers in a language that I speak"),
    LetterKind.FIGURES_MONTH: _("The figures of each month, in the first days of the next one"),
    LetterKind.FIGURES_QUARTER: _("The figures of each quarter, in the first days of the next one"),
}
_PLAN = frozenset({Role.COORDINATOR, Role.PLATFORM})
_READ_FIGURES = _PLAN | {Role.ANALYST}
READERS: dict[LetterKind, frozenset[Role]] = {
    LetterKind.NUDGE: frozenset({Role.COUNSELLOR}),
    LetterKind.HELP: frozenset({Role.COUNSELLOR}),
    LetterKind.ALERT: _PLAN,
    LetterKind.SHIFT_TOMORROW: frozenset({Role.COUNSELLOR}),
    LetterKind.WEEK_AHEAD: _PLAN | {Role.COUNSELLOR},
    LetterKind.SHIFT_LACKS: _PLAN | {Role.COUNSELLOR},
    LetterKind.SHIFT_CHANGED: frozenset({Role.COUNSELLOR}),
    LetterKind.REPLACEMENT: frozenset({Role.COUNSELLOR}),
    LetterKind.COVERAGE: frozenset({Role.COUNSELLOR}),
    LetterKind.FIGURES_MONTH: _READ_FIGURES,
    LetterKind.FIGURES_QUARTER: _READ_FIGURES,
}
ASKED_FOR: frozenset[LetterKind] = frozenset({LetterKind.FIGURES_MONTH, LetterKind.FIGURES_QUARTER})
"""Nobody gets these who did not ask for them; all others come until they are switched off."""
TO_WHO_LEFT: frozenset[LetterKind] = frozenset({LetterKind.SHIFT_CHANGED})
"""Also to those whose account was deactivated, or has another role: they see no page, and must know that nobody expects them."""


def may_get(kind: LetterKind, *, role: str, is_active: bool) -> bool:
    """Does somebody with such an account get letters of this kind?"""
    return kind in TO_WHO_LEFT or (is_active and role in READERS[kind])


def kinds_of(role: str) -> list[LetterKind]:
    """The kinds that people of this role may get, in the order in which they are shown."""
    return [kind for kind in LetterKind if role in READERS[kind]]
