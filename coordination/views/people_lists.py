"""The list of people: search, filters, pages, several at once, CSV in and out."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from coordination import invitation, undo
from coordination.csv_files import csv_file
from coordination.forms.people_file import PeopleFileForm, PersonWanted
from coordination.forms.themes import theme_choices
from coordination.ownership import may_edit, my_partners, my_pools
from coordination.people_list import (
    ACTIVE,
    COLUMNS,
    DEACTIVATED,
    INVITED,
    UNSENT,
    PeopleFilter,
    csv_rows,
    people_of,
    rows_for,
)
from coordination.posted import whole
from coordination.shift_words import say_what_places_mean
from coordination.tabs import page
from coordination.turns import turn
from coordination.views.people import roles_for
from partners.models import Role, Staff
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts
from roster import places
from routing_rules import people as services
from routing_rules.languages import LANGUAGES
from routing_rules.models import Counsellor, Pool

A_PAGE = 50
FILTERS = ("q", "pool", "theme", "language", "state")
SEVERAL = {
    "join": "person.changed",
    "leave": "person.changed",
    "deactivate": "person.deactivated",
    "reactivate": "person.reactivated",
}
"""What is done with several people at once, with its code in the log."""
STATE_WORDS = {
    ACTIVE: gettext_lazy("active"),
    INVITED: gettext_lazy("invited"),
    UNSENT: gettext_lazy("invited, letter not sent"),
    DEACTIVATED: gettext_lazy("deactivated"),
}


def _mine(request: HttpRequest) -> Any:
    roles = roles_for(signed_in(request))
    return people_of(roles=roles, partners=my_partners(request), everybody=may_edit(request, None))


def _wanted(asked: QueryDict, prefix: str = "") -> PeopleFilter:
    return PeopleFilter(
        text=asked.get(f"{prefix}q", "").strip()[:100],
        pool=asked.get(f"{prefix}pool", ""),
        theme=asked.get(f"{prefix}theme", ""),
        language=asked.get(f"{prefix}language", ""),
        state=asked.get(f"{prefix}state", ""),
    )


@require_safe
@requires(Action.COORDINATE)
def people(request: HttpRequest) -> HttpResponse:
    wanted = _wanted(request.GET)
    rows = rows_for(_mine(request), wanted)
    shown = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    pools = my_pools(request)
    asked = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    context = {
        "rows": [(row, STATE_WORDS[row.state]) for row in shown],
        "shown": shown,
        "found": len(rows),
        "wanted": wanted,
        "filtered": wanted != PeopleFilter(),
        "query": urlencode(asked),
        "asked": asked,
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
    return csv_file("miti-people.csv", COLUMNS, csv_rows(rows_for(_mine(request), _wanted(request.GET))))


@only_posts
@requires(Action.COORDINATE)
def change_several(request: HttpRequest) -> HttpResponse:
    """Put the ticked people into a team or take them out of it, deactivate them, give their access back, or send the letter again."""
    back = _list_as_filtered(request)
    chosen = _everybody_found(request) if "everybody" in request.POST else _ticked(request)
    if chosen is None:
        messages.error(
            request,
            _("Nothing was done: other people are found by now. Look at the list again, then press it."),
        )
        return redirect(back)
    chosen = [one for one in chosen if one.pk != signed_in(request).pk]
    if chosen and request.POST.get("act") == "letter":
        return _send_letters(request, chosen, back)
    with turn():
        return _change(request, chosen, back)


def _ticked(request: HttpRequest) -> list[Staff]:
    ticked = {whole(pk) for pk in request.POST.getlist("person")}
    return [one for one in _mine(request) if one.pk in ticked]


def _everybody_found(request: HttpRequest) -> list[Staff] | None:
    """Those whom the list with its filters finds; None: they are not as many as the button named."""
    found = [row.person for row in rows_for(_mine(request), _wanted(request.POST, "list-"))]
    return found if request.POST["everybody"] == str(len(found)) else None


def _list_as_filtered(request: HttpRequest) -> str:
    """The list with the filters and the page from which the form was sent."""
    asked = {name: value for name in (*FILTERS, "page") if (value := request.POST.get(f"list-{name}"))}
    return f"{reverse('coordination:people')}?{urlencode(asked)}" if asked else reverse("coordination:people")


def _send_letters(request: HttpRequest, chosen: list[Staff], back: str) -> HttpResponse:
    """To those who have not come yet; no other account gets one."""
    waiting = services.invited_only(chosen)
    people = [one for one in chosen if one.pk in waiting]
    if not people:
        messages.error(request, _("Nobody of those who are ticked waits for a letter."))
        return redirect(back)
    unsent = invitation.send_all(request, people=people, sender=signed_in(request))
    _tell_of_letters(request, sent=len(people) - unsent, unsent=unsent)
    return redirect(back)


def _tell_of_letters(request: HttpRequest, *, sent: int, unsent: int) -> None:
    if sent:
        messages.success(
            request,
            ngettext("%(n)s letter is on its way.", "%(n)s letters are on their way.", sent) % {"n": sent},
        )
    if unsent:
        messages.warning(
            request,
            ngettext(
                "%(n)s letter could not be sent: tick whoever is “invited, letter not sent” in a while, and send it again.",
                "%(n)s letters could not be sent: tick those who are “invited, letter not sent” in a while, and send them again.",
                unsent,
            )
            % {"n": unsent},
        )


def _change(request: HttpRequest, chosen: list[Staff], back: str) -> HttpResponse:
    pool = next(
        (
            one
            for one in Pool.objects.filter(slug=request.POST.get("pool", ""))
            if may_edit(request, one.partner_id)
        ),
        None,
    )
    act = request.POST.get("act", "")
    if not chosen or act not in SEVERAL or (act in {"join", "leave"} and pool is None):
        messages.error(request, _("Nothing was done: tick people, and choose what to do, and the team."))
        return redirect(back)
    keys = [one.pk for one in chosen]
    watched = Staff.objects.filter(pk__in=keys), Counsellor.objects.filter(staff__in=keys)
    done = ngettext("%(n)s person was changed.", "%(n)s people were changed.", len(chosen)) % {
        "n": len(chosen)
    }
    telling = places.telling(keys, now=timezone.now())
    with undo.offered(request, SEVERAL[act], done, *watched), telling as told:
        if pool is not None and act in {"join", "leave"}:
            services.set_membership(actor=signed_in(request), people=chosen, pool=pool, member=act == "join")
        else:
            change = services.deactivate if act == "deactivate" else services.reactivate
            for one in chosen:
                if one.is_active == (act == "deactivate"):
                    change(actor=signed_in(request), person=one)
    messages.success(request, done)
    say_what_places_mean(request, told)
    return redirect(back)


@requires(Action.COORDINATE)
def bring_in(request: HttpRequest) -> HttpResponse:
    """Show whom a file would invite; invite them, all or none, once that was seen."""
    pools = my_pools(request)
    form = PeopleFileForm(
        request.POST or None, request.FILES or None, pools=pools, partners=my_partners(request)
    )
    if request.method != "POST" or not form.is_valid():
        return page(request, "people_file.html", {"form": form}, tab="people")
    seen = request.POST.get("seen", "")
    if seen and seen != form.seen:
        messages.error(
            request,
            _(
                "The people have changed since you looked: nobody was invited. This is what the file would do now."
            ),
        )
    if seen != form.seen or not form.people():
        context = {"form": form, "shown": True, "people": form.people()}
        return page(request, "people_file.html", context, tab="people", status=409 if seen else None)
    actor = signed_in(request)
    try:
        # The letters go out afterwards: nobody else waits for the mail server.
        with turn():
            people = [_invited(actor, one, pools) for one in form.people()]
    except services.AddressInUseError as error:
        form.add_error(
            None,
            _("Somebody has got the address %(email)s meanwhile. Send the file once more.")
            % {"email": error.person.email},
        )
        return page(request, "people_file.html", {"form": form}, tab="people")
    unsent = invitation.send_all(request, people=people, sender=actor)
    invited = len(people)
    messages.success(
        request,
        ngettext("%(n)s person was invited.", "%(n)s people were invited.", invited) % {"n": invited},
    )
    _tell_of_letters(request, sent=0, unsent=unsent)
    return redirect("coordination:people")


def _invited(actor: Staff, one: PersonWanted, among: list[Pool]) -> Staff:
    person = services.invite(
        actor=actor,
        email=one.email,
        first_name=one.first_name,
        role=Role.COUNSELLOR,
        partner=one.partner,
    )
    skills = Counsellor.objects.get(staff=person)
    services.set_skills(actor=actor, counsellor=skills, wanted=one.skills(), among=among)
    return person
