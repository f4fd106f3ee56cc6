"""Two who take the last place of a shift, or come in one colleague's place, in the same moment: one does, the other is told."""

import pytest

from tests.races.test_two_processes import environment, output, start

__all__ = ["environment"]

pytestmark = pytest.mark.timeout(900)


def test_nobody_is_twice_or_too_many_on_a_shift(environment: dict[str, str]) -> None:
    assert output(start(environment, "tests.races.roster_storm")) == []
