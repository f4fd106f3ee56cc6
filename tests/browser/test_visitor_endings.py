"""How a conversation ends for a visitor: told why, asked nothing they do not want to answer, with the text if they want it."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.partner_page import Partner, script
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import (
    LAUNCHER,
    START,
    ask,
    composer,
    open_widget,
    stop_waiting,
    stored,
    write,
)
from tests.live.database_file import declare_campaign, metric_rows
from tests.server import Server


def test_the_survey_is_a_few_optional_taps_and_the_text_can_be_saved(
    server: Server, open_page: OpenPage, tmp_path: Path
) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        widget = open_widget(page)
        ask(widget)
        counsellor.accepts()
        write(widget, "Bonjour, une question")
        counsellor.reads("Bonjour, une question")
        counsellor.says("Voici la réponse")
        expect(widget.get_by_text("Voici la réponse")).to_be_visible()
        counsellor.closes()
        expect(widget.get_by_role("heading", name="La conversation est terminée")).to_be_focused()
        expect(widget.get_by_text("La personne qui vous répondait y a mis fin.")).to_be_visible()
        assert stored(page) == []
        with page.expect_download() as saving:
            widget.get_by_role("button", name="Enregistrer le texte").click()
        text = Path(saving.value.path()).read_text(encoding="utf-8-sig")
        assert "Vous : Bonjour, une question" in text
        assert "Conseiller·ère : Voici la réponse" in text
        widget.get_by_text("Votre avis").click()
        widget.get_by_role("group", name="Cette conversation").get_by_role("radio", name="5").check()
        widget.get_by_role("button", name="Donner mon avis").click()
        expect(widget.get_by_text("Merci.")).to_be_visible()
        widget.get_by_role("button", name="Nouvelle question").click()
        expect(widget.get_by_role("button", name=START["fr"])).to_be_visible()


def test_a_visitor_who_was_away_at_the_end_learns_it_and_may_answer_the_survey(
    server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        widget = open_widget(page)
        ask(widget)
        counsellor.accepts()
        write(widget, "Bonjour")
        counsellor.reads("Bonjour")
        counsellor.says("Bonjour")
        expect(widget.locator(".bubble")).to_have_count(2)
        page.reload()
        counsellor.closes()
        # Brought back by the page itself, the chat learns that it has ended.
        expect(page.get_by_role("button", name=LAUNCHER["fr"])).to_be_visible()
        page.get_by_role("button", name=LAUNCHER["fr"]).click()
        widget = page.frame_locator("iframe[title=Miti]")
        expect(widget.get_by_role("heading", name="La conversation est terminée")).to_be_visible()
        widget.get_by_text("Votre avis").click()
        expect(widget.get_by_role("button", name="Donner mon avis")).to_be_visible()
        assert stored(page) == []


def test_leaving_the_queue_and_leaving_a_conversation_are_each_asked_once(
    server: Server, open_page: OpenPage
) -> None:
    def counted() -> list[str]:
        return [row["outcome"] for row in metric_rows(server).values() if row["campaign"] == "deux-fois"]

    declare_campaign(server, "demo", "deux-fois")
    with SocketCounsellor(server) as counsellor, Partner(script(server, campaign="deux-fois")) as url:
        page = open_page(url)
        widget = open_widget(page)
        ask(widget)
        counsellor.rings()
        stop_waiting(widget)
        expect(widget.get_by_text("Vous avez quitté la file.")).to_be_visible()
        expect(widget.get_by_text("Votre avis")).to_have_count(0)
        assert stored(page) == []
        assert counsellor.gone() == "visitor_left"
        # Which of the two depends on how long this machine took.
        assert counted() in (["abandoned_short"], ["abandoned"])
        # Whoever thinks better of it within minutes is one request, and no longer one that was given up.
        widget.get_by_role("button", name="Nouvelle question").click()
        ask(widget)
        counsellor.accepts()
        expect(widget.get_by_text("Quelqu’un est là")).to_be_visible()
        widget.get_by_role("button", name="Terminer").click()
        expect(widget.get_by_role("button", name="Continuer à parler")).to_be_focused()
        widget.get_by_role("button", name="Continuer à parler").click()
        expect(widget.get_by_role("alertdialog")).to_have_count(0)
        expect(composer(widget)).to_be_visible()
        widget.get_by_role("button", name="Terminer").click()
        widget.get_by_role("button", name="Oui, terminer").click()
        expect(widget.get_by_text("Vous y avez mis fin.")).to_be_visible()
        counsellor.hears("closed")
        assert counted() == ["accepted_silent"]


def test_what_was_written_ahead_can_be_copied_after_leaving_the_queue(
    server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        widget = open_widget(page)
        ask(widget)
        counsellor.rings()
        write(widget, "Bonjour, je cherche")
        composer(widget).fill("et aussi")
        widget.get_by_role("button", name="Ne plus attendre", exact=True).click()
        widget.get_by_role("button", name="Continuer à attendre").click()
        expect(composer(widget)).to_have_value("et aussi")
        stop_waiting(widget)
        kept = widget.get_by_label("Ceci n’est pas parti. Vous pouvez le copier :")
        expect(kept).to_have_value("Bonjour, je cherche\net aussi")
        widget.get_by_role("button", name="Copier").click()
        expect(widget.get_by_text("Copié.")).to_be_visible()
        assert stored(page) == []
        widget.get_by_role("button", name="Nouvelle question").click()
        expect(widget.get_by_role("button", name=START["fr"])).to_be_visible()
        expect(kept).to_have_count(0)


def test_a_question_about_waiting_does_not_end_the_conversation_that_began_meanwhile(
    server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(server) as counsellor:
        widget = open_widget(open_page("/demo/"))
        ask(widget)
        widget.get_by_role("button", name="Ne plus attendre", exact=True).click()
        expect(widget.get_by_role("alertdialog")).to_be_visible()
        counsellor.accepts()
        expect(widget.get_by_text("Quelqu’un est là")).to_be_visible()
        expect(widget.get_by_role("alertdialog")).to_have_count(0)
        widget.get_by_role("button", name="Terminer").click()
        expect(widget.get_by_text("Terminer la conversation ?")).to_be_visible()
        counsellor.closes()


def test_a_blocked_visitor_is_told_so_and_asked_nothing(own_server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(own_server) as counsellor:
        widget = open_widget(open_page(f"{own_server.url}/demo/"))
        ask(widget)
        counsellor.accepts()
        write(widget, "Bonjour")
        counsellor.reads("Bonjour")
        counsellor.says("Bonjour")
        expect(widget.locator(".bubble")).to_have_count(2)
        counsellor.sends("block", reason="insults")
        expect(widget.get_by_text("La personne qui vous répondait l’a arrêtée.")).to_be_visible()
        expect(widget.get_by_role("button", name="Enregistrer le texte")).to_be_visible()
        expect(widget.get_by_text("Votre avis")).to_have_count(0)


def test_after_a_server_restart_both_ends_continue_with_their_messages(
    own_server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(own_server) as counsellor:
        page = open_page(f"{own_server.url}/demo/")
        widget = open_widget(page)
        ask(widget)
        counsellor.accepts()
        write(widget, "avant")
        counsellor.reads("avant")
        expect(widget.get_by_text("Envoyé")).to_be_visible()
        own_server.kill()
    expect(widget.get_by_text("La connexion est coupée")).to_be_visible()
    write(widget, "pendant la coupure")
    expect(widget.get_by_text("Partira quand la connexion revient")).to_be_visible()
    own_server.start()
    expect(widget.get_by_text("La connexion est coupée")).to_have_count(0)
    expect(widget.get_by_text("pendant la coupure")).to_be_visible()
    assert widget.locator(".bubble").all_inner_texts() == ["avant", "pendant la coupure"]
