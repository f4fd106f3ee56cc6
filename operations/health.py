"""For load balancers and operators: is this process alive, and can it serve?"""

from django.core.cache import cache
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
    status = 503 if down else 200
    return JsonResponse({"status": "down" if down else "ok", "down": down}, status=status)
