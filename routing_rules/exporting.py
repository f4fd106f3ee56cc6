"""Export plans and timetables to a file that `exchange` reads again."""

import json
from datetime import date
from typing import Any

import yaml

from routing_rules import plan_versions
from routing_rules.exchange_format import VERSION, WEEKDAYS
from routing_rules.hours_text import format_hours
from routing_rules.loading import as_plan
from routing_rules.models import DatedException, Pool, Timetable
from routing_rules.plans import ALL_POOLS
from routing_rules.weekly import DAY_MINUTES, Interval


def exported(*, today: date) -> dict[str, Any]:
    """The plan in force, every pool's present and coming hours, and the coming exceptions."""
    version = plan_versions.in_force()
    pools = Pool.objects.prefetch_related("timetables__intervals").order_by("slug")
    exceptions = DatedException.objects.filter(date__gte=today).select_related("pool")
    return {
        "miti": VERSION,
        **(
            {"plan": {"number": version.number, "rules": [rule.to_dict() for rule in as_plan(version)]}}
            if version
            else {}
        ),
        "timetables": [row for pool in pools for row in _weeks(pool, today)],
        "exceptions": [_exception(row) for row in exceptions],
    }


def as_yaml(content: dict[str, Any]) -> str:
    """For people: in the order of the keys, with accents."""
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)


def as_json(content: dict[str, Any]) -> str:
    """For programs."""
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _weeks(pool: Pool, today: date) -> list[dict[str, Any]]:
    begun = [one for one in pool.timetables.all() if one.valid_from <= today][:1]
    coming = [one for one in pool.timetables.all() if one.valid_from > today]
    return [
        {
            "pool": pool.slug,
            "valid_from": one.valid_from.isoformat(),
            "hours": {
                name: format_hours(each for each in intervals_of(one) if each.weekday == weekday)
                for weekday, name in enumerate(WEEKDAYS)
            },
        }
        for one in [*begun, *reversed(coming)]
    ]


def intervals_of(timetable: Timetable) -> tuple[Interval, ...]:
    """Its week, in order."""
    rows = timetable.intervals.all()
    return tuple(sorted(Interval(row.weekday, row.start_minute, row.end_minute) for row in rows))


def _exception(row: DatedException) -> dict[str, Any]:
    hours = Interval(0, row.start_minute, row.end_minute)
    whole_day = (row.start_minute, row.end_minute) == (0, DAY_MINUTES)
    return {
        "pool": row.pool.slug if row.pool else ALL_POOLS,
        "date": row.date.isoformat(),
        "kind": row.kind,
        "hours": "" if whole_day else format_hours([hours]),
        "reason": row.reason,
    }
