"""What the fuzzing found once: each was a fault (500) for whoever sent it."""

import pytest

from partners.models import Role
from tests.access.conftest import BrowserOf
from tests.access.routes import address
from tests.access.things import Places

TRY = "/coordination/try/?theme=formation&language=fr&site=demo&audience=public&plan=1&answers_after=10&at="


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "2019-12-31T09:00", "9999-12-31T23:59"])
def test_a_try_at_the_beginning_or_the_end_of_time_is_refused_in_words(
    browser_of: BrowserOf, at: str
) -> None:
    page = browser_of(Role.PLATFORM).get(TRY + at)
    assert page.status_code in {200, 422}
    assert "aria-invalid" in page.content.decode()


@pytest.mark.parametrize("count", ["", "x", "-1", "9" * 30])
def test_a_rule_without_its_number_of_steps_is_a_rule_without_steps(
    browser_of: BrowserOf, places: Places, count: str
) -> None:
    sent = {"name": "x", "form-TOTAL_FORMS": count} if count else {"name": "x"}
    for path in ("/coordination/rules/draft/new/", "/coordination/rules/draft/<int:pk>/"):
        answer = browser_of(Role.PLATFORM).post(address(path[1:], places.of(path[1:])), sent)
        assert answer.status_code == 422


@pytest.mark.parametrize("which", ["x\n", "\0", "²", "9" * 5_000])
def test_the_accounts_pages_refuse_to_delete_what_has_no_number(browser_of: BrowserOf, which: str) -> None:
    for kind in ("network", "partner", "staff"):
        sent = {"action": "delete_selected", "_selected_action": which}
        assert browser_of(Role.ADMIN).post(f"/admin/partners/{kind}/", sent).status_code == 400


@pytest.mark.parametrize("change_or_delete", ["change", "delete"])
def test_the_accounts_pages_open_with_an_empty_field_to_look_by(
    browser_of: BrowserOf, places: Places, change_or_delete: str
) -> None:
    route = f"admin/partners/staff/<path:object_id>/{change_or_delete}/"
    assert browser_of(Role.ADMIN).get(address(route, places.of(route)) + "?_to_field=").status_code == 200
