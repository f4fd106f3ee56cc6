"""How ready the open pools are, sampled in memory; only sums of a half hour are kept, of pools and never of persons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import structlog

from chat import database
from chat.services import duty_sampling, live_snapshot
from chat.services.duty_sampling import DutySampler
from indicators.periods import arrival
from indicators.protection.few_people import SMALLEST_GROUP
from indicators.rows import record
from roster.planned import PlannedTeam, planned_by_slug
from routing_rules.loading import NoPlanInForceError
from routing_rules.snapshot import CounsellorOnDuty, RoutingSnapshot, attentive_in

log = structlog.stdlib.get_logger(__name__)

EVERY_S = 10
LONGEST_STEP_S = 60
"""One sample counts for at most so long: after a pause (the process slept, another one led) the rest is left out."""


@dataclass(slots=True)
class Minutes:
    open: float = 0.0
    unready: float = 0.0
    ready: float = 0.0
    free: float = 0.0
    rostered: float = 0.0
    needed: float = 0.0
    planned: float = 0.0
    ready_rostered: float = 0.0


@dataclass(slots=True)
class Sampler:
    """Samples every ten seconds, writes every minute."""

    pools: dict[str, Minutes] = field(default_factory=dict)
    people: dict[str, set[int]] = field(default_factory=dict)
    """Who was ready today in each pool: only their number is kept."""
    skilled: dict[tuple[str, str, str], set[int]] = field(default_factory=dict)
    """Who was ready today, by team (empty: any), `theme` or `language`, and which: only that they were enough is kept."""
    kept: set[tuple[str, str, str]] = field(default_factory=set)
    """Those of them that are written for today."""
    planned: Mapping[str, PlannedTeam] = field(default_factory=dict)
    """The shifts of now, as read a minute ago at most."""
    duty: DutySampler = field(default_factory=DutySampler)
    day: date | None = None
    sampled_at: datetime | None = None
    wrote_at: datetime | None = None

    async def run(self, *, now: datetime) -> None:
        if self.sampled_at is not None and (now - self.sampled_at).total_seconds() < EVERY_S:
            return
        try:
            seen = await live_snapshot.load(now)
        except NoPlanInForceError:
            return
        if self.sampled_at is not None:
            step_s = min(LONGEST_STEP_S, (now - self.sampled_at).total_seconds())
            self.add(seen.snapshot, minutes=step_s / 60)
            self.duty.add(seen.snapshot, minutes=step_s / 60)
        self.sampled_at = now
        today, _ = arrival(now)
        if self.day != today:
            self.day, self.people, self.skilled, self.kept = today, {}, {}, set()
        self.add_people(seen.snapshot)
        if self.wrote_at is None or (now - self.wrote_at).total_seconds() >= LONGEST_STEP_S:
            self.wrote_at = now
            self.planned = await database.run(planned_by_slug, now)
            taken, self.pools = self.pools, {}
            await database.run(_write, now, taken, {pool: len(who) for pool, who in self.people.items()})
            if enough := self.enough():
                await database.run(_write_skills, now, enough)
                self.kept.update(enough)
            if duty := self.duty.taken():
                await database.run(duty_sampling.write, now, duty)

    def add(self, snapshot: RoutingSnapshot, *, minutes: float) -> None:
        for pool in snapshot.pools:
            if not pool.open:
                continue
            ready = attentive_in(pool.slug, snapshot.counsellors)
            sums = self.pools.setdefault(pool.slug, Minutes())
            sums.open += minutes
            sums.unready += 0.0 if ready else minutes
            sums.ready += minutes * len(ready)
            sums.free += minutes * sum(one.free for one in ready)
            if shift := self.planned.get(pool.slug):
                sums.rostered += minutes
                sums.needed += minutes * shift.needed
                sums.planned += minutes * len(shift.people)
                sums.ready_rostered += minutes * len(ready)

    def add_people(self, snapshot: RoutingSnapshot) -> None:
        for pool in snapshot.pools:
            if pool.open and (ready := attentive_in(pool.slug, snapshot.counsellors)):
                self.people.setdefault(pool.slug, set()).update(one.id for one in ready)
                for one in ready:
                    self._add_skills(pool.slug, one)

    def _add_skills(self, pool: str, one: CounsellorOnDuty) -> None:
        for team in (pool, ""):
            for skill, codes in (("theme", one.themes), ("language", one.languages)):
                for code in codes:
                    self.skilled.setdefault((team, skill, code), set()).add(one.id)

    def enough(self) -> list[tuple[str, str, str]]:
        """Teams and skills that enough people have had today, and that are not written yet."""
        found = {key for key, who in self.skilled.items() if len(who) >= SMALLEST_GROUP}
        return sorted(found - self.kept)


def _write_skills(at: datetime, enough: list[tuple[str, str, str]]) -> None:
    for pool, skill, code in enough:
        try:
            record.skilled_on_duty(at=at, pool=pool, skill=skill, code=code)
        except record.BadCodeError as fault:
            log.error("a skill on duty could not be kept", exc_info=fault)


def _write(at: datetime, pools: dict[str, Minutes], people: dict[str, int]) -> None:
    for slug, sums in pools.items():
        try:
            if slug in people:
                record.on_duty(at=at, pool=slug, people=people[slug])
            record.capacity(
                at=at,
                pool=slug,
                minutes_open=sums.open,
                minutes_unready=sums.unready,
                mean_ready=sums.ready / sums.open,
                mean_free=sums.free / sums.open,
                rostered=record.RosteredMinutes(
                    sums.rostered, sums.needed, sums.planned, sums.ready_rostered
                ),
            )
        except (
            record.BadCodeError
        ) as fault:  # of this pool alone: the others, and the rest of the tick, must not wait for it
            log.error("a pool could not be sampled", exc_info=fault)
