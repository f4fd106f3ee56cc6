"""Django's cache on Redis: values are JSON, and names are digests.

Django pickles values by default: whoever could write to Redis would run code in every web process. And allauth puts the digest of a login
into the name of a key, which a list of names would find: here a name is a digest under a key that is not in Redis.
"""

import hmac
import json
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import ResponseError

from partners.keys import key_for


class JsonSerializer:
    def dumps(self, obj: Any) -> bytes:
        # Redis itself can add to whole numbers.
        return json.dumps(obj, separators=(",", ":")).encode()

    def loads(self, data: Any) -> Any:
        """Raises ValueError for anything but JSON."""
        try:
            return json.loads(data)
        except RecursionError as fault:
            raise ValueError from fault


class JsonClient(RedisCacheClient):
    """A value that cannot be read counts as missing: none of our processes has written it."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, serializer=JsonSerializer(), **options)

    def get(self, key: Any, default: Any) -> Any:
        try:
            return super().get(key, default)
        except ValueError:
            return default

    def incr(self, key: Any, delta: int) -> Any:
        try:
            return super().incr(key, delta)
        except ResponseError:
            # Not a number: it begins anew, for as long as it was to last.
            self.get_client(key, write=True).set(key, delta, keepttl=True)
            return delta

    def get_many(self, keys: Iterable[Any]) -> dict[Any, Any]:
        absent = object()
        found = {key: self.get(key, absent) for key in keys}
        return {key: value for key, value in found.items() if value is not absent}


class JsonRedisCache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = JsonClient


def opaque_name(key: str, prefix: str, version: int) -> str:
    """The name of a key in Redis."""
    named = f"{prefix}:{version}:{key}"
    return f"{settings.ENV.redis_prefix}:cache:{hmac.new(_names_key(), named.encode(), sha256).hexdigest()}"


@lru_cache(maxsize=1)
def _names_key() -> bytes:
    return key_for("names in the cache")
