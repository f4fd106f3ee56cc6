"""A page that is not ours, with the one line that puts Miti on it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.live.database_file import change
from tests.server import Server


class Partner:
    """A partner's web server, under another origin than Miti's, within the demo site's allowed domains."""

    def __init__(self, body: str, policy: str = "") -> None:
        html = f'<!doctype html><html lang="fr"><title>Partenaire</title><body><p>Bienvenue</p>{body}'

        class Page(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if policy:
                    self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(html.encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self.url = f"http://localhost:{self._server.server_port}/page"

    def __enter__(self) -> str:
        self._thread.start()
        return self.url

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def script(server: Server, site: str = "demo", **data: str) -> str:
    extra = "".join(f' data-{name}="{value}"' for name, value in data.items())
    return f'<script src="{server.url}/widget.js" data-site="{site}"{extra} async></script>'


@contextmanager
def site_for(server: Server, audience: str) -> Iterator[None]:
    """The demo's site, as if it were for others."""
    site = "UPDATE routing_rules_site SET audience = ? WHERE key = 'demo'"
    change(server, site, audience)
    try:
        yield
    finally:
        change(server, site, "public")
