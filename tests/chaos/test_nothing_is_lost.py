"""The short form of `make chaos`: few people, the main faults."""

import pytest

from tests.chaos.run import play, short

SEED = 5


@pytest.mark.timeout(900)
async def test_nothing_is_lost_doubled_or_stuck_while_parts_fail() -> None:
    plan = short(seed=SEED)
    results = await play(plan, say=lambda _: None, judged=lambda _: None)
    for figures in results:
        assert figures.wrong() == 0, "\n".join([f"SEED={plan.seed}, {figures.fault}", *figures.why])
        assert figures.acknowledged > 20, (plan.seed, figures)
    # Who has a second page, and who writes notes, is drawn: some did.
    assert sum(figures.opened_elsewhere + figures.notes for figures in results) > 0
