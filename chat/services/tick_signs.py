"""For how long somebody has watched over presence and silence: the tick's own last signs."""

import math
from datetime import datetime

from django.conf import settings

from chat import runtime
from routing_rules.presence import LastSigns

BLIND_S = 15
"""After so long without a tick (nobody led, a store did not answer, a clock was set), silence proves nothing about people."""
COME_BACK_S = 5
"""How long people then need to be seen again, beyond the time between two pings."""
TICK = "tick"
"""The tick stores signs of its own: `seen`, and in `active` since when it has run without a break."""


def is_broken(tick: LastSigns | None, *, now: datetime) -> bool:
    return tick is not None and abs(now.timestamp() - tick.seen) > BLIND_S


def lasts_s(tick: LastSigns | None, *, now: datetime) -> float:
    """For how many seconds the tick has run without a break, in any process; infinite where no break is known."""
    if is_broken(tick, now=now):
        return 0.0
    return math.inf if tick is None or tick.active is None else now.timestamp() - tick.active


async def unbroken_s(*, now: datetime) -> float:
    return lasts_s((await runtime.volatile().last_signs([TICK])).get(TICK), now=now)


def sees(unbroken: float) -> bool:
    """Whether the silence of people means something."""
    return unbroken > settings.ENV.ping_s + COME_BACK_S
