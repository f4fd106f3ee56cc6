"""What loading a view costs when nothing has changed and for many at once; and that a view shows every change."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import database
from chat.models import Conversation, Duty, Offer, OfferState, Party
from chat.services import counsellor_view, parties, visitor_view
from chat.services.visitor_view import VisitorView
from chat.states import PartyRole, State
from partners.models import Staff
from routing_rules.models import Counsellor, PlanState, PlanVersion, RuleRow
from routing_rules.plans import Rule
from tests.chat.database_rows import NOW, TOKEN, conversation

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("running")]


def person(name: str) -> Counsellor:
    one = Counsellor.objects.create(
        staff=Staff.objects.create(username=name, role="counsellor"), languages=["fr"]
    )
    Duty.objects.create(counsellor=one, state="available", on_duty=True, active=1)
    return one


def joins(row: Conversation, who: Counsellor, number: int, role: str = PartyRole.OWNER) -> None:
    Party.objects.create(conversation=row, counsellor=who, role=role, number=number, joined_at=NOW)


def talking() -> tuple[Conversation, Counsellor, Counsellor]:
    """Claire's conversation, in which Paul is a guest."""
    row = conversation(state=State.ACTIVE, accepted_at=NOW, party_version=2)
    claire, paul = person("claire"), person("paul")
    joins(row, claire, 1)
    joins(row, paul, 2, PartyRole.GUEST)
    return row, claire, paul


async def load(before: VisitorView | None = None) -> VisitorView:
    view = await visitor_view.load(TOKEN, now=NOW, before=before)
    assert isinstance(view, VisitorView)
    return view


async def test_an_unchanged_conversation_gives_the_same_view() -> None:
    await database.run(talking)
    first = await load()
    assert await load(first) is first


def a_guest_leaves(row: Conversation, _: Counsellor, guest: Counsellor) -> None:
    parties.remove_guest(conversation=row, counsellor=guest.pk, now=NOW)


def an_owner_is_lost(row: Conversation, owner: Counsellor, _: Counsellor) -> None:
    parties._lose(str(row.pk), owner.pk, NOW)


def it_is_handed_on(row: Conversation, owner: Counsellor, guest: Counsellor) -> None:
    assert parties._transfer(str(row.pk), owner.pk, parties.TransferTarget(counsellor=guest.pk), NOW)


def an_account_is_deleted(_: Conversation, __: Counsellor, guest: Counsellor) -> None:
    guest.delete()


def a_memory_is_lost(row: Conversation, _: Counsellor, __: Counsellor) -> None:
    Conversation.objects.filter(pk=row.pk).update(epoch=2)


@pytest.mark.parametrize(
    "change", [a_guest_leaves, an_owner_is_lost, it_is_handed_on, an_account_is_deleted, a_memory_is_lost]
)
async def test_every_change_appears_in_the_visitors_view(change: Callable[..., None]) -> None:
    there = await database.run(talking)
    before = await load()
    await database.run(change, *there)
    after = await load(before)
    assert after != before
    assert after == await load()


def a_plan_is_in_force() -> None:
    plan = PlanVersion.objects.create(number=1, state=PlanState.PUBLISHED)
    RuleRow.objects.create(plan=plan, position=0, content=Rule("all").to_dict())


async def test_a_waiting_visitors_view_is_loaded_again_each_time() -> None:
    await database.run(a_plan_is_in_force)
    row = await database.run(conversation)
    before = await load()
    assert before.position == 1

    def somebody_is_ahead() -> None:
        Conversation.objects.create(
            token_hash="1" * 64,
            site=row.site,
            theme=row.theme,
            language=row.language,
            plan_number=1,
            asked_at=NOW - timedelta(minutes=1),
            queued_at=NOW,
        )

    await database.run(somebody_is_ahead)
    assert (await load(before)).position == 2


def test_many_counsellors_views_take_as_many_queries_as_one() -> None:
    row, claire, paul = talking()
    Offer.objects.create(
        conversation=row,
        counsellor=person("anne"),
        state=OfferState.RINGING,
        invited=True,
        expires_at=NOW + timedelta(days=3650),
    )
    with CaptureQueriesContext(connection) as for_one:
        counsellor_view._read_views([claire.pk])
    with CaptureQueriesContext(connection) as for_all:
        views = counsellor_view._read_views(list(Counsellor.objects.values_list("pk", flat=True)))
    # The counsellors' numbers are the one more.
    assert len(for_all) == len(for_one) + 1
    participations: dict[str, Any] = {
        str(one.staff): {
            each.role: [guest.name for guest in each.guests] for each in views[one.pk].conversations.values()
        }
        for one in Counsellor.objects.select_related("staff")
    }
    assert participations == {
        "claire": {"owner": ["paul", "anne"]},
        "paul": {"guest": ["paul", "anne"]},
        "anne": {},
    }
    assert {str(one.staff): len(views[one.pk].offers) for one in Counsellor.objects.all()} == {
        "claire": 0,
        "paul": 0,
        "anne": 1,
    }
    assert claire.pk in views[paul.pk].conversations[str(row.pk)].parties
