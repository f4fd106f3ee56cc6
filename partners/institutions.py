"""Networks and institutions: their changes are in the audit log."""

from typing import TypeVar

from django.db import transaction

from partners import audit
from partners.models import Network, Partner, Staff

Institution = TypeVar("Institution", Network, Partner)


@transaction.atomic
def save(*, actor: Staff, institution: Institution) -> Institution:
    """Write a new or an existing one."""
    new = institution.pk is None
    institution.save()
    kind = "network" if isinstance(institution, Network) else "institution"
    audit.record(
        actor=actor,
        action=f"{kind}.created" if new else f"{kind}.changed",
        subject=f"{kind} {institution.pk}",
    )
    return institution


@transaction.atomic
def delete(*, actor: Staff, institution: Network | Partner) -> None:
    """Delete one to which nothing belongs. Raises ProtectedError otherwise."""
    kind = "network" if isinstance(institution, Network) else "institution"
    audit.record(actor=actor, action=f"{kind}.deleted", subject=f"{kind} {institution.pk}")
    institution.delete()
