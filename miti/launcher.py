"""Prepares the data and serves, on one machine, with one command."""

import logging
import socket
import subprocess
import sys
from contextlib import suppress

import django
import structlog
import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError

from demo import facts
from miti import data_lock, redis_checks
from server.connection_limit import most_connections, most_of_one, raise_file_limit

GOODBYE_S = 10
KEEP_ALIVE_S = 5
"""A connection on which nothing was asked for so long is closed. The proxy must give up its own before: `caddy/Caddyfile`."""
log = structlog.stdlib.get_logger(__name__)


def setup() -> None:
    """Bring words, static files and the database up to date."""
    build()
    _bring_up_to_date()


def build() -> None:
    """Build what depends on the source only: compiled words, static files. In a container it is part of the image."""
    django.setup()
    call_command("compile_words", verbosity=0)
    from miti import release_files

    release_files.forget_replaced()
    call_command("collectstatic", interactive=False, verbosity=0)


def prepare() -> None:
    """Say which database it is, and bring it up to date.

    With MITI_DEMO=1 make sure that the demo data is there, else that its accounts are closed.
    """
    django.setup()
    from operations import backup

    # Typed without an installation's settings, it would make another one.
    sys.stderr.write(f"The database is {backup.name()}.\n")
    _bring_up_to_date()


def _bring_up_to_date() -> None:
    django.setup()
    import demo.build
    from miti import release_files

    release_files.share()
    call_command("migrate", interactive=False, verbosity=0)
    if settings.ENV.demo:
        demo.build.ensure()
    else:
        disable_known_passwords()


def begin() -> None:
    """Make what a first conversation needs, in a database that is up to date. It is named first, as `prepare` does."""
    prepare()
    from miti import first_day

    first_day.begin()


def invent_figures() -> None:
    """In a demo, begin to fill the pages of figures. It takes most of a minute, in which Miti serves already."""
    if settings.ENV.demo and settings.ENV.demo_figures:
        with suppress(OSError):
            subprocess.Popen(
                [sys.executable, "-m", "miti", "demo_figures"], stdin=subprocess.DEVNULL
            )  # our own program


def run(application: str = "miti.asgi:application") -> None:
    """Serve until stopped. Ctrl-C tells every browser to reconnect."""
    django.setup()
    env = settings.ENV
    require_free_port(env.host, env.port)
    if settings.EMBEDDED:
        data_lock.hold(env.data_dir)
    refuse_known_passwords()
    _say_where(address_of(env.host, env.port))
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    for advice in redis_checks.warnings():
        log.warning("Redis is not as Miti needs it: the operator's page says what to do", because=advice.name)
    raise_file_limit()
    if most_connections() < settings.ENV.connections:
        log.warning("the system allows fewer open files than MITI_CONNECTIONS needs: raise the limit")
    if most_of_one() > most_connections() / 2:
        log.warning("one address may take most of the connections: lower MITI_CONNECTIONS_PER_ADDRESS")
    uvicorn.run(
        application,
        host=env.host,
        port=env.port,
        workers=env.web_processes if env.web_processes > 1 else None,
        loop="uvloop",
        http="server.http_protocol:HttpProtocol",
        ws="server.websocket_protocol:Protocol",
        ws_max_size=env.frame_bytes,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        lifespan="on",
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GOODBYE_S,
    )


def disable_known_passwords() -> None:
    """Close the accounts of an earlier demo that are open to everybody, and say which."""
    from demo import accounts

    if closed := sorted(person.username for person in accounts.disable()):
        sys.stdout.write(
            "These accounts had the demo's password, which everybody knows, and MITI_DEMO is not 1: they are disabled now: "
            f"{', '.join(closed)}.\n"
        )


def refuse_known_passwords() -> None:
    """Stop where accounts of an earlier demo are open to everybody.

    Should the database not answer now, the sign-in still refuses this password (`accounts/forms.py`).
    """
    if settings.ENV.demo:
        return
    from demo import accounts

    try:
        known = sorted(person.username for person in accounts.with_known_password())
    except DatabaseError:
        return
    if known:
        sys.exit(
            f"Miti cannot start: these accounts have the demo's password, which everybody knows: {', '.join(known)}. "
            "`python -m miti prepare` or `python -m miti disable_demo_accounts` disables them; MITI_DEMO=1 starts the demo."
        )


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
