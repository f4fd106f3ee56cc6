"""The audit log: who did what, when. Never what anybody said."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from coordination.acts import ACTS, act_in_words, detail_in_words, person_of, subject_in_words
from coordination.ownership import may_edit
from coordination.tabs import page
from partners.models import AuditEntry, Staff
from partners.permissions import Action, requires, signed_in

A_PAGE = 50


@require_safe
@requires(Action.COORDINATE)
def log(request: HttpRequest) -> HttpResponse:
    """The acts of the people of one's own partner; for the platform's coordinators, those of everybody."""
    entries = AuditEntry.objects.select_related("actor__partner")
    everything = may_edit(request, None)
    own = signed_in(request).partner_id
    if not everything:
        entries = entries.filter(actor__partner_id=own) if own is not None else entries.none()
    chosen = request.GET.get("act", "")
    if chosen in ACTS:
        entries = entries.filter(action=chosen)
    shown = Paginator(entries, A_PAGE).get_page(request.GET.get("page"))
    keys = {key for one in shown if (key := person_of(one.subject)) is not None}
    people: dict[int | None, str] = {
        one.pk: str(one) for one in Staff.objects.filter(pk__in=keys) if may_edit(request, one.partner_id)
    }
    context = {
        "entries": [
            (
                one,
                act_in_words(one.action),
                subject_in_words(one.subject, people),
                detail_in_words(one.detail),
            )
            for one in shown
        ],
        "shown": shown,
        "acts": sorted(((code, str(label)) for code, label in ACTS.items()), key=lambda act: act[1]),
        "chosen": chosen,
        "everything": everything,
    }
    return page(request, "log.html", context, tab="audit")
