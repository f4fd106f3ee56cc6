"""What the operator's page says of each part: good, or what is wrong in a sentence, and where to read on. No word of anybody."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from chat import addresses, runtime
from chat.models import Conversation
from chat.states import State
from indicators.models import Discrepancy
from miti import redis_checks
from operations import backup, certificate, health, jobs, processes
from partners import clock, letters
from partners.fault_kinds import kind_of
from server.connection_limit import most_connections

FAR_S = 2.0
"""A clock that is further off than that is told."""
NEAR = 0.8
"""Of a limit."""
OLD = timedelta(hours=26)
"""A nightly backup is never older."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    docs: str
    """A page of docs/, with its anchor."""
    wrong: str = ""
    """In a sentence; empty where all is well."""
    told: str = ""
    """A figure or two besides."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a look at a part found."""

    wrong: str = ""
    told: str = ""


Look = Callable[[], Found]


def lines() -> list[Line]:
    """Every part of the installation. None is left out because another one fails."""
    down = health.what_is_down()
    looks: list[tuple[str, str, Look]] = [
        (_("Processes"), "docs/scaled.md#what-happens-when", _processes),
        (_("Database"), "docs/trouble.md#what-you-see", lambda: _down(down, "database")),
        ("Redis", "docs/scaled.md#what-happens-when", lambda: _redis(down)),
        (_("Static files and words"), "docs/operating.md#starting", lambda: _down(down, "files")),
        (_("Periodic jobs"), "docs/install.md#periodic-jobs", _jobs),
        (_("Backups"), "docs/backing-up.md#every-night", _backups),
        (_("Letters"), "docs/operating.md#settings", _mail),
        (_("Public address"), "docs/install.md#what-is-exposed", _address),
        (_("Certificate"), "docs/operating.md#certificate", _certificate),
        (_("Clock"), "docs/scaled.md#what-happens-when", _clock),
        (_("Connections of this process"), "docs/speed.md#how-many-processes", _connections),
        (_("Queue"), "docs/operating.md#settings", _queue),
        (_("Figures"), "docs/indicators.md", _figures),
    ]
    return [_line(name, docs, look) for name, docs, look in looks]


def _line(name: str, docs: str, look: Look) -> Line:
    try:
        found = look()
    except DatabaseError:
        found = Found(_("The database does not say."))
    except Exception as fault:  # the page must show the other lines
        log.error("a part could not be looked at", exc_info=fault)
        found = Found(_("It could not be looked at: %(kind)s.") % {"kind": kind_of(fault)})
    return Line(name, docs, found.wrong, found.told)


def _down(down: dict[str, str], part: str) -> Found:
    return Found(_("It cannot be used:") + " " + _(down[part])) if part in down else Found()


def _processes() -> Found:
    running = processes.running(now=clock.now())
    told = ", ".join(f"{kind} {n}" for kind, n in running.kinds.items() if n)
    missing = [kind for kind in ("worker", "beat") if not settings.EMBEDDED and not running.kinds[kind]]
    if missing:
        return Found(_("None of these runs: %(kinds)s. Start it.") % {"kinds": ", ".join(missing)}, told)
    if len(running.versions) > 1:
        return Found(
            _("They run different versions (%(versions)s): renew those of the older one.")
            % {"versions": ", ".join(running.versions)},
            told,
        )
    return Found(told=told)


def _redis(down: dict[str, str]) -> Found:
    if settings.EMBEDDED:
        return Found(told=_("not used: everything is in the memory of the one process"))
    if "redis" in down:
        return _down(down, "redis")
    if warnings := redis_checks.warnings():
        return Found(_("This will go wrong:") + " " + " · ".join(_(one) for one in warnings))
    return Found()


def _jobs() -> Found:
    late = jobs.overdue(now=clock.now())
    if late:
        return Found(
            _("Nobody does these: %(jobs)s. Start the worker and beat.") % {"jobs": ", ".join(sorted(late))}
        )
    failing = [name for name, one in jobs.records().items() if one.failed]
    if failing:
        return Found(
            _("These fail: %(jobs)s. The log of the process that does them says why.")
            % {"jobs": ", ".join(failing)}
        )
    return Found()


