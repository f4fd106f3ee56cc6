"""The list of people: search, filters, pages, several at once, CSV in and out."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from coordination import invitation, undo
from coordination.forms.people_file import PeopleFileForm
from coordination.forms.themes import theme_choices
from coordination.ownership import may_edit, my_partners
from coordination.people_list import (
    ACTIVE,
    DEACTIVATED,
    INVITED,
    UNSENT,
    PeopleFilter,
    as_csv,
    people_of,
    rows_for,
)
from coordination.posted import whole
from coordination.tabs import page
from coordination.turns import in_turn
from coordination.views.people import roles_for
from partners.models import Role, Staff
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts
from routing_rules import people as services
from routing_rules.languages import LANGUAGES
from routing_rules.models import Counsellor, Pool

A_PAGE = 50
STATE_WORDS = {
    ACTIVE: gettext_lazy("active"),
    INVITED: gettext_lazy("invited"),
    UNSENT: gettext_lazy("invited, letter not sent"),
    DEACTIVATED: gettext_lazy("deactivated"),
}


def _mine(request: HttpRequest) -> Any:
    roles = roles_for(signed_in(request))
    return people_of(roles=roles, partners=my_partners(request), everybody=may_edit(request, None))


def _wanted(request: HttpRequest) -> PeopleFilter:
    asked = request.GET
    return PeopleFilter(
        text=asked.get("q", "").strip()[:100],
        pool=asked.get("pool", ""),
        theme=asked.get("theme", ""),
        language=asked.get("language", ""),
        state=asked.get("state", ""),
    )


@require_safe
@requires(Action.COORDINATE)
def people(request: HttpRequest) -> HttpResponse:
    wanted = _wanted(request)
    rows = rows_for(_mine(request), wanted)
    shown = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    pools = [pool for pool in Pool.objects.all() if may_edit(request, pool.partner_id)]
    asked = {
        name: request.GET[name]
        for name in ("q", "pool", "theme", "language", "state")
        if request.GET.get(name)
    }
    context = {
        "rows": [(row, STATE_WORDS[row.state]) for row in shown],
        "shown": shown,
        "found": len(rows),
        "wanted": wanted,
        "filtered": wanted != PeopleFilter(),
        "query": urlencode(asked),
        "pools": [(pool.slug, pool.name) for pool in pools],
        "themes": theme_choices(),
        "languages": list(LANGUAGES.items()),
        "states": list(STATE_WORDS.items()),
        "invites": bool(my_partners(request)),
    }
    return page(request, "people.html", context, tab="people")


@require_safe
@requires(Action.COORDINATE)
def export(request: HttpRequest) -> HttpResponse:
    """The people who are looked for, as a file."""
    response = HttpResponse(
        as_csv(rows_for(_mine(request), _wanted(request))), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="miti-people.csv"'
    return response


@only_posts
@requires(Action.COORDINATE)
@in_turn
def change_several(request: HttpRequest) -> HttpResponse:
    """Put the ticked people into a team or take them out of it, or deactivate them."""
    ticked = {whole(pk) for pk in request.POST.getlist("person")}
    chosen = [one for one in _mine(request) if one.pk in ticked and one.pk != signed_in(request).pk]
    pool = next(
        (
            one
            for one in Pool.objects.filter(slug=request.POST.get("pool", ""))
            if may_edit(request, one.partner_id)
        ),
        None,
    )
    act = request.POST.get("act", "")
    if not chosen or act not in {"join", "leave", "deactivate"} or (act != "deactivate" and pool is None):
        messages.error(request, _("Nothing was done: tick people, and choose what to do, and the team."))
        return redirect("coordination:people")
    keys = [one.pk for one in chosen]
    watched = Staff.objects.filter(pk__in=keys), Counsellor.objects.filter(staff__in=keys)
    done = ngettext("%(n)s person was changed.", "%(n)s people were changed.", len(chosen)) % {
        "n": len(chosen)
    }
    with undo.offered(request, "person.changed", done, *watched):
        if pool is not None and act != "deactivate":
            services.set_membership(actor=signed_in(request), people=chosen, pool=pool, member=act == "join")
        else:
            for one in chosen:
                services.deactivate(actor=signed_in(request), person=one)
    messages.success(request, done)
    return redirect("coordination:people")


@requires(Action.COORDINATE)
@in_turn
def bring_in(request: HttpRequest) -> HttpResponse:
    """Invite the people of a file, all of them or none."""
    pools = [pool for pool in Pool.objects.all() if may_edit(request, pool.partner_id)]
    form = PeopleFileForm(
        request.POST or None, request.FILES or None, pools=pools, partners=my_partners(request)
    )
    if request.method == "POST" and form.is_valid():
        actor, unsent = signed_in(request), 0
        for one in form.people():
            person = services.invite(
                actor=actor,
                email=one.email,
                first_name=one.first_name,
                role=Role.COUNSELLOR,
                partner=one.partner,
            )
            services.set_skills(
                actor=actor, counsellor=Counsellor.objects.get(staff=person), wanted=one.skills(), among=pools
            )
            unsent += not invitation.send(request, person=person, sender=actor)
        invited = len(form.people())
        messages.success(
            request,
            ngettext("%(n)s person was invited.", "%(n)s people were invited.", invited) % {"n": invited},
        )
        if unsent:
            messages.warning(
                request,
                ngettext("%(n)s letter could not be sent.", "%(n)s letters could not be sent.", unsent)
                % {"n": unsent},
            )
        return redirect("coordination:people")
    return page(request, "people_file.html", {"form": form}, tab="people")
