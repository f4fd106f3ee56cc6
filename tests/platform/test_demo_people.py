"""The demo's people can be written to, at addresses that nobody can have."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.core import mail
from django.test import Client

from chat import runtime
from coordination.board import answers
from demo import build, facts
from partners.models import Staff
from tests.coordination.board_world import ACT, NOW, empty_stores
from tests.server import ROOT

pytestmark = pytest.mark.django_db
RESERVED = (".example", ".invalid", ".test")
"""RFC 2606: no such domain can be registered."""


@pytest.fixture(autouse=True)
def nobody_there_yet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(runtime, "current", empty_stores())
    answers.forget()
    yield
    answers.forget()


def test_everybody_has_an_address_of_their_own_that_reaches_nobody() -> None:
    build.ensure()
    addresses = list(Staff.objects.values_list("email", flat=True))
    assert len(addresses) == len(facts.COUNSELLORS) + len(facts.VOLUNTEERS) + len(facts.OTHERS)
    assert len(set(addresses)) == len(addresses)
    for one in addresses:
        assert one.endswith(RESERVED), one


def test_the_board_of_the_demo_calls_for_help() -> None:
    build.ensure()
    browser = Client()
    browser.force_login(Staff.objects.get(username="coordination"))
    team = browser.get(NOW).json()["parts"]["own"]
    assert 'value="help demo-cdm"' in team
    browser.post(ACT, {"act": "help demo-cdm"})
    assert {one for letter in mail.outbox for one in letter.to} == {
        f"{name}@miti.example" for name in ("conseillere.cdm", "hanne", "iryna")
    }


def test_without_a_mail_server_in_the_settings_letters_are_printed() -> None:
    asked = "from miti import settings; print(settings.EMAIL_BACKEND)"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MITI_")}
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=ROOT,
        env={**environment, "MITI_DEMO": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.strip() == "django.core.mail.backends.console.EmailBackend"
