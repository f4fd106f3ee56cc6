"""What a change of hours means for whoever is planned in them, in words; never who they are."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import ngettext

from roster.closures import ToldOfHours


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
    """After it. Letters wait for as long as the act can be undone."""
    if told.people:
        words = ngettext(
            "%(n)s person is planned at these hours, and is told. The letter leaves in ten minutes, unless this is undone.",
            "%(n)s people are planned at these hours, and are told. The letters leave in ten minutes, unless this is undone.",
            told.people,
        )
        messages.warning(request, words % {"n": told.people})
    if told.again:
        words = ngettext(
            "%(n)s person knew that the team would be closed then, and is told that it is open after all.",
            "%(n)s people knew that the team would be closed then, and are told that it is open after all.",
            told.again,
        )
        messages.warning(request, words % {"n": told.again})


def say_who_is_told_again(request: HttpRequest, people: int) -> None:
    """Once an act on shifts is undone."""
    if people:
        words = ngettext(
            "%(n)s person knew of it already, and is told how it is again.",
            "%(n)s people knew of it already, and are told how it is again.",
            people,
        )
        messages.warning(request, words % {"n": people})
