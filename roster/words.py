"""Shifts, what they lack and what speaks against somebody, in the words of the page."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.day_words import DAY_OF_WEEK_AND_MONTH, day_in_words
from partners.wording import page_language
from roster.models import Shift
from roster.rules import Conflict, ShiftCoverage
from routing_rules import names
from routing_rules.hours_text import format_hours
from routing_rules.weekly import Interval


def day_words(day: date) -> str:
    """lundi 30 novembre."""
    return day_in_words(day, DAY_OF_WEEK_AND_MONTH, language=page_language())


def hours_words(start: int, end: int) -> str:
    """9:00-12:00, from minutes from midnight."""
    return format_hours([Interval(0, start, end)])


def shift_words(shift: Shift) -> str:
    """lundi 30 novembre, 9:00-12:00."""
    return f"{day_words(shift.date)}, {hours_words(shift.start_minute, shift.end_minute)}"


def said_of(subject: object, said: str) -> str:
    """lundi 30 novembre, 9:00-12:00 : 2 personnes manquent."""
    return _("%(subject)s: %(said)s") % {"subject": subject, "said": said}


def planned_words(coverage: ShiftCoverage) -> str:
    """2 of 3."""
    return planned_of(coverage.planned, coverage.needed)


def planned_of(planned: int, needed: int) -> str:
    """2 of 3."""
    return _("%(planned)s of %(needed)s") % {"planned": planned, "needed": needed}


class Missing:
    """Says what shifts lack; names of languages and themes are read once, in the reader's language."""

    def __init__(self) -> None:
        self.languages: Mapping[str, str] = names.languages_in_a_sentence()
        self.themes: Mapping[str, str] = names.themes()

    def of(self, coverage: ShiftCoverage) -> list[str]:
        """One phrase for each thing that is missing."""
        found = []
        if coverage.free:
            found.append(
                ngettext("%(n)s person is missing", "%(n)s people are missing", coverage.free)
                % {"n": coverage.free}
            )
        if coverage.languages:
            found.append(
                _("nobody speaks %(these)s") % {"these": self._named(coverage.languages, self.languages)}
            )
        if coverage.themes:
            found.append(_("nobody for %(these)s") % {"these": self._named(coverage.themes, self.themes)})
        if coverage.replacements:
            found.append(
                ngettext(
                    "%(n)s person looks for a replacement",
                    "%(n)s people look for a replacement",
                    coverage.replacements,
                )
                % {"n": coverage.replacements}
            )
        return found

    def wanted(self, shift: Shift) -> str:
        """Which languages and themes somebody of the shift must bring; empty when it does not matter."""
        return ", ".join(
            [self.languages.get(one, one) for one in shift.languages]
            + [self.themes.get(one, one) for one in shift.themes]
        )

    @staticmethod
    def _named(codes: Iterable[str], known: Mapping[str, str]) -> str:
        return ", ".join(known.get(code, code) for code in codes)


def hours_doubt(found: Iterable[Conflict]) -> str:
    """What the timetable says against a shift's hours; empty when nothing."""
    if Conflict.CLOSED in found:
        return _("the team is closed then by its timetable")
    if Conflict.PARTLY_CLOSED in found:
        return _("the team is closed for a part of it by its timetable")
    return ""


def conflict_words(found: Iterable[Conflict]) -> list[str]:
    """What speaks against somebody's being on a shift, as a coordinator reads it."""
    words = {
        Conflict.OVER: _("it is over"),
        Conflict.NOT_OF_TEAM: _("not of this team"),
        Conflict.ALREADY: _("on it already"),
        Conflict.FULL: _("all places are taken"),
        Conflict.ELSEWHERE: _("on another shift at that time"),
        Conflict.AWAY: _("away that day"),
        Conflict.CLOSED: _("the team is closed then by its timetable"),
        Conflict.PARTLY_CLOSED: _("the team is closed for a part of it by its timetable"),
        Conflict.KEPT_FOR_MISSING: _("last place, and does not bring what is missing"),
    }
    return [sentence for conflict, sentence in words.items() if conflict in set(found)]


def own_hindrances(found: Iterable[Conflict]) -> list[str]:
    """Why somebody cannot come to a shift of theirs, told to themselves, and what to do."""
    sentences = {
        Conflict.AWAY: _(
            "You said that you are away that day: your place counts as free. "
            "Give the shift back, look for somebody in your place, or take the days away back."
        ),
        Conflict.ELSEWHERE: _("You are on another shift at that time. Tell your coordinator where you come."),
    }
    return [sentence for conflict, sentence in sentences.items() if conflict in set(found)]


def refusal(found: Iterable[Conflict]) -> str:
    """Why somebody cannot come onto a shift, told to themselves, and what to do; the strongest reason."""
    sentences = {
        Conflict.OVER: _("This shift is over."),
        Conflict.ALREADY: _("You are on this shift already."),
        Conflict.NOT_OF_TEAM: _(
            "This shift is another team’s. Ask your coordinator to put you into that team."
        ),
        Conflict.FULL: _("Somebody was faster: all places of this shift are taken."),
        Conflict.ELSEWHERE: _("You are on another shift at that time. Give that one back first."),
        Conflict.AWAY: _(
            "You said that you are away that day. Take that back first, under “When I am free”."
        ),
        Conflict.CLOSED: _("By its timetable the team is closed then. Ask your coordinator."),
        Conflict.KEPT_FOR_MISSING: _(
            "The last place of this shift is kept for somebody who brings the language or theme that is missing."
        ),
    }
    return next((sentence for conflict, sentence in sentences.items() if conflict in set(found)), "")
