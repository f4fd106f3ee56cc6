"""Compute a question of the what-if: begun by the web process, in a process of its own."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from coordination.what_if import process, runs
from partners import clock


class Command(BaseCommand):
    help = __doc__
    # The process that began it has checked.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", type=UUID, help="the key of its row")

    def handle(self, *args: Any, **options: Any) -> None:
        process.settle()
        clock.set_by_database()
        with runs.heartbeat(options["run"]):
            runs.compute(options["run"])
