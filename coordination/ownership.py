"""Which partner owns what: the one module where pages check it and word the refusal."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from partners.models import Partner
from partners.name_search import in_order
from partners.permissions import may_edit_for, signed_in
from routing_rules.models import Pool


def must_edit(request: HttpRequest, partner_id: int | None) -> None:
    """Refuse (403) unless this person may change what belongs to that partner (None: to all)."""
    if not may_edit_for(signed_in(request), partner_id):
        raise PermissionDenied


def may_edit(request: HttpRequest, partner_id: int | None) -> bool:
    """Whether this person may change what belongs to that partner (None: to all)."""
    return may_edit_for(signed_in(request), partner_id)


def why_not(request: HttpRequest, partner: Partner | None) -> str:
    """The sentence that says why this can be seen but not changed; empty when it can be changed."""
    if may_edit(request, partner.pk if partner else None):
        return ""
    if partner is None:
        return _(
            "You can read this, not change it: it belongs to all partners, "
            "so the platform’s coordinators keep it."
        )
    return _("You can read this, not change it: it belongs to %(partner)s, whose coordinators keep it.") % {
        "partner": partner.name
    }


def my_pools(request: HttpRequest, *, active: bool = False) -> list[Pool]:
    """The teams that this person may change, by name; `active`: only those that take requests."""
    rows = Pool.objects.select_related("partner")
    if active:
        rows = rows.filter(active=True)
    return in_order(pool for pool in rows if may_edit(request, pool.partner_id))


def my_partners(request: HttpRequest) -> list[int]:
    """The partners whose data this person may change."""
    person = signed_in(request)
    return [pk for pk in Partner.objects.values_list("pk", flat=True) if may_edit_for(person, pk)]
