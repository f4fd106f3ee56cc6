"""What pydantic finds wrong with a setting, in a sentence for operators. It quotes no value, which may be a secret."""

from collections.abc import Mapping
from typing import Any

from pydantic.fields import FieldInfo

UNITS = {"_s": "seconds", "_min": "minutes", "_hours": "hours", "_days": "days", "_months": "months"}


def sentence(name: str, field: FieldInfo, mistake: Mapping[str, Any]) -> str:
    """`name` is the field's, `mistake` one of pydantic's errors."""
    kind = str(mistake["type"])
    if kind.startswith("bool"):
        return "give 1 for yes or 0 for no"
    if kind == "literal_error":
        return f"give {mistake['ctx']['expected'].replace(chr(39), '')}"
    if kind == "string_pattern_mismatch":
        return "give small letters, digits and hyphens, at most 31, beginning with a letter or a digit"
    if kind.startswith(("int", "float", "greater", "less", "finite")):
        return _number(name, field)
    return str(mistake["msg"]).removeprefix("Value error, ")


def _number(name: str, field: FieldInfo) -> str:
    bounds = {
        side: getattr(one, side)
        for one in field.metadata
        for side in ("ge", "gt", "le")
        if hasattr(one, side)
    }
    what = "a whole number" if field.annotation is int else "a number"
    unit = next((f" of {word}" for ending, word in UNITS.items() if name.endswith(ending)), "")
    low = f"above {bounds['gt']:g}" if "gt" in bounds else f"from {bounds['ge']:g}"
    high = f"{'and at most' if 'gt' in bounds else 'to'} {bounds['le']:.10g}"
    return f"give {what}{unit} {low} {high}, in digits{'' if field.annotation is int else ' and with a point, not a comma'}"
