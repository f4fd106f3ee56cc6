"""What is worded in several languages is read in one's own, else in French, else as its code; never as nothing."""

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from partners.codes import is_code
from partners.models import Role, Staff
from partners.wording import in_language
from routing_rules import themes
from routing_rules.languages import LANGUAGES
from routing_rules.models import Site, SubTheme, Theme
from routing_rules.sites import themes_offered
from tests.indicators.conftest import calm

labels = st.dictionaries(
    st.sampled_from([*LANGUAGES, "xx"]), st.one_of(st.none(), st.text(max_size=8)), max_size=6
)


@calm
@given(labels, st.sampled_from([*LANGUAGES, "en-gb", "nl-be", "xx", ""]), st.text(min_size=1))
def test_a_label_is_in_the_readers_language_else_french_else_the_code(
    labels: dict[str, str | None], language: str, code: str
) -> None:
    found = in_language(labels, language, code)
    own, french = ((labels.get(each) or "").strip() for each in (language[:2], "fr"))
    assert found == (own or french or code)
    assert found


@calm
@given(labels, st.sampled_from([*LANGUAGES]))
def test_what_another_language_says_does_not_matter(labels: dict[str, str | None], language: str) -> None:
    alone = {code: label for code, label in labels.items() if code in {language, "fr"}}
    assert in_language(labels, language, "code") == in_language(alone, language, "code")


@calm
@given(
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,49}", fullmatch=True),
    st.sampled_from(["\n", " ", "é", "/", "\r", "\x00"]),
)
def test_a_code_matches_as_a_whole(code: str, strange: str) -> None:
    assert is_code(code)
    for wrong in (code + strange, strange + code, "", strange):
        assert not is_code(wrong)


@pytest.mark.django_db
def test_at_most_one_theme_is_the_receptions() -> None:
    assert themes.reception_theme() is None
    Theme.objects.create(code="bienvenue", reception=True)
    assert themes.reception_theme() == "bienvenue"
    with pytest.raises(IntegrityError), transaction.atomic():
        Theme.objects.create(code="autre", reception=True)


@pytest.mark.django_db
def test_a_site_offers_its_chosen_active_themes_or_all_without_a_choice() -> None:
    first, second, third = (
        Theme.objects.create(code=code, position=position) for position, code in enumerate("cba")
    )
    site = Site.objects.create(key="miti", name="miti.be")
    assert themes_offered(site) == [first, second, third]
    site.themes.set([third, second])
    assert themes_offered(site) == [second, third]
    Theme.objects.filter(pk=second.pk).update(active=False)
    assert themes_offered(site) == [third]
    Theme.objects.filter(pk=third.pk).update(active=False)
    assert themes_offered(site) == []


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["x\n", "\n", "", " x", "a b", "é", "new", "x" * 51, "a/b"])
def test_services_refuse_an_invalid_code(code: str) -> None:
    theme = Theme.objects.create(code="emploi")
    actor = Staff.objects.create_user("paule", role=Role.PLATFORM)
    values = {"actor": actor, "labels": {"fr": "X"}, "position": 0, "active": True}
    with pytest.raises(themes.BadThemeCodeError):
        themes.save(theme=Theme(code=code), **values)  # type: ignore[arg-type]
    with pytest.raises(themes.BadThemeCodeError):
        themes.save_subtheme(subtheme=SubTheme(theme=theme, code=code), **values)  # type: ignore[arg-type]
