"""The definitions of a release: frozen with their words in each language of staff, so that its figures can be read when today's are others.

Releases made before this was kept have only the versions. Their words are today's where the version still is, and else none.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from indicators.definitions import DEFINITIONS
from indicators.files.definition_lines import DefinitionLine, todays_definitions
from indicators.glossary import GLOSSARY
from partners.wording import in_language, page_language

WORDS: Final = ("name", "meaning", "formula")


def frozen_now() -> dict[str, dict[str, Any]]:
    """Of each definition its version, and its words by language."""
    frozen: dict[str, dict[str, Any]] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for line in todays_definitions():
                kept = frozen.setdefault(line.code, {"version": line.version, **{name: {} for name in WORDS}})
                for name in WORDS:
                    kept[name][language] = getattr(line, name)
    return frozen


def definitions_of(content: Mapping[str, Any]) -> list[DefinitionLine]:
    """Of a release's content, in the language in force."""
    return [
        _of_version_alone(code, kept) if isinstance(kept, int) else _of_words(code, kept)
        for code, kept in content["definitions"].items()
    ]


def _of_words(code: str, kept: Mapping[str, Any]) -> DefinitionLine:
    name, meaning, formula = (in_language(kept[name], page_language(), code) for name in WORDS)
    return DefinitionLine(code, kept["version"], name, meaning, formula)


def _of_version_alone(code: str, version: int) -> DefinitionLine:
    name = str(GLOSSARY[code].name) if code in GLOSSARY else code
    if code in DEFINITIONS and DEFINITIONS[code].version == version:
        return DefinitionLine(code, version, name, str(GLOSSARY[code].meaning), str(GLOSSARY[code].formula))
    return DefinitionLine(
        code, version, name, _("This release was made before definitions were kept with it in words."), ""
    )
