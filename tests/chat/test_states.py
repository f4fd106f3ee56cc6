"""The outcome of a request: a row for each way that it can end."""

from itertools import product

import pytest

from chat.states import Reason, outcome
from indicators.codes import SHORT_S, Outcome

R, Came = Reason, Outcome
EVERY_WAY = list(product(Reason, (True, False), (True, False)))
TABLE: list[tuple[Reason, bool, bool, float, Outcome]] = [
    # reason, accepted, answered, waited, outcome
    (R.COUNSELLOR_CLOSED, True, True, 20, Came.SERVED),
    (R.COUNSELLOR_CLOSED, True, False, 20, Came.ACCEPTED_SILENT),
    (R.VISITOR_LEFT, True, True, 20, Came.SERVED),
    (R.VISITOR_LEFT, True, False, 3, Came.ACCEPTED_SILENT),
    (R.VISITOR_LEFT, False, False, 0, Came.ABANDONED_SHORT),
    (R.VISITOR_LEFT, False, False, SHORT_S, Came.ABANDONED_SHORT),
    (R.VISITOR_LEFT, False, False, SHORT_S + 0.1, Came.ABANDONED),
    (R.VISITOR_GONE, False, False, 5, Came.ABANDONED_SHORT),
    (R.VISITOR_GONE, False, False, 165, Came.ABANDONED),
    (R.VISITOR_GONE, True, False, 400, Came.ACCEPTED_SILENT),
    (R.VISITOR_GONE, True, True, 400, Came.SERVED),
    (R.IDLE, True, True, 900, Came.SERVED),
    (R.IDLE, True, False, 900, Came.ACCEPTED_SILENT),
    (R.BLOCKED, True, True, 30, Came.SERVED),
    (R.FULL_TRANSCRIPT, True, True, 30, Came.SERVED),
    (R.LONGEST_WAIT, False, False, 1_800, Came.UNSERVED),
    (R.LONGEST_WAIT, False, False, 1, Came.UNSERVED),
    (R.CLOSING_TIME, False, False, 60, Came.UNSERVED),
    # Accepted once, then transferred or lost, then given up: somebody did accept.
    (R.LONGEST_WAIT, True, False, 1_800, Came.ACCEPTED_SILENT),
    (R.CLOSING_TIME, True, True, 1_800, Came.SERVED),
    (R.TECHNICAL, False, False, 60, Came.TECHNICAL),
    (R.TECHNICAL, True, False, 60, Came.TECHNICAL),
    (R.TECHNICAL, True, True, 60, Came.SERVED),
]


@pytest.mark.parametrize(("reason", "accepted", "answered", "waited", "came"), TABLE)
def test_each_way_to_end_has_its_outcome(
    reason: Reason, accepted: bool, answered: bool, waited: float, came: Outcome
) -> None:
    assert outcome(reason=reason, accepted=accepted, answered=answered, waited_s=waited, test=False) is came


@pytest.mark.parametrize(("reason", "accepted", "answered"), EVERY_WAY)
def test_a_test_is_a_test_however_it_ends(reason: Reason, accepted: bool, answered: bool) -> None:
    assert outcome(reason=reason, accepted=accepted, answered=answered, waited_s=1, test=True) is Came.TEST


@pytest.mark.parametrize(("reason", "accepted", "answered"), EVERY_WAY)
def test_a_request_never_ends_as_a_test_or_as_full(reason: Reason, accepted: bool, answered: bool) -> None:
    came = outcome(reason=reason, accepted=accepted, answered=answered, waited_s=60, test=False)
    assert came not in {Came.TEST, Came.FULL}
    # Only an answer makes it served: a reason alone never does.
    assert (came is Came.SERVED) is answered
