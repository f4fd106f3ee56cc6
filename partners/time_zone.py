"""The time zone of days and hours where no other one is given. Pure."""

from typing import Final
from zoneinfo import ZoneInfo

TIME_ZONE: Final = "Europe/Brussels"
BRUSSELS: Final = ZoneInfo(TIME_ZONE)
