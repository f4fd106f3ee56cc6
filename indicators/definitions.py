"""Every indicator: its code, its version, its formula, and the function that computes it from a tally. Pure.

A figure is shown with its definition's version. A change of what a function here computes raises the version and
is described in docs/indicators.md; the tables then mark a break in the series.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from indicators.codes import CounterKind, Outcome
from indicators.tally import Tally, WorkTold
from indicators.values import Count, Rate, Ratio, Value, spread


@dataclass(frozen=True)
class ServiceTarget:
    """The service level to reach: this share of all requests, served within so many seconds."""

    share: float = 0.80
    within_s: int = 60

    @property
    def is_the_aim(self) -> bool:
        """Whether these are the seconds for which the share was set."""
        return self.within_s == ServiceTarget.within_s


@dataclass(frozen=True)
class Definition:
    code: str
    version: int
    of: Callable[[Tally, ServiceTarget], Value | None]
    """None where it cannot be known for this line of the table."""
    unit: str = ""
    """Of its parts, where these are no numbers of requests."""

    @property
    def label(self) -> str:
        """The code with its version, as exports write it."""
        return f"{self.code}_v{self.version}"


def requests(tally: Tally, _: ServiceTarget) -> Count:
    return Count(tally.requests)


def take_up(tally: Tally, _: ServiceTarget) -> Rate:
    return Rate(tally.served, tally.requests)


def take_up_star(tally: Tally, _: ServiceTarget) -> Rate:
    return Rate(tally.served, _stayed(tally))


def take_up_all_demand(tally: Tally, _: ServiceTarget) -> Rate | None:
    if tally.counters is None:
        return None
    return Rate(tally.served, tally.requests + tally.counters[CounterKind.ASKED_CLOSED])


def answer_rate(tally: Tally, _: ServiceTarget) -> Rate | None:
    """Each visit is one attempt: who opened at a full door and asked all the same is among the requests."""
    if tally.counters is None:
        return None
    only_opened = max(0, tally.counters[CounterKind.OPENED_FULL] - tally.counters[CounterKind.ASKED_FULL])
    closed = max(tally.counters[CounterKind.OPENED_CLOSED], tally.counters[CounterKind.ASKED_CLOSED])
    return Rate(tally.served, tally.requests + only_opened + closed)


def two_way(tally: Tally, _: ServiceTarget) -> Rate:
    return Rate(tally.two_way, tally.legs_known)


def legs_lost(tally: Tally, _: ServiceTarget) -> Rate:
    return Rate(tally.legs_lost, tally.legs_known)


def service_level(tally: Tally, target: ServiceTarget) -> Rate:
    in_time = sum(n for wait_s, n in tally.waits_served.items() if wait_s <= target.within_s)
    return Rate(in_time, tally.requests)


def wait_served(tally: Tally, _: ServiceTarget) -> Value:
    return spread(tally.waits_served, "s")


def wait_abandoned(tally: Tally, _: ServiceTarget) -> Value:
    return spread(tally.waits_abandoned, "s")


def first_answer(tally: Tally, _: ServiceTarget) -> Value:
    return spread(tally.first_answers, "s")


def duration(tally: Tally, _: ServiceTarget) -> Value:
    return spread(tally.durations, "min")


def quiet(tally: Tally, _: ServiceTarget) -> Ratio:
    return Ratio(tally.quiet_minutes, sum(minutes * n for minutes, n in tally.durations.items()))


def abandonment(tally: Tally, _: ServiceTarget) -> Rate:
    return Rate(tally.outcomes[Outcome.ABANDONED], _stayed(tally))


def out_of_network(tally: Tally, _: ServiceTarget) -> Rate:
    return Rate(tally.served_elsewhere, tally.served_of_networks)


def transfers(tally: Tally, _: ServiceTarget) -> Ratio:
    return Ratio(sum(times * n for times, n in tally.transfers.items()), tally.served)


def transferred(tally: Tally, _: ServiceTarget) -> Rate:
    return Rate(sum(n for times, n in tally.transfers.items() if times), tally.served)


def requeues(tally: Tally, _: ServiceTarget) -> Ratio:
    return Ratio(sum(times * n for times, n in tally.requeues.items()), tally.served)


def requeued(tally: Tally, _: ServiceTarget) -> Rate:
    return Rate(sum(n for times, n in tally.requeues.items() if times), tally.served)


def reach(tally: Tally, _: ServiceTarget) -> Ratio | None:
    """Two questions can follow one opening, so this is no share of a whole and has no interval."""
    if tally.counters is None:
        return None
    return Ratio(tally.requests, tally.counters[CounterKind.OPENED] + tally.counters[CounterKind.OPENED_FULL])


def unmet_open_time(tally: Tally, _: ServiceTarget) -> Ratio | None:
    return None if not tally.minutes_open else Ratio(tally.minutes_unready, tally.minutes_open)


def _of_work(of: Callable[[Tally, ServiceTarget], Value]) -> Callable[[Tally, ServiceTarget], Value | None]:
    """How people worked: None where that would be the work of one or two (`indicators.protection.few_people`)."""
    return lambda tally, target: of(tally, target) if tally.work is WorkTold.YES else None


def _stayed(tally: Tally) -> int:
    return tally.requests - tally.outcomes[Outcome.ABANDONED_SHORT]


DEFINITIONS: Final[dict[str, Definition]] = {
    definition.code: definition
    for definition in (
        Definition("requests", 2, requests),
        Definition("take_up", 2, take_up),
        Definition("take_up_star", 2, take_up_star),
        Definition("take_up_all_demand", 2, take_up_all_demand),
        Definition("answer_rate", 1, answer_rate),
        Definition("two_way", 1, _of_work(two_way)),
        Definition("service_level", 2, service_level),
        Definition("wait_served", 2, wait_served),
        Definition("wait_abandoned", 2, wait_abandoned),
        Definition("first_answer", 2, _of_work(first_answer)),
        Definition("duration", 2, _of_work(duration)),
        Definition("quiet", 2, _of_work(quiet), unit="min"),
        Definition("abandonment", 2, abandonment),
        Definition("out_of_network", 3, out_of_network),
        Definition("transfers", 2, _of_work(transfers)),
        Definition("transferred", 2, _of_work(transferred)),
        Definition("requeues", 2, _of_work(requeues)),
        Definition("requeued", 2, _of_work(requeued)),
        Definition("legs_lost", 1, _of_work(legs_lost)),
        Definition("reach", 2, reach),
        Definition("unmet_open_time", 2, unmet_open_time, unit="min"),
    )
}

HEADLINE: Final = ("take_up", "take_up_star", "service_level", "take_up_all_demand")
"""The rates of the whole platform that everybody who reads figures may know."""

Figures = dict[str, Value | None]


def compute(tally: Tally, target: ServiceTarget | None = None) -> Figures:
    """Every indicator of one line of a table."""
    aim = target or ServiceTarget()
    return {code: definition.of(tally, aim) for code, definition in DEFINITIONS.items()}
