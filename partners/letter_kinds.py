"""The kinds of letters that Miti writes by itself, who may get each, and how each is called. Its readers switch each kind off."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.models import Role


class LetterKind(StrEnum):
    """What a letter is about. A letter that somebody asked for (a new password, an invitation) is of no kind: it is always sent."""

    NUDGE = "nudge"
    HELP = "help"
    ALERT = "alert"
    COVERAGE = "coverage"


LABELS: dict[LetterKind, Promise] = {
    LetterKind.NUDGE: _("I am planned now, and not there"),
    LetterKind.HELP: _("My team needs help now"),
    LetterKind.ALERT: _("Alerts: an opening without anybody, a long wait; and when it is over"),
    LetterKind.COVERAGE: _("Hours at which nobody answers in a language that I speak"),
}
READERS: dict[LetterKind, frozenset[Role]] = {
    LetterKind.NUDGE: frozenset({Role.COUNSELLOR}),
    LetterKind.HELP: frozenset({Role.COUNSELLOR}),
    LetterKind.ALERT: frozenset({Role.COORDINATOR, Role.PLATFORM}),
    LetterKind.COVERAGE: frozenset({Role.COUNSELLOR}),
}


def kinds_of(role: str) -> list[LetterKind]:
    """The kinds that people of this role may get, in the order in which they are shown."""
    return [kind for kind in LetterKind if role in READERS[kind]]
