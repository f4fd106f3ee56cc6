"""Invent two years of figures for a demo that has none: begun by `python -m miti run`, in a process of its own."""

import os
from contextlib import suppress
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.utils import timezone

from demo import figures

LOWER_PRIORITY: Final = 10


class Command(BaseCommand):
    help = __doc__
    # The process that began it has checked.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        with suppress(OSError):
            os.nice(LOWER_PRIORITY)
        figures.ensure(timezone.now())
