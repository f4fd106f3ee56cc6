"""People: who answers, their skills, inviting and deactivating them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.services import duty
from coordination import invitation, undo
from coordination.forms.people import InviteForm, RoleForm, SkillsForm, skills_as_typed
from coordination.ownership import may_edit, must_edit, my_partners, my_pools
from coordination.shift_words import say_what_places_mean
from coordination.tabs import form_status, page
from coordination.turns import in_turn, turn
from partners import second_factor
from partners.models import Role, Staff
from partners.permissions import Action, may, requires, signed_in
from partners.posts import only_posts
from roster import places
from routing_rules import people as services
from routing_rules.models import Counsellor, Theme


def roles_for(person: Staff) -> list[Role]:
    """The roles that this person may give and take away."""
    if may(person, Action.COORDINATE_ALL):
        return [Role.COUNSELLOR, Role.COORDINATOR, Role.ANALYST]
    return [Role.COUNSELLOR]


def _must_manage(request: HttpRequest, person: Staff) -> None:
    must_edit(request, person.partner_id)
    if Role(person.role) not in roles_for(signed_in(request)):
        raise PermissionDenied


@requires(Action.COORDINATE)
def invite(request: HttpRequest) -> HttpResponse:
    actor = signed_in(request)
    initial = {"partner": actor.partner_id} if actor.partner_id else {}
    form = InviteForm(
        request.POST or None, partners=my_partners(request), roles=roles_for(actor), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            # The letter goes out afterwards: nobody else waits for the mail server.
            with turn():
                person = services.invite(
                    actor=actor,
                    email=cleaned["email"],
                    first_name=cleaned["first_name"],
                    role=Role(cleaned["role"]),
                    partner=cleaned["partner"],
                )
        except services.AddressInUseError as error:
            if _waits_for_letter(request, error.person):
                return _send_again(request, error.person)
            form.add_error("email", _taken_sentence(request, error.person))
        else:
            sent = invitation.send(request, person=person, sender=actor)
            _tell_of_letter(request, person, sent=sent)
            if not sent:
                # The page from which it is sent again.
                return redirect("coordination:person", pk=person.pk)
            if person.role == Role.COUNSELLOR:
                return redirect("coordination:person", pk=person.pk)
            return redirect("coordination:people")
    return page(request, "invite.html", {"form": form}, tab="people")


def _waits_for_letter(request: HttpRequest, somebody: Staff) -> bool:
    """Was this person of one's own invited, and has not come yet? Then inviting once more sends the letter again."""
    manages = may_edit(request, somebody.partner_id) and Role(somebody.role) in roles_for(signed_in(request))
    return manages and somebody.pk in services.invited_only([somebody])


def _taken_sentence(request: HttpRequest, somebody: Staff) -> str:
    """Why this address cannot be invited, and the way on."""
    if may_edit(request, somebody.partner_id):
        return _(
            "Somebody has an account with this address already: look for it among the people of your institution."
        )
    return _(
        "Somebody has an account with this address already. Ask them to have it deactivated where it is, then invite them "
        "again: it moves to you. The platform’s coordinators can help."
    )


def _tell_of_letter(request: HttpRequest, somebody: Staff, *, sent: bool) -> None:
    if sent:
        messages.success(
            request, _("%(name)s was invited: a letter is on its way.") % {"name": somebody.first_name}
        )
    else:
        messages.warning(
            request,
            _(
                "%(name)s is invited, but the letter could not be sent. Send it again in a while, from this person’s page."
            )
            % {"name": somebody.first_name},
        )


