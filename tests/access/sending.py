"""Sends a request of one person and looks at what became of it; then everything is as it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.utils.datastructures import MultiValueDict

from tests.access import rows

URLENCODED = "application/x-www-form-urlencoded"


@dataclass
class Person:
    """Somebody's browser."""

    browser: Client

    def __post_init__(self) -> None:
        self._cookies = copy(self.browser.cookies)

    def send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        query: str = "",
        content_type: str = URLENCODED,
        headers: dict[str, str] | None = None,
        **environ: Any,
    ) -> Any:
        """The answer, which is none of a fault, and is a refusal only if nothing was changed."""
        self.browser.cookies = copy(self._cookies)
        # Whoever signs in often has to wait; not here.
        cache.clear()
        with transaction.atomic():
            with rows.writes_noted() as writes:
                answer = self.browser.generic(
                    method, path, body, content_type, headers=headers, QUERY_STRING=query, **environ
                )
            suspect = answer.status_code >= 400 and bool(writes)
            left = rows.contents() if suspect else None
            transaction.set_rollback(True)
        _without_fault(answer)
        assert not suspect or left == rows.contents(), (
            f"refused ({answer.status_code}), but something was written"
        )
        return answer


def _without_fault(answer: Any) -> None:
    fault = getattr(answer, "exc_info", None)
    if answer.status_code >= 500 and fault:
        raise AssertionError(f"{answer.status_code} for {answer.request['PATH_INFO']}") from fault[1]
    assert answer.status_code < 500
    if answer.streaming:
        # To its end, where it closes its file.
        for _part in answer.streaming_content:
            pass
    else:
        assert b"Traceback (most recent call last)" not in answer.content


@contextmanager
def names_read(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The names of fields and parameters that pages ask for, as they ask."""
    read: set[str] = set()
    with monkeypatch.context() as patched:
        for method in ("get", "getlist", "__getitem__", "__contains__"):
            patched.setattr(QueryDict, method, _noting(method, read), raising=False)
        yield read


def _noting(method: str, read: set[str]) -> Any:
    real = getattr(MultiValueDict, method)

    def asked(self: Any, key: Any, *rest: Any, **named: Any) -> Any:
        if isinstance(key, str):
            read.add(key)
        return real(self, key, *rest, **named)

    return asked
