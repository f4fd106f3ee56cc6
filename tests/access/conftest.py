"""The demo's data with one thing of each kind in it, and a browser of each role."""

from collections.abc import Callable

import pytest
from django.test import Client

from partners.models import Role
from tests.access import things
from tests.platform.conftest import browser_of, demo_data, in_a_process

__all__ = ["browser_of", "demo_data", "in_a_process"]

BrowserOf = Callable[[Role | None], Client]


@pytest.fixture
def places(demo_data: None) -> things.Places:
    """What is put into the places of addresses; where it belongs to a partner, it is the coordinator's own."""
    return things.make("cdm-bruxelles")
