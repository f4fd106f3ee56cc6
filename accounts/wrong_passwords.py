"""How many wrong passwords came from one address, for one account, and at all; above the limits a sign-in asks for a proof of work.

Nobody is refused by what others do: who has the right password and a browser that counts comes in. Addresses are known here as the salted
digests of `chat/addresses.py`, accounts likewise. A try counts from its beginning, so that many at once are counted too, and a right
password takes its own back.
"""

import time
from collections.abc import Iterator

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from accounts import client_address, known_browsers
from chat import proof
from chat.frames.base import Refused
from partners import clock

PERIOD_S = 60
ALL = 5
"""So many times what one address may, all together may."""
KEY = "wrong-passwords:{period}:{name}"


class Tries:
    """The tries that count together with one try."""

    def __init__(self, request: HttpRequest, account: str) -> None:
        self._request, self._account = request, account
        self.origin = client_address.digest_of(request)
        self._period = int(time.time() // PERIOD_S)

    @property
    def pair(self) -> str:
        """What counts as one for the limit of tries at one account: a browser that it knows, else an address."""
        return (
            f"{known_browsers.number_of(self._request, self._account) or self.origin}:{self._account.lower()}"
        )

    def ask_for_work(self) -> bool:
        """Whether a proof of work is needed, after what came before. A browser that this account knows needs none."""
        if known_browsers.number_of(self._request, self._account):
            return False
        return any((cache.get(key) or 0) >= limit for key, limit in self._counts())

    def challenge(self) -> dict[str, object]:
        return proof.challenge(self.origin, now=clock.seconds())

    def is_proven(self, given: str) -> bool:
        try:
            async_to_sync(proof.check)(given, token_hash=self.origin, now=clock.seconds())
        except Refused:
            return False
        return True

    def count(self) -> None:
        for key, _limit in self._counts():
            cache.add(key, 0, 2 * PERIOD_S)
            cache.incr(key)

    def take_back(self) -> None:
        for key, _limit in self._counts():
            # A count that expired meanwhile is not begun below zero.
            if cache.get(key):
                cache.decr(key)

    def _counts(self) -> Iterator[tuple[str, int]]:
        account = client_address.keyed(f"account {self._account.lower()}")
        env = settings.ENV
        for name, limit in (
            (self.origin, env.wrong_passwords_per_address),
            (account, env.wrong_passwords_per_account),
            ("all", ALL * env.wrong_passwords_per_address),
        ):
            yield KEY.format(period=self._period, name=name), limit
