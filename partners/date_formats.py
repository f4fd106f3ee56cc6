"""How people may type a day or a moment in a form. Pure."""

from typing import Final

DATE_FORMATS: Final = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"]
DATETIME_FORMATS: Final = [
    "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M", "%d/%m/%Y %Hh%M", "%d/%m/%Y %Hu%M",
]  # fmt: skip
