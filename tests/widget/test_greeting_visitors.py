"""A greeting is found out once a second for each site and language; how many of those there can be is ours to say."""

from datetime import UTC, datetime

import pytest

from chat import runtime
from chat.runtime import Runtime
from chat.transcript.embedded import EmbeddedTranscripts
from chat.volatile import EmbeddedVolatile
from widget import greeting


@pytest.fixture(autouse=True)
def running(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = EmbeddedTranscripts(publish=lambda conversation, entry: None, most=10, expiry_s=900)
    monkeypatch.setattr(runtime, "_running", Runtime(transcripts=kept, volatile=EmbeddedVolatile()))


async def test_languages_that_nobody_speaks_here_share_one_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    async def find(key: str, language: str, now: datetime) -> None:
        asked.append((key, language))

    monkeypatch.setattr(greeting, "_find", find)
    for language in ("xx", "zz", "..", "_-", "", "nl", "xy"):
        await greeting.of("demo", language, now=datetime(2026, 11, 17, 8, 10, tzinfo=UTC))
    assert asked == [("demo", "fr"), ("demo", "nl")]
