"""Print the visitor's page as this release serves it: `make release` puts it into `browser-files.json`."""

import json
from typing import Any

from django.core.management import BaseCommand

from miti.visitor_pages import visitor_pages


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(visitor_pages(), ensure_ascii=False))
