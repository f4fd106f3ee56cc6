"""Sites: where the widget may be shown, what it offers there, and the line to embed it."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coordination import undo
from coordination.deleting import is_asked_again
from coordination.forms.sites import SiteForm
from coordination.ownership import may_edit, must_edit, why_not
from coordination.tabs import page
from coordination.turns import in_turn
from partners.name_search import by_name
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts
from partners.undo import all_that_goes
from routing_rules import sites as services
from routing_rules.languages import LANGUAGES, known_languages
from routing_rules.models import Site, Theme


@require_safe
@requires(Action.COORDINATE)
def sites(request: HttpRequest) -> HttpResponse:
    rows = sorted(Site.objects.select_related("partner"), key=lambda one: (not one.active, by_name(one.name)))
    context = {
        "rows": [(one, ", ".join(services.readable(domain) for domain in one.domains)) for one in rows],
        "may_edit": may_edit(request, None),
        "why_not": why_not(request, None),
    }
    return page(request, "sites.html", context, tab="sites")


@requires(Action.COORDINATE)
@in_turn
def new_site(request: HttpRequest) -> HttpResponse:
    must_edit(request, None)
    form = SiteForm(request.POST or None, initial={"languages": known_languages(), "audience": "public"})
    if request.method == "POST" and form.is_valid():
        site = _save(request, Site(key=form.cleaned_data["key"]), form)
        return redirect("coordination:site", key=site.key)
    return page(request, "site.html", {"form": form}, tab="sites")


@requires(Action.COORDINATE)
@in_turn
def site(request: HttpRequest, key: str) -> HttpResponse:
    one = get_object_or_404(Site.objects.select_related("partner"), key=key)
    form = _form(request, one, request.POST or None)
    if request.method == "POST":
        must_edit(request, None)
        if form.is_valid():
            _save(request, one, form)
            return redirect("coordination:site", key=one.key)
    return _site_page(request, one, form)


def _form(request: HttpRequest, one: Site, data: QueryDict | None = None) -> SiteForm:
    return SiteForm(
        data, site=one, initial=_as_typed(one), subject=f"site {one.key}", reader=signed_in(request)
    )


def _site_page(request: HttpRequest, one: Site, form: SiteForm, status: int | None = None) -> HttpResponse:
    context = {
        "site": one,
        "form": form,
        "why_not": why_not(request, None),
        "embed": embed_code(request, one),
        # The address of this request may be one that no page of a partner reaches.
        "embed_is_final": bool(settings.ENV.public_url or settings.ENV.demo),
        "languages": ", ".join(LANGUAGES.get(code, code) for code in one.languages),
        "domains": ", ".join(services.readable(domain) for domain in one.domains),
        "checked": request.GET.get("check", ""),
        "check": _check_sentence(one, request.GET.get("check", "").strip()),
    }
    return page(request, "site.html", context, tab="sites", status=status)


def _check_sentence(one: Site, address: str) -> str:
    """Whether the page at this address shows the widget, and what to do if not; empty where none is given."""
    if not address:
        return ""
    if not one.active:
        return _("This site is not active: no page shows its widget.")
    try:
        shown = services.shows_widget(one, address)
    except ValueError:
        shown = False
    if shown:
        return _("A page at this address shows the widget.")
    return _(
        "A page at this address does not show the widget: add the beginning of the address, like https://www.exemple.be, to the list."
    )


@only_posts
@requires(Action.COORDINATE)
@in_turn
def delete_site(request: HttpRequest, key: str) -> HttpResponse:
    one = get_object_or_404(Site, key=key)
    must_edit(request, None)
    form = _form(request, one)
    if is_asked_again(request, form):
        return _site_page(request, one, form, HTTPStatus.CONFLICT)
    done = _("The site %(site)s is deleted: its pages show no chat.") % {"site": one.name}
    try:
        with undo.offered(request, "site.deleted", done, *all_that_goes(one)):
            services.delete(actor=signed_in(request), site=one)
    except services.SiteInUseError:
        messages.error(
            request,
            _(
                "Conversations that began on this site are still open, so it was not deleted. Take its tick “active” away, "
                "and delete it once they have ended."
            ),
        )
        return redirect("coordination:site", key=key)
    messages.success(request, done)
    return redirect("coordination:sites")


def _save(request: HttpRequest, one: Site, form: SiteForm) -> Site:
    cleaned = form.cleaned_data
    done = _("The site %(site)s was changed.") % {"site": one.name}
    with undo.offered(request, "site.changed", done, Site.objects.filter(pk=one.pk)):
        services.save(
            actor=signed_in(request),
            site=one,
            themes=Theme.objects.filter(code__in=cleaned["themes"]),
            name=cleaned["name"],
            partner=cleaned["partner"],
            domains=cleaned["domains"],
            languages=cleaned["languages"],
            audience=cleaned["audience"],
            campaign=cleaned["campaign"],
            campaigns=cleaned["campaigns"],
            test=cleaned["test"],
            active=cleaned["active"],
        )
    messages.success(request, _("The site %(site)s is saved.") % {"site": one.name})
    return one


def _as_typed(one: Site) -> dict[str, Any]:
    return {
        "name": one.name,
        "partner": one.partner_id,
        "domains": "\n".join(services.readable(domain) for domain in one.domains),
        "languages": one.languages,
        "themes": [theme.code for theme in one.themes.all()],
        "audience": one.audience,
        "campaign": one.campaign,
        "campaigns": "\n".join(one.campaigns),
        "test": one.test,
        "active": one.active,
    }


def embed_code(request: HttpRequest, one: Site) -> str:
    """The one line that a page needs."""
    origin = settings.ENV.public_url.rstrip("/") or f"{request.scheme}://{request.get_host()}"
    return f'<script src="{origin}/widget.js" data-site="{one.key}" async></script>'
