"""The API as its own OpenAPI document describes it: what fits is answered as described, what does not is refused, nothing fails."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from django.test import Client
from django.utils import timezone
from hypothesis import given
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from indicators.api import tokens
from partners.models import Staff
from tests.access.profile import fuzzed

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]
HERE = "http://testserver"
DOCUMENT = "/api/v1/openapi.json"


@pytest.fixture
def authorised(demo_data: None) -> dict[str, str]:
    token = tokens.make(owner=Staff.objects.get(username="indicateurs"), name="x", today=timezone.localdate())
    return {"Authorization": f"Bearer {token}"}


def operations(client: Client) -> list[Any]:
    document: Any = schemathesis.openapi.from_dict(client.get(DOCUMENT).json())
    return [found.ok() for found in document.get_all_operations()]


def sent(client: Client, case: Any, headers: dict[str, str]) -> httpx.Response:
    """The answer in this process, where the test's own data is."""
    asked = case.as_transport_kwargs(base_url=HERE)
    request = requests.Request(asked["method"], asked["url"], params=asked.get("params")).prepare()
    answer = client.generic(case.method, request.path_url, headers=headers)
    told = httpx.Response(
        answer.status_code,
        headers=list(answer.headers.items()),
        content=answer.content,
        request=httpx.Request(case.method, str(request.url)),
    )
    told.elapsed = timedelta()
    return told


def test_fuzz_every_operation_of_the_document(
    client: Client, authorised: dict[str, str], subtests: pytest.Subtests
) -> None:
    client.raise_request_exception = False
    found = operations(client)
    assert len(found) >= 5
    for operation in found:
        for mode in GenerationMode:
            with subtests.test(operation=operation.label, mode=mode):
                _fuzz(client, operation, mode, authorised)


def _fuzz(client: Client, operation: Any, mode: GenerationMode, headers: dict[str, str]) -> None:
    if mode is GenerationMode.NEGATIVE and not operation.query:
        return  # nothing of it can be wrong

    @fuzzed(few=5)
    @given(operation.as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        case.validate_response(sent(client, case, headers), checks=CHECKS)

    check()


def test_no_operation_answers_without_a_token(demo_data: None, client: Client) -> None:
    for operation in operations(client):
        for token in (None, "", "Bearer", "Bearer x", "Bearer miti_" + "x" * 9_000, "Basic eDp5"):
            headers = {"Authorization": token} if token is not None else {}
            answer = sent(client, operation.Case(), headers=headers)
            assert answer.status_code == 401, (operation.label, token)
