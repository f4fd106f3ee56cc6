"""The outcome of a request: a row for each way that it can end."""

from functools import partial
from itertools import product

import pytest

from chat.states import Reason, outcome
from indicators.codes import SHORT_S, Outcome

R = Reason
EVERY_WAY = list(product(Reason, (True, False), (True, False)))
TABLE: list[tuple[Reason, bool, bool, float, Outcome]] = [
    # reason, accepted, answered, waited, outcome
    (R.COUNSELLOR_CLOSED, True, True, 20, Outcome.SERVED),
    (R.COUNSELLOR_CLOSED, True, False, 20, Outcome.ACCEPTED_SILENT),
    (R.VISITOR_LEFT, True, True, 20, Outcome.SERVED),
    (R.VISITOR_LEFT, True, False, 3, Outcome.ACCEPTED_SILENT),
    (R.VISITOR_LEFT, False, False, 0, Outcome.ABANDONED_SHORT),
    (R.VISITOR_LEFT, False, False, SHORT_S, Outcome.ABANDONED_SHORT),
    (R.VISITOR_LEFT, False, False, SHORT_S + 0.1, Outcome.ABANDONED),
    (R.VISITOR_GONE, False, False, 5, Outcome.ABANDONED_SHORT),
    (R.VISITOR_GONE, False, False, 165, Outcome.ABANDONED),
    (R.VISITOR_GONE, True, False, 400, Outcome.ACCEPTED_SILENT),
    (R.VISITOR_GONE, True, True, 400, Outcome.SERVED),
    (R.IDLE, True, True, 900, Outcome.SERVED),
    (R.IDLE, True, False, 900, Outcome.ACCEPTED_SILENT),
    (R.BLOCKED, True, True, 30, Outcome.SERVED),
    (R.FULL_TRANSCRIPT, True, True, 30, Outcome.SERVED),
    (R.LONGEST_WAIT, False, False, 1_800, Outcome.UNSERVED),
    (R.LONGEST_WAIT, False, False, 1, Outcome.UNSERVED),
    (R.CLOSING_TIME, False, False, 60, Outcome.UNSERVED),
    # Accepted once, then transferred or lost, then given up: somebody did accept.
    (R.LONGEST_WAIT, True, False, 1_800, Outcome.ACCEPTED_SILENT),
    (R.CLOSING_TIME, True, True, 1_800, Outcome.SERVED),
    (R.TECHNICAL, False, False, 60, Outcome.TECHNICAL),
    (R.TECHNICAL, True, False, 60, Outcome.TECHNICAL),
    (R.TECHNICAL, True, True, 60, Outcome.SERVED),
]


@pytest.mark.parametrize(("reason", "accepted", "answered", "waited", "expected"), TABLE)
def test_each_way_to_end_has_its_outcome(
    reason: Reason, accepted: bool, answered: bool, waited: float, expected: Outcome
) -> None:
    assert (
        outcome(reason=reason, accepted=accepted, answered=answered, waited_s=waited, test=False) is expected
    )


@pytest.mark.parametrize(("reason", "accepted", "answered"), EVERY_WAY)
def test_a_test_is_a_test_however_it_ends(reason: Reason, accepted: bool, answered: bool) -> None:
    assert outcome(reason=reason, accepted=accepted, answered=answered, waited_s=1, test=True) is Outcome.TEST


@pytest.mark.parametrize(("reason", "accepted", "answered"), EVERY_WAY)
def test_a_request_never_ends_as_a_test_or_as_full(reason: Reason, accepted: bool, answered: bool) -> None:
    expected = outcome(reason=reason, accepted=accepted, answered=answered, waited_s=60, test=False)
    assert expected not in {Outcome.TEST, Outcome.FULL}
    # Only an answer makes it served: a reason alone never does.
    assert (expected is Outcome.SERVED) is answered


@pytest.mark.parametrize("waited", [3, 60])
def test_who_asks_at_a_full_door_and_then_leaves_was_refused_by_it(waited: float) -> None:
    ended = partial(outcome, accepted=False, answered=False, waited_s=waited, test=False, asked_full=True)
    assert ended(reason=Reason.VISITOR_LEFT) is Outcome.FULL
    assert ended(reason=Reason.LONGEST_WAIT) is Outcome.UNSERVED
    assert ended(reason=Reason.VISITOR_LEFT, accepted=True, answered=True) is Outcome.SERVED
