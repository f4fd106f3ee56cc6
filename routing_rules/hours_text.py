"""Opening hours as people write them: "9:00-12:00, 13:00-16:00". Pure.

Understood too: 9h-12h30, 9.00-12.00, spaces, en dashes, semicolons. An end on the next day carries "+1":
"22:00-2:00+1".
"""

import re
from collections.abc import Iterable
from itertools import pairwise

DAY = 24 * 60

_TIME = r"(\d{1,2})\s*(?:[:.hHuU]\s*(\d{2})?)?"
_SPAN = re.compile(rf"^{_TIME}\s*(?:-|–|—|à|tot|to)\s*{_TIME}\s*(\+1)?$")  # the dashes that people type


class HoursTextError(ValueError):
    """What cannot be understood of a text: a code, and the part that is meant.

    Codes: `not_hours`, `no_such_time`, `end_before_start`, `too_long`, `overlap`.
    """

    def __init__(self, code: str, part: str) -> None:
        self.code = code
        self.part = part
        super().__init__(f"{code}: {part}")


def parse_hours(text: str) -> list[tuple[int, int]]:
    """Minutes from midnight, start and end, in order; an end beyond 1440 is on the next day.

    Raises:
        HoursTextError: for the first part that cannot be.
    """
    spans = sorted(_parse_span(part) for part in re.split(r"[,;\n]+", text) if part.strip())
    for (start, end), (next_start, next_end) in pairwise(spans):
        if next_start < end:
            raise HoursTextError("overlap", format_hours([(start, end), (next_start, next_end)]))
    return spans


def _parse_span(part: str) -> tuple[int, int]:
    part = " ".join(part.split())
    found = _SPAN.match(part)
    if found is None:
        raise HoursTextError("not_hours", part)
    hour, minute, end_hour, end_minute, next_day = found.groups()
    start = _minutes(hour, minute, part)
    end = _minutes(end_hour, end_minute, part)
    if start == DAY:
        raise HoursTextError("no_such_time", part)
    if next_day:
        end += DAY
    if end <= start:
        raise HoursTextError("end_before_start", part)
    if end > start + DAY:
        raise HoursTextError("too_long", part)
    return start, end


def _minutes(hour: str, minute: str | None, part: str) -> int:
    total = int(hour) * 60 + int(minute or 0)
    if int(minute or 0) > 59 or total > DAY:
        raise HoursTextError("no_such_time", part)
    return total


def format_time(minute: int) -> str:
    """9:00 for 540; minutes beyond midnight as the clock shows them."""
    minute = minute if minute <= DAY else minute - DAY
    return f"{minute // 60}:{minute % 60:02}"


def format_hours(spans: Iterable[tuple[int, int]]) -> str:
    """The text that `parse_hours` reads back as the same."""
    return ", ".join(
        f"{format_time(start)}-{format_time(end)}{'+1' if end > DAY else ''}" for start, end in spans
    )
