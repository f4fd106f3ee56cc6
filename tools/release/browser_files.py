"""What a visitor's browser may be given: the visitor's page in each language, the loader and every static file with its digests.

Whoever wants to know whether an installation serves this release unaltered fetches them as a browser does and compares: `tools/verify`.
"""

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.release import packages
from tools.release.version import Release

MANIFEST = "staticfiles.json"
PACKED = Path("widget", "static", "widget", "packed")
LOADERS = {"/widget.js": "loader.js", "/widget.js?panel": "host_panel.js"}
"""These addresses have no digest in them: partners' pages name them."""


def listed(source: Path, static: Path, release: Release) -> dict[str, Any]:
    """Addresses below an installation's own, in order, with SHA-256 (hexadecimal) and what `integrity` would say (SHA-384); and what
    `miti/visitor_pages.py` says of the page. `static` is in the folder that the release's `build` wrote."""
    files = dict(sorted(_files(source, static)))
    pages = json.loads(packages.run(source, {"MITI_DATA_DIR": str(static.parent)}, "miti", "visitor_pages"))
    return {"version": release.version, "commit": release.commit, **pages, "files": files}


def _files(source: Path, static: Path) -> Iterator[tuple[str, dict[str, str]]]:
    for address, name in LOADERS.items():
        yield address, digests((source / PACKED / name).read_bytes())
    hashed: dict[str, str] = json.loads((static / MANIFEST).read_text(encoding="utf-8"))["paths"]
    for name in hashed.values():
        yield f"/static/{name}", digests((static / name).read_bytes())


def digests(content: bytes) -> dict[str, str]:
    integrity = b64encode(hashlib.sha384(content).digest()).decode()
    return {"sha256": hashlib.sha256(content).hexdigest(), "integrity": f"sha384-{integrity}"}
