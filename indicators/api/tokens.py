"""Personal tokens for the API: made once, shown once, kept as a hash only."""

import secrets
import uuid
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from indicators.models import ApiToken
from partners import audit
from partners.models import Staff
from partners.tokens import hash_of_token

PREFIX: Final = "miti_"
DAYS: Final = 365
MOST: Final = 10


class TooManyTokensError(Exception):
    """This person already has the most tokens that one may have."""


def make(*, owner: Staff, name: str, today: date) -> str:
    """Make a new token. It is shown this once; if it is lost, another must be made."""
    token = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        # Locked, so that two simultaneous requests cannot both make the last allowed token.
        Staff.objects.select_for_update().get(pk=owner.pk)
        if of(owner).count() >= MOST:
            raise TooManyTokensError
        ApiToken.objects.create(
            owner=owner,
            name=name,
            token_hash=hash_of_token(token),
            made_on=today,
            expires_on=today + timedelta(days=DAYS),
        )
        audit.record(actor=owner, action="token.made", subject="API", detail={})
    return token


def revoke(*, owner: Staff, token: uuid.UUID) -> bool:
    """Delete one's own token; False if there is none, or it is somebody else's."""
    with transaction.atomic():
        gone, _ = of(owner).filter(pk=token).delete()
        if gone:
            audit.record(actor=owner, action="token.revoked", subject="API", detail={})
    return bool(gone)


def revoke_all(*, owner: Staff) -> None:
    """Delete every token of somebody, as when the way into their account changed."""
    with transaction.atomic():
        gone, _ = of(owner).delete()
        if gone:
            audit.record(actor=owner, action="token.all_revoked", subject="API")


def owner_of(token: str, *, today: date) -> Staff | None:
    """The owner of this token; None if it is unknown or has expired, or the owner's account is disabled."""
    found = (
        ApiToken.objects.select_related("owner__partner")
        .filter(token_hash=hash_of_token(token), expires_on__gte=today, owner__is_active=True)
        .first()
    )
    if found is None:
        return None
    if found.last_used_on != today:
        ApiToken.objects.filter(pk=found.pk).update(last_used_on=today)
    return found.owner


def of(owner: Staff) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(owner=owner)
