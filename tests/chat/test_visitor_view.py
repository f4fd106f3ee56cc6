"""A visitor's view shows one moment, whatever changes while it is loaded."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from chat import database
from chat.frames.visitor.server_frames import Joined, Waiting
from chat.models import Conversation, Party
from chat.services import visitor_view
from chat.services.visitor_view import VisitorView, _read_view
from chat.states import PartyRole, State
from partners.models import Staff
from routing_rules.models import Counsellor, PlanVersion
from tests.chat.database_rows import NOW, TOKEN, conversation
from tests.chat.sockets import fresh_stores  # noqa: F401  # a fixture
from widget import presenter

pytestmark = pytest.mark.django_db


@pytest.fixture
def counsellor() -> Counsellor:
    return Counsellor.objects.create(staff=Staff.objects.create_user("claire"), languages=["fr"])


@pytest.fixture
def waiting() -> Conversation:
    return conversation()


def load() -> VisitorView:
    view, _ = _read_view(TOKEN)
    assert view is not None
    return view


def accept(waiting: Conversation, counsellor: Counsellor) -> None:
    Conversation.objects.filter(pk=waiting.pk).update(state=State.ACTIVE)
    Party.objects.create(
        conversation=waiting, counsellor=counsellor, role=PartyRole.OWNER, number=1, joined_at=NOW
    )


def test_a_view_is_loaded_in_one_statement(
    waiting: Conversation, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_num_queries(1):
        assert load().state is State.WAITING


def test_a_counsellor_who_joins_just_before_that_statement_is_shown_once(
    waiting: Conversation, counsellor: Counsellor
) -> None:
    accepted = False

    def accepted_meanwhile(execute: Callable[..., Any], *query: Any) -> Any:
        nonlocal accepted
        if not accepted:
            accepted = True
            accept(waiting, counsellor)
        return execute(*query)

    with connection.execute_wrapper(accepted_meanwhile):
        first = load()
    then = load()
    frames = (
        *presenter.difference(None, first),
        *presenter.difference(first, then),
    )
    assert [type(frame) for frame in frames] == [Joined]
    assert list(then.parties) == [counsellor.pk]


def test_a_counsellor_who_joins_after_it_is_shown_after_the_wait(
    waiting: Conversation, counsellor: Counsellor
) -> None:
    first = replace(load(), position=1)
    accept(waiting, counsellor)
    frames = (
        *presenter.difference(None, first),
        *presenter.difference(first, load()),
    )
    assert [type(frame) for frame in frames] == [Waiting, Joined]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("stores")
async def test_a_conversation_that_waits_without_a_plan_in_force_is_shown_without_a_position() -> None:
    await database.run(conversation)
    await database.run(PlanVersion.objects.all().delete)
    view = await visitor_view.load(TOKEN, now=NOW)
    assert isinstance(view, VisitorView)
    assert (view.state, view.position) == (State.WAITING, None)
    assert list(presenter.difference(None, view)) == []
