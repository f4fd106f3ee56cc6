"""The parts of `docs/` that are generated from the code, so that they are always right."""

from pathlib import Path

from django.conf import settings

from operations.reference import dictionary, frames

DOCS = Path(settings.ROOT) / "docs"


def pages() -> dict[Path, str]:
    """Each generated file with the content that it should have now."""
    return {
        DOCS / "data-dictionary.md": dictionary.page(),
        DOCS / "protocol" / "frames.md": frames.page(),
        **{DOCS / "protocol" / f"{name}.json": frames.schema(name) for name in frames.SOCKETS},
    }


def outdated() -> list[Path]:
    """The generated files that differ from what the code generates now."""
    return [
        path
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