@only_posts
@requires(Action.COORDINATE)
def send_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the letter with the link once more, to somebody who has not chosen a password yet."""
    somebody = get_object_or_404(Staff, pk=pk)
    _must_manage(request, somebody)
    return _send_again(request, somebody)


def _send_again(request: HttpRequest, somebody: Staff) -> HttpResponse:
    if _waits_for_letter(request, somebody) and invitation.is_fresh(somebody):
        messages.success(
            request,
            _("A letter to %(name)s left a moment ago: no second one was sent.") % {"name": somebody},
        )
    elif _waits_for_letter(request, somebody):
        sent = invitation.send(request, person=somebody, sender=signed_in(request))
        _tell_of_letter(request, somebody, sent=sent)
    else:
        messages.error(request, _("%(name)s needs no invitation any more.") % {"name": somebody})
    return redirect("coordination:person", pk=somebody.pk)


@requires(Action.COORDINATE)
@in_turn
def person(request: HttpRequest, pk: int) -> HttpResponse:
    somebody = get_object_or_404(Staff.objects.select_related("partner"), pk=pk)
    _must_manage(request, somebody)
    skills = (
        Counsellor.objects.filter(staff=somebody, staff__role=Role.COUNSELLOR).select_related("staff").first()
    )
    context: dict[str, Any] = {
        "person": somebody,
        "role_form": _role_form(request, somebody),
        "letter": services.invited_only([somebody]).get(pk),
        "second_factor": _may_reset(request) and second_factor.is_set_up(somebody),
    }
    if skills is None:
        return page(request, "person.html", context, tab="people")
    mine = my_pools(request)
    form = SkillsForm(
        request.POST or None,
        pools=mine,
        initial=skills_as_typed(skills),
        subject=f"person {pk}",
        reader=signed_in(request),
    )
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        done = _("What %(name)s can take was changed.") % {"name": somebody}
        watched = Staff.objects.filter(pk=pk), Counsellor.objects.filter(staff=pk)
        telling = places.telling([pk], now=timezone.now())
        with undo.offered(request, "person.changed", done, *watched), telling as told:
            duty.set_skills(
                actor=signed_in(request),
                counsellor=skills,
                wanted=services.SkillsWanted(
                    first_name=cleaned["first_name"],
                    pools=[pool for pool in mine if pool.slug in cleaned["pools"]],
                    themes=Theme.objects.filter(code__in=cleaned["themes"]),
                    languages=cleaned["languages"],
                    capacity=cleaned["capacity"],
                ),
                among=mine,
            )
        messages.success(request, _("What %(name)s can take is saved.") % {"name": cleaned["first_name"]})
        say_what_places_mean(request, told)
        return redirect("coordination:person", pk=pk)
    context |= {"form": form, "elsewhere": skills.pools.exclude(pk__in=[pool.pk for pool in mine])}
    return page(request, "person.html", context, tab="people")


def _may_reset(request: HttpRequest) -> bool:
    """May this person reset second factors? Few may: after a reset a password alone is enough to sign in."""
    return may(request.user, Action.COORDINATE_ALL)


@only_posts
@requires(Action.COORDINATE)
def reset_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    somebody = get_object_or_404(Staff, pk=pk)
    _must_manage(request, somebody)
    if not _may_reset(request):
        raise PermissionDenied
    if second_factor.reset(actor=signed_in(request), person=somebody):
        messages.success(
            request,
            _("%(name)s signs in with the password alone next time, and sets up a new device.")
            % {"name": somebody},
        )
    return redirect("coordination:person", pk=pk)


def _role_form(request: HttpRequest, somebody: Staff) -> RoleForm | None:
    """The form to change a role, for those who may give more than one."""
    roles = roles_for(signed_in(request))
    if len(roles) < 2 or somebody == request.user:
        return None
    return RoleForm(
        request.POST if "role" in request.POST else None,
        roles=roles,
        initial={"role": somebody.role},
        subject=f"person {somebody.pk}",
        reader=signed_in(request),
        # The page has another form with a revision.
        auto_id="id_for_%s",
    )


@only_posts
@requires(Action.COORDINATE)
@in_turn
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    somebody = get_object_or_404(Staff, pk=pk)
    _must_manage(request, somebody)
    form = _role_form(request, somebody)
    if form is None:
        raise PermissionDenied
    if not form.is_valid():
        context = {"person": somebody, "role_form": form}
        return page(request, "person.html", context, tab="people", status=form_status(request, form))
    watched = Staff.objects.filter(pk=pk), Counsellor.objects.filter(staff=pk)
    done = _("%(name)s has another role.") % {"name": somebody}
    telling = places.telling([pk], now=timezone.now())
    with undo.offered(request, "person.role_changed", done, *watched), telling as told:
        services.set_role(actor=signed_in(request), person=somebody, role=Role(form.cleaned_data["role"]))
    somebody.refresh_from_db()
    messages.success(
        request,
        _("%(name)s is now: %(role)s.") % {"name": somebody, "role": somebody.get_role_display()},
    )
    say_what_places_mean(request, told)
    return redirect("coordination:person", pk=pk)


@only_posts
@requires(Action.COORDINATE)
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    somebody = get_object_or_404(Staff, pk=pk)
    _must_manage(request, somebody)
    done = _("%(name)s can no longer sign in.") % {"name": somebody}
    watched, telling = Staff.objects.filter(pk=pk), places.telling([pk], now=timezone.now())
    try:
        with undo.offered(request, "person.deactivated", done, watched), telling as told:
            services.deactivate(actor=signed_in(request), person=somebody)
    except services.YourselfError:
        messages.error(request, _("You cannot take your own access away."))
        return redirect("coordination:people")
    messages.success(
        request,
        _("%(name)s can no longer sign in. Open pages of theirs close by themselves.") % {"name": somebody},
    )
    say_what_places_mean(request, told)
    return redirect("coordination:person", pk=pk)


@only_posts
@requires(Action.COORDINATE)
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    somebody = get_object_or_404(Staff, pk=pk)
    _must_manage(request, somebody)
    done = _("%(name)s can sign in again.") % {"name": somebody}
    watched, telling = Staff.objects.filter(pk=pk), places.telling([pk], now=timezone.now())
    with undo.offered(request, "person.reactivated", done, watched), telling as told:
        services.reactivate(actor=signed_in(request), person=somebody)
    messages.success(request, done)
    say_what_places_mean(request, told)
    return redirect("coordination:person", pk=pk)
