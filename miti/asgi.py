"""The wiring diagram: which connection goes where, which stores are behind it, what runs beside it."""

import os
from collections.abc import Awaitable, Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "miti.settings")
django.setup()

from channels.auth import AuthMiddlewareStack  # noqa: E402  # everything below needs Django to be set up
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.urls import path  # noqa: E402

from chat import runtime  # noqa: E402
from chat.hub import Hub  # noqa: E402
from chat.transcript.embedded import EmbeddedTranscripts  # noqa: E402
from chat.volatile import EmbeddedVolatile  # noqa: E402
from counsellor_console.consumer import CounsellorSocket  # noqa: E402
from miti.lifespan import Lifespan  # noqa: E402
from widget.consumer import VisitorSocket  # noqa: E402


def build_runtime() -> runtime.Runtime:
    """The stores that the settings ask for."""
    hub = Hub()
    transcripts = EmbeddedTranscripts(
        publish=hub.published,
        most=settings.ENV.transcript_messages,
        expiry_s=settings.ENV.tombstone_s,
    )
    return runtime.Runtime(transcripts=transcripts, volatile=EmbeddedVolatile(), hub=hub)


runtime.start(build_runtime())

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

background = Lifespan()
connections = ProtocolTypeRouter(
    {
        "http": get_asgi_application(),
        "websocket": URLRouter(
            [
                path("ws/visitor/", VisitorSocket.as_asgi()),
                path("ws/counsellor/", AuthMiddlewareStack(CounsellorSocket.as_asgi())),
            ]
        ),
        "lifespan": background,
    }
)


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    # Servers without lifespan events (Daphne) never say that they start: the first connection does.
    background.start()
    await connections(scope, receive, send)
