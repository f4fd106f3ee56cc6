"""What would go wrong with this Redis later, told at the start."""

import hmac
from enum import StrEnum
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop
from redis import Redis
from redis.exceptions import RedisError

PATIENCE_S = 2
NEAR = 0.8
MARK_S = 30 * 86_400


class Advice(StrEnum):
    """What is wrong and what to do: the name for the log, the sentence for the operator's page."""

    CLUSTER = gettext_noop("Redis runs in cluster mode, which Miti does not know: give it one server")
    EVICTION = gettext_noop("Redis may delete what is in use: set its maxmemory-policy to noeviction")
    WRITES_TO_DISK = gettext_noop(
        "Redis writes what is said to a disk, encrypted: switch save and appendonly off"
    )
    NEARLY_FULL = gettext_noop("Redis has used four fifths of its memory: raise its maxmemory")
    SHARED_PREFIX = gettext_noop(
        "another installation or content key used this Redis under the same MITI_REDIS_PREFIX: two installations need one each"
    )


def warnings() -> list[Advice]:
    """What is wrong with it; nothing where Redis does not answer, which `/health/ready` says."""
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


def _of_its_settings(client: Redis) -> list[Advice]:
    told: list[Advice] = []
    info: dict[str, Any] = client.info("everything")
    if info.get("cluster_enabled"):
        told.append(Advice.CLUSTER)
    if info.get("maxmemory_policy", "noeviction") != "noeviction":
        told.append(Advice.EVICTION)
    if info.get("aof_enabled") or _saves(client):
        told.append(Advice.WRITES_TO_DISK)
    used, most = int(info.get("used_memory", 0)), int(info.get("maxmemory", 0))
    if most and used > NEAR * most:
        told.append(Advice.NEARLY_FULL)
    return told


def _saves(client: Redis) -> bool:
    try:
        return bool(client.config_get("save").get("save"))
    except RedisError:
        # A service may refuse the command.
        return False


def _of_another_installation(client: Redis) -> list[Advice]:
    # Channels are the same from every database: the mark is in the first, whatever the number of ours.
    client.select(0)
    mark = hmac.new(settings.CONTENT_KEY.encode(), b"installation", sha256).hexdigest()
    known = client.set(f"{settings.ENV.redis_prefix}:installation", mark, ex=MARK_S, get=True)
    if known in {None, mark.encode()}:
        return []
    return [Advice.SHARED_PREFIX]
