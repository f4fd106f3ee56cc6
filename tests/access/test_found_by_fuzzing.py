"""What the fuzzing found once: each was a fault (500) for whoever sent it."""

from partners.models import Role
from tests.access.conftest import BrowserOf
from tests.access.routes import address
from tests.access.things import Places

TRY = "/coordination/try/?theme=formation&language=fr&site=demo&audience=public&plan=1&answers_after=10&at="


def test_a_try_at_the_beginning_or_the_end_of_time_is_refused_in_words(browser_of: BrowserOf) -> None:
    browser = browser_of(Role.PLATFORM)
    for at in ("0001-01-01T00:00", "2019-12-31T09:00", "9999-12-31T23:59"):
        page = browser.get(TRY + at)
        assert page.status_code in {200, 422}
        assert "aria-invalid" in page.content.decode()


def test_a_rule_without_its_number_of_steps_is_a_rule_without_steps(
    browser_of: BrowserOf, places: Places
) -> None:
    browser = browser_of(Role.PLATFORM)
    for count in ("", "x", "-1", "9" * 30):
        sent = {"name": "x", "form-TOTAL_FORMS": count} if count else {"name": "x"}
        for route in ("coordination/rules/draft/new/", "coordination/rules/draft/<int:pk>/"):
            assert browser.post(address(route, places.of(route)), sent).status_code == 422


def test_the_accounts_pages_refuse_to_delete_what_has_no_number(browser_of: BrowserOf) -> None:
    browser = browser_of(Role.ADMIN)
    for which in ("x\n", "\0", "²", "9" * 5_000):
        for kind in ("network", "partner", "staff"):
            sent = {"action": "delete_selected", "_selected_action": which}
            assert browser.post(f"/admin/partners/{kind}/", sent).status_code == 400


def test_the_accounts_pages_open_with_an_empty_field_to_look_by(
    browser_of: BrowserOf, places: Places
) -> None:
    for end in ("change", "delete"):
        route = f"admin/partners/staff/<path:object_id>/{end}/"
        opened = browser_of(Role.ADMIN).get(address(route, places.of(route)) + "?_to_field=")
        assert opened.status_code == 200
