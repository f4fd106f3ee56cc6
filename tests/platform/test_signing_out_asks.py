"""Signing out from any page while people are being talked with says what follows, and goes on with one press."""

import pytest
from django.test import Client

from chat.models import Party
from chat.states import PartyRole, State
from partners.models import Staff
from routing_rules.models import Counsellor
from tests.chat.database_rows import NOW, conversation


@pytest.fixture
def counsellor(db: None) -> Counsellor:
    staff = Staff.objects.create(username="claire", role="counsellor")
    return Counsellor.objects.create(staff=staff, languages=["fr"])


@pytest.fixture
def browser(client: Client, counsellor: Counsellor) -> Client:
    client.force_login(counsellor.staff)
    return client


def talks(counsellor: Counsellor, *, state: State = State.ACTIVE, role: PartyRole = PartyRole.OWNER) -> None:
    one = conversation(state=state)
    Party.objects.create(conversation=one, counsellor=counsellor, role=role, number=1, joined_at=NOW)


def is_signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_says_how_many_return_to_the_queue_and_then_signs_out(
    browser: Client, counsellor: Counsellor, method: str
) -> None:
    talks(counsellor)
    asked = getattr(browser, method)("/accounts/logout/", headers={"Accept-Language": "fr"})
    assert asked.status_code == 200
    assert "Vous parlez avec 1 personne." in asked.content.decode()
    assert is_signed_in(browser)
    assert browser.post("/accounts/logout/", {"sure": "1"}).status_code == 302
    assert not is_signed_in(browser)


@pytest.mark.parametrize(
    "other", [None, {"role": PartyRole.GUEST}, {"state": State.CLOSING}], ids=["none", "guest", "closed"]
)
def test_it_asks_nothing_where_nobody_returns_to_the_queue(
    browser: Client, counsellor: Counsellor, other: dict[str, PartyRole | State] | None
) -> None:
    if other is not None:
        talks(counsellor, **other)  # type: ignore[arg-type]
    assert browser.post("/accounts/logout/").status_code == 302
    assert not is_signed_in(browser)
