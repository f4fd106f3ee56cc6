"""A greeting is made once a second for each site and language; how many of those there can be is ours to say."""

import pytest

import demo.build
from chat import database
from chat.models import Contact
from chat.services import site_status
from partners import clock
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


@pytest.fixture
def numbers() -> list[Contact]:
    everywhere = Contact(number="112", labels={"fr": "Urgences"})
    french = Contact(number="107", labels={"fr": "Écoute"}, languages=["fr"])
    dutch = Contact(number="106", labels={"fr": "Écoute (néerlandais)", "nl": "Luisteren"}, languages=["nl"])
    return [everywhere, french, dutch]


def test_visitors_are_shown_the_numbers_for_their_language(numbers: list[Contact]) -> None:
    shown = {code: [one.number for one in welcome.contacts(numbers, code)] for code in ("fr", "nl", "de")}
    assert shown == {"fr": ["112", "107"], "nl": ["112", "106"], "de": ["112"]}


def test_where_no_number_is_for_a_language_all_are_shown(numbers: list[Contact]) -> None:
    shown = welcome.contacts(numbers[1:], "de")
    assert [(one.number, one.label) for one in shown] == [("107", "Écoute"), ("106", "Écoute (néerlandais)")]


@pytest.mark.django_db
def test_the_demo_offers_nobody_a_suicide_line_in_another_language_alone() -> None:
    demo.build.ensure()
    written = list(Contact.objects.all())
    lines = {
        code: {one.number for one in welcome.contacts(written, code)} & {"1813", "0800 32 123"}
        for code in ("fr", "nl", "en", "uk")
    }
    both = {"1813", "0800 32 123"}
    assert lines == {"fr": {"0800 32 123"}, "nl": {"1813"}, "en": both, "uk": both}
    assert "108" in {one.number for one in welcome.contacts(written, "de")}
