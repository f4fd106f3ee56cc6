"""Where somebody who found a weakness can tell the operator (RFC 9116), and what then happens; 404 without MITI_SECURITY_CONTACT."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from miti.environment import ROOT

VALID_FOR = timedelta(days=180)
"""The RFC asks for less than a year."""

TEXT = "text/plain; charset=utf-8"
POLICY = "security-policy.txt"


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    address = _contact()
    expires = (timezone.now() + VALID_FOR).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [f"Contact: {address}", f"Expires: {expires}", "Preferred-Languages: fr, nl, en"]
    # Never the Host of the request, which its sender chooses.
    if origin := settings.ENV.public_url.rstrip("/"):
        lines += [f"Canonical: {origin}/.well-known/security.txt", f"Policy: {origin}/{POLICY}"]
    return HttpResponse("\n".join([*lines, ""]), content_type=TEXT)


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    _contact()
    return HttpResponse((ROOT / "SECURITY.md").read_text(encoding="utf-8"), content_type=TEXT)


def _contact() -> str:
    address: str = settings.ENV.security_contact
    if not address:
        raise Http404
    return address
