"""The cost of one decision: CPU time of `decide` at growing sizes."""

import gc
import random
import time
from dataclasses import dataclass

from routing_rules.decide import decide
from routing_rules.plans import default_plan
from routing_rules.presence import Presence
from routing_rules.scarcity import scarce_skills
from routing_rules.snapshot import (
    AvailabilityState,
    CounsellorOnDuty,
    PoolState,
    RoutingSnapshot,
    WaitingRequest,
)

SIZES = ((10, 150), (100, 150), (1_000, 150), (10_000, 1_500))
POOLS = ("accueil", "cdm-bruxelles", "cdm-charleroi", "cdm-liege", "cdm-namur", "cefo", "diores", "isp")
THEMES = ("orientation", "formation", "emploi", "mobilite", "creation", "accueil")
OTHER_LANGUAGES = ("nl", "en", "de", "uk")
NOW = 100_000.0


@dataclass(frozen=True, slots=True)
class Cost:
    """The best of some runs, in ms of CPU; `rings` shows that work was done."""

    waiting: int
    counsellors: int
    cpu_ms: float
    rings: int


def measure(waiting: int, counsellors: int, *, runs: int = 5) -> Cost:
    """Decide about a crowd drawn once from a fixed seed: half the counsellors have a free slot."""
    snapshot = crowd(waiting, counsellors)
    decide(snapshot)
    took = []
    rings = 0
    gc.disable()
    try:
        for _ in range(runs):
            began = time.process_time()
            rings = len(decide(snapshot).rings)
            took.append(time.process_time() - began)
    finally:
        gc.enable()
    return Cost(waiting, counsellors, min(took) * 1000, rings)


def crowd(waiting: int, counsellors: int) -> RoutingSnapshot:
    """A busy moment."""
    chance = random.Random(2021)
    people = tuple(
        CounsellorOnDuty(
            id=number,
            pools=frozenset(chance.sample(POOLS, chance.choice((1, 1, 2)))),
            themes=frozenset(chance.sample(THEMES, chance.randint(2, 6))),
            languages=frozenset({"fr", *(each for each in OTHER_LANGUAGES if chance.random() < 0.2)}),
            capacity=2,
            active=chance.choice((1, 2)),
            state=AvailabilityState.AVAILABLE,
            presence=Presence.PRESENT if chance.random() < 0.5 else Presence.PROBABLY_ABSENT,
            idle_since=NOW - chance.random() * 3_600,
        )
        for number in range(counsellors)
    )
    queue = tuple(
        WaitingRequest(
            id=number,
            theme=chance.choice(THEMES),
            language=chance.choice(("fr", "fr", "fr", "fr", *OTHER_LANGUAGES)),
            site="miti",
            asked_at=NOW - chance.random() * 600,
            missed={chance.randrange(counsellors): 1 for _ in range(chance.choice((0, 0, 1, 3)))},
        )
        for number in range(waiting)
    )
    return RoutingSnapshot(
        now=NOW,
        plan=default_plan(),
        pools=tuple(PoolState(slug, open=True) for slug in POOLS),
        counsellors=people,
        waiting=queue,
        scarce=scarce_skills(each.themes | each.languages for each in people),
    )
