"""Why an offer that a console has shown is gone, read a moment later, when the conversation may ring there again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat import database
from chat.models import Duty, Offer, OfferState
from chat.services import counsellor_view
from chat.states import OfferGoneReason, State
from partners.models import Staff
from routing_rules.models import Counsellor
from tests.chat.database_rows import conversation

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("running")]

PAST, LATER = timedelta(seconds=-1), timedelta(seconds=30)


def rows(state: State, offer: OfferState | None) -> tuple[int, str]:
    row = conversation(state=state)
    claire = Counsellor.objects.create(
        staff=Staff.objects.create(username="claire", role="counsellor"), languages=["fr"]
    )
    Duty.objects.create(counsellor=claire, state="available", on_duty=True)
    if offer is not None:
        Offer.objects.create(
            conversation=row, counsellor=claire, state=offer, expires_at=timezone.now() + LATER
        )
    return claire.pk, str(row.pk)


@pytest.mark.parametrize(
    ("state", "offer", "ended", "invited", "reason"),
    [
        (State.WAITING, OfferState.MISSED, PAST, False, OfferGoneReason.EXPIRED),
        # It rings again already: whether the one before was missed is said by its time.
        (State.WAITING, OfferState.RINGING, PAST, False, OfferGoneReason.EXPIRED),
        (State.WAITING, OfferState.RINGING, LATER, False, OfferGoneReason.WITHDRAWN),
        (State.WAITING, None, LATER, False, OfferGoneReason.WITHDRAWN),
        (State.ACTIVE, None, PAST, False, OfferGoneReason.ACCEPTED_ELSEWHERE),
        (State.ACTIVE, None, LATER, True, OfferGoneReason.WITHDRAWN),
        (State.ACTIVE, OfferState.RINGING, PAST, True, OfferGoneReason.EXPIRED),
        (State.CLOSING, None, PAST, False, OfferGoneReason.VISITOR_LEFT),
    ],
)
async def test_the_reason_is_that_of_the_offer_which_was_shown(
    state: State, offer: OfferState | None, ended: timedelta, invited: bool, reason: OfferGoneReason
) -> None:
    claire, row = await database.run(rows, state, offer)
    gone = counsellor_view.GoneOffer(claire, row, invited=invited, ends_at=timezone.now() + ended)
    assert await counsellor_view.why_offer_gone(gone) == reason
