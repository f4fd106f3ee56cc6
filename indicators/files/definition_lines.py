"""The definitions that stand beside the figures of a file: today's, or those that were frozen with a release."""

from dataclasses import dataclass

from indicators.definitions import DEFINITIONS
from indicators.glossary import GLOSSARY


@dataclass(frozen=True)
class DefinitionLine:
    """A definition in the reader's language; without meaning and formula where these were not kept."""

    code: str
    version: int
    name: str
    meaning: str
    formula: str


def todays_definitions() -> list[DefinitionLine]:
    return [
        DefinitionLine(code, definition.version, str(entry.name), str(entry.meaning), str(entry.formula))
        for code, definition in DEFINITIONS.items()
        for entry in [GLOSSARY[code]]
    ]
