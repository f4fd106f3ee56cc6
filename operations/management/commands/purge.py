"""Delete what has been kept for long enough; `--dry-run` only counts."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand

from operations import retention


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        for name, count in retention.purge(now=datetime.now(UTC), dry_run=options["dry_run"]).items():
            self.stdout.write(f"{count:8} {name}")
