"""Restore the database from a backup: `restore FILE`. Stop Miti first."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from operations import backup


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="- is standard input")
        parser.add_argument("--force", action="store_true", help="replace what is in the database")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stderr.write(f"The database is {backup.name()}.")
        try:
            head = backup.restore(options["file"], force=options["force"], tell=self.stderr.write)
        except backup.BackupRefused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            f"restored: {sum(head.rows.values())} rows, as of {head.made_at} (Miti {head.version})"
        )
