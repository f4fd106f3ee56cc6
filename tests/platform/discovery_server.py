"""A provider's discovery document, from a server that counts who asks for it and can keep them waiting."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread


class DiscoveryServer:
    def __init__(self, document: bytes) -> None:
        self.document = document
        self.url = ""
        self.asked = 0
        self.is_asked = Event()
        self.may_answer = Event()
        self.may_answer.set()


@contextmanager
def serving(document: bytes) -> Iterator[DiscoveryServer]:
    told = DiscoveryServer(document)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked += 1
            told.is_asked.set()
            told.may_answer.wait()
            self.send_response(200)
            self.send_header("Content-Length", str(len(told.document)))
            self.end_headers()
            self.wfile.write(told.document)

        def log_message(self, format: str, *args: object) -> None:
            pass

        def handle(self) -> None:
            # Whoever asked may wait no longer.
            with suppress(ConnectionError):
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield told
    finally:
        told.may_answer.set()
        server.shutdown()
        thread.join()
        server.server_close()
