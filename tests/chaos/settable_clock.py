"""Miti on a host whose clock can be set wrong while it runs: `python -m tests.chaos.settable_clock serve`.

Whatever asks Python for the time of day gets it shifted by the seconds that stand in the file CHAOS_CLOCK. Stopwatches
(`time.monotonic`) go on as they are, as on a real host whose clock is set.
"""

import datetime
import os
import sys
import threading
import time
from datetime import tzinfo
from pathlib import Path
from typing import Any, Self, cast

LOOK_EVERY_S = 0.05

_true_time, _true_time_ns = time.time, time.time_ns
_true_datetime = datetime.datetime
_shift_s = 0.0


class _AnyDatetime(type):
    def __instancecheck__(cls, thing: object) -> bool:
        return isinstance(thing, _true_datetime)


class ShiftedDatetime(_true_datetime, metaclass=_AnyDatetime):
    """Every `datetime` passes for one of these, and what this makes is a plain one: libraries must not notice."""

    def __new__(cls, *args: Any, **named: Any) -> Self:
        made: Any = _true_datetime(*args, **named)
        return cast(Self, made)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls.fromtimestamp(time.time(), tz)

    @classmethod
    def utcnow(cls) -> Self:
        return cls.fromtimestamp(time.time(), datetime.UTC).replace(tzinfo=None)


def _watch(file: Path) -> None:
    global _shift_s
    while True:
        try:
            _shift_s = float(file.read_text() or 0)
        except FileNotFoundError:
            _shift_s = 0.0
        time.sleep(LOOK_EVERY_S)


def make_settable(file: Path) -> None:
    module: Any = datetime
    module.datetime = ShiftedDatetime
    time.time = lambda: _true_time() + _shift_s
    time.time_ns = lambda: _true_time_ns() + int(_shift_s * 1_000_000_000)
    threading.Thread(target=_watch, args=(file,), daemon=True).start()


if __name__ == "__main__":
    make_settable(Path(os.environ["CHAOS_CLOCK"]))
    # Only now: whatever Miti imports must find the clock that can be set.
    from miti.__main__ import main

    main(sys.argv[1:])
