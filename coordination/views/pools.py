"""Pools (teams): create, rename, deactivate, delete while nothing depends on them."""

from http import HTTPStatus

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from coordination import undo
from coordination.deleting import is_asked_again
from coordination.forms.pools import PoolForm
from coordination.ownership import may_edit, must_edit, my_partners, why_not
from coordination.shift_words import say_who_is_told, will_be_told
from coordination.tabs import page
from coordination.turns import in_turn
from partners.name_search import in_order
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts
from partners.undo import all_that_goes
from roster import closures
from routing_rules import pools as services
from routing_rules.models import Pool


@require_safe
@requires(Action.COORDINATE)
def pools(request: HttpRequest) -> HttpResponse:
    here = Count("counsellors", filter=Q(counsellors__staff__is_active=True))
    rows = [
        (one, may_edit(request, one.partner_id), one.people)
        for one in in_order(Pool.objects.select_related("partner").annotate(people=here))
    ]
    return page(request, "pools.html", {"rows": rows, "creates": bool(my_partners(request))}, tab="pools")


@requires(Action.COORDINATE)
@in_turn
def new_pool(request: HttpRequest) -> HttpResponse:
    form = PoolForm(request.POST or None, partners=my_partners(request), shared=may_edit(request, None))
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        must_edit(request, cleaned["partner"].pk if cleaned["partner"] else None)
        pool = services.create(
            actor=signed_in(request),
            slug=cleaned["slug"],
            name=cleaned["name"],
            partner=cleaned["partner"],
            timezone=cleaned["timezone"],
        )
        messages.success(
            request,
            _("%(pool)s exists now. Give it hours: without them it never opens.") % {"pool": pool.name},
        )
        return redirect("coordination:pool-week", slug=pool.slug)
    return page(request, "pool.html", {"form": form}, tab="pools")


@requires(Action.COORDINATE)
@in_turn
def pool(request: HttpRequest, slug: str) -> HttpResponse:
    one = get_object_or_404(Pool.objects.select_related("partner"), slug=slug)
    form = _form(request, one, request.POST or None)
    if request.method == "POST":
        must_edit(request, one.partner_id)
        if form.is_valid():
            must_edit(request, form.cleaned_data["partner"].pk if form.cleaned_data["partner"] else None)
            if not _asks_first(request, one, form):
                return _change(request, one, form)
    return _pool_page(request, one, form)


def _form(request: HttpRequest, one: Pool, data: QueryDict | None = None) -> PoolForm:
    initial = {"name": one.name, "partner": one.partner_id, "timezone": one.timezone, "active": one.active}
    return PoolForm(
        data,
        partners=my_partners(request),
        shared=may_edit(request, None),
        pool=one,
        initial=initial,
        subject=f"pool {one.slug}",
        reader=signed_in(request),
    )


def _pool_page(request: HttpRequest, one: Pool, form: PoolForm, status: int | None = None) -> HttpResponse:
    context = {
        "pool": one,
        "form": form,
        "off": one.active and not form["active"].value(),
        "people": _people(one),
        "why_not": why_not(request, one.partner),
        "use": services.use_of(pool=one),
    }
    return page(request, "pool.html", context, tab="pools", status=status)


def _people(one: Pool) -> int:
    """How many people of the team can work."""
    return one.counsellors.filter(staff__is_active=True).count()


def _asks_first(request: HttpRequest, one: Pool, form: PoolForm) -> bool:
    """A team that is to be active no more: say first how many people get no request any more, how many are planned, and what the plan
    in force makes of it."""
    if not one.active or form.cleaned_data["active"]:
        return False

    def save() -> None:
        _save(request, get_object_or_404(Pool, pk=one.pk), form)

    today, now = timezone.localdate(), timezone.now()
    people, named = _people(one), services.named_in_force(pool=one)
    planned = closures.would_be_told(one, today, None, now=now, change=save)
    sentences = []
    if people:
        words = ngettext(
            "%(n)s person is in this team, and gets no request through it any more.",
            "%(n)s people are in this team, and get no request through it any more.",
            people,
        )
        sentences.append(words % {"n": people})
    if planned:
        sentences.append(will_be_told(planned))
    if named:
        sentences.append(steps_without_it())
    return bool(sentences) and form.asks_first(f"{people} {planned} {named:d}", *sentences)


def steps_without_it() -> str:
    return _("The plan in force names this team: while it is not active, those steps go without it.")


def _save(request: HttpRequest, one: Pool, form: PoolForm) -> None:
    cleaned = form.cleaned_data
    services.change(
        actor=signed_in(request),
        pool=one,
        name=cleaned["name"],
        partner=cleaned["partner"],
        timezone=cleaned["timezone"],
        active=cleaned["active"],
    )


def _change(request: HttpRequest, one: Pool, form: PoolForm) -> HttpResponse:
    done = _("%(pool)s was changed.") % {"pool": one.name}
    telling = closures.telling(one, timezone.localdate(), None, now=timezone.now())
    with undo.offered(request, "pool.changed", done, Pool.objects.filter(pk=one.pk)), telling as told:
        _save(request, one, form)
    messages.success(request, _("%(pool)s is saved.") % {"pool": one.name})
    say_who_is_told(request, told)
    if not one.active and services.named_in_force(pool=one):
        messages.warning(request, steps_without_it())
    return redirect("coordination:pool", slug=one.slug)


@only_posts
@requires(Action.COORDINATE)
@in_turn
def delete_pool(request: HttpRequest, slug: str) -> HttpResponse:
    one = get_object_or_404(Pool, slug=slug)
    must_edit(request, one.partner_id)
    form = _form(request, one)
    if is_asked_again(request, form):
        return _pool_page(request, one, form, HTTPStatus.CONFLICT)
    name = one.name
    try:
        with undo.offered(
            request, "pool.deleted", _("%(pool)s was deleted.") % {"pool": name}, *all_that_goes(one)
        ):
            services.delete(actor=signed_in(request), pool=one)
    except services.PoolInUseError as error:
        messages.error(request, in_use_sentence(error.use))
        return redirect("coordination:pool", slug=slug)
    messages.success(request, _("%(pool)s was deleted.") % {"pool": name})
    return redirect("coordination:pools")


def in_use_sentence(use: services.PoolUse) -> str:
    """Why a team is not deleted, and what to do instead."""
    reasons = []
    if use.plans:
        numbers = ", ".join(str(number) for number in use.plans)
        reasons.append(
            ngettext("plan %(numbers)s names it", "plans %(numbers)s name it", len(use.plans))
            % {"numbers": numbers}
        )
    if use.counsellors:
        reasons.append(
            ngettext("%(count)s person is in it", "%(count)s people are in it", use.counsellors)
            % {"count": use.counsellors}
        )
    return _("This team was not deleted: %(reasons)s. You can make it inactive instead.") % {
        "reasons": _(" and ").join(reasons)
    }
