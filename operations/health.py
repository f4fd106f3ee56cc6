"""For load balancers and operators: is this process alive, and can it serve?"""

import os
import shutil
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from psycopg.errors import ConnectionTimeout
from redis.exceptions import OutOfMemoryError, ReadOnlyError, RedisError

from operations import catalogues

LEAST_FREE = 20 * 2**20
"""Bytes: SQLite's log takes some megabytes before it is emptied."""
READY_S = 10


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    down = what_is_down()
    answer = JsonResponse({"status": "down" if down else "ok", "down": down}, status=503 if down else 200)
    # Django logs every answer of 500 and more as an error, and this one is asked for every few seconds.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer


def what_is_down() -> dict[str, str]:
    """Parts that pages need and cannot have now, each with why, in English; the operator's page says it in its reader's language."""
    down = {}
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            down["database"] = gettext_noop("migrations are missing: run `python -m miti migrate`")
        elif wrong := _database_takes_nothing():
            down["database"] = wrong
    except DatabaseError as fault:
        silent = isinstance(fault.__cause__, ConnectionTimeout)
        down["database"] = gettext_noop("does not answer") if silent else gettext_noop("cannot be reached")
    if wrong := _cache_takes_nothing():
        down["redis"] = wrong
    if lacking := lacking_files():
        down["files"] = lacking
    return down


def _database_takes_nothing() -> str:
    """Why it answers but takes nothing, in words."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_read_only")
            (read_only,) = cursor.fetchone()
        return gettext_noop("is read-only: it is a replica, or was set so") if read_only == "on" else ""
    file = Path(connection.settings_dict["NAME"])
    folder = file.parent
    if any(one.exists() and not os.access(one, os.W_OK) for one in (file, folder)):
        return gettext_noop("is read-only: its file or folder cannot be written to")
    if folder.is_dir() and shutil.disk_usage(folder).free < LEAST_FREE:
        return gettext_noop("has no room: the disk is full")
    return ""


def _cache_takes_nothing() -> str:
    """Why Redis takes nothing, in words. In the embedded set-up the cache is in memory and always takes what it is given."""
    try:
        cache.set("ready", 1, READY_S)
    except OutOfMemoryError:
        return gettext_noop("is full: give it more memory (maxmemory)")
    except ReadOnlyError:
        return gettext_noop("is read-only: it is a replica")
    except (RedisError, OSError) as fault:
        # A proxy or an older client names the error in its text only.
        told = str(fault)
        if told.startswith("OOM"):
            return gettext_noop("is full: give it more memory (maxmemory)")
        if told.startswith("MISCONF"):
            return gettext_noop(
                "takes nothing: it cannot write to its disk, which it should not (no save, no appendonly)"
            )
        return gettext_noop("cannot be reached")
    return ""


@lru_cache(maxsize=1)
def lacking_files() -> str:
    """What was not built before this process started, in words; without it every page fails. Read once: a process reads the files once."""
    # Without a manifest, in tests and with MITI_DEBUG, static files are served from their sources.
    stored_name = getattr(staticfiles_storage, "stored_name", None)
    if stored_name is not None:
        try:
            for finder in get_finders():
                for name, _ in finder.list(["CVS", ".*", "*~"]):
                    stored_name(name)
        except ValueError:
            return gettext_noop("static files are missing: run `python -m miti build`, and start again")
    if any(not words.with_suffix(".mo").exists() for words in catalogues.sources()):
        return gettext_noop("compiled words are missing: run `python -m miti build`, and start again")
    return ""
