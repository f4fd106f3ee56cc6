"""Who comes, who goes and what is lost while words are sealed, in real browsers at both ends."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.both_ends import begun, say
from tests.browser.conftest import OpenPage
from tests.browser.counsellor_screen import (
    be_available,
    conversations,
    is_open,
    offers,
    transcript,
)
from tests.browser.visitor_steps import BACK, ask, open_widget, write
from tests.server import Server


@pytest.fixture
def server(prepared: Path, tmp_path: Path) -> Iterator[Server]:
    """For this test alone: counsellors are soon lost, and it is started anew."""
    patience = {"MITI_PING_S": "1", "MITI_SILENCE_S": "12", "MITI_COUNSELLOR_GRACE_S": "1"}
    with Server(tmp_path / "journeys", prepared=prepared, **patience) as running:
        yield running


def test_a_guest_reads_all_and_after_the_withdrawal_the_two_go_on(
    open_page: OpenPage, sign_in: OpenPage
) -> None:
    owner = be_available(sign_in, "conseillere.cdm")
    widget = begun(open_page("/demo/"), owner)
    write(widget, "avant")
    guest = be_available(sign_in, "conseiller.cefo")
    owner.keyboard.press("Alt+i")
    owner.get_by_role("dialog").get_by_label("Karim").check()
    owner.keyboard.press("Enter")
    expect(offers(guest)).to_have_count(1)
    guest.keyboard.press("Alt+a")
    expect(transcript(guest)).to_contain_text("avant")
    say(guest, "de l’invité")
    expect(widget.locator(".bubble")).to_have_text(["avant", "de l’invité"])
    expect(transcript(owner)).to_contain_text("de l’invité")
    owner.get_by_role("button", name="Retirer").click()
    expect(conversations(guest)).to_have_count(0)
    write(widget, "après")
    expect(transcript(owner)).to_contain_text("après")
    say(owner, "à deux")
    expect(widget.locator(".bubble")).to_have_text(["avant", "de l’invité", "après", "à deux"])


def test_a_counsellor_who_comes_while_the_visitor_is_away_writes_and_both_read_it_later(
    open_page: OpenPage, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    page = open_page("/demo/")
    widget = open_widget(page)
    ask(widget)
    write(widget, "écrit en attendant")
    expect(offers(console)).to_have_count(1)
    page.context.set_offline(True)
    expect(offers(console)).to_contain_text("n’est plus connectée")
    console.keyboard.press("Alt+a")
    is_open(console)
    # Nobody can have given it the keys: it says so, and what is written waits.
    expect(console.get_by_text("Le navigateur de la personne ne répond pas")).to_be_visible()
    say(console, "je suis là")
    page.context.set_offline(False)
    # What is written to nobody leaves the browser once somebody is there. Which of the two is first, nobody can say.
    expect(widget.locator(".bubble")).to_have_count(2)
    for words in ("je suis là", "écrit en attendant"):
        expect(widget.locator(".bubble", has_text=words)).to_have_count(1)
    expect(transcript(console)).to_contain_text("écrit en attendant")
    expect(console.locator(".is-pending")).to_have_count(0)


def test_a_guest_who_comes_while_the_visitor_is_away_is_given_the_keys_by_the_owner(
    open_page: OpenPage, sign_in: OpenPage
) -> None:
    owner = be_available(sign_in, "conseillere.cdm")
    page = open_page("/demo/")
    widget = begun(page, owner)
    write(widget, "avant")
    expect(transcript(owner)).to_contain_text("avant")
    guest = be_available(sign_in, "conseiller.cefo")
    page.context.set_offline(True)
    expect(owner.locator(".chat-now")).to_contain_text("place")
    owner.keyboard.press("Alt+i")
    owner.get_by_role("dialog").get_by_label("Karim").check()
    owner.keyboard.press("Enter")
    expect(offers(guest)).to_have_count(1)
    guest.keyboard.press("Alt+a")
    expect(transcript(guest)).to_contain_text("avant")
    say(guest, "pendant votre absence")
    expect(transcript(owner)).to_contain_text("pendant votre absence")
    page.context.set_offline(False)
    expect(widget.locator(".bubble")).to_have_text(["avant", "pendant votre absence"])


def test_whoever_comes_after_a_lost_counsellor_reads_what_was_said(
    open_page: OpenPage, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    widget = begun(open_page("/demo/"), console)
    write(widget, "avant")
    expect(transcript(console)).to_contain_text("avant")
    say(console, "je vous lis")
    expect(widget.locator(".bubble")).to_have_text(["avant", "je vous lis"])
    successor = be_available(sign_in, "conseiller.cefo")
    console.context.close()
    expect(offers(successor)).to_have_count(1)
    successor.keyboard.press("Alt+a")
    is_open(successor)
    expect(transcript(successor)).to_contain_text("avant")
    expect(transcript(successor)).to_contain_text("je vous lis")
    say(successor, "je reprends")
    expect(widget.locator(".bubble")).to_have_text(["avant", "je vous lis", "je reprends"])
    write(widget, "merci")
    expect(transcript(successor)).to_contain_text("merci")


def test_a_second_tab_of_the_counsellor_has_the_keys_of_the_first(
    open_page: OpenPage, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    widget = begun(open_page("/demo/"), console)
    write(widget, "avant")
    expect(transcript(console)).to_contain_text("avant")
    tab = console.context.new_page()
    tab.goto("/console/")
    expect(transcript(tab)).to_contain_text("avant")
    say(tab, "du second onglet")
    expect(widget.locator(".bubble")).to_have_text(["avant", "du second onglet"])
    expect(transcript(console)).to_contain_text("du second onglet")


def test_a_duplicated_tab_of_the_visitor_has_the_keys_of_the_first(
    open_page: OpenPage, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    page = open_page("/demo/")
    widget = begun(page, console)
    write(widget, "avant")
    expect(transcript(console)).to_contain_text("avant")
    # It begins with a copy of what the first one has stored, as a duplicated tab does.
    with page.context.expect_page() as opened:
        page.evaluate("window.open('/demo/')")
    opened.value.get_by_role("button", name=BACK).click()
    copy = opened.value.frame_locator("iframe[title=Miti]")
    expect(copy.locator(".bubble")).to_have_text(["avant"])
    write(copy, "du second onglet")
    write(widget, "du premier")
    said = ["avant", "du second onglet", "du premier"]
    expect(widget.locator(".bubble")).to_have_text(said)
    expect(copy.locator(".bubble")).to_have_text(said)
    say(console, "je lis les deux")
    for tab in (widget, copy):
        expect(tab.locator(".bubble")).to_have_text([*said, "je lis les deux"])
    expect(console.locator(".bubble")).to_have_text([*said, "je lis les deux"])


def test_the_keys_outlive_the_memory_of_the_server(
    server: Server, open_page: OpenPage, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    widget = begun(open_page("/demo/"), console)
    write(widget, "avant")
    expect(transcript(console)).to_contain_text("avant")
    server.stop()
    server.start()
    write(widget, "après")
    expect(transcript(console)).to_contain_text("après")
    say(console, "toujours là")
    expect(widget.locator(".bubble")).to_have_text(["avant", "après", "toujours là"])
    expect(console.get_by_text("n’a pas pu être ouvert")).to_have_count(0)
