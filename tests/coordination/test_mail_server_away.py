"""While the mail server is away no page fails: who asked for a letter is told in a sentence and sends it again."""

import logging
import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from partners.models import Role, Staff
from tests.coordination.conftest import World, make_person
from tests.server import free_port

SignedIn = Callable[[str], Client]
pytestmark = pytest.mark.usefixtures("running")
SENDER = "Miti <miti@centre.example>"


class MailServer(socketserver.ThreadingTCPServer):
    """As little of SMTP (RFC 5321) as a letter takes."""

    allow_reuse_address = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Session)
        self.letters: list[str] = []


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, MailServer)
        self._say("220 here")
        for line in iter(self.rfile.readline, b""):
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                self._say("354 go on")
                text = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.letters.append(text.decode())
            if word == b"QUIT":
                self._say("221 bye")
                return
            self._say("250 ok")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def port(settings: Any) -> int:
    """Where nobody listens yet."""
    cache.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_USE_SSL = settings.EMAIL_USE_TLS = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.DEFAULT_FROM_EMAIL = SENDER
    return int(settings.EMAIL_PORT)


@pytest.fixture
def mail_server(port: int) -> Iterator[Callable[[], MailServer]]:
    servers: list[MailServer] = []

    def start() -> MailServer:
        servers.append(MailServer(port))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return servers[-1]

    yield start
    for one in servers:
        one.shutdown()
        one.server_close()


def test_an_invitation_is_sent_again_once_the_mail_server_is_back(
    world: World, signed_in: SignedIn, mail_server: Callable[[], MailServer], caplog: pytest.LogCaptureFixture
) -> None:
    browser = signed_in("coordinator")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    typed = {"email": "lea@exemple.be", "first_name": "Léa", "partner": world.namur.pk, "role": "counsellor"}
    with caplog.at_level(logging.ERROR):
        page = browser.post("/coordination/people/invite/", typed, follow=True)
    assert page.status_code == 200
    assert "the letter could not be sent" in page.content.decode()
    assert "a letter could not be sent" in caplog.text
    assert "lea@exemple.be" not in caplog.text
    (again,) = re.findall(r'action="(/coordination/people/\d+/letter)"', page.content.decode())
    assert "the letter could not be sent" in browser.post(again, follow=True).content.decode()
    server = mail_server()
    assert "a letter is on its way" in browser.post(again, follow=True).content.decode()
    (letter,) = server.letters
    assert f"From: {SENDER}" in letter
    assert "To: lea@exemple.be" in letter


def test_only_who_never_came_in_is_invited_again(world: World, signed_in: SignedIn, port: int) -> None:
    someone = make_person("somebody", Role.COUNSELLOR, world.namur)
    someone.set_password("a password of their own")
    someone.save()
    browser = signed_in("coordinator")
    assert "/letter" not in browser.get(f"/coordination/people/{someone.pk}/").content.decode()
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    answer = browser.post(f"/coordination/people/{someone.pk}/letter", follow=True)
    assert "needs no invitation any more" in answer.content.decode()


@pytest.mark.django_db
def test_a_forgotten_password_answers_the_same_whether_there_is_an_account(
    mail_server: Callable[[], MailServer], caplog: pytest.LogCaptureFixture
) -> None:
    Staff.objects.create_user("claire", email="claire@example.be", password="long enough for anybody")
    browser = Client(HTTP_ACCEPT_LANGUAGE="en")

    def asked(address: str) -> str:
        answer = browser.post("/accounts/password/reset/", {"email": address}, follow=True)
        assert answer.status_code == 200
        return re.sub(r"csrf\S+ value=\S+", "", answer.content.decode()).replace(address, "")

    away = asked("claire@example.be")
    assert away == asked("nobody@example.be")
    assert "No letter can be sent at present" in away
    assert "We have sent you" not in away
    assert "claire" not in caplog.text
    server = mail_server()
    back = asked("claire@example.be")
    assert back == asked("nobody@example.be")
    assert "No letter can be sent" not in back
    (letter,) = server.letters
    assert "To: claire@example.be" in letter


@pytest.mark.django_db
def test_who_is_signed_in_is_told_that_the_letter_did_not_leave(port: int) -> None:
    person = Staff.objects.create_user(
        "claire", email="claire@example.be", password="long enough for anybody"
    )
    person.role = Role.ANALYST
    person.save()
    browser = Client(HTTP_ACCEPT_LANGUAGE="en")
    browser.post("/accounts/login/", {"login": "claire", "password": "long enough for anybody"})
    answer = browser.post("/accounts/email/", {"action_add": "", "email": "other@example.be"}, follow=True)
    assert answer.status_code == 200
    assert "The letter could not be sent" in answer.content.decode()
