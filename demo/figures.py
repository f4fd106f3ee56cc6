"""Two invented years of requests, so that every page of figures is full at first sight. Written in the background, once.

The demand is that of the shared scenario `growth`; how it ended is drawn, better in the second year. Nothing in it is a real
person's. Pages say that the figures are invented as long as it is a demo.
"""

import os
import random
from collections import Counter as Tally
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from demo import facts, what_if
from indicators.codes import HELPED, STATUSES, CounterKind, Outcome
from indicators.models import Capacity, Counter, DutyPeriod, MetricRow, OnDuty, SkilledOnDuty
from indicators.periods import Period, arrival, month_of, months_of
from indicators.sums import daily
from indicators.sums.kept import kept_since
from simulation.scenario import (
    DAY_SHAPE,
    LANGUAGE_SHARES,
    PATIENCE_SCALE_S,
    PATIENCE_SHAPE,
    RECEPTION_SHARE,
    SCENARIOS,
    TALK_MEAN_MIN,
    TALK_VARIATION,
    THEME_SHARES,
)

SEED: Final = 2021
OF_NOW: Final = timedelta(days=45)
"""Whoever tries the demo out has rows of these days at most; older ones are invented already."""
SLOTS: Final = range(facts.NINE // 30, facts.NOON // 30)
YEAR: Final = 365
TAKE_UP: Final = (0.63, 0.72)
"""Of the first and the second year."""
LOST: Final = {
    Outcome.ABANDONED: 48,
    Outcome.FULL: 22,
    Outcome.ABANDONED_SHORT: 14,
    Outcome.UNSERVED: 10,
    Outcome.ACCEPTED_SILENT: 5,
    Outcome.TECHNICAL: 1,
}
SITES: Final = {"miti": 75, "ecole": 15, "demo": 10}
SKILLED: Final = {"theme": (*facts.FIVE, facts.RECEPTION_THEME), "language": ("fr", "nl", "en")}
"""What three people of each team have; of the rarer languages one sees that it is not told how people worked."""
ANSWERING: Final = 0.35


def ensure(now: datetime) -> int:
    """Write them, if they are not there. Returns how many requests were written. Month by month, so that nobody waits for it long."""
    parent = os.getppid()
    today, _slot = arrival(now)
    if not settings.ENV.demo or MetricRow.objects.filter(day__lt=today - OF_NOW).exists():
        return 0
    chance, written = random.Random(SEED), 0  # noqa: S311  # invented figures, no secret
    first = month_of(kept_since(today)).last + timedelta(days=1)
    for month in months_of(Period(first, today - timedelta(days=1))):
        if os.getppid() != parent:
            # Miti was stopped. What is there stays; the rest is missing in this demo.
            break
        written += _month(month, today=today, first=first, chance=chance)
    else:
        what_if.foretell(first)
    daily.store_missing(now=now)
    return written


def _month(month: Period, *, today: date, first: date, chance: random.Random) -> int:
    rows: list[MetricRow] = []
    doors: Tally[tuple[Any, ...]] = Tally()
    capacity: list[Capacity] = []
    on_duty: list[OnDuty] = []
    skilled: list[SkilledOnDuty] = []
    duty: list[DutyPeriod] = []
    # Numbers of its own, so that the requests stay as they are.
    of_duty, classes = random.Random(f"{SEED}:{month.first}"), what_if.classes()  # noqa: S311
    first_open = next(day for day in month.all_days() if day.weekday() in facts.OPEN_WEEKDAYS)
    for day in month.all_days():
        if day >= today or day.weekday() not in facts.OPEN_WEEKDAYS:
            continue
        version = 1 if (day - first).days < YEAR else 2
        share = TAKE_UP[0] + (TAKE_UP[1] - TAKE_UP[0]) * min(1.0, (day - first).days / YEAR)
        busy = chance.gammavariate(DAY_SHAPE, 1 / DAY_SHAPE) * SCENARIOS["growth"].requests_an_hour / 2
        for slot in SLOTS:
            of_slot = [_request(day, slot, share, version, chance) for _ in range(_many(busy, chance))]
            rows += of_slot
            doors.update(_at_the_door(of_slot, day, slot, chance))
        capacity += _staffed(day, chance)
        if day >= today - what_if.KEPT:
            duty += what_if.duty(day, classes, of_duty)
        if day == first_open:
            skilled += [
                SkilledOnDuty(day=day, pool=pool, skill=skill, code=code)
                for pool in (*facts.POOLS, "")
                for skill, codes in SKILLED.items()
                for code in codes
            ]
        on_duty += [OnDuty(day=day, pool=pool, people=chance.choice((3, 3, 4))) for pool in facts.POOLS]
    with transaction.atomic():
        MetricRow.objects.bulk_create(rows, batch_size=500)
        Capacity.objects.bulk_create(capacity, batch_size=500)
        OnDuty.objects.bulk_create(on_duty, batch_size=500, ignore_conflicts=True)
        SkilledOnDuty.objects.bulk_create(skilled, batch_size=500, ignore_conflicts=True)
        DutyPeriod.objects.bulk_create(duty, batch_size=500, ignore_conflicts=True)
        Counter.objects.bulk_create(
            [
                Counter(day=day, slot=slot, site=site, language=language, campaign="", kind=kind, n=n)
                for (day, slot, site, language, kind), n in doors.items()
            ],
            batch_size=500,
        )
        # The periodic job may have stored days as empty that are written only now. After the rows: whoever stores waits for these.
        daily.forget_all(month)
    return len(rows)


def _many(mean: float, chance: random.Random) -> int:
    """Drawn around this mean (Poisson)."""
    many, passed = 0, chance.expovariate(1.0)
    while passed < mean:
        many += 1
        passed += chance.expovariate(1.0)
    return many


def _request(day: date, slot: int, share: float, version: int, chance: random.Random) -> MetricRow:
    (site,) = chance.choices(list(SITES), list(SITES.values()))
    (language,) = chance.choices(list(LANGUAGE_SHARES), list(LANGUAGE_SHARES.values()))
    (theme,) = chance.choices(
        [*facts.FIVE, facts.RECEPTION_THEME], [*(0.87 * share for share in THEME_SHARES), RECEPTION_SHARE]
    )
    partner = facts.SITES[site][1]
    row = MetricRow(
        day=day,
        slot=slot,
        theme_asked=theme,
        theme_end=theme,
        language=language,
        site=site,
        audience=facts.SITES[site][2],
        site_network=facts.PARTNERS[partner][1] if partner else "",
        plan_number=1,
        version=version,
    )
    # The rare languages are served less often.
    if chance.random() < share * (1.0 if language == "fr" else 0.8):
        _serve(row, chance)
        return row
    (outcome,) = chance.choices(list(LOST), list(LOST.values()))
    row.outcome = outcome.value
    wait_s = (
        5.0 if outcome is Outcome.ABANDONED_SHORT else chance.weibullvariate(PATIENCE_SCALE_S, PATIENCE_SHAPE)
    )
    row.wait_s = 5 * ceil(min(1800.0, 10 + wait_s) / 5) if outcome is not Outcome.ABANDONED_SHORT else 5
    return row


def _serve(row: MetricRow, chance: random.Random) -> None:
    pool = chance.choice([*facts.POOLS][1:] if row.theme_asked != facts.RECEPTION_THEME else ["accueil"])
    partner = facts.POOLS[pool][1]
    shape = 1 / TALK_VARIATION**2
    row.outcome = Outcome.SERVED.value
    row.pool_served = pool
    row.network_served = facts.PARTNERS[partner][1] if partner else ""
    row.wait_s = 5 * ceil(chance.lognormvariate(3.2, 0.8) / 5)
    row.first_answer_s = 5 * ceil(chance.lognormvariate(2.6, 0.6) / 5)
    row.duration_min = max(1, round(chance.gammavariate(shape, TALK_MEAN_MIN / shape)))
    row.quiet_min = min(row.duration_min, int(chance.expovariate(0.7)))
    row.transfers = int(chance.random() < (0.65 if pool == "accueil" else 0.04))
    row.messages_visitor, row.messages_counsellor = chance.randint(2, 12), chance.randint(2, 12)
    row.closed_theme, row.given = row.theme_end, chance.choice(("information", "contact", "document"))
    if row.version > 1:
        row.two_way, row.leg_lost = chance.random() < 0.94, chance.random() < 0.01
    if chance.random() < ANSWERING:
        (row.helped,) = chance.choices(HELPED, (72, 20, 8))
        (row.rating,) = chance.choices((1, 2, 3, 4, 5), (3, 4, 12, 36, 45))
        row.status = chance.choice(STATUSES)


def _at_the_door(
    requests: list[MetricRow], day: date, slot: int, chance: random.Random
) -> Iterator[tuple[Any, ...]]:
    """Every request was counted when it was made, and opened the widget before; some only looked, some came while it was closed."""
    for one in requests:
        full = one.outcome == Outcome.FULL
        yield (
            day,
            slot,
            one.site,
            one.language,
            (CounterKind.OPENED_FULL if full else CounterKind.OPENED).value,
        )
        yield day, slot, one.site, one.language, CounterKind.ASKED.value
        if full:
            yield day, slot, one.site, one.language, CounterKind.ASKED_FULL.value
    for _ in range(_many(2.0, chance)):
        yield day, slot, chance.choice(list(SITES)), "fr", CounterKind.OPENED.value
    for _ in range(_many(0.4, chance)):
        later = slot + len(SLOTS)
        yield day, later, chance.choice(list(SITES)), "fr", CounterKind.OPENED_CLOSED.value
        if chance.random() < 0.4:
            yield day, later, chance.choice(list(SITES)), "fr", CounterKind.ASKED_CLOSED.value


def _staffed(day: date, chance: random.Random) -> Iterator[Capacity]:
    for pool in facts.POOLS:
        there = chance.choice((0.0, 1.0, 1.0, 1.6, 2.0, 3.0))
        for slot in SLOTS:
            ready = max(0.0, there - 0.4 * chance.random())
            unready = 30.0 if not ready else 30.0 * max(0.0, 0.3 - 0.2 * ready) * chance.random()
            yield Capacity(
                day=day,
                slot=slot,
                pool=pool,
                minutes_open=30.0,
                minutes_unready=unready,
                ready_minutes=30.0 * ready,
                free_slot_minutes=45.0 * ready,
            )
