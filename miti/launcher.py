"""Prepares the data and serves, on one machine, with one command."""

import logging
import resource
import socket
import sys

import django
import structlog
import uvicorn
from django.conf import settings
from django.core.management import call_command

from demo import facts

GOODBYE_S = 10
log = structlog.stdlib.get_logger(__name__)


def setup() -> None:
    """Bring words, static files and the database up to date."""
    build()
    prepare()


def build() -> None:
    """Build what depends on the source only: compiled words, static files. In a container it is part of the image."""
    django.setup()
    call_command("compile_words", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def prepare() -> None:
    """Bring the database up to date; with MITI_DEMO=1, make sure that the demo data is there."""
    django.setup()
    import demo.build

    call_command("migrate", interactive=False, verbosity=0)
    if settings.ENV.demo:
        demo.build.ensure()


def run(application: str = "miti.asgi:application") -> None:
    """Serve until stopped. Ctrl-C tells every browser to reconnect."""
    django.setup()
    env = settings.ENV
    require_free_port(env.host, env.port)
    raise_limit_of_open_files()
    _say_where(address_of(env.host, env.port))
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    uvicorn.run(
        application,
        host=env.host,
        port=env.port,
        workers=env.web_processes if env.web_processes > 1 else None,
        loop="uvloop",
        http="httptools",
        ws="server.websocket_protocol:Protocol",
        ws_max_size=env.frame_bytes,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        lifespan="on",
        timeout_graceful_shutdown=GOODBYE_S,
    )


def raise_limit_of_open_files() -> None:
    """Allow as many open files, connections among them, as the system lets this process have. The usual 1,024 are no more than the
    connections of one address, with which it would shut out everybody else."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if most != resource.RLIM_INFINITY and settings.ENV.connections_per_address > most / 2:
        log.warning("one address may take most of the open files: lower MITI_CONNECTIONS_PER_ADDRESS")


def require_free_port(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as fault:
        sys.exit(
            f"Miti cannot listen on {host}:{port} ({fault.strerror}). Choose another: PORT=8001 make run"
        )


def address_of(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _say_where(address: str) -> None:
    if settings.LOGGING["json"]:
        log.info("serving", port=settings.ENV.port)
        return
    lines = [f"Miti is at {address}/   (Ctrl-C stops it)"]
    if settings.ENV.demo:
        lines += [
            "",
            f"  a partner's page   {address}/demo/          (?site=miti: real hours, ?site=ecole: a school)",
            f"  the console        {address}/console/       {', '.join(facts.ON_SHOW['console'])}",
            f"  coordination       {address}/coordination/  {', '.join(facts.ON_SHOW['coordination'])}",
            f"  indicators         {address}/indicators/    {', '.join(facts.ON_SHOW['indicators'])}",
            f"  accounts           {address}/admin/         {', '.join(facts.ON_SHOW['accounts'])}",
            "",
            f"  The password of all demo accounts is {facts.PASSWORD}.",
        ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
