"""Write the generated parts of the docs; `--check` only says which are out of date."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from operations import reference


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        outdated = reference.outdated()
        names = ", ".join(str(path.relative_to(settings.ROOT)) for path in outdated)
        if options["check"]:
            if outdated:
                raise CommandError(f"out of date: {names}; run `make reference`")
            return
        wanted = reference.pages()
        for path in outdated:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
        self.stdout.write(f"written: {names}" if outdated else "nothing has changed")
