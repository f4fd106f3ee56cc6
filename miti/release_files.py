"""Static files of two releases at once: while one is renewed, a page of either may be answered by a process of the other.

A file with a digest in its name never changes. A process whose release does not have it looks for it in the folder that all web processes
share (`RELEASES_FILES`), where `python -m miti prepare` puts those of each release before any of its processes starts.
"""

import filecmp
import os
import re
import shutil
import time
from contextlib import suppress
from pathlib import Path

import structlog
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware

WITH_DIGEST = re.compile(r"\.[0-9a-f]{12}\.[a-z0-9]+$")
KEPT_DAYS = 30
DAY_S = 86_400
log = structlog.stdlib.get_logger(__name__)


class ReleasesStaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]  # whitenoise has no types
    """WhiteNoise knows the files that were there at the start; this looks once more for what it does not know."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(self.static_prefix) and request.path_info not in self.files:
            self._look_again(request.path_info)
        answer: HttpResponseBase = super().__call__(request)
        return answer

    def _look_again(self, url: str) -> None:
        if not WITH_DIGEST.search(url) or not self.url_is_canonical(url):
            return
        for folder in (settings.STATIC_ROOT, settings.RELEASES_FILES):
            root = os.path.join(folder, "")
            path = os.path.join(root, url[len(self.static_prefix) :])
            if self.path_is_child_of(path, root) and os.path.isfile(path):
                self.add_file_to_dictionary(url, path)
                return


def forget_replaced() -> None:
    """Of files without a digest, `collectstatic` keeps a copy that is younger than its source: after an upgrade, that of the release
    before, where this one's files are as old as its commit. The console's modules name one another so."""
    for finder in get_finders():
        for path, storage in finder.list([]):
            copied = Path(settings.STATIC_ROOT, getattr(storage, "prefix", None) or "", path)
            if copied.is_file() and not filecmp.cmp(storage.path(path), copied, shallow=False):
                copied.unlink()
                copied.with_name(f"{copied.name}.gz").unlink(missing_ok=True)


def share() -> None:
    """Put this release's files into the shared folder; forget those that no release has had for `KEPT_DAYS`."""
    folder = settings.RELEASES_FILES
    # There are none while static files are served from their sources: in tests, and with MITI_DEBUG.
    hashed: dict[str, str] = getattr(staticfiles_storage, "hashed_files", {})
    if not hashed or not (folder.exists() or _has_two_releases()):
        return
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
    if not os.access(folder, os.W_OK | os.X_OK):
        log.warning(
            "pages of two releases will lack files during an upgrade: `releases` in MITI_DATA_DIR cannot be written to"
        )
        return
    for name in hashed.values():
        for one in (name, f"{name}.gz"):
            source = Path(settings.STATIC_ROOT, one)
            if source.is_file():
                _put(source, folder / one)
    long_ago = time.time() - KEPT_DAYS * DAY_S
    for file in folder.rglob("*"):
        if file.is_file() and file.stat().st_mtime < long_ago:
            file.unlink(missing_ok=True)


def _has_two_releases() -> bool:
    """One process ends before the next release's begins; its `static` keeps the files of before."""
    return not settings.EMBEDDED


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # Another process may be reading: it must find the complete file or none.
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copyfile(source, partial)
    partial.replace(target)
