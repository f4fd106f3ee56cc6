"""What a change of hours means for whoever is planned in them, in words; never who they are."""

from collections.abc import Sequence
from typing import Final

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roster.closures import ToldOfHours
from roster.models import Shift
from roster.places import ToldOfPlaces
from roster.words import planned_of, shift_words

MOST_NAMED: Final = 5


def will_be_told(people: int) -> str:
    """Before the press."""
    return ngettext(
        "%(n)s person is planned at these hours, and will be told.",
        "%(n)s people are planned at these hours, and will be told.",
        people,
    ) % {"n": people}


def act_and_tell(act: str, people: int) -> str:
    """What a button says that tells people who are planned, too."""
    if not people:
        return act
    told = ngettext("%(act)s, and tell %(n)s person", "%(act)s, and tell %(n)s people", people)
    return told % {"act": act, "n": people}


def say_who_is_told(request: HttpRequest, told: ToldOfHours) -> None:
    """After it."""
    if told.people:
        words = ngettext(
            "%(n)s person is planned at these hours, and is told.",
            "%(n)s people are planned at these hours, and are told.",
            told.people,
        )
        messages.warning(request, f"{words % {'n': told.people}} {_when_letters_leave(told.people)}")
    if told.again:
        words = ngettext(
            "%(n)s person knew that the team would be closed then, and is told that it is open after all.",
            "%(n)s people knew that the team would be closed then, and are told that it is open after all.",
            told.again,
        )
        messages.warning(request, words % {"n": told.again})


def _when_letters_leave(people: int) -> str:
    return ngettext(
        "The letter leaves in ten minutes, unless this is undone; at once, if the shift is on or begins within the hour.",
        "The letters leave in ten minutes, unless this is undone; at once, if the shift is on or begins within the hour.",
        people,
    )


def say_who_is_told_again(request: HttpRequest, people: int) -> None:
    """Once an act on shifts is undone."""
    if people:
        words = ngettext(
            "%(n)s person knew of it already, and is told how it is again.",
            "%(n)s people knew of it already, and are told how it is again.",
            people,
        )
        messages.warning(request, words % {"n": people})


def say_what_places_mean(request: HttpRequest, told: ToldOfPlaces) -> None:
    """Once somebody has left a team or their account, or is there again: who is told, and what that does to shifts."""
    if told.people:
        words = ngettext(
            "%(n)s person loses their place on coming shifts, and is told.",
            "%(n)s people lose their place on coming shifts, and are told.",
            told.people,
        )
        messages.warning(request, f"{words % {'n': told.people}} {_when_letters_leave(told.people)}")
    if told.lacking:
        words = _("These shifts lack somebody now: %(shifts)s.")
        messages.warning(request, words % {"shifts": _listed([_named(one) for one in told.lacking])})
    if told.again:
        words = ngettext(
            "%(n)s person knew that their place on shifts was lost, and is told that it is theirs again.",
            "%(n)s people knew that their place on shifts was lost, and are told that it is theirs again.",
            told.again,
        )
        messages.warning(request, words % {"n": told.again})
    if told.crowded:
        words = _(
            "More people are planned than are needed: %(shifts)s. Nobody was taken off: take off who is too many."
        )
        named = [f"{_named(one)} ({planned_of(planned, one.needed)})" for one, planned in told.crowded]
        messages.warning(request, words % {"shifts": _listed(named)})


def _named(one: Shift) -> str:
    return f"{one.pool.name}, {shift_words(one)}"


def _listed(named: Sequence[str]) -> str:
    shown = list(named[:MOST_NAMED])
    if (more := len(named) - MOST_NAMED) > 0:
        shown.append(ngettext("%(n)s more", "%(n)s more", more) % {"n": more})
    return "; ".join(shown)
