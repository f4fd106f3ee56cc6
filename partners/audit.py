"""The audit log: what members of staff did. It never holds what anybody said, and never a visitor."""

from typing import Any

from partners.models import AuditEntry, Staff


def record(
    *, actor: Staff | None, action: str, subject: str = "", detail: dict[str, Any] | None = None
) -> AuditEntry:
    """Write one entry; `detail` holds codes, numbers and the names of things; no text that may say
    something about somebody."""
    return AuditEntry.objects.create(actor=actor, action=action, subject=subject[:200], detail=detail or {})
