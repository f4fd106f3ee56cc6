"""What would go wrong with this Redis later, told at the start."""

import hmac
from hashlib import sha256
from typing import Any

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

PATIENCE_S = 2
NEAR = 0.8
MARK_S = 30 * 86_400


def warnings() -> list[str]:
    """Sentences for the log; none where Redis does not answer, which `/health/ready` says."""
    if settings.EMBEDDED:
        return []
    try:
        with Redis.from_url(
            settings.ENV.redis_url,
            socket_timeout=PATIENCE_S,
            socket_connect_timeout=PATIENCE_S,
            single_connection_client=True,
        ) as client:
            return [*_of_its_settings(client), *_of_another_installation(client)]
    except (RedisError, OSError):
        return []


def nearly_full() -> list[str]:
    """A sentence when little of its memory is left."""
    try:
        with Redis.from_url(
            settings.ENV.redis_url,
            socket_timeout=PATIENCE_S,
            socket_connect_timeout=PATIENCE_S,
            single_connection_client=True,
        ) as client:
            info: dict[str, Any] = client.info("memory")
    except (RedisError, OSError):
        return []
    used, most = int(info.get("used_memory", 0)), int(info.get("maxmemory", 0))
    return (
        ["Redis has used four fifths of its memory: raise its maxmemory"]
        if most and used > NEAR * most
        else []
    )


def _of_its_settings(client: Redis) -> list[str]:
    told = []
    info: dict[str, Any] = client.info("everything")
    if info.get("cluster_enabled"):
        told.append("Redis runs in cluster mode, which Miti does not know: give it one server")
    if info.get("maxmemory_policy", "noeviction") != "noeviction":
        told.append("Redis may delete what is in use: set its maxmemory-policy to noeviction")
    if info.get("aof_enabled") or _saves(client):
        told.append("Redis writes what is said to a disk, encrypted: switch save and appendonly off")
    return told


def _saves(client: Redis) -> bool:
    try:
        return bool(client.config_get("save").get("save"))
    except RedisError:
        # A service may refuse the command.
        return False


def _of_another_installation(client: Redis) -> list[str]:
    # Channels are the same from every database: the mark is in the first, whatever the number of ours.
    client.select(0)
    mark = hmac.new(settings.CONTENT_KEY.encode(), b"installation", sha256).hexdigest()
    known = client.set(f"{settings.ENV.redis_prefix}:installation", mark, ex=MARK_S, get=True)
    if known in {None, mark.encode()}:
        return []
    return [
        "another installation or content key used this Redis under the same MITI_REDIS_PREFIX: two installations need one each"
    ]
