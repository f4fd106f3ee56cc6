"""Every form and every query takes anything without a fault, and a refusal changes nothing.

The forms are found on the pages themselves, the names of parameters by what the pages read: a new page is fuzzed without being told.
"""

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from partners.models import Role
from tests.access import found, values
from tests.access.conftest import BrowserOf
from tests.access.found import Target
from tests.access.html_forms import Field
from tests.access.profile import fuzzed
from tests.access.sending import URLENCODED, Person
from tests.access.things import Places

BOUNDARY = "b0undary"


@pytest.fixture
def everybody(browser_of: BrowserOf, places: Places) -> dict[Role | None, Person]:
    return found.people(browser_of)


@pytest.fixture
def targets(
    everybody: dict[Role | None, Person], places: Places, monkeypatch: pytest.MonkeyPatch
) -> list[Target]:
    return found.targets(everybody, places, monkeypatch)


def test_fuzz_every_form_and_every_query(targets: list[Target], subtests: pytest.Subtests) -> None:
    for target in targets:
        with subtests.test(method=target.form.method, route=target.route):
            _fuzz(target)


def _fuzz(target: Target) -> None:
    @fuzzed(few=3)
    @given(values.submission(target.form), st.booleans())
    def check(fields: list[Field], as_parts: bool) -> None:
        _submit(target, fields, as_parts=as_parts)

    check()


def _submit(target: Target, fields: list[Field], *, as_parts: bool) -> object:
    path, form = target.form.action, target.form
    note(f"{form.method} {path} {fields!r}")
    if form.method == "GET":
        return target.person.send("GET", path, query=values.urlencoded(fields).decode())
    body, kind = values.urlencoded(fields), URLENCODED
    if as_parts:
        body, kind = values.multipart(fields, BOUNDARY), f"multipart/form-data; boundary={BOUNDARY}"
    return target.person.send("POST", path, body, content_type=kind)
