"""What keeps people from the shifts onto which undoing an act has brought them back: more may have happened since than the act."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from roster import loading
from roster.models import Assignment, Shift
from roster.rules import Conflict
from routing_rules.models import Counsellor

HOURS = ("date", "start_minute", "end_minute")
PLACE = ("shift", "counsellor")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """Somebody who is on a shift again and cannot come; `alone`: the shift was there all the time, only they were not on it."""

    counsellor: Counsellor
    shift: Shift
    why: frozenset[Conflict]
    alone: bool


def who_cannot_come(before: Iterable[Row], after: Iterable[Row], *, now: datetime) -> list[BroughtBack]:
    """Read once the rows are as they were. `before` and `after`: what the act had changed, as Django serialises it."""
    places, taken = rows_by_key(Assignment, before), rows_by_key(Assignment, after)
    moved, changed = rows_by_key(Shift, before), rows_by_key(Shift, after)
    back = {
        (fields["shift"], fields["counsellor"])
        for key, fields in places.items()
        if _differ(fields, taken.get(key), PLACE)
    }
    other_hours = {key for key, fields in moved.items() if _differ(fields, changed.get(key), HOURS)}
    keys = other_hours | {shift for shift, _counsellor in back}
    shifts = list(Shift.objects.filter(pk__in=keys).select_related("pool"))
    coming = [one for one in shifts if loading.time_of(one).end > now]
    states = loading.planned(coming)
    people = Counsellor.objects.select_related("staff").in_bulk(
        [who for state in states.values() for who in state.hindrances]
    )
    return [
        BroughtBack(people[who], one, why, alone=one.pk not in other_hours)
        for one in coming
        for who, why in states[one.pk].hindrances.items()
        if one.pk in other_hours or (one.pk, who) in back
    ]


def rows_by_key(model: Any, rows: Iterable[Row]) -> dict[int, Row]:
    """The columns of this model's rows."""
    return {row["pk"]: row["fields"] for row in rows if row["model"] == model._meta.label_lower}


def _differ(one: Row, other: Row | None, names: Sequence[str]) -> bool:
    return other is None or any(one[name] != other[name] for name in names)
