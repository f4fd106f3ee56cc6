"""A row whose code has no good shape, however it came there, stops neither the pages nor the tick for everybody else."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from chat.services import sampling
from chat.services.sampling import Minutes
from indicators.models import Capacity
from partners.models import Partner, Role
from routing_rules.models import Pool, Site, SubTheme, Theme
from tests.access.conftest import BrowserOf
from tests.access.routes import ROUTES, address
from tests.access.things import Places

BAD = ("x\n", "a b", "É%", "..", "?", "#")
NOW = datetime(2031, 1, 6, 10, tzinfo=UTC)


def make_bad_rows() -> None:
    partner = Partner.objects.get(slug="cdm-bruxelles")
    for code in BAD:
        Pool.objects.create(slug=code, name="Mauvaise", partner=partner)
        Site.objects.create(key=code, name="Mauvais", partner=partner)
        theme = Theme.objects.create(code=code, labels={"fr": "Mauvaise"})
        SubTheme.objects.create(theme=theme, code=code, labels={"fr": "Mauvaise"})


@pytest.mark.parametrize("role", [Role.PLATFORM, Role.COORDINATOR, Role.ANALYST])
def test_every_page_is_shown(browser_of: BrowserOf, places: Places, role: Role) -> None:
    make_bad_rows()
    browser = browser_of(role)
    for route, methods in ROUTES.items():
        if role in methods.get("GET", ()) and route.startswith(("coordination/", "indicators/")):
            answer = browser.get(address(route, places.of(route)))
            assert answer.status_code < 400, route


def test_what_is_bad_can_be_deleted(browser_of: BrowserOf, demo_data: None) -> None:
    make_bad_rows()
    browser = browser_of(Role.PLATFORM)
    for code in ("x\n", "a b", "É%"):
        pool, theme = Pool.objects.get(slug=code), Theme.objects.get(code=code)
        theme.subthemes.all().delete()
        assert (
            browser.get(address("coordination/teams/<str:slug>/", {"<str:slug>": quote(code)})).status_code
            == 200
        )
        browser.post(address("coordination/teams/<str:slug>/delete", {"<str:slug>": quote(code)}))
        browser.post(address("coordination/themes/<str:code>/delete", {"<str:code>": quote(code)}))
        assert not Pool.objects.filter(pk=pool.pk).exists()
        assert not Theme.objects.filter(pk=theme.pk).exists()


def test_the_tick_counts_the_other_pools(db: None) -> None:
    one = Minutes(open=1.0, ready=1.0, free=1.0)
    sampling._write(NOW, {"x\n": one, "cdm-namur": one}, {})
    assert list(Capacity.objects.values_list("pool", flat=True)) == ["cdm-namur"]
