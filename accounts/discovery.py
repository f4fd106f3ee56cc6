"""What an institution's provider says of itself (OpenID Connect Discovery): asked for once an hour, and by one thread at a time.

Whoever opens the page to sign in needs it, without an account: neither the provider nor our threads pay for each of them.
"""

import time
from collections.abc import Callable
from functools import partial
from threading import BoundedSemaphore, Lock
from typing import Any

import requests

NEEDED = {"issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"}
KEPT_S = 3600
FAILED_S = 5
"""For so long nobody asks again after a failure."""
TIMEOUT_S = 2
AT_ONCE = 8
"""So many may ask or wait for who asks, each `TIMEOUT_S`; others are told at once to try again."""
STEP_TIMEOUT_S = 5
"""For the other questions, which only somebody who began to sign in has asked, and once."""


class Discovery:
    """The answer of one address."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._places = BoundedSemaphore(AT_ONCE)
        self._answer: requests.Response | None = None
        self._until = 0.0

    def get(self, ask: Callable[[], requests.Response]) -> requests.Response:
        """Raises requests.RequestException."""
        if not self._is_known():
            self._find_out(ask)
        if self._answer is None:
            raise requests.ConnectionError("the provider did not answer a moment ago")
        return self._answer

    def _find_out(self, ask: Callable[[], requests.Response]) -> None:
        if not self._places.acquire(blocking=False):
            raise requests.ConnectionError("too many wait for the provider")
        try:
            if not self._turn.acquire(timeout=TIMEOUT_S):
                raise requests.ConnectionError("the provider is slow")
            try:
                # Who had the turn before may know it now.
                if not self._is_known():
                    self._ask(ask)
            finally:
                self._turn.release()
        finally:
            self._places.release()

    def _ask(self, ask: Callable[[], requests.Response]) -> None:
        answer = None
        try:
            given = ask()
            given.raise_for_status()
            said = given.json()
            if not isinstance(said, dict) or not said.keys() >= NEEDED:
                raise requests.exceptions.InvalidJSONError("the provider's answer lacks what a sign-in needs")
            answer = given
        finally:
            self._answer = answer
            self._until = time.monotonic() + (FAILED_S if answer is None else KEPT_S)

    def _is_known(self) -> bool:
        return time.monotonic() < self._until


class ProviderSession(requests.Session):
    """How allauth asks a provider, at every step."""

    def request(self, method: str, url: str, **options: Any) -> requests.Response:  # type: ignore[override]  # fewer are used
        ask = partial(super().request, method, url, **options)
        if "/.well-known/" not in url:
            return ask(timeout=STEP_TIMEOUT_S)
        return _by_address.setdefault(url, Discovery()).get(partial(ask, timeout=TIMEOUT_S))


_by_address: dict[str, Discovery] = {}
"""Of the settings: one for each institution."""
