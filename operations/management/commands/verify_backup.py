"""Read a backup to its end and say whether it could be restored here: `verify_backup FILE`. It changes nothing in the database.

`--kept-at PLACE --bytes N` also notes it for the operator's page; `deploy/backup` does that.
"""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from operations import backup
from partners import clock


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="- is standard input")
        parser.add_argument(
            "--kept-at",
            default="",
            metavar="PLACE",
            help="where it is kept, in words for the operator's page",
        )
        parser.add_argument("--bytes", type=int, default=0, metavar="N", help="how large it is")

    def handle(self, *args: Any, **options: Any) -> None:
        file, place, refused = options["file"], options["kept_at"], ""
        try:
            head = backup.check(file)
        except backup.BackupRefused as refusal:
            refused = str(refusal)
        if place and not backup.note(
            place=place, size=options["bytes"], readable=not refused, now=clock.now()
        ):
            self.stderr.write("The database takes nothing: the operator's page will not show this backup.")
        if refused:
            raise CommandError(refused)
        sys.stdout.write(
            f"can be restored: {sum(head.rows.values())} rows, as of {head.made_at} (Miti {head.version})\n"
        )
