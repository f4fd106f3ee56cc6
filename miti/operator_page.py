"""For administrators: how Miti is doing, each line good or with what is wrong and where to read on. No word of anybody."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chat import clock, runtime
from miti import redis_checks
from operations import certificate, health, jobs
from partners import letters
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts
from server.connection_limit import most_connections

FAR_S = 2.0
"""A clock that is further off than that is told."""
NEAR = 0.8
"""Of a limit."""


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    wrong: str
    """In a sentence; empty where all is well."""
    docs: str
    """A page of docs/, with its anchor."""


@never_cache
@require_safe
@requires(Action.ADMINISTER)
def operator(request: HttpRequest) -> HttpResponse:
    return render(request, "miti/operator.html", {"lines": _lines(), "version": settings.VERSION})


@only_posts
@requires(Action.ADMINISTER)
def test_letter(request: HttpRequest) -> HttpResponse:
    """To the administrator's own address."""
    person = signed_in(request)
    subject, text = _("A test letter"), _("Letters of Miti arrive here.")
    if not person.email:
        messages.error(request, _("Your account has no e-mail address to send it to."))
    elif letters.was_sent(lambda: send_mail(subject, text, None, [person.email])):
        messages.success(
            request, _("The letter has left. Look into your mailbox, also into the unwanted mail.")
        )
    else:
        messages.error(request, letters.NOT_SENT)
    return redirect("operator")


def _lines() -> list[Line]:
    down = health.what_is_down()
    return [
        Line(_("Database"), _why(down, "database"), "docs/scaled.md#what-happens-when"),
        Line("Redis", _why(down, "redis") or " · ".join(redis_checks.warnings()), "docs/scaled.md"),
        Line(_("Static files and words"), _why(down, "files"), "docs/operating.md#starting"),
        Line(_("Periodic jobs"), _jobs(), "docs/watching.md#figures"),
        Line(_("Letters"), _mail(), "docs/operating.md#settings"),
        Line(_("Public address"), _address(), "docs/operating.md#settings"),
        Line(_("Certificate"), _certificate(), "docs/operating.md#certificate"),
        Line(_("Clock"), _clock(), "docs/scaled.md#what-happens-when"),
        Line(_("Connections of this process"), _connections(), "docs/speed.md"),
    ]


def _why(down: dict[str, str], part: str) -> str:
    return _("It %(why)s.") % {"why": down[part]} if part in down else ""


def _jobs() -> str:
    try:
        late = jobs.overdue(now=clock.now())
        failing = [name for name, one in jobs.records().items() if one.failed]
    except DatabaseError:
        return _("The database does not say.")
    if late:
        return _("Nobody does these: %(jobs)s. Start the worker and beat.") % {
            "jobs": ", ".join(sorted(late))
        }
    if failing:
        return _("These fail: %(jobs)s. The log of the process that does them says why.") % {
            "jobs": ", ".join(failing)
        }
    return ""


def _mail() -> str:
    if settings.ENV.email_url.startswith("console"):
        return _("Nobody gets a letter: they are printed into the log (MITI_EMAIL_URL).")
    return ""


def _address() -> str:
    if not settings.ENV.public_url:
        return _("It is not set: links in letters lead to this machine (MITI_PUBLIC_URL).")
    if settings.BEHIND_TLS and not settings.ENV.trusted_proxies:
        return _(
            "A proxy stands before Miti and is not counted: all visitors share one limit (MITI_TRUSTED_PROXIES)."
        )
    return ""


def _certificate() -> str:
    """As this process was last shown it: no page asks."""
    known = certificate.answer.certificate
    if not settings.BEHIND_TLS:
        return ""
    if not certificate.answer.asked:
        return _("It was not looked at yet: open this page again in a minute.")
    if known is None:
        return _("The public address shows this process none, so nobody watches when it ends.")
    if known.ends_soon(now=datetime.now(UTC)):
        return _("It is valid until %(moment)s. Renew it: browsers show no page with one that has ended.") % {
            "moment": date_format(localtime(known.ends_at), "DATETIME_FORMAT")
        }
    return ""


def _clock() -> str:
    off_s = (clock.now() - datetime.now(UTC)).total_seconds()
    if abs(off_s) > FAR_S:
        return _("This machine’s clock is %(seconds)d seconds off the database’s.") % {
            "seconds": round(abs(off_s))
        }
    return ""


def _connections() -> str:
    n, most = len(runtime.hub().sockets), most_connections()
    if n > NEAR * most:
        return _("%(n)d of %(most)d are open: add a web process, or raise the limit of open files.") % {
            "n": n,
            "most": most,
        }
    return ""
