"""Write everything that must be kept into a file: `backup FILE`. Live conversations are not in it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from operations import backup
from partners import clock
from partners.demo_password import DEMO_PASSWORD
from partners.models import Staff

FIRST = 5
"""The accounts that are looked at: a demo's are made before any other, and checking a password takes a while."""


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="- is standard output")
        parser.add_argument("--force", action="store_true", help="replace the file if it is there")

    def handle(self, *args: Any, **options: Any) -> None:
        # Standard output may be the backup itself.
        self.stderr.write(f"The database is {backup.name()}.")
        try:
            rows = backup.save(options["file"], force=options["force"], tell=self.stderr.write)
        except backup.BackupRefused as refusal:
            raise CommandError(str(refusal)) from None
        if not settings.ENV.demo and _has_demo_accounts():
            self.stderr.write("Accounts of the demo are in this database: is it the one that is meant?")
        self.stderr.write(f"{rows} rows are in {options['file']}")
        if options["file"] != backup.STREAM:
            self._look_at(options["file"].resolve())

    def _look_at(self, file: Path) -> None:
        """A backup is one when it can be opened."""
        refused = ""
        try:
            backup.check(file)
        except backup.BackupRefused as refusal:
            refused = str(refusal)
        backup.note(place=str(file), size=file.stat().st_size, readable=not refused, now=clock.now())
        if refused:
            raise CommandError(refused)


def _has_demo_accounts() -> bool:
    return any(person.check_password(DEMO_PASSWORD) for person in Staff.objects.order_by("pk")[:FIRST])
