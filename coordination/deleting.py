"""Deleting what somebody changed since the page with the button was made: it is asked again, with what changed."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from coordination.acts import act_in_words
from coordination.forms.revised import RevisedForm
from coordination.log_words import LogNames, detail_in_words
from coordination.weekdays import whole_moment
from partners.models import AuditEntry, Staff
from partners.permissions import signed_in

MOST_TOLD = 5


def is_asked_again(request: HttpRequest, form: RevisedForm) -> bool:
    """Has what the form shows changed since the page was made that sent this? Then nothing may be deleted: this says who changed
    what, and the page is to be shown once more, with a button that knows it."""
    sent = request.POST.get("revision", "")
    if not form.is_outdated(sent):
        return False
    entries = form.writers_since(sent)
    messages.error(
        request,
        _(
            "Nothing was deleted: this has changed since you opened the page, which shows now how it is. To delete it all the same, "
            "press the button once more."
        ),
    )
    tell_acts(request, entries)
    if not entries:
        messages.warning(request, _("It was changed by somebody else."))
    return True


def tell_acts(request: HttpRequest, entries: Sequence[AuditEntry]) -> None:
    """Say who did what; the latest comes first in `entries`, and is told last."""
    names = LogNames.load({})
    for one in reversed(entries[:MOST_TOLD]):
        words = {
            "name": _writer(one, signed_in(request)),
            "moment": whole_moment(one.at),
            "words": ", ".join(filter(None, (act_in_words(one.action), detail_in_words(one.detail, names)))),
        }
        messages.warning(request, _("%(name)s, on %(moment)s: %(words)s.") % words)


def _writer(entry: AuditEntry, reader: Staff) -> str:
    if entry.actor is None:
        return _("Somebody else")
    return _("You yourself") if entry.actor == reader else str(entry.actor)
