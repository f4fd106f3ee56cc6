"""Canned replies and notices; `contacts` has the pages of the phone numbers."""

import hashlib
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chat import content as services
from chat.models import CannedReply, Contact, Notice, NoticeKind
from chat.notice_marks import as_html, as_marks
from coordination import undo
from coordination.deleting import is_asked_again
from coordination.forms.content import NoticeForm, ReplyForm
from coordination.ownership import may_edit, must_edit, my_partners, why_not
from coordination.tabs import page
from coordination.turns import in_turn
from coordination.weekdays import whole_moment
from partners.models import Partner
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts
from routing_rules.languages import LANGUAGES
from routing_rules.models import Theme


@require_safe
@requires(Action.COORDINATE)
def replies(request: HttpRequest) -> HttpResponse:
    names = list(Partner.objects.values_list("name", flat=True))
    rows = [
        {
            "reply": one,
            "mine": may_edit(request, one.partner_id),
            "language": LANGUAGES.get(one.language, one.language),
            "names": services.institutions_named(f"{one.title} {one.body}", names),
        }
        for one in CannedReply.objects.select_related("partner", "theme").order_by("language", "shortcut")
    ]
    rows.sort(key=lambda row: not row["mine"])
    return page(request, "replies.html", {"rows": rows, "creates": bool(my_partners(request))}, tab="replies")


@requires(Action.COORDINATE)
@in_turn
def new_reply(request: HttpRequest) -> HttpResponse:
    return _reply_page(request, CannedReply(partner=signed_in(request).partner))


@requires(Action.COORDINATE)
@in_turn
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(CannedReply, pk=pk)
    must_edit(request, one.partner_id)
    return _reply_page(request, one)


def _reply_page(request: HttpRequest, one: CannedReply) -> HttpResponse:
    form = _reply_form(request, one, request.POST or None)
    if request.method == "POST" and form.is_valid() and _save_reply(request, one, form):
        return redirect("coordination:reply", pk=one.pk)
    return _shown_reply(request, one, form)


def _reply_form(request: HttpRequest, one: CannedReply, data: QueryDict | None = None) -> ReplyForm:
    initial = {
        "title": one.title,
        "shortcut": one.shortcut,
        "language": one.language,
        "theme": one.theme.code if one.theme else "",
        "partner": one.partner_id,
        "body": one.body,
    }
    return ReplyForm(
        data,
        partners=my_partners(request),
        shared=may_edit(request, None),
        initial=initial,
        subject="" if one._state.adding else f"reply {one.shortcut}",
        about={"language": one.language, "institution": one.partner.slug if one.partner else None},
        reader=signed_in(request),
    )


def _shown_reply(
    request: HttpRequest, one: CannedReply, form: ReplyForm, status: int | None = None
) -> HttpResponse:
    context = {"form": form, "reply": one if one.pk else None, "theme_example": _theme_example(one.language)}
    return page(request, "reply.html", context, tab="replies", status=status)


def _theme_example(language: str) -> str:
    """What stands in the preview for {theme} in a reply for every theme."""
    theme = Theme.objects.filter(active=True).first()
    return theme.label(language) if theme else ""


def _save_reply(request: HttpRequest, one: CannedReply, form: ReplyForm) -> bool:
    cleaned = form.cleaned_data
    must_edit(request, cleaned["partner"].pk if cleaned["partner"] else None)
    done = _("The reply /%(shortcut)s was changed.") % {"shortcut": one.shortcut}
    try:
        with undo.offered(request, "reply.changed", done, CannedReply.objects.filter(pk=one.pk)):
            services.save_reply(
                actor=signed_in(request),
                reply=one,
                partner=cleaned["partner"],
                theme=Theme.objects.filter(code=cleaned["theme"]).first(),
                language=cleaned["language"],
                shortcut=cleaned["shortcut"],
                title=cleaned["title"],
                body=cleaned["body"],
            )
    except services.ShortcutTakenError:
        form.add_error("shortcut", _("Another reply in this language has this shortcut. Choose another one."))
        return False
    messages.success(request, _("The reply “%(title)s” is saved.") % {"title": one.title})
    named = services.institutions_named(
        f"{one.title} {one.body}", Partner.objects.values_list("name", flat=True)
    )
    if named:
        messages.warning(request, named_sentence(named))
    return True


def named_sentence(named: list[str]) -> str:
    """A reminder of reciprocal anonymity."""
    return _(
        "This reply names %(names)s. Visitors must not learn which institution answers them: "
        "leave the name out unless it is where they are sent to."
    ) % {"names": ", ".join(named)}


