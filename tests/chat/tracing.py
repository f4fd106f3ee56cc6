"""Which of the project's functions run while something is done, read from the interpreter."""

import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType

from tests.server import ROOT

PACKAGES = frozenset({"chat", "counsellor_console", "widget", "server", "miti"})


@dataclass
class Trace:
    """Functions by file and qualified name, in the order in which they were first called."""

    functions: dict[tuple[str, str], None] = field(default_factory=dict)
    crossings: dict[tuple[str, str], None] = field(default_factory=dict)
    """Calls from a function of one package to one of another: both functions' names."""
    calls: Counter[str] = field(default_factory=Counter)
    """How often each was entered; a coroutine also each time it goes on."""
    ended: bool = False

    def end(self) -> None:
        """Nothing that comes after is traced."""
        self.ended = True

    def files(self) -> set[str]:
        return {file for file, _ in self.functions}

    def called(self, function: str) -> bool:
        """Whether a function of this qualified name ran."""
        return function in self.calls

    def __str__(self) -> str:
        lines = [f"{file}: {name}" for file, name in self.functions]
        return "\n".join(
            [*lines, "crossings:", *(f"{caller} -> {called}" for caller, called in self.crossings)]
        )


def _place(code: CodeType) -> tuple[str, str] | None:
    """File and function, if both are the project's. Expressions that the compiler makes functions of are part of theirs."""
    file = Path(code.co_filename)
    if not file.is_relative_to(ROOT) or code.co_name.startswith("<"):
        return None
    inside = file.relative_to(ROOT)
    return (str(inside), code.co_qualname) if inside.parts[0] in PACKAGES else None


@contextmanager
def traced() -> Iterator[Trace]:
    """What runs in this thread meanwhile, of all tasks of its event loop."""
    trace = Trace()
    known: dict[CodeType, tuple[str, str] | None] = {}

    def place(code: CodeType) -> tuple[str, str] | None:
        if code not in known:
            known[code] = _place(code)
        return known[code]

    def caller(frame: FrameType) -> tuple[str, str] | None:
        above = frame.f_back
        while above is not None:
            if (found := place(above.f_code)) is not None:
                return found
            above = above.f_back
        return None

    def on_event(frame: FrameType, event: str, _: object) -> None:
        if trace.ended or event != "call" or (here := place(frame.f_code)) is None:
            return
        trace.functions.setdefault(here)
        trace.calls[here[1]] += 1
        if (above := caller(frame)) is not None and above[0].split("/")[0] != here[0].split("/")[0]:
            trace.crossings.setdefault((above[1], here[1]))

    assert threading.current_thread() is threading.main_thread()
    before = sys.getprofile()
    sys.setprofile(on_event)
    try:
        yield trace
    finally:
        sys.setprofile(before)
