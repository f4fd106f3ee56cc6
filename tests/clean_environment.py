"""No setting of the caller's shell reaches the tests: they would fill, empty or migrate the stores that it names.

`tests/cleaned.py` does it for a process of pytest.
"""

from collections.abc import Mapping
from pathlib import Path

from miti.environment_reader import variables

ROOT = Path(__file__).resolve().parent.parent
PREFIXES = ("MITI_", "DJANGO_")
"""Besides the settings that there are, names that Miti would refuse, and Django's own."""
NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"


def without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """The rest of it. Settings may be written in small letters, too."""
    ours = set(variables())
    return {
        name: value
        for name, value in environment.items()
        if name.upper() not in ours and not name.upper().startswith(PREFIXES)
    }


def for_tests(environment: Mapping[str, str]) -> dict[str, str]:
    """The rest of it, and a data folder of the tests.

    Python keeps what it compiles, whatever the shell says: hundreds of processes start, and each would compile Miti anew.
    """
    ours = {"MITI_DATA_DIR": str(ROOT / "var" / "checks")}
    return {
        name: value for name, value in without_settings(environment).items() if name != NO_BYTECODE
    } | ours
