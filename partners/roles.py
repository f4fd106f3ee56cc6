"""The codes of the roles, for settings, which name roles before models are loaded. Pure."""

from typing import Final

COUNSELLOR: Final = "counsellor"
COORDINATOR: Final = "coordinator"
PLATFORM: Final = "platform"
ANALYST: Final = "analyst"
ADMIN: Final = "admin"
ROLES: Final = (COUNSELLOR, COORDINATOR, PLATFORM, ANALYST, ADMIN)
CHANGE_FOR_OTHERS: Final = frozenset({COORDINATOR, PLATFORM, ADMIN})
"""The roles that can change what applies to others."""
