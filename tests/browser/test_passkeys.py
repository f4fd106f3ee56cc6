"""A passkey as second factor: set up, asked for, removed. The browser's virtual authenticator stands in for a device."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.conftest import PATIENCE_MS
from tests.live.database_file import read
from tests.server import Server

ACCOUNT, PASSWORD = "coordination", "miti-demo"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
Device = Callable[..., str]


@pytest.fixture
def server(prepared: Path, tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path / "keys", prepared=prepared, MITI_SECOND_FACTOR_FOR="coordinator") as running:
        yield running


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """Browsers allow passkeys at https addresses and at localhost, not at numbers."""
    context = browser.new_context(base_url=f"http://localhost:{server.port}", locale="fr-BE")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text) if "Content Security" in line.text else None)
    page.on("pageerror", lambda error: refused.append(str(error)))
    yield page
    context.close()
    assert refused == []


@pytest.fixture
def device(page: Page) -> CDPSession:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return session


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.fill("#id_login", ACCOUNT)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")


def set_up(page: Page) -> None:
    sign_in(page)
    page.wait_for_url("**/accounts/2fa/totp/activate/")
    page.get_by_role("link", name="Utiliser une clé d’accès").click()
    # Until its script is there the button does nothing.
    page.wait_for_url("**/accounts/2fa/webauthn/add/")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/accounts/2fa/recovery-codes/")


def log(server: Server) -> list[Any]:
    return [row["action"] for row in read(server, "SELECT action FROM partners_auditentry ORDER BY at")]


def test_whoever_needs_a_factor_sets_up_a_passkey_and_signs_in_with_it(
    page: Page, device: CDPSession, server: Server
) -> None:
    set_up(page)
    assert "second_factor.added" in log(server)
    page.goto("/coordination/")
    expect(page.locator("h1")).to_be_visible()
    page.context.clear_cookies()
    sign_in(page)
    page.wait_for_url("**/accounts/2fa/authenticate/**")
    # The password alone opens nothing.
    page.goto("/coordination/")
    page.wait_for_url("**/accounts/2fa/authenticate/**")
    page.click("#mfa_webauthn_authenticate")
    page.wait_for_url("**/coordination/")


def test_another_device_does_not_come_in(page: Page, device: CDPSession) -> None:
    set_up(page)
    page.context.clear_cookies()
    sign_in(page)
    page.wait_for_url("**/accounts/2fa/authenticate/**")
    device.send("WebAuthn.disable")
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.click("#mfa_webauthn_authenticate")
    expect(page.locator("#passkey-failed")).to_be_visible()
    page.goto("/coordination/")
    page.wait_for_url("**/accounts/2fa/authenticate/**")


def test_a_passkey_that_is_removed_is_needed_again(page: Page, device: CDPSession, server: Server) -> None:
    set_up(page)
    page.goto("/accounts/2fa/webauthn/")
    page.locator("a.is-danger").click()
    page.locator("button.is-danger").click()
    page.wait_for_url("**/accounts/2fa/totp/activate/")
    assert "second_factor.removed" in log(server)
