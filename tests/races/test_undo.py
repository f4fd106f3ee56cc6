"""Several who undo the same act in the same moment: it is undone once, and the others are told so."""

import pytest

from tests.races.test_two_processes import environment, output, start

__all__ = ["environment"]

pytestmark = pytest.mark.timeout(300)


def test_an_act_is_undone_once_and_the_others_are_told(environment: dict[str, str]) -> None:
    assert output(start(environment, "tests.races.undo_storm")) == []
