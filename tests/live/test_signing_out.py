"""Losing the right to counsel ends the open console at once, whatever the reason; its conversations go on elsewhere."""

import time

import httpx
import pytest

from partners.sessions import digest_of
from tests.live.database_file import change, read
from tests.server import Server
from tests.socket_clients import joined, open_console, sign_in, sign_out, visitor

GRACE_S = 30
"""As the servers of these tests have it."""


async def test_signing_out_closes_the_console_and_the_visitor_is_not_left_alone(
    wakeups_only_server: Server,
) -> None:
    cookies = sign_in(wakeups_only_server, "conseillere.cdm")
    console = await open_console(wakeups_only_server, cookies=cookies)
    await console.send("hello")
    await console.expect("welcome")
    await console.send("availability", state="available", capacity=2)
    await console.expect("availability")
    someone, conversation = await joined(wakeups_only_server, console)
    await sign_out(wakeups_only_server, cookies)
    assert await console.closed() == 4050
    # At once: nobody waits out the grace of whoever is known not to come back.
    closed_at = time.monotonic()
    await someone.expect("requeued")
    assert time.monotonic() - closed_at < GRACE_S / 2
    assert conversation
    # The old session opens nothing any more.
    with pytest.raises(Exception, match="403"):
        await open_console(wakeups_only_server, cookies=cookies)


async def test_another_browser_of_the_same_person_stays(server: Server) -> None:
    one, other = sign_in(server, "conseillere.diores"), sign_in(server, "conseillere.diores")
    first = await open_console(server, cookies=one)
    second = await open_console(server, cookies=other)
    for console in (first, second):
        await console.send("hello")
        await console.expect("welcome")
    await sign_out(server, one)
    assert await first.closed() == 4050
    await second.send("availability", state="away", capacity=2)
    await second.expect("availability")


async def test_a_conversation_stays_with_another_browser_of_the_same_person(server: Server) -> None:
    one, other = sign_in(server, "conseillere.cdm"), sign_in(server, "conseillere.cdm")
    first, second = await open_console(server, cookies=one), await open_console(server, cookies=other)
    for console in (first, second):
        await console.send("hello")
        await console.expect("welcome")
    await second.send("availability", state="available", capacity=2)
    await second.expect("availability")
    someone, conversation = await joined(server, second)
    await sign_out(server, one)
    assert await first.closed() == 4050
    await someone.quiet("requeued", for_s=4)
    await second.send("say", conversation=conversation, client_id="1-still", body="Toujours là")
    await someone.expect("message")


async def test_a_session_that_ends_elsewhere_is_noticed_at_the_next_refresh(server: Server) -> None:
    """Deleted by hand, by expiry or by another server: no wake-up comes, the next event finds out."""
    cookies = sign_in(server, "conseiller.cefo")
    console = await open_console(server, cookies=cookies)
    await console.send("hello")
    await console.expect("welcome")
    change(server, "DELETE FROM django_session WHERE session_key = ?", digest_of(cookies["sessionid"]))
    await console.send("availability", state="available", capacity=2)
    assert await console.closed() == 4050


async def test_a_disabled_account_and_a_changed_role_lose_their_console(server: Server) -> None:
    for setback, back in (
        ("UPDATE partners_staff SET is_active = 0 WHERE username = 'accueil'",
         "UPDATE partners_staff SET is_active = 1 WHERE username = 'accueil'"),
        ("UPDATE partners_staff SET role = 'analyst' WHERE username = 'accueil'",
         "UPDATE partners_staff SET role = 'counsellor' WHERE username = 'accueil'"),
    ):  # fmt: skip
        cookies = sign_in(server, "accueil")
        console = await open_console(server, cookies=cookies)
        await console.send("hello")
        await console.expect("welcome")
        try:
            change(server, setback)
            await console.send("availability", state="available", capacity=2)
            assert await console.closed() == 4050
            with pytest.raises(Exception, match="403"):
                await open_console(server, cookies=cookies)
        finally:
            change(server, back)


async def test_a_changed_password_closes_what_was_opened_with_the_old_one(own_server: Server) -> None:
    """Whoever has stolen a session loses it when its owner changes the password: the open console too."""
    stolen, own = sign_in(own_server, "conseillere.cdm"), sign_in(own_server, "conseillere.cdm")
    console = await open_console(own_server, cookies=stolen)
    await console.send("hello")
    await console.expect("welcome")
    async with httpx.AsyncClient(base_url=own_server.url, cookies=own) as browser:
        page = await browser.get("/accounts/password/change/")
        token = page.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        words = {
            "oldpassword": "miti-demo",
            "password1": "nobody knows this",
            "password2": "nobody knows this",
        }
        answer = await browser.post(
            "/accounts/password/change/",
            data={"csrfmiddlewaretoken": token, **words},
            headers={"Origin": own_server.url},
        )
        assert answer.status_code == 302
    assert await console.closed() == 4050
    with pytest.raises(Exception, match="403"):
        await open_console(own_server, cookies=stolen)
    assert "password_changed" in [
        row["action"] for row in read(own_server, "SELECT * FROM partners_auditentry")
    ]


async def test_signing_out_everywhere_closes_the_consoles_of_all_browsers(own_server: Server) -> None:
    other, own = sign_in(own_server, "conseillere.cdm"), sign_in(own_server, "conseillere.cdm")
    consoles = [await open_console(own_server, cookies=cookies) for cookies in (other, own)]
    for console in consoles:
        await console.send("hello")
        await console.expect("welcome")
    async with httpx.AsyncClient(base_url=own_server.url, cookies=own) as browser:
        page = await browser.get("/accounts/")
        token = page.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        answer = await browser.post(
            "/accounts/everywhere/", data={"csrfmiddlewaretoken": token}, headers={"Origin": own_server.url}
        )
        assert answer.status_code == 302
    for console in consoles:
        assert await console.closed() == 4050
    for cookies in (other, own):
        with pytest.raises(Exception, match="403"):
            await open_console(own_server, cookies=cookies)


async def test_what_the_database_holds_opens_no_console(server: Server) -> None:
    sign_in(server, "conseillere.diores")
    kept = [row["session_key"] for row in read(server, "SELECT session_key FROM django_session")]
    assert kept
    for key in kept:
        with pytest.raises(Exception, match="403"):
            await open_console(server, cookies={"sessionid": key})


async def test_a_visitor_cannot_be_signed_out(server: Server) -> None:
    end = await visitor(server)
    await end.send("typing", on=False)
    await end.quiet("error")
