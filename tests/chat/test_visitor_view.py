"""A visitor's view shows one moment, whatever changes while it is loaded."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from chat.frames.visitor.server_frames import Joined, Waiting
from chat.models import Conversation, Party, PartyRole, State
from chat.services.visitor_view import VisitorView, _read_view
from partners.models import Staff
from routing_rules.models import Counsellor
from tests.chat.database_rows import NOW, TOKEN, conversation
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


@pytest.mark.parametrize("statement", range(1, 4))
def test_a_counsellor_who_joins_between_two_queries_is_shown_once_after_the_wait(
    waiting: Conversation, counsellor: Counsellor, statement: int
) -> None:
    asked = 0

    def accepted_meanwhile(execute: Callable[..., Any], *query: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked == statement:
            Conversation.objects.filter(pk=waiting.pk).update(state=State.ACTIVE)
            Party.objects.create(
                conversation=waiting, counsellor=counsellor, role=PartyRole.OWNER, number=1, joined_at=NOW
            )
        return execute(*query)

    with connection.execute_wrapper(accepted_meanwhile):
        first = load()
    then = load()
    kinds = [
        type(frame) for frame in (*presenter.difference(None, first), *presenter.difference(first, then))
    ]
    assert (then.state, then.owner) == (State.ACTIVE, counsellor.pk)
    assert kinds in ([Waiting, Joined], [Joined])
