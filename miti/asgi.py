"""The ASGI application: the routes of connections, the stores behind them, and the tasks that run beside them."""

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
from django.urls import path, re_path  # noqa: E402

from chat import runtime  # noqa: E402
from chat.hub import Hub  # noqa: E402
from chat.presence import OFF_DUTY_AFTER_S  # noqa: E402
from chat.redis_client import RedisClient  # noqa: E402
from chat.sealing import Vault  # noqa: E402
from chat.socket import POLICY  # noqa: E402
from chat.transcript.embedded import EmbeddedTranscripts  # noqa: E402
from chat.transcript.redis import RedisTranscripts  # noqa: E402
from chat.volatile import EmbeddedVolatile  # noqa: E402
from chat.volatile.redis import RedisVolatile  # noqa: E402
from counsellor_console.consumer import CounsellorSocket  # noqa: E402
from miti import scheduler  # noqa: E402
from miti.direct_answers import DirectAnswers  # noqa: E402
from miti.polled_pages import PolledPages  # noqa: E402
from server.content_type import in_utf_8  # noqa: E402
from server.lifespan import Lifespan  # noqa: E402
from server.request_limits import bounded  # noqa: E402
from widget.consumer import VisitorSocket  # noqa: E402


def build_runtime() -> runtime.Runtime:
    """The stores that the settings ask for."""
    hub, env = Hub(), settings.ENV
    if settings.EMBEDDED:
        kept = EmbeddedTranscripts(
            publish=hub.publish_entry, most=env.transcript_messages, expiry_s=env.tombstone_s
        )
        return runtime.Runtime(transcripts=kept, volatile=EmbeddedVolatile(), hub=hub)
    line, vault = RedisClient(env.redis_url), Vault()
    shared = RedisTranscripts(
        line=line, hub=hub, vault=vault, most=env.transcript_messages, expiry_s=env.tombstone_s
    )
    # Longer than any silence that has a consequence: nobody may seem new because their sign expired.
    graces = (
        env.visitor_active_grace_s,
        env.visitor_waiting_grace_s,
        env.counsellor_grace_s,
        OFF_DUTY_AFTER_S,
    )
    volatile = RedisVolatile(line=line, vault=vault, presence_s=2 * (env.silence_s + max(graces)))
    return runtime.Runtime(transcripts=shared, volatile=volatile, hub=hub, beside=shared.follow)


runtime.start(build_runtime())

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Scope = dict[str, Any]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def signed_in(socket: Application) -> Any:
    """Add the signed-in user to the scope. Frames bypass Channels' session, which would check each of them for cookies."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        async def known(scope: Scope, _receive: Receive, _send: Send) -> None:
            await socket(scope, receive, send)

        await AuthMiddlewareStack(known)(scope, receive, send)

    return application


async def nowhere(_scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse the handshake: no socket has this address."""
    await receive()
    await send({"type": "websocket.close", "code": POLICY})


# With a broker, a worker does the jobs.
background = Lifespan(scheduler.run if settings.EMBEDDED else scheduler.watch)
connections = ProtocolTypeRouter(
    {
        "http": bounded(in_utf_8(DirectAnswers(PolledPages(get_asgi_application())))),
        "websocket": URLRouter(
            [
                path("ws/visitor/", VisitorSocket.as_asgi()),
                path("ws/counsellor/", signed_in(CounsellorSocket.as_asgi())),
                re_path("", nowhere),  # type: ignore[arg-type]  # an application, as the others are
            ]
        ),
        "lifespan": background,
    }
)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    # Servers without lifespan events (Daphne) do not announce their start, so the first connection starts the runtime.
    background.start()
    await connections(scope, receive, send)