@only_posts
@requires(Action.COORDINATE)
@in_turn
def delete_reply(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(CannedReply, pk=pk)
    must_edit(request, one.partner_id)
    form = _reply_form(request, one)
    if is_asked_again(request, form):
        return _shown_reply(request, one, form, HTTPStatus.CONFLICT)
    watched = CannedReply.objects.filter(pk=one.pk)
    with undo.offered(request, "reply.deleted", _("The reply was deleted."), watched):
        services.delete_reply(actor=signed_in(request), reply=one)
    messages.success(request, _("The reply was deleted."))
    return redirect("coordination:replies")


@require_safe
@requires(Action.COORDINATE)
def notices(request: HttpRequest) -> HttpResponse:
    worded = {(one.kind, one.language): one for one in Notice.objects.all()}
    kinds = [
        {
            "kind": kind,
            "label": NoticeKind(kind).label,
            "texts": [
                {"code": code, "language": name, "notice": worded.get((kind, code))}
                for code, name in LANGUAGES.items()
            ],
        }
        for kind in NoticeKind.values
    ]
    context = {
        "kinds": kinds,
        "contacts": [
            (one, list(one.labels.items()), [(code, LANGUAGES[code]) for code in one.languages])
            for one in Contact.objects.all()
        ],
        "may_edit": may_edit(request, None),
        "why_not": why_not(request, None),
    }
    return page(request, "notices.html", context, tab="notices")


@requires(Action.COORDINATE)
@in_turn
def notice(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    must_edit(request, None)
    if kind not in NoticeKind.values or language not in LANGUAGES:
        return redirect("coordination:notices")
    stored = Notice.objects.filter(kind=kind, language=language).first()
    initial = {
        "html": as_marks(stored.html) if stored else "",
        "starts_at": timezone.localtime(stored.starts_at) if stored and stored.starts_at else None,
        "ends_at": timezone.localtime(stored.ends_at) if stored and stored.ends_at else None,
    }
    typed = request.POST if request.method == "POST" else request.POST or None
    form = NoticeForm(
        typed,
        initial=initial,
        subject=f"notice {kind}",
        about={"language": language},
        reader=signed_in(request),
    )
    valid = request.method == "POST" and form.is_valid()
    gone = services.taken_out(as_html(form.cleaned_data["html"])) if valid else []
    saves = valid and "preview" not in request.POST
    if saves and request.POST.get("without", "") == _digest(gone):
        _save_notice(request, form, NoticeKind(kind), language)
        return redirect("coordination:notice", kind=kind, language=language)
    shown = _previewed(form) if valid else stored.html if stored else ""
    context = {
        "form": form,
        "label": NoticeKind(kind).label,
        "language": LANGUAGES[language],
        "code": language,
        "preview": shown,
        "previewed": valid,
        "gone": gone,
        "without": _digest(gone),
        "waits": saves,
    }
    return page(request, "notice.html", context, tab="notices", status=409 if saves else None)


def _digest(gone: list[str]) -> str:
    """Of what is taken out, for the button that was pressed after it was shown; empty: nothing is."""
    return hashlib.sha256("\n".join(gone).encode()).hexdigest()[:16] if gone else ""


def _previewed(form: NoticeForm) -> str:
    """What would be saved of what was typed."""
    return services.sanitised(as_html(form.cleaned_data["html"]))


def _save_notice(request: HttpRequest, form: NoticeForm, kind: NoticeKind, language: str) -> None:
    cleaned = form.cleaned_data
    text = as_html(cleaned["html"])
    watched = Notice.objects.filter(kind=kind, language=language)
    with undo.offered(request, "notice.changed", _("The notice was changed."), watched):
        kept = services.save_notice(
            actor=signed_in(request),
            kind=kind,
            language=language,
            text=text,
            starts_at=cleaned["starts_at"],
            ends_at=cleaned["ends_at"],
        )
    if not kept:
        messages.success(request, _("The notice was taken away: visitors see none."))
    elif cleaned["starts_at"] and cleaned["starts_at"] > timezone.now():
        messages.success(
            request,
            _("The notice is saved, and shown from %(moment)s on.")
            % {"moment": whole_moment(cleaned["starts_at"])},
        )
    else:
        messages.success(request, _("The notice is saved, for the next visitor."))
    if services.taken_out(text):
        messages.warning(request, _("What a notice may not hold was taken out: look at it below."))
