"""Networks and institutions: their changes are in the audit log."""

from typing import Any, TypeVar

from django.db import transaction

from partners import audit
from partners.models import Network, Partner, Staff

Institution = TypeVar("Institution", Network, Partner)


@transaction.atomic
def save(*, actor: Staff, institution: Institution) -> Institution:
    """Write a new or an existing one."""
    new = institution.pk is None
    was = {} if new else {"was": _told(type(institution)._default_manager.get(pk=institution.pk))}
    institution.save()
    kind = "network" if isinstance(institution, Network) else "institution"
    audit.record(
        actor=actor,
        action=f"{kind}.created" if new else f"{kind}.changed",
        subject=f"{kind} {institution.pk}",
        detail=_told(institution) | was,
    )
    return institution


def _told(institution: Network | Partner) -> dict[str, Any]:
    """What the log tells of one."""
    if isinstance(institution, Partner):
        return {"name": institution.name, "network": institution.network.code}
    return {"name": institution.name}


@transaction.atomic
def delete(*, actor: Staff, institution: Network | Partner) -> None:
    """Delete one to which nothing belongs. Raises ProtectedError otherwise."""
    kind = "network" if isinstance(institution, Network) else "institution"
    audit.record(
        actor=actor, action=f"{kind}.deleted", subject=f"{kind} {institution.pk}", detail=_told(institution)
    )
    institution.delete()
