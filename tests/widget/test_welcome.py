"""A greeting is made once a second for each site and language; how many of those there can be is ours to say."""

import pytest

import demo.build
from chat import clock, database
from chat.services import site_status
from widget import welcome


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("running")
async def test_unsupported_languages_share_one_cached_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_status, "_last", None)
    await database.run(demo.build.ensure)
    made = []
    true = welcome._welcome

    def counted(standing: object, status: object, language: str) -> object:
        made.append(language)
        return true(standing, status, language)  # type: ignore[arg-type]

    # The clock stands still: the second does not end meanwhile.
    at = clock.seconds()
    monkeypatch.setattr(clock, "seconds", lambda: at)
    monkeypatch.setattr(welcome, "_welcome", counted)
    for language in ("xx", "zz", "..", "_-", "", "nl", "xy"):
        await welcome.welcome_for("demo", language)
    assert made == ["fr", "nl"]
