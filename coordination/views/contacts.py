"""The phone numbers that visitors are always shown."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from chat import content as services
from chat.models import Contact
from coordination import undo
from coordination.deleting import is_asked_again
from coordination.forms.content import ContactForm
from coordination.ownership import must_edit
from coordination.tabs import page
from coordination.turns import in_turn
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts


@requires(Action.COORDINATE)
@in_turn
def new_contact(request: HttpRequest) -> HttpResponse:
    must_edit(request, None)
    return _contact_page(request, Contact(position=Contact.objects.count() + 1))


@requires(Action.COORDINATE)
@in_turn
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    must_edit(request, None)
    return _contact_page(request, get_object_or_404(Contact, pk=pk))


def _contact_page(request: HttpRequest, one: Contact) -> HttpResponse:
    form = _contact_form(request, one, request.POST or None)
    if request.method == "POST" and form.is_valid() and _save_contact(request, one, form):
        return redirect("coordination:contact", pk=one.pk)
    return _shown_contact(request, one, form)


def _contact_form(request: HttpRequest, one: Contact, data: QueryDict | None = None) -> ContactForm:
    initial: dict[str, Any] = {
        "number": one.number,
        "languages": one.languages,
        "position": one.position,
        "verified_on": one.verified_on,
        **{f"label_{code}": label for code, label in one.labels.items()},
    }
    return ContactForm(
        data,
        today=timezone.localdate(),
        initial=initial,
        subject=f"contact {one.number}",
        reader=signed_in(request),
    )


def _shown_contact(
    request: HttpRequest, one: Contact, form: ContactForm, status: int | None = None
) -> HttpResponse:
    context = {"form": form, "contact": one if one.pk else None}
    return page(request, "contact.html", context, tab="notices", status=status)


def _save_contact(request: HttpRequest, one: Contact, form: ContactForm) -> bool:
    done = _("The number %(number)s was changed.") % {"number": one.number}
    try:
        with undo.offered(request, "contact.changed", done, Contact.objects.filter(pk=one.pk)):
            services.save_contact(
                actor=signed_in(request),
                contact=one,
                number=form.cleaned_data["number"],
                labels=form.labels(),
                languages=form.cleaned_data["languages"],
                position=form.cleaned_data["position"],
                verified_on=form.cleaned_data["verified_on"],
            )
    except services.NumberTakenError:
        form.add_error("number", _("This number is in the list already."))
        return False
    messages.success(request, _("The number %(number)s is saved.") % {"number": one.number})
    return True


@only_posts
@requires(Action.COORDINATE)
@in_turn
def delete_contact(request: HttpRequest, pk: int) -> HttpResponse:
    must_edit(request, None)
    one = get_object_or_404(Contact, pk=pk)
    form = _contact_form(request, one)
    if is_asked_again(request, form):
        return _shown_contact(request, one, form, HTTPStatus.CONFLICT)
    watched = Contact.objects.filter(pk=pk)
    with undo.offered(request, "contact.deleted", _("The number was taken away."), watched):
        services.delete_contact(actor=signed_in(request), contact=one)
    messages.success(request, _("The number was taken away."))
    return redirect("coordination:notices")
