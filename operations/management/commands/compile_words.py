"""Compile the translations that changed, without the gettext tools."""

import os
from datetime import UTC, datetime
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.core.management.base import BaseCommand
from django.utils.translation.reloader import translation_file_changed

from operations import catalogues

WITHOUT_DATE = datetime(1970, 1, 1, tzinfo=UTC)
"""Babel would write the minute of the compilation: the same words are to be the same bytes whenever they are compiled."""


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for source in catalogues.sources():
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                continue
            with source.open("rb") as words:
                catalog = read_po(words)
            catalog.creation_date = WITHOUT_DATE
            # Another process may be reading: it must find the complete file or none.
            fresh = target.with_suffix(f".{os.getpid()}.tmp")
            with fresh.open("wb") as compiled:
                write_mo(compiled, catalog)
            fresh.replace(target)
            # Django may have cached that a translation was missing; on a fresh machine it did.
            translation_file_changed(sender=None, file_path=target)
