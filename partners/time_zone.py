"""Whose clock days and hours are told by where nothing else is said. Pure."""

from typing import Final
from zoneinfo import ZoneInfo

TIME_ZONE: Final = "Europe/Brussels"
BRUSSELS: Final = ZoneInfo(TIME_ZONE)
