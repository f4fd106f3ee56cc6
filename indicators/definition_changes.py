"""What changed in the definitions, version by version. The page of the definitions and the docs list the same; a test compares them."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from indicators.definitions import DEFINITIONS

PROTECTED: Final = "protected"
"""The tables of what visitors told of themselves, and `helped_of_served`, which is computed from them."""


NEW: Final = ("answer_rate", "two_way", "legs_lost")
"""What came with the rules of counting 2."""
ALL: Final = tuple(code for code in DEFINITIONS if code not in NEW)


@dataclass(frozen=True)
class DefinitionChange:
    since: str
    """The year, or the month as `2026-11`."""
    version: int
    codes: tuple[str, ...]
    words: str | Promise
    rules: int | None = None
    """With these rules of counting, which each row keeps: a series breaks there. Without, figures of all days are computed anew."""

    @property
    def of_all(self) -> bool:
        return self.codes == ALL


CHANGES: Final = (
    DefinitionChange("2026", 1, ALL, _("The first versions."), rules=1),
    DefinitionChange("2026", 1, (PROTECTED,), _("The first version.")),
    DefinitionChange(
        "2026-11",
        2,
        ALL,
        _(
            "A message that did not reach the visitor serves nobody. Wait, first answer, network and team are of whoever first wrote. "
            "A visitor who goes ends at their last sign. Silences run from accepting to the end. What staff try out is a test. Unmet "
            "open time is empty where nothing is known."
        ),
        rules=2,
    ),
    DefinitionChange(
        "2026-11",
        1,
        NEW,
        _("New. Two-way and lost after an answer are known of what was counted by rules 2."),
    ),
    DefinitionChange("2026-11", 2, (PROTECTED,), _("Only those who were taken up are asked.")),
    DefinitionChange(
        "2026-11",
        3,
        (PROTECTED,),
        _("Small counts are protected by theme and language together. Before, it was by each alone."),
    ),
    DefinitionChange(
        "2026-11",
        3,
        ("out_of_network",),
        _(
            "What a team without a network took up is in the denominator, as the definition says. Before, it was in neither number."
        ),
    ),
)
"""The oldest first."""


def versions() -> dict[str, int]:
    """The present version of each definition, as these changes have made it."""
    return {code: change.version for change in CHANGES for code in change.codes}
