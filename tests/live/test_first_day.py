"""The first day: `python -m miti begin` asks ten questions; then three people sign in by their links, and a conversation is held."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from tests.live.test_two_processes import talk
from tests.server import ROOT, Server
from tests.socket_clients import joined, new_token, open_console, sign_in

PASSWORD = "un bon mot de passe pour commencer"
ANSWERS = {
    "Your e-mail address": "ada@centre.example",
    "platform's coordinator": "berthe@centre.example",
    "first institution": "Centre de Namur",
    "team": "",
    "Days": "monday-sunday",
    "Hours": "0:00-24:00",
    "first counsellor": "Chloé",
    "Their e-mail": "chloe@centre.example",
    "page that shows": "http://127.0.0.1:8000",
}


def begin(folder: Path, answers: list[str], **settings: Any) -> subprocess.CompletedProcess[str]:
    environment = Server(folder, MITI_DEMO="0", **settings).environment()
    return subprocess.run(
        [sys.executable, "-m", "miti", "begin"], cwd=ROOT, env=environment, input="\n".join(answers) + "\n", text=True,
        capture_output=True, check=False,
    )  # fmt: skip


def test_wrong_answers_are_asked_again_and_an_end_changes_nothing(tmp_path: Path) -> None:
    answers = [
        "no address",
        "ada@centre.example",
        "ada@",
        "berthe@centre.example",
        "Centre",
        "",
        "someday",
        "monday",
        "9-8-7",
    ]
    done = begin(tmp_path, answers)
    assert done.returncode == 1
    assert done.stdout.count("That cannot be read") == 4
    assert "Nothing was changed" in done.stderr
    assert "Traceback" not in done.stderr
    assert begin(tmp_path, list(ANSWERS.values())).returncode == 0


async def test_a_first_conversation_after_ten_answers(tmp_path: Path, prepared: Path) -> None:
    server = Server(tmp_path, command=("miti", "serve"), MITI_DEMO="0")
    site = server.url
    told = begin(
        tmp_path, [*list(ANSWERS.values())[:-1], site], PORT=str(server.port), MITI_PUBLIC_URL=server.url
    )
    assert told.returncode == 0, told.stdout + told.stderr
    links = re.findall(rf"{server.url}(/accounts/password/reset/key/\S+)", told.stdout)
    assert len(links) == 3
    assert 'data-site="centre-de-namur"' in told.stdout
    again = begin(tmp_path, [])
    assert again.returncode == 1
    assert "has a plan already" in again.stderr
    (tmp_path / "static").rmdir()
    (tmp_path / "static").symlink_to(prepared / "static")
    server.start()
    try:
        landed = [
            _choose(server, link, name) for link, name in zip(links, ["ada", "berthe", "chloe"], strict=True)
        ]
        # Who can change what applies to others sets a second factor up first.
        assert landed[:2] == ["/accounts/2fa/totp/activate/"] * 2
        assert landed[2] == "/console/"
        cookies = sign_in(server, "chloe@centre.example", PASSWORD)
        console = await open_console(server, cookies=cookies)
        await console.send("hello")
        await console.expect("welcome")
        await console.send("availability", state="available", capacity=2)
        someone, conversation = await joined(server, console, new_token(), site="centre-de-namur")
        await talk(someone, console, conversation, first=1)
    finally:
        server.kill()


def test_a_password_that_can_be_guessed_is_refused_for_the_first_administrator(tmp_path: Path) -> None:
    Server(tmp_path)
    environment = Server(tmp_path, MITI_DEMO="0").environment() | {"DJANGO_SUPERUSER_PASSWORD": "x"}
    subprocess.run([sys.executable, "-m", "miti", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    command = [
        sys.executable,
        "-m",
        "miti",
        "createsuperuser",
        "--noinput",
        "--username",
        "ada",
    ]
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("CommandError")
    environment["DJANGO_SUPERUSER_PASSWORD"] = PASSWORD
    assert subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0


def _choose(server: Server, link: str, name: str) -> str:
    """Where somebody is led who opened the link, chose a password and signed in."""
    with httpx.Client(base_url=server.url, follow_redirects=True) as browser:
        page = browser.get(link)
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[-1]
        typed = {"csrfmiddlewaretoken": token, "password1": PASSWORD, "password2": PASSWORD}
        assert browser.post(str(page.url), data=typed).status_code == httpx.codes.OK
        return _signed_in(browser, f"{name}@centre.example").url.path


def _signed_in(browser: httpx.Client, login: str) -> httpx.Response:
    page = browser.get("/accounts/login/")
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[-1]
    return browser.post(
        "/accounts/login/", data={"csrfmiddlewaretoken": token, "login": login, "password": PASSWORD}
    )
