"""The demo's data in the test's own database, and one person of each role in it."""

from collections.abc import Callable

import pytest
from django.test import Client

import demo.build
from partners.models import Role, Staff

ACCOUNTS = {
    Role.COUNSELLOR: "conseillere.cdm",
    Role.COORDINATOR: "coordination",
    Role.PLATFORM: "plateforme",
    Role.ANALYST: "indicateurs",
    Role.ADMIN: "admin",
}


@pytest.fixture(autouse=True)
def in_a_process(running: None) -> None:
    """Pages ask the stores too: who is there, and which address signs in how often."""


@pytest.fixture
def demo_data(db: None) -> None:
    demo.build.ensure()


@pytest.fixture
def browser_of(demo_data: None) -> Callable[[Role | None], Client]:
    """`browser_of(Role.ANALYST)`: a browser in which that person has signed in; None is a stranger's."""

    def open_one(role: Role | None) -> Client:
        client = Client(raise_request_exception=False)
        if role is not None:
            client.force_login(Staff.objects.get(username=ACCOUNTS[role]))
        return client

    return open_one
