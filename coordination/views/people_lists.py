"""The list of people: search, filters, pages, several at once, CSV in and out."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
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
from coordination.ownership import may_edit, my_partners
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
    return csv_file("miti-people.csv", COLUMNS, csv_rows(rows_for(_mine(request), _wanted(request))))


@only_posts
@requires(Action.COORDINATE)
def change_several(request: HttpRequest) -> HttpResponse:
    """Put the ticked people into a team or take them out of it, deactivate them, give their access back, or send the letter again."""
    ticked = {whole(pk) for pk in request.POST.getlist("person")}
    chosen = [one for one in _mine(request) if one.pk in ticked and one.pk != signed_in(request).pk]
    back = _list_as_filtered(request)
    if chosen and request.POST.get("act") == "letter":
        return _send_letters(request, chosen, back)
    with turn():
        return _change(request, chosen, back)


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
    """Invite the people of a file, all of them or none."""
    pools = [pool for pool in Pool.objects.all() if may_edit(request, pool.partner_id)]
    form = PeopleFileForm(
        request.POST or None, request.FILES or None, pools=pools, partners=my_partners(request)
    )
    if request.method == "POST" and form.is_valid():
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
        if form.left:
            messages.info(
                request,
                ngettext(
                    "%(n)s person of the file has an account already, or is deactivated, and was left as they are.",
                    "%(n)s people of the file have an account already, or are deactivated, and were left as they are.",
                    form.left,
                )
                % {"n": form.left},
            )
        messages.success(
            request,
            ngettext("%(n)s person was invited.", "%(n)s people were invited.", invited) % {"n": invited},
        )
        _tell_of_letters(request, sent=0, unsent=unsent)
        return redirect("coordination:people")
    return page(request, "people_file.html", {"form": form}, tab="people")


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
