"""A greeting is found out once a second for each site and language; how many of those there can be is ours to say."""

from datetime import UTC, datetime

import pytest

from widget import welcome


@pytest.mark.usefixtures("running")
async def test_unsupported_languages_share_one_cached_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    async def find(key: str, language: str, now: datetime) -> None:
        asked.append((key, language))

    monkeypatch.setattr(welcome, "_find", find)
    for language in ("xx", "zz", "..", "_-", "", "nl", "xy"):
        await welcome.welcome_for("demo", language, now=datetime(2026, 11, 17, 8, 10, tzinfo=UTC))
    assert asked == [("demo", "fr"), ("demo", "nl")]
