"""The codes of the roles, for settings that name some of them before there are models. Pure."""

from typing import Final

COUNSELLOR: Final = "counsellor"
COORDINATOR: Final = "coordinator"
PLATFORM: Final = "platform"
ANALYST: Final = "analyst"
ADMIN: Final = "admin"
ROLES: Final = (COUNSELLOR, COORDINATOR, PLATFORM, ANALYST, ADMIN)
CHANGE_FOR_OTHERS: Final = frozenset({COORDINATOR, PLATFORM, ADMIN})
"""Those who can change what holds for others."""
