"""How long a slow phone takes from hearing that a counsellor has joined to showing their first line: `make bench-phone`.

In between the visitor's browser makes the keys and grants them, the counsellor's end opens the grant, seals its line and sends it, and the
browser opens and draws it. The counsellor is a socket that answers at once, on the same machine. JSON=FILE keeps the figures.
"""

import json
import os
import platform
import shutil
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import ask, open_widget
from tests.server import Server, prepare

ROUNDS = 12
SLOWED = (1, 4, 6)
"""How many times slower than this machine. Chromium slows down the page's own thread."""
MOST_MS = 300
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "locale": "fr-BE"}
CHROMIUM = ("chromium-headless-shell", "chromium", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu"]
LINE = "Bonjour, je vous lis."
CLOCK = """
globalThis.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      if (JSON.parse(data).type === "joined") top.joinedAt ??= performance.timeOrigin + performance.now();
    });
  }
};
new MutationObserver(() => {
  if (![...document.querySelectorAll(".bubble")].some((one) => one.textContent.includes("je vous lis"))) return;
  // On the screen: after the next frame was painted.
  requestAnimationFrame(() => setTimeout(() => {
    top.shownAt ??= performance.timeOrigin + performance.now();
  }));
}).observe(document, { childList: true, subtree: true, characterData: true });
"""


def joined_to_line_ms(browser: Browser, server: Server, times: int) -> float:
    """One visitor, once."""
    with SocketCounsellor(server) as counsellor:
        context = browser.new_context(base_url=server.url, **PHONE)  # type: ignore[arg-type]
        context.add_init_script(CLOCK)
        page = context.new_page()
        page.goto("/demo/")
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": times})
        widget = open_widget(page)
        ask(widget)
        counsellor.accepts()
        counsellor.says(LINE)
        expect(widget.get_by_text(LINE)).to_be_visible(timeout=60_000)
        while not page.evaluate("globalThis.shownAt"):
            pass
        took = float(page.evaluate("globalThis.shownAt - globalThis.joinedAt"))
        counsellor.closes()
        counsellor.conversation = ""
        context.close()
    return took


def main() -> None:
    figures: dict[str, list[float]] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        Server(Path(folder, "server"), prepared=prepare(Path(folder, "prepared"))) as server,
        sync_playwright() as playwright,
    ):
        program = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
        browser = playwright.chromium.launch(args=ARGUMENTS, executable_path=program)
        joined_to_line_ms(browser, server, 1)
        for times in SLOWED:
            figures[str(times)] = [joined_to_line_ms(browser, server, times) for _ in range(ROUNDS)]
        version = browser.version
        browser.close()
    load = os.getloadavg()[0]
    print(
        f"joined to the first line on the screen, ms; Chromium {version}, {os.cpu_count()} cores, load {load:.1f}"
    )
    print(
        f"{'times slower':>12} {'least':>7} {'median':>7} {'most':>7}   of {ROUNDS}, must: {MOST_MS} at {SLOWED[-1]}"
    )
    for slowed, took in figures.items():
        print(f"{slowed:>12} {min(took):7.0f} {statistics.median(took):7.0f} {max(took):7.0f}")
    if file := os.environ.get("JSON"):
        made = {"machine": platform.machine(), "load": load, "ms": figures}
        Path(file).write_text(json.dumps(made, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
