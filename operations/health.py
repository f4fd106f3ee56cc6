"""For load balancers and operators: is this process alive, and can it serve?"""

from functools import lru_cache

from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import HashedFilesMixin, staticfiles_storage
from django.core.cache import cache
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    down = {}
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            down["database"] = "migrations are missing: run `python -m miti migrate`"
    except DatabaseError:
        down["database"] = "cannot be reached"
    try:
        # In the embedded set-up the cache is in memory and always available.
        cache.get("ready")
    except (RedisError, OSError):
        down["redis"] = "cannot be reached"
    if lacking := lacking_files():
        down["files"] = lacking
    status = 503 if down else 200
    return JsonResponse({"status": "down" if down else "ok", "down": down}, status=status)


@lru_cache(maxsize=1)
def lacking_files() -> str:
    """What was not built before this process started, in words; without it every page fails. Read once: a process reads the files once."""
    if isinstance(staticfiles_storage, HashedFilesMixin):
        try:
            for finder in get_finders():
                for name, _ in finder.list(["CVS", ".*", "*~"]):
                    staticfiles_storage.stored_name(name)
        except ValueError:
            return "static files are missing: run `python -m miti build`, and start again"
    if any(not words.with_suffix(".mo").exists() for words in settings.ROOT.glob("*/locale/*/LC_MESSAGES/*.po")):
        return "compiled words are missing: run `python -m miti build`, and start again"
    return ""
