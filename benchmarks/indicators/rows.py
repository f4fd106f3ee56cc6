"""Two years of invented requests, openings and minutes of teams, written as fast as the database takes them."""

import random
import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any, Final

from django.db import connection
from django.db.models import Model

from indicators.codes import COUNTED, Outcome
from indicators.models import Capacity, Counter, MetricRow, OnDuty

DAYS: Final = 730
AT_ONCE: Final = 20_000
THEMES: Final = ("emploi", "formation", "orientation", "logement", "sante", "droits", "famille", "loisirs")
LANGUAGES: Final = ("fr", "nl", "en", "de")
NETWORKS: Final = ("CDM", "CEFO", "INFOR")
SITES: Final = tuple(f"site-{number}" for number in range(20))
POOLS: Final = tuple(f"pool-{number}" for number in range(25))
AUDIENCES: Final = ("public", "school", "professional")
CAMPAIGNS: Final = ("", "salon", "rentree", "radio")
OPEN: Final = range(17, 41)
"""From half past eight to half past eight in the evening."""
ENDS: Final = {
    Outcome.SERVED: 66,
    Outcome.ABANDONED: 14,
    Outcome.ABANDONED_SHORT: 6,
    Outcome.UNSERVED: 5,
    Outcome.FULL: 6,
    Outcome.ACCEPTED_SILENT: 2,
    Outcome.TECHNICAL: 1,
}


def fill(rows: int, *, before: date) -> None:
    """So many requests in the two years before a day."""
    rng = random.Random(7)
    assert set(ENDS) == set(COUNTED)
    first = before - timedelta(days=DAYS)
    days = [first + timedelta(days=number) for number in range(DAYS)]
    _write(MetricRow, (_row(rng, days[number * DAYS // rows], number, rows) for number in range(rows)))
    _write(Counter, _counters(rng, days, rows))
    _write(Capacity, _capacities(rng, days))
    _write(OnDuty, ({"day": day, "pool": pool, "people": 4} for day in days for pool in POOLS))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _row(rng: random.Random, day: date, number: int, rows: int) -> dict[str, Any]:
    (outcome,) = rng.choices(list(ENDS), list(ENDS.values()))
    served = outcome is Outcome.SERVED
    accepted = served or outcome is Outcome.ACCEPTED_SILENT
    site = int(20 * rng.random() ** 2)
    pool = int(25 * rng.random() ** 2)
    minutes = round(rng.lognormvariate(2.4, 0.7))
    (language,) = rng.choices(LANGUAGES, (60, 25, 10, 5))
    (audience,) = rng.choices(AUDIENCES, (90, 7, 3))
    (campaign,) = rng.choices(CAMPAIGNS, (94, 3, 2, 1))
    theme = THEMES[int(8 * rng.random() ** 1.6)]
    return {
        "id": uuid.UUID(int=rng.getrandbits(128)),
        "day": day,
        "slot": rng.choice(OPEN),
        "theme_asked": theme,
        "theme_end": theme,
        "language": language,
        "site": SITES[site],
        "campaign": campaign,
        "audience": audience,
        "site_network": NETWORKS[site % 3],
        "network_served": NETWORKS[pool % 3] if accepted else "",
        "pool_served": POOLS[pool] if accepted else "",
        "plan_number": 1 + number * 6 // rows,
        "outcome": outcome.value,
        "wait_s": 5 if outcome is Outcome.ABANDONED_SHORT else 5 * round(rng.lognormvariate(2.0, 1.1)),
        "first_answer_s": 5 * round(rng.lognormvariate(1.3, 0.8)) if served else None,
        "duration_min": minutes if served else None,
        "quiet_min": min(minutes, int(rng.expovariate(1.0))) if served else 0,
        "transfers": int(rng.random() < 0.04),
        "requeues": int(rng.random() < 0.02),
        "leg_lost": served and rng.random() < 0.01,
        "two_way": served and rng.random() < 0.93,
        "version": 1 if number < rows // 3 else 2,
        "messages_visitor": 4,
        "messages_counsellor": 5,
        "closed_theme": theme if served else "",
        "closed_subtheme": "",
        "given": "information" if served else "",
        "rating": rng.choice((3, 4, 5)) if served and rng.random() < 0.2 else None,
        "helped": rng.choice(("yes", "partly", "no")) if served and rng.random() < 0.2 else "",
        "status": rng.choice(("pupil", "student", "employee")) if served and rng.random() < 0.2 else "",
        "age_band": "18_24" if served and rng.random() < 0.2 else "",
        "gender": "woman" if served and rng.random() < 0.2 else "",
    }


def _counters(rng: random.Random, days: Sequence[date], rows: int) -> Iterator[dict[str, Any]]:
    """Three openings a request, by half hour, site, language and campaign."""
    a_day = rows // len(days)
    for day in days:
        found: dict[tuple[int, str, str, str, str], int] = {}
        for _ in range(3 * a_day):
            (kind,) = rng.choices(("opened", "opened_full", "opened_closed", "asked_closed"), (80, 8, 9, 3))
            (campaign,) = rng.choices(CAMPAIGNS, (94, 3, 2, 1))
            (language,) = rng.choices(LANGUAGES, (60, 25, 10, 5))
            key = (rng.choice(OPEN), SITES[int(20 * rng.random() ** 2)], language, campaign, kind)
            found[key] = found.get(key, 0) + 1
        for (slot, site, language, campaign, kind), n in found.items():
            yield {
                "day": day, "slot": slot, "site": site, "language": language, "campaign": campaign, "kind": kind, "n": n,
            }  # fmt: skip


def _capacities(rng: random.Random, days: Sequence[date]) -> Iterator[dict[str, Any]]:
    for day in days:
        for slot in OPEN:
            for pool in POOLS:
                ready = rng.choice((0.0, 0.5, 1.0, 1.5, 2.0, 3.0))
                yield {
                    "day": day,
                    "slot": slot,
                    "pool": pool,
                    "minutes_open": 30.0,
                    "minutes_unready": max(0.0, 30.0 - 30.0 * ready),
                    "ready_minutes": 30.0 * ready,
                    "free_slot_minutes": 45.0 * ready,
                    "minutes_rostered": 30.0,
                    "needed_minutes": 60.0,
                    "planned_minutes": 45.0,
                    "rostered_ready_minutes": 30.0 * ready,
                }


def _write(model: type[Model], rows: Iterable[dict[str, Any]]) -> None:
    """COPY where the database has it; else many rows a statement."""
    table, fields = model._meta.db_table, {field.name: field for field in model._meta.local_fields}
    source = iter(rows)
    one = next(source)
    columns = list(one)
    names = ", ".join(f'"{name}"' for name in columns)

    def value(name: str, plain: Any) -> Any:
        return fields[name].get_db_prep_value(plain, connection)

    def values() -> Iterator[list[Any]]:
        yield [value(name, plain) for name, plain in one.items()]
        for row in source:
            yield [value(name, plain) for name, plain in row.items()]

    given = values()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in given:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        while some := list(islice(given, AT_ONCE)):
            cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', some)  # noqa: S608  # names of the model
