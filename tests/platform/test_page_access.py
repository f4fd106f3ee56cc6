"""Every role against every page and API route: refused unless `routes.WHO` grants it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.db import transaction
from django.test import Client

from chat.models import CannedReply, Contact
from partners.models import Partner, Role, Staff
from routing_rules.models import PlanState, PlanVersion, Pool, RuleRow, SchoolBooking, Timetable
from routing_rules.plans import Rule
from tests.platform.routes import OTHERS, STRANGER, WHO, address, routes
from tests.server import Server
from tests.socket_clients import sign_in

BrowserOf = Callable[[Role | None], Client]

ASYNC = {"widget/<slug:key>/", "widget/<slug:key>/status"}
"""Asked on a real server elsewhere: their answer does not depend on who asks."""
POSTED = ("delete", "deactivate", "reactivate", "begin", "discard", "base", "publish", "move", "roll-back",
          "unschedule", "revoke", "language/", "role", "reset")  # fmt: skip


def test_every_page_is_on_the_list_of_who_may_open_it() -> None:
    there = {route for route in routes() if not route.startswith(OTHERS)}
    assert there - set(WHO) == set(), "say in tests/platform/routes.py who may open it"
    assert set(WHO) - there == set(), "these are gone"


@pytest.mark.parametrize("role", [STRANGER, *Role])
def test_a_page_opens_for_whom_it_is_granted_and_for_nobody_else(
    browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch, role: Role | None
) -> None:
    browser = browser_of(role)
    given = _things_of_the_coordinator()
    wrong = []
    for route, allowed in WHO.items():
        if route in ASYNC:
            continue
        path = address(route, _fitting(route, given))
        with transaction.atomic():
            answer = _ask(browser, route, path)
            transaction.set_rollback(True)
        if _let_in(answer) != (role in allowed):
            wrong.append(f"{path}: {answer.status_code}")
        if answer.status_code >= 500:
            wrong.append(f"{path} failed: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("account", [None, "conseillere.cdm", "admin"])
def test_the_visitors_pages_are_the_same_for_everybody(server: Server, account: str | None) -> None:
    cookies = sign_in(server, account) if account else {}
    with httpx.Client(base_url=server.url, cookies=cookies) as browser:
        for path in ("/widget/demo/", "/widget/demo/status"):
            answer = browser.get(path)
            assert answer.status_code == 200
            assert "set-cookie" not in answer.headers


def test_a_disabled_account_is_a_stranger(browser_of: BrowserOf) -> None:
    browsers = [browser_of(role) for role in Role]
    Staff.objects.update(is_active=False)
    for browser in browsers:
        for path in ("/console/", "/coordination/", "/indicators/", "/admin/"):
            answer = browser.get(path)
            assert answer.status_code == 302
            assert "/login/" in answer["Location"]


def test_the_accounts_pages_are_for_administrators(browser_of: BrowserOf) -> None:
    others = [browser_of(role) for role in Role if role is not Role.ADMIN]
    # Even where somebody gave the technical flags to the wrong person: the role decides.
    Staff.objects.update(is_staff=True, is_superuser=True)
    for browser in others:
        for path in ("/admin/", "/admin/partners/staff/", "/admin/partners/staff/add/"):
            assert not _let_in(browser.get(path))


def _ask(browser: Client, route: str, path: str) -> Any:
    send = browser.post if route.endswith(POSTED) else browser.get
    return send(path)


def _let_in(answer: Any) -> bool:
    if answer.status_code in {301, 302}:
        return "/login/" not in answer["Location"]
    return answer.status_code not in {401, 403}


def _things_of_the_coordinator() -> dict[str, object]:
    """One of each kind that a page is about; where it belongs to a partner, it is the coordinator's own."""
    partner = Partner.objects.get(slug="cdm-bruxelles")
    pool = Pool.objects.get(slug="cdm-bruxelles")
    draft = PlanVersion.objects.create(number=2, state=PlanState.DRAFT, based_on=1)
    rule = RuleRow.objects.create(plan=draft, position=1, content=Rule("Tout le monde").to_dict())
    now = datetime.now(UTC)
    booking = SchoolBooking.objects.create(
        code="OURS", school="Une école", partner=partner, starts_at=now, ends_at=now + timedelta(hours=1)
    )
    reply = CannedReply.objects.create(partner=partner, shortcut="ours", title="Ours", body="Ours")
    timetable = Timetable.objects.create(pool=pool, valid_from=date(2099, 1, 5))
    contact = Contact.objects.first()
    assert contact is not None
    return {
        "rules/": rule.pk,
        "people/": Staff.objects.get(username="conseillere.cdm").pk,
        "classes/": booking.pk,
        "replies/": reply.pk,
        "numbers/": contact.pk,
        "week/": timetable.pk,
        "other": {
            "<slug:slug>": "cdm-bruxelles",
            "<slug:key>": "demo",
            "<slug:code>": "formation",
            "<slug:subtheme>": "entry",
            "<slug:kind>": "opening",
            "<slug:language>": "fr",
            "<int:number>": 1,
            "<uuid:token>": uuid4(),
        },
    }


def _fitting(route: str, given: dict[str, object]) -> dict[str, object]:
    other = given["other"]
    assert isinstance(other, dict)
    return {"<int:pk>": next((key for part, key in given.items() if f"/{part}" in route), "")} | other
