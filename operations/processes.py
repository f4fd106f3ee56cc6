"""Which processes run, and in which version: each says so twice a minute, in the database that all of them share."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError

from operations.models import RunningProcess
from partners import clock

EVERY_S = 30.0
STILL_S = 100.0
"""Three times were missed."""
FORGET_S = 600.0
_name = secrets.token_hex(8)


def note(kind: str) -> None:
    """This process runs. `kind`: web, worker or beat. A database that takes nothing is told elsewhere."""
    now = clock.now()
    with suppress(DatabaseError):
        RunningProcess.objects.update_or_create(
            name=_name, defaults={"kind": kind, "version": settings.VERSION, "seen_at": now}
        )
        RunningProcess.objects.filter(seen_at__lt=now - timedelta(seconds=FORGET_S)).delete()


def leave() -> None:
    """It stops."""
    with suppress(DatabaseError):
        RunningProcess.objects.filter(name=_name).delete()


@dataclass(frozen=True, slots=True)
class Running:
    kinds: dict[str, int]
    """How many of each."""
    versions: list[str]


def running(*, now: datetime) -> Running:
    """Those that were seen lately."""
    seen = RunningProcess.objects.filter(seen_at__gt=now - timedelta(seconds=STILL_S)).values_list(
        "kind", "version"
    )
    kinds = dict.fromkeys(("web", "worker", "beat"), 0)
    for kind, _ in seen:
        kinds[kind] = kinds.get(kind, 0) + 1
    return Running(kinds, sorted({version for _, version in seen}))
