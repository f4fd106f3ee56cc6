"""Notices are written with marks instead of HTML, looked at before they are saved, and shown for a time."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from chat.content import sanitised
from chat.models import Notice
from chat.notice_marks import as_html, as_marks
from tests.coordination.conftest import World

SignedIn = Callable[[str], Client]
PAGE = "/coordination/notices/opening/fr/"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Bonjour **vous**, *merci*.", "<p>Bonjour <strong>vous</strong>, <em>merci</em>.</p>"),
        ("Un\r\ndeux\r\n\r\ntrois", "<p>Un<br>deux</p><p>trois</p>"),
        ("Ouvert :\n- lundi\n- mardi", "<p>Ouvert :</p><ul><li>lundi</li><li>mardi</li></ul>"),
        ("[Miti](https://miti.be/?a=1&b=2)", '<p><a href="https://miti.be/?a=1&amp;b=2">Miti</a></p>'),
        ("[piège](javascript:x)", "<p>[piège](javascript:x)</p>"),
        ("2 * 3 * 4 < 30 & a**b", "<p>2 * 3 * 4 &lt; 30 &amp; a**b</p>"),
        ("<p>Déjà du <b>HTML</b></p>", "<p>Déjà du <b>HTML</b></p>"),
        (
            "Info <info@cdm.be> ou **<https://miti.be/?a=1&b=2>**",
            '<p>Info <a href="mailto:info@cdm.be">info@cdm.be</a> ou '
            '<strong><a href="https://miti.be/?a=1&amp;b=2">https://miti.be/?a=1&amp;b=2</a></strong></p>',
        ),
        (
            "<Prénom>, **<3** <script>x</script>",
            "<p>&lt;Prénom&gt;, <strong>&lt;3</strong> &lt;script&gt;x&lt;/script&gt;</p>",
        ),
        ("**un\ndeux** *a*", "<p><strong>un<br>deux</strong> <em>a</em></p>"),
        ("***les deux*** **a*b**", "<p><strong><em>les deux</em></strong> <strong>a*b</strong></p>"),
        ("[**Nous**](tel:0800 32 123)", '<p><a href="tel:080032123"><strong>Nous</strong></a></p>'),
        ("[x](https://a.be/*b*)", '<p><a href="https://a.be/*b*">x</a></p>'),
        ("", ""),
    ],
)
def test_marks_become_the_html_that_visitors_get(typed: str, meant: str) -> None:
    assert as_html(typed) == meant
    assert sanitised(meant) == meant


@pytest.mark.parametrize(
    "text",
    [
        "**a** *b*",
        "a\nb\n\nc",
        "a\n\n- b\n- c\n\nd",
        "[a](https://b.be/?x=1&y=2) & c",
        "**a *b* c**",
        "**a\nb**",
        "***a***",
        "Info <info@cdm.be>, <https://b.be/?x=1&y=2>",
        "<Prénom> <3",
        "[**a**](tel:080032123)",
    ],
)
def test_what_was_typed_is_in_the_form_again(text: str) -> None:
    assert as_marks(as_html(text)) == text


def test_a_notice_is_looked_at_before_it_is_saved(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    answer = client.post(PAGE, {"html": "Bonjour **vous**", "preview": "1"})
    page = unescape(answer.content.decode())
    assert answer.status_code == 200
    assert '<p class="notice"><span>Bonjour <strong>vous</strong></span></p>' in page
    assert "pas encore enregistré" in page
    assert "Bonjour **vous**</textarea>" in page
    assert not Notice.objects.exists()
    client.post(PAGE, {"html": "Bonjour **vous**"})
    assert Notice.objects.get().html == "<p>Bonjour <strong>vous</strong></p>"
    assert "Bonjour **vous**</textarea>" in unescape(client.get(PAGE).content.decode())


def test_an_address_in_brackets_is_published_and_marks_stay_marks(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    typed = "Info <info@cdm.be>, **tous les jours**"
    client.post(PAGE, {"html": typed})
    stored = Notice.objects.get().html
    assert ">info@cdm.be</a>, <strong>tous les jours</strong>" in stored
    assert "Info <info@cdm.be>, **tous les jours**</textarea>" in unescape(client.get(PAGE).content.decode())
    # Beside formatted text too.
    client.post(PAGE, {"html": f"<p>{typed}</p>"})
    assert "info@cdm.be</a>" in Notice.objects.get().html


def test_what_would_be_taken_out_is_shown_before_it_is_saved(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    typed = '<p onclick="x()">Bonjour</p> <img src="y"> <Prénom>, <a href="javascript:x">ici</a> <!-- non -->'
    answer = client.post(PAGE, {"html": typed})
    assert answer.status_code == 409
    assert not Notice.objects.exists()
    page = unescape(answer.content.decode())
    for gone in ('<p onclick="x()">', '<img src="y">', "<Prénom>", '<a href="javascript:x">', "<!-- non -->"):
        assert f"<code>{gone}</code>" in page
    seen = re.search(r'name="without" value="(\w+)"', page)
    assert seen
    # Other things than those that were seen are shown again.
    assert client.post(PAGE, {"html": f"{typed}<x>", "without": seen[1]}).status_code == 409
    assert client.post(PAGE, {"html": typed, "without": seen[1]}).status_code == 302
    assert "Bonjour" in Notice.objects.get().html


def test_a_notice_is_shown_from_and_until(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    begins = (timezone.localtime() + timedelta(days=2)).replace(hour=8, minute=0)
    typed = {
        "html": "Fermé demain",
        "starts_at": begins.strftime("%Y-%m-%dT%H:%M"),
        "ends_at": (begins + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"),
    }
    answer = client.post(PAGE, typed, follow=True)
    assert "affiché dès le" in unescape(answer.content.decode())
    notice = Notice.objects.get()
    moments = [
        begins - timedelta(minutes=1),
        begins,
        begins + timedelta(hours=23),
        begins + timedelta(days=1),
    ]
    assert [notice.is_shown(moment) for moment in moments] == [False, True, True, False]
    backwards = typed | {"starts_at": typed["ends_at"], "ends_at": typed["starts_at"]}
    assert client.post(PAGE, backwards).status_code == 422


def test_without_a_time_a_notice_is_always_shown() -> None:
    assert Notice(html="x").is_shown(datetime(2040, 1, 1, tzinfo=UTC))
