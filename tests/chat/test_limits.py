"""The welcome gives widget and console the same limits, from the settings; before it their scripts use the defaults."""

import re
from pathlib import Path

import msgspec
from pytest_django.fixtures import Settings

from chat.limits import limits

ROOT = Path(__file__).resolve().parents[2]


def test_the_limits_are_those_of_the_settings(settings: Settings) -> None:
    settings.ENV = settings.ENV.model_copy(
        update={
            "body_chars": 123,
            "ping_s": 7.5,
            "silence_s": 30.0,
            "probably_absent_s": 60.0,
            "timebox_min": 20,
        }
    )
    told = limits()
    assert (told.body, told.ping_s, told.silence_s, told.active_every_s, told.timebox_min) == (
        123,
        7.5,
        30.0,
        15.0,
        20,
    )


def test_the_scripts_use_the_servers_defaults_before_the_welcome() -> None:
    script = (ROOT / "chat/static/chat/limits.js").read_text(encoding="utf-8")
    script = re.sub(r"(?<=\d)_(?=\d)", "", script)
    known = {name: float(value) for name, value in re.findall(r"(\w+): ([\d.]+)", script)}
    assert known == msgspec.to_builtins(limits())
