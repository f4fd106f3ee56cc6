"""School bookings: classes' sessions."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coordination import undo
from coordination.class_outlook import ClassOutlook, class_outlook, doubts, expected_sentence
from coordination.deleting import is_asked_again
from coordination.forms.sites import BookingForm, already_booked_sentence
from coordination.ownership import may_edit, must_edit, my_partners
from coordination.tabs import page
from coordination.turns import in_turn
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts
from routing_rules import bookings as services
from routing_rules.models import SchoolBooking, Theme


@require_safe
@requires(Action.COORDINATE)
def bookings(request: HttpRequest) -> HttpResponse:
    rows = SchoolBooking.objects.filter(ends_at__gt=timezone.now()).select_related("partner")
    context = {
        "rows": [
            (one, may_edit(request, one.partner_id), expected_sentence(_outlook(one)))
            for one in rows.prefetch_related("themes")
        ],
        "now": timezone.now(),
        "creates": bool(my_partners(request)),
    }
    return page(request, "bookings.html", context, tab="bookings")


@requires(Action.COORDINATE)
@in_turn
def new_booking(request: HttpRequest) -> HttpResponse:
    return _booking_page(request, SchoolBooking(partner=signed_in(request).partner))


@requires(Action.COORDINATE)
@in_turn
def booking(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(SchoolBooking, pk=pk)
    must_edit(request, one.partner_id)
    return _booking_page(request, one)


def _booking_page(request: HttpRequest, one: SchoolBooking) -> HttpResponse:
    form = _form(request, one, request.POST or None)
    if request.method == "POST" and form.is_valid() and _save(request, one, form):
        return redirect("coordination:booking", pk=one.pk)
    return _shown(request, one, form)


def _form(request: HttpRequest, one: SchoolBooking, data: QueryDict | None = None) -> BookingForm:
    return BookingForm(
        data,
        partners=my_partners(request),
        shared=may_edit(request, None),
        now=timezone.now(),
        booking=one.pk if not one._state.adding else None,
        initial=_as_typed(one),
        subject=f"booking {one.code}" if one.code else "",
        reader=signed_in(request),
    )


def _shown(
    request: HttpRequest, one: SchoolBooking, form: BookingForm, status: int | None = None
) -> HttpResponse:
    saved = None if one._state.adding else one
    context = {
        "form": form,
        "booking": saved,
        "expected": expected_sentence(_outlook(saved)) if saved else "",
    }
    return page(request, "booking.html", context, tab="bookings", status=status)


def _outlook(one: SchoolBooking) -> ClassOutlook:
    return class_outlook(
        partner=one.partner,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        themes=frozenset(theme.code for theme in one.themes.all()),
        besides=one.pk,
    )


def _save(request: HttpRequest, one: SchoolBooking, form: BookingForm) -> bool:
    cleaned = form.cleaned_data
    must_edit(request, cleaned["partner"].pk if cleaned["partner"] else None)
    done = _("The booking of %(school)s was changed.") % {"school": one.school}
    try:
        with undo.offered(request, "booking.changed", done, SchoolBooking.objects.filter(pk=one.pk)):
            services.save(
                actor=signed_in(request),
                booking=one,
                code=cleaned["code"] or services.free_code(),
                school=cleaned["school"],
                partner=cleaned["partner"],
                starts_at=cleaned["starts_at"],
                ends_at=cleaned["ends_at"],
                themes=Theme.objects.filter(code__in=cleaned["themes"]),
                places=cleaned["places"],
            )
    except services.BookingCodeTakenError:
        form.add_error("code", _("Another class has this code. Choose another one."))
        return False
    except services.AlreadyBookedError as twice:
        form.add_error("starts_at", already_booked_sentence(str(twice)))
        return False
    messages.success(
        request, _("The class is booked. The pupils give the code %(code)s.") % {"code": one.code}
    )
    if form.outlook is not None:
        for doubt in doubts(form.outlook, one.places):
            messages.warning(request, f"{doubt} {expected_sentence(form.outlook)}")
    return True


def _as_typed(one: SchoolBooking) -> dict[str, Any]:
    # A booking that is still to be written has no key; the stubs know none without.
    if one._state.adding:
        return {"partner": one.partner_id}
    return {
        "school": one.school,
        "partner": one.partner_id,
        "starts_at": timezone.localtime(one.starts_at),
        "ends_at": timezone.localtime(one.ends_at),
        "places": one.places,
        "themes": [theme.code for theme in one.themes.all()],
        "code": one.code,
    }


@only_posts
@requires(Action.COORDINATE)
@in_turn
def delete_booking(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(SchoolBooking, pk=pk)
    must_edit(request, one.partner_id)
    form = _form(request, one)
    if is_asked_again(request, form):
        return _shown(request, one, form, HTTPStatus.CONFLICT)
    watched = SchoolBooking.objects.filter(pk=one.pk)
    with undo.offered(
        request,
        "booking.deleted",
        _("The booking of %(school)s was cancelled.") % {"school": one.school},
        watched,
    ):
        services.delete(actor=signed_in(request), booking=one)
    messages.success(request, _("The booking was cancelled: its places are free again."))
    return redirect("coordination:bookings")
