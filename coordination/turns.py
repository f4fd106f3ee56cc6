"""Writers take turns: what a form is compared with is what stays until it is saved."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
LOCK = 0x6D697469
"""Any number that nothing else locks in this database."""


@contextmanager
def turn() -> Iterator[None]:
    """One writer at a time, for what must not wait for anything else meanwhile, such as a mail server. SQLite does so by itself: its
    transactions begin as writers."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        yield


def in_turn(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let one coordinator save at a time."""

    @wraps(view)
    def taking_turns(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with turn():
            return view(request, *args, **kwargs)

    return taking_turns
