"""Wrong passwords slow down whoever gives them, and keep nobody else out."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connections
from django.test import Client

from accounts import wrong_passwords
from partners.models import Role, Staff
from tests.platform.test_signing_in import submit
from widget import __file__ as widget_package

PASSWORD = "long enough for anybody"
HOME, ELSEWHERE, SCHOOL = "203.0.113.1", "198.51.100.7", "192.0.2.55"


@pytest.fixture(autouse=True)
def nothing_tried_yet(db: None) -> None:
    cache.clear()
    for name in ("claire", "malik"):
        Staff.objects.create_user(name, email=f"{name}@example.be", password=PASSWORD, role=Role.COUNSELLOR)


def at(address: str) -> Client:
    return Client(REMOTE_ADDR=address)


def is_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def guess(address: str, account: str, times: int = 1) -> Any:
    browser = at(address)
    answer = None
    for _ in range(times):
        answer = submit(browser, account, "wrong")
    return answer


def test_wrong_passwords_from_elsewhere_do_not_keep_the_owner_out() -> None:
    guess(ELSEWHERE, "claire", 20)
    owner = at(HOME)
    submit(owner, "claire", PASSWORD)
    assert is_in(owner)


def test_wrong_names_from_one_address_do_not_keep_a_colleague_there_out() -> None:
    for n in range(40):
        guess(SCHOOL, f"nobody-{n}")
    colleague = at(SCHOOL)
    submit(colleague, "malik", PASSWORD)
    assert is_in(colleague)


def test_whoever_guesses_is_refused_for_a_while_in_words_that_say_what_to_do() -> None:
    guess(SCHOOL, "claire", 5)
    guesser = at(SCHOOL)
    page = submit(guesser, "claire", PASSWORD).content.decode()
    assert not is_in(guesser)
    assert "five minutes" in page or "cinq minutes" in page


def test_a_browser_that_the_account_knows_is_not_kept_out_by_others_at_its_address() -> None:
    owner = at(SCHOOL)
    submit(owner, "claire", PASSWORD)
    owner.post("/accounts/logout/")
    guess(SCHOOL, "claire", 10)
    submit(owner, "claire", PASSWORD)
    assert is_in(owner)


def test_a_known_browser_may_not_guess_for_ever_either() -> None:
    owner = at(SCHOOL)
    submit(owner, "claire", PASSWORD)
    owner.post("/accounts/logout/")
    for _ in range(6):
        submit(owner, "claire", "wrong")
    submit(owner, "claire", PASSWORD)
    assert not is_in(owner)


def test_what_a_browser_says_of_itself_is_believed_only_when_signed() -> None:
    guess(SCHOOL, "claire", 5)
    forger = at(SCHOOL)
    forger.cookies["miti_known"] = json.dumps(["1", "2"])
    submit(forger, "claire", PASSWORD)
    assert not is_in(forger)


def test_the_cookie_of_one_account_helps_no_other() -> None:
    browser = at(SCHOOL)
    submit(browser, "malik", PASSWORD)
    browser.post("/accounts/logout/")
    guess(SCHOOL, "claire", 5)
    submit(browser, "claire", PASSWORD)
    assert not is_in(browser)


def test_an_institution_signs_in_within_a_minute_from_one_address() -> None:
    for n in range(150):
        browser = at(SCHOOL)
        submit(browser, ("claire", "malik")[n % 2], PASSWORD)
        assert is_in(browser), n


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Limits that a test reaches, and a sum that it can do."""
    # A minute may end during the test.
    monkeypatch.setattr(wrong_passwords, "PERIOD_S", 100_000_000)
    settings.ENV = settings.ENV.model_copy(update={"proof_tries": 200, "wrong_passwords_per_address": 3})


def solved(challenge: str) -> str:
    """As `widget/proof.js` does it."""
    import altcha

    parsed = altcha.Challenge.from_dict(json.loads(challenge))
    solution = altcha.solve_challenge(parsed)
    assert solution is not None
    return str(altcha.Payload(parsed, solution).to_base64())


def challenge_in(answer: Any) -> str:
    found = re.search(r'data-challenge="([^"]+)"', answer.content.decode())
    assert found is not None
    return found[1].replace("&quot;", '"')


def test_many_wrong_passwords_ask_for_work_and_work_lets_the_right_one_pass(few: None) -> None:
    for n in range(3):
        guess(SCHOOL, f"nobody-{n}")
    colleague = at(SCHOOL)
    answer = submit(colleague, "malik", PASSWORD)
    assert not is_in(colleague)
    proof = solved(challenge_in(answer))
    colleague.post("/accounts/login/", {"login": "malik", "password": PASSWORD, "proof": proof})
    assert is_in(colleague)
    # Elsewhere nothing is asked, and a proof is good once.
    other = at(HOME)
    submit(other, "claire", PASSWORD)
    assert is_in(other)
    again = at(SCHOOL)
    again.post("/accounts/login/", {"login": "malik", "password": PASSWORD, "proof": proof})
    assert not is_in(again)


@pytest.mark.parametrize("proof", ["", "nonsense", "e30=", "x" * 5_000])
def test_without_the_work_no_password_is_looked_at(few: None, proof: str, monkeypatch: Any) -> None:
    for n in range(3):
        guess(SCHOOL, f"nobody-{n}")
    monkeypatch.setattr(Staff, "check_password", lambda *_: pytest.fail("a password was looked at"))
    answer = at(SCHOOL).post("/accounts/login/", {"login": "malik", "password": PASSWORD, "proof": proof})
    assert answer.status_code == 200


def test_a_browser_that_the_account_knows_is_asked_for_no_work(few: None) -> None:
    owner = at(SCHOOL)
    submit(owner, "claire", PASSWORD)
    owner.post("/accounts/logout/")
    for n in range(5):
        guess(SCHOOL, f"nobody-{n}")
    submit(owner, "claire", PASSWORD)
    assert is_in(owner)


def test_right_passwords_are_not_counted(few: None) -> None:
    for _ in range(10):
        browser = at(SCHOOL)
        submit(browser, "claire", PASSWORD)
        assert is_in(browser)


def test_no_count_names_an_address_or_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []
    incr = cache.incr

    def noted(key: str, *rest: int) -> int:
        names.append(key)
        return incr(key, *rest)

    monkeypatch.setattr(cache, "incr", noted)
    guess(SCHOOL, "claire")
    assert len(names) == 3
    assert all(SCHOOL not in name and "claire" not in name for name in names)


def test_the_solver_that_the_page_names_is_there() -> None:
    from pathlib import Path

    assert (Path(widget_package).parent / "static/widget/proof.js").exists()
    assert "accounts" in django_settings.PACKAGES


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_one_account_at_once_from_one_address_all_come_in() -> None:
    """Those that are under way are not taken for wrong ones, and none holds a connection to the database while it waits."""
    browsers = [at(SCHOOL) for _ in range(20)]
    with ThreadPoolExecutor(len(browsers)) as pool:
        list(pool.map(enter, browsers))
    assert all(is_in(browser) for browser in browsers)


def enter(browser: Client) -> None:
    try:
        submit(browser, "claire", PASSWORD)
    finally:
        connections.close_all()
