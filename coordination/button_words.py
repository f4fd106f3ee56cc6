"""What buttons say that follow what is ticked or typed: for one, and for several. The page's script fills in {n}, {team} and {day}."""

from collections.abc import Callable
from typing import Final

from django.utils.translation import ngettext

COUNTED: Final[dict[str, Callable[[int], str]]] = {
    "join": lambda n: ngettext("Put {n} person into {team}", "Put {n} people into {team}", n),
    "leave": lambda n: ngettext("Take {n} person out of {team}", "Take {n} people out of {team}", n),
    "letter": lambda n: ngettext("Send {n} letter again", "Send {n} letters again", n),
    "deactivate": lambda n: ngettext("Deactivate {n} person", "Deactivate {n} people", n),
    "reactivate": lambda n: ngettext("Activate {n} person again", "Activate {n} people again", n),
    "write": lambda n: ngettext("Write to {n} person", "Write to {n} people", n),
    "closed": lambda n: ngettext("Close {n} day for {team}", "Close {n} days for {team}", n),
    "open": lambda n: ngettext("Open {team} besides on {n} day", "Open {team} besides on {n} days", n),
    "days": lambda n: ngettext("Close {n} day for {team}", "Close {n} days for {team}", n),
}


def for_one(act: str) -> str:
    """Where {n} is 1."""
    return COUNTED[act](1)


def for_several(act: str) -> str:
    """Where {n} is more."""
    return COUNTED[act](2)