def _backups() -> Found:
    newest = backup.newest()
    good, bad = newest.good, newest.bad
    told = good and _("%(when)s, %(size)s, %(place)s") % {
        "when": _when(good.ended_at),
        "size": filesizeformat(good.size),
        "place": good.place,
    }
    if bad and not (good and good.ended_at > bad.ended_at):
        wrong = _("The backup of %(when)s could not be opened: make another, and look at the disk.")
        return Found(wrong % {"when": _when(bad.ended_at)}, told or "")
    if good is None:
        return Found(_("No backup is known that could be opened: schedule deploy/backup."))
    if clock.now() - good.ended_at > OLD:
        return Found(_("The newest is older than a day: look at the job that makes them."), told or "")
    return Found(told=told or "")


def _when(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


def _mail() -> Found:
    if settings.ENV.email_url.startswith("console"):
        return Found(_("Nobody gets a letter: they are printed into the log (MITI_EMAIL_URL)."))
    if fault := letters.last_failure():
        return Found(
            _("The last letter could not be sent (%(kind)s): look at the mail server.") % {"kind": fault}
        )
    return Found()


def _address() -> Found:
    if not settings.ENV.public_url:
        return Found(_("It is not set: links in letters lead to this machine (MITI_PUBLIC_URL)."))
    if addresses.undeclared_proxy_seen() or (settings.BEHIND_TLS and not settings.ENV.trusted_proxies):
        return Found(
            _(
                "A proxy stands before Miti and is not counted: all visitors share one limit (MITI_TRUSTED_PROXIES)."
            )
        )
    if addresses.private_visitor_seen():
        return Found(
            _(
                "Visitors come with an address of a private network and share one limit: switch IPv6 on in the containers’ "
                "network, or count every proxy (MITI_TRUSTED_PROXIES)."
            )
        )
    return Found(told=settings.PUBLIC_ORIGIN)


def _certificate() -> Found:
    """As this process was last shown it: no page asks."""
    known = certificate.answer.certificate
    if not settings.BEHIND_TLS:
        return Found()
    if not certificate.answer.asked:
        return Found(_("It was not looked at yet: open this page again in a minute."))
    if known is None:
        return Found(_("The public address shows this process none, so nobody watches when it ends."))
    ends = date_format(timezone.localtime(known.ends_at), "DATETIME_FORMAT")
    if known.ends_soon(now=datetime.now(UTC)):
        return Found(
            _("It is valid until %(moment)s. Renew it: browsers show no page with one that has ended.")
            % {"moment": ends}
        )
    return Found(told=ends)


def _clock() -> Found:
    off_s = (clock.now() - datetime.now(UTC)).total_seconds()
    if abs(off_s) > FAR_S:
        return Found(
            _("This machine’s clock is %(seconds)d seconds off the database’s.")
            % {"seconds": round(abs(off_s))}
        )
    return Found()


def _connections() -> Found:
    n, most = len(runtime.hub().sockets), most_connections()
    told = _("%(n)d of %(most)d") % {"n": n, "most": most}
    if n > NEAR * most:
        return Found(_("Few are left: add a web process, or raise the limit of open files."), told)
    return Found(told=told)


def _queue() -> Found:
    n, most = Conversation.objects.filter(state=State.WAITING).count(), settings.ENV.queue_length
    told = _("%(n)d of %(most)d") % {"n": n, "most": most}
    if n > NEAR * most:
        return Found(_("It is nearly full: too few counsellors are there, or somebody floods it."), told)
    return Found(told=told)


def _figures() -> Found:
    if n := Discrepancy.objects.count():
        return Found(
            _("Sums of the last days that do not add up: %(n)d. The page of accounts says which.") % {"n": n}
        )
    return Found()
