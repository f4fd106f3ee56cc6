"""A file from anybody costs no more than reading it, says one thing, and is read before anything is locked."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from routing_rules import exchange
from routing_rules.exchange_format import MOST_EXCEPTIONS, MOST_PROBLEMS, MOST_RULES, FileRead, read
from routing_rules.exchange_yaml import DEEPEST, LARGEST_FILE, MOST_NODES
from routing_rules.models import DatedException, Timetable
from tests.access.profile import fuzzed
from tests.access.sending import URLENCODED
from tests.access.values import urlencoded
from tests.coordination.conftest import World, make_plan

SignedIn = Callable[[str], Client]
URL = "/coordination/exchange/"
ROW = "  - {pool: cdm-namur, date: 2031-12-27, kind: closed}\n"


def codes(text: str) -> list[tuple[str, str]]:
    return [(problem.code, problem.value) for problem in read(text).problems]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("miti: 1\nexceptions: []\nmiti: 1\n", "key_twice", "3"),
        (
            "miti: 1\nexceptions:\n  - {pool: all, date: 2031-01-06, kind: open, kind: closed}\n",
            "key_twice",
            "3",
        ),
        ('{"miti": 1,\n "plan": {"rules": [], "rules": []}}', "key_twice", "2"),
        ('miti: 1\nexceptions: [{pool: "a\\0b"}]', "control_character", "2"),
        ('miti: 1\nexceptions: [{pool: "\\ud800"}]', "control_character", "2"),
        ("miti: 1\nexceptions: [{pool: !!int 1}]", "not_yaml", "2"),
        ("miti: 1\n? [a]\n: b\n", "not_yaml", "2"),
        ("miti: 1\n<<: {plan: 1}\n", "unknown_key", "<<"),
        ("[" * (DEEPEST + 2), "too_large", "1"),
        ("a:\n" + "- 1\n" * MOST_NODES, "too_large", str(MOST_NODES - 1)),
        ("x" * (LARGEST_FILE + 1), "too_large", ""),
    ],
)
def test_a_file_that_does_not_say_one_thing_is_refused_with_its_line(text: str, code: str, line: str) -> None:
    assert (code, line) in codes(text)


@pytest.mark.parametrize(
    "number",
    [
        ":".join(["59"] * 80_000),
        "9" * 200_000,
        "1_" * 90_000 + "1",
        "0x" + "f" * 90_000,
        "1:30",
        "1e9",
        "010",
    ],
)
def test_a_number_is_written_in_nine_digits_at_most(number: str) -> None:
    rule = f"{{name: a, ring_size: {number}, steps: [{{pools: all}}]}}"
    assert "not_a_number" in [code for code, _ in codes(f"miti: 1\nplan: {{rules: [{rule}]}}")]


def test_a_character_that_json_writes_in_two_halves_is_one() -> None:
    reason = "Noël 🎄"
    text = json.dumps(
        {"miti": 1, "exceptions": [{"pool": "all", "date": "2031-12-24", "kind": "closed", "reason": reason}]}
    )
    assert [one.reason for one in read(text).exceptions] == [reason]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("exceptions:\n" + ROW * (MOST_EXCEPTIONS + 1), f"{MOST_EXCEPTIONS + 1} ({MOST_EXCEPTIONS})"),
        ("plan:\n  rules:\n" + "    - {name: a}\n" * (MOST_RULES + 1), f"{MOST_RULES + 1} ({MOST_RULES})"),
    ],
)
def test_so_many_entries_that_writing_them_would_hold_up_others_are_refused(text: str, value: str) -> None:
    assert ("too_many_rows", value) in codes(f"miti: 1\n{text}")


def test_the_same_exception_twice_in_a_file_is_refused_in_words(world: World, signed_in: SignedIn) -> None:
    response = signed_in("coordinator").post(URL, {"text": f"miti: 1\nexceptions:\n{ROW}{ROW}"})
    assert response.status_code == 422
    assert "exceptions[2].date" in response.content.decode()
    assert not DatedException.objects.exists()


def test_a_long_file_is_checked_and_written_in_few_statements(
    world: World, django_assert_max_num_queries: Any
) -> None:
    days = [date(2031, 1, 1) + timedelta(days=number) for number in range(MOST_EXCEPTIONS)]
    rows = "".join(f"  - {{pool: cdm-namur, date: {day}, kind: closed}}\n" for day in days)
    with django_assert_max_num_queries(MOST_EXCEPTIONS + 100):  # one for each line of the audit log
        done = exchange.import_file(
            actor=world.platform, text=f"miti: 1\nexceptions:\n{rows}", now=timezone.now()
        )
    assert done.exceptions == DatedException.objects.count() == MOST_EXCEPTIONS


def test_nobody_is_told_of_more_mistakes_than_can_be_read() -> None:
    assert len(codes("".join(f"a{number}: 1\n" for number in range(5_000)))) == MOST_PROBLEMS


@pytest.mark.parametrize("day", ["9999-12-31", "2206-01-06"])
def test_a_day_that_is_very_far_away_is_refused(day: str) -> None:
    file = f"miti: 1\nexceptions: [{{pool: all, date: {day}, kind: closed}}]\n"
    assert [code for code, _ in codes(file)][:1] == ["far_away"]


def test_a_file_is_read_and_checked_before_anything_is_locked(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = len(connection.savepoint_ids)
    seen = []

    def noted(text: str) -> FileRead:
        seen.append(len(connection.savepoint_ids))
        return read(text)

    monkeypatch.setattr(exchange, "read", noted)
    monkeypatch.setattr(
        exchange, "_write", lambda **_: pytest.fail("a file that is refused begins no transaction")
    )
    file = "miti: 1\nexceptions:\n" + ROW.replace("cdm-namur", "nulle-part")
    for sent in ({"text": file}, {"text": file, "seen": "x"}):
        assert signed_in("platform").post(URL, sent).status_code == 422
    assert seen == [outside, outside]


def test_what_changed_meanwhile_is_checked_again(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = exchange._write

    def later(**given: Any) -> exchange.Imported:
        world.pool_namur.slug = "renamed"
        world.pool_namur.save()
        return real(**given)

    monkeypatch.setattr(exchange, "_write", later)
    client, text = signed_in("platform"), f"miti: 1\nexceptions:\n{ROW}"
    seen = exchange.what_it_does(actor=world.platform, text=text, now=timezone.now()).seen
    response = client.post(URL, {"text": text, "seen": seen})
    assert response.status_code == 422
    assert not DatedException.objects.exists()


PIECES = (
    "miti: 1\n", "plan:\n  rules:\n", "timetables:\n", "exceptions:\n", "  - ", "{pool: cdm-namur, ", "{pool: all, ",
    "date: 2031-01-06, ", "valid_from: 2031-01-06, ", "kind: closed}", "kind: open, hours: '9-10'}",
    "hours: {monday: '9:00-12:00'}}", "{name: x, ", "themes: [emploi], ", "steps: [{pools: all}]}", "\n", "ring_size: ",
    "&a ", "*a", "!!str ", "<<: ", "? ", ": ", "|\n", "'", '"', "\\ud800", "\\0", "\0", "[", "{", "}", "]", "-", "#",
    "%YAML 9.9\n", "---\n", "...\n", "\ufeff", "~", "59:59:59", "9" * 30, "0o7", ".inf", "2031-02-30", "no",
)  # fmt: skip


def test_fuzz_files_of_pieces_of_good_ones(world: World, signed_in: SignedIn) -> None:
    make_plan(1)
    client = signed_in("platform")
    client.raise_request_exception = True

    @fuzzed(few=80)
    @given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=14).map("".join))
    def check(text: str) -> None:
        DatedException.objects.all().delete()
        before = Timetable.objects.count()
        answer = client.generic("POST", URL, urlencoded([("text", text)]), URLENCODED)
        assert answer.status_code in {302, 422}
        if answer.status_code == 422:
            assert (DatedException.objects.count(), Timetable.objects.count()) == (0, before)

    check()
