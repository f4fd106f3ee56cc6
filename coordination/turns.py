"""Writers take turns: what a form is compared with is what stays until it is saved."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
LOCK = 0x6D697469
"""Any number that nothing else locks in this database."""


def in_turn(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let one coordinator save at a time. SQLite does so by itself: its transactions begin as writers."""

    @wraps(view)
    def taking_turns(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            return view(request, *args, **kwargs)

    return taking_turns
