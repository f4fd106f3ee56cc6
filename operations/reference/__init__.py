"""The parts of `docs/` that are written by the program itself, so that they cannot be wrong."""

from pathlib import Path

from django.conf import settings

from operations.reference import dictionary, frames

DOCS = Path(settings.ROOT) / "docs"


def pages() -> dict[Path, str]:
    """Each generated file with what should be in it now."""
    return {
        DOCS / "data-dictionary.md": dictionary.page(),
        DOCS / "protocol" / "frames.md": frames.page(),
        **{DOCS / "protocol" / f"{name}.json": frames.schema(name) for name in frames.SOCKETS},
    }


def outdated() -> list[Path]:
    """The generated files that say something else than the program does."""
    return [
        path
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
