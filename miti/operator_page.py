"""For administrators: how Miti is doing, each line good or with what is wrong and where to read on. No word of anybody."""

from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from miti import operator_lines
from partners import letters
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts


@never_cache
@require_safe
@requires(Action.ADMINISTER)
def operator(request: HttpRequest) -> HttpResponse:
    return render(
        request, "miti/operator.html", {"lines": operator_lines.lines(), "version": settings.VERSION}
    )


@only_posts
@requires(Action.ADMINISTER)
def test_letter(request: HttpRequest) -> HttpResponse:
    """To the administrator's own address."""
    person = signed_in(request)
    subject, text = _("A test letter"), _("Letters of Miti arrive here.")
    if not person.email:
        messages.error(request, _("Your account has no e-mail address to send it to."))
    elif letters.was_sent(lambda: send_mail(subject, text, None, [person.email])):
        messages.success(
            request, _("The letter has left. Look into your mailbox, also into the unwanted mail.")
        )
    else:
        messages.error(request, letters.NOT_SENT)
    return redirect("operator")
