"""What a log line may hold. A field that is not declared here is left out, and so is a value of another shape."""

import re
from dataclasses import dataclass
from enum import Enum


class Shape(Enum):
    """The shape of a value. No shape can hold what somebody wrote, an address or a name."""

    MOMENT = ("a moment in UTC", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
    NUMBER = ("a number", r"-?\d{1,12}(\.\d{1,6})?")
    CODE = ("a word of the program", r"[A-Za-z_][\w.-]{0,80}")
    SENTENCE = ("a sentence that is written in the program", r"[A-Za-z%][\w ,.:;?!()%'`=/-]{2,160}")
    PLACE = ("a line of the program", r"[A-Za-z_][\w.]{0,80}:\d{1,6} <?\w{1,120}>?")

    def __init__(self, words: str, pattern: str) -> None:
        self.words = words
        self._pattern = re.compile(pattern)

    def fits(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return False
        # A number fits only the shape of numbers, and a text only the other shapes.
        return isinstance(value, str) != (self is Shape.NUMBER) and bool(self._pattern.fullmatch(str(value)))


MOST = 30


@dataclass(frozen=True, slots=True)
class Field:
    purpose: str
    shape: Shape
    many: bool = False

    def fits(self, value: object) -> bool:
        if not self.many:
            return self.shape.fits(value)
        return isinstance(value, list) and len(value) <= MOST and all(map(self.shape.fits, value))


FIELDS: dict[str, Field] = {
    "at": Field("when", Shape.MOMENT),
    "level": Field("how serious: debug, info, warning, error, critical", Shape.CODE),
    "event": Field("what happened", Shape.SENTENCE),
    "logger": Field("which part of the program says so", Shape.CODE),
    "process": Field("number that the system gave the process", Shape.NUMBER),
    "fault": Field("kind of the fault; never its words, which may quote what they are about", Shape.CODE),
    "because": Field("kind of the fault behind it", Shape.CODE),
    "trace": Field("where the fault came through, the innermost last; no values", Shape.PLACE, many=True),
    "where": Field("the line that said so, of libraries, whose sentences are left out where they are put together", Shape.PLACE),
    "job": Field("which periodic job", Shape.CODE),
    "jobs": Field("which periodic jobs", Shape.CODE, many=True),
    "rows": Field("how many rows were deleted or moved", Shape.NUMBER),
    "took_s": Field("how long it took, in seconds", Shape.NUMBER),
    "port": Field("the port that is listened on", Shape.NUMBER),
    "dropped": Field("how many fields were left out, because they are not in this list or of another shape", Shape.NUMBER),
}  # fmt: skip
