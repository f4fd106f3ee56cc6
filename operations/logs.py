"""The configuration of all logs: Django's, the server's, Celery's and our own.

A line says what happened, but never what was said, by whom or from where. It holds only fields of the data dictionary. A library's message
is quoted only if it is a constant in the library's source. Of an exception only the type and the stack are logged, not the message.
"""

import json
import logging
import logging.config
import os
import sys
import threading
import traceback
from collections.abc import Iterator, MutableMapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import structlog

from operations.data_dictionary.logs import FIELDS

SOMETHING = "a library said something"
DEEPEST = 20
Fields = dict[str, Any]
Event = MutableMapping[str, Any]


class Undeclared(Exception):
    """A log line has a field that the data dictionary does not declare, or a value of another shape."""


class LogLine(dict[str, Any]):
    """A line of our own for the formatter; it holds declared fields only."""

    def __str__(self) -> str:
        return " ".join(
            [str(self["event"]), *(f"{name}={value}" for name, value in self.items() if name != "event")]
        )


def configure(config: Fields) -> None:
    """Django's `LOGGING_CONFIG`. `config`: level, packages (ours, which log at that level), json (or plain), strict (raise instead of
    leaving out: in tests)."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"lines": {"()": Lines, "as_json": config["json"]}},
            "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
            # Lower levels of libraries are useless: without their messages only the position in their source would remain.
            "root": {"handlers": ["console"], "level": max(logging.WARNING, _number(config["level"]))},
            "loggers": {
                **{name: {"level": config["level"]} for name in config["packages"]},
                # Django gives these loggers handlers of their own, which would print everything.
                "django": {"handlers": [], "level": "WARNING", "propagate": True},
                "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
                # Missing pages and refused forms are counted in the metrics.
                "django.request": {"level": "ERROR"},
                "django.security": {"level": "ERROR"},
                "django.security.DisallowedHost": {"level": "CRITICAL"},
                "django.channels.server": {"level": "ERROR"},
                "daphne": {"level": "ERROR"},
            },
        }
    )
    # Otherwise Python would print a line that cannot be formatted together with its arguments.
    logging.raiseExceptions = bool(config["strict"])
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            _tell_the_fault,
            _strictly_declared if config["strict"] else _declared,
            _hand_over,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def _number(level: str) -> int:
    return logging.getLevelNamesMapping()[level]


# --- our own lines --------------------------------------------------------------------------------------------


def _tell_the_fault(logger: Any, method: str, event: Event) -> Event:
    told = event.pop("exc_info", None)
    fault = sys.exc_info()[1] if told is True else told
    if isinstance(fault, BaseException):
        event.update(described(fault))
    return event


def described(fault: BaseException) -> Fields:
    """The exception's type, the type of its cause, and its stack, without messages and values."""
    told: Fields = {"fault": type(fault).__name__, "trace": list(_way(fault.__traceback__))[-DEEPEST:]}
    behind = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    if behind is not None:
        told["because"] = type(behind).__name__
    return told


def _way(trace: TracebackType | None) -> Iterator[str]:
    for frame, line in traceback.walk_tb(trace):
        yield f"{frame.f_globals.get('__name__', 'somewhere')}:{line} {frame.f_code.co_name}"


def _declared(logger: Any, method: str, event: Event) -> Event:
    kept = {name: value for name, value in event.items() if fits(name, value)}
    if left_out := len(event) - len(kept):
        kept["dropped"] = left_out
    kept.setdefault("event", SOMETHING)
    return kept


def _strictly_declared(logger: Any, method: str, event: Event) -> Event:
    wrong = sorted(name for name, value in event.items() if not fits(name, value))
    if wrong:
        raise Undeclared(", ".join(wrong))
    return event


def fits(name: str, value: object) -> bool:
    field = FIELDS.get(name)
    return field is not None and field.fits(value)


def _hand_over(logger: Any, method: str, event: Event) -> tuple[tuple[LogLine], Fields]:
    return (LogLine(event),), {}


# --- every line -----------------------------------------------------------------------------------------------


class Lines(logging.Formatter):
    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        said = record.msg if isinstance(record.msg, LogLine) else _declared(None, "", _of_a_library(record))
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": moment.replace("+00:00", "Z"), "process": os.getpid(), **said}
        return json.dumps(line, ensure_ascii=False) if self._as_json else _plain(line)


def _plain(line: Event) -> str:
    rest = {
        name: value
        for name, value in line.items()
        if name not in {"at", "process", "level", "logger", "event"}
    }
    trace = rest.pop("trace", [])
    told = "".join(
        f" {name}={', '.join(value) if isinstance(value, list) else value}" for name, value in rest.items()
    )
    head = f"{line['at']} {line['level'].upper()} {line.get('logger', '')}: {line['event']}{told}"
    return "\n    ".join([head, *trace])


def _of_a_library(record: logging.LogRecord) -> Fields:
    told: Fields = {"event": SOMETHING, "level": record.levelname.lower(), "logger": record.name}
    told["where"] = f"{record.module}:{record.lineno} {record.funcName}"
    sentence = record.msg.strip() if isinstance(record.msg, str) else ""
    if fits("event", sentence) and _is_in_the_source(record):
        told["event"] = sentence
    if record.exc_info and record.exc_info[1] is not None:
        told |= described(record.exc_info[1])
    return told


def _is_in_the_source(record: logging.LogRecord) -> bool:
    """Whether the message is a constant of the code that logs it, so that it quotes nobody (its arguments are left out)."""
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        if frame.f_code.co_filename == record.pathname and frame.f_code.co_name == record.funcName:
            return record.msg in frame.f_code.co_consts
    return False


# --- what nobody has caught -----------------------------------------------------------------------------------


def catch_the_rest() -> None:
    """Log uncaught exceptions as lines like others; Python itself would print them with their messages."""
    log = structlog.stdlib.get_logger(__name__)
    sys.excepthook = lambda kind, fault, trace: log.critical("nobody caught a fault", exc_info=fault)
    threading.excepthook = lambda told: log.critical(
        "nobody caught a fault of a thread", exc_info=told.exc_value
    )
    sys.unraisablehook = lambda told: log.error("a fault could not be raised", exc_info=told.exc_value)
