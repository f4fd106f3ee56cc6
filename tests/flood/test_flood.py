"""`make flood` in its shortest form: each attack for a second beside two conversations, without a look at the clock."""

import pytest

from tests.flood.attacks import ATTACKS
from tests.flood.run import NOTHING, Plan, Row, play, rows


@pytest.mark.timeout(900)
async def test_nothing_is_lost_beside_each_flood_and_one_address_keeps_nobody_out() -> None:
    # Each attack once, from one address and from many in turn.
    chosen = [row for number, row in enumerate(rows()) if number % 4 in {1, 0}]
    played: list[Row] = []
    await play(Plan(chosen, seconds=1, conversations=2, back_s=0), say=lambda _: None, played=played.append)
    assert [row.attack for row in played] == [NOTHING, *ATTACKS]
    for row in played:
        assert (row.lost, row.doubled) == (0, 0), row
        assert row.messages >= 4, row
        assert row.attack == NOTHING or row.did["begun"], row
        assert row.newcomer in {"waiting", "resumed"}, row
