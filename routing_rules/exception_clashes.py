"""Dated exceptions that hold against a new one: a closure after which the team stays open, an opening for which it stays closed. Pure."""

from routing_rules.weekly import DAY_MINUTES, DayException


def holds_against(one: DayException, wanted: DayException) -> bool:
    """Does `one` make the opposite of what is `wanted`, at least for some of its time? Both concern one team, or all of them."""
    return one.kind is not wanted.kind and one.strength > wanted.strength and _meet(one, wanted)


def _meet(one: DayException, other: DayException) -> bool:
    first, second = _minutes(one), _minutes(other)
    return first[0] < second[1] and second[0] < first[1]


def _minutes(one: DayException) -> tuple[int, int]:
    midnight = one.on.toordinal() * DAY_MINUTES
    return midnight + one.start, midnight + one.end
