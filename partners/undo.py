"""Acts that can be undone: rows as they were before an act and after it. Only this module puts rows back."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core import serializers
from django.db import IntegrityError, connection, models, transaction
from django.db.models import QuerySet

from partners import audit
from partners.models import Staff
from wakeups import publish

Row = dict[str, Any]


class ChangedSinceError(Exception):
    """Somebody changed one of the rows meanwhile: nothing was undone."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an act did: rows that were and that are, as Django serialises them."""

    before: list[Row]
    after: list[Row]


def rows_of(watched: Sequence["QuerySet[Any]"]) -> list[Row]:
    """The rows of these queries, in an order in which they can be put back."""
    found: list[Row] = []
    for query in watched:
        kept = json.loads(serializers.serialize("json", query.order_by("pk")))
        if query.model is Staff:
            # Whether and as what they may work is all that can be undone of an account.
            kept = [{**row, "fields": {name: row["fields"][name] for name in STAFF_FIELDS}} for row in kept]
        found += kept
    return found


STAFF_FIELDS = ("role", "is_active", "left_at")


@transaction.atomic
def undo(*, actor: Staff, change: Change, action: str) -> None:
    """Put the rows back as they were before.

    Raises:
        ChangedSinceError: nothing was written.
    """
    before, after = _by_key(change.before), _by_key(change.after)
    for key, row in after.items():
        query = _query(key, lock=True)
        if rows_of([query]) != [row]:
            raise ChangedSinceError
        if key not in before:
            query.delete()
    try:
        with transaction.atomic():
            for key, row in before.items():
                if key not in after and _query(key).exists():
                    raise ChangedSinceError
                if row != after.get(key):
                    _put_back(key, row)
            # What a row refers to may be gone: some databases look only at the end.
            connection.check_constraints()
    except (IntegrityError, serializers.base.DeserializationError):
        raise ChangedSinceError from None
    audit.record(actor=actor, action="undone", detail={"act": action})
    for (model, pk), _row in {**before, **after}.items():
        if apps.get_model(model) is Staff:
            publish.rights_changed(pk)
    publish.routing_changed()
    publish.content_changed()


def _put_back(key: tuple[str, Any], row: Row) -> None:
    if apps.get_model(key[0]) is Staff:
        _query(key).update(**row["fields"])
        return
    for one in serializers.deserialize("json", json.dumps([row])):
        one.save()


def _by_key(rows: Sequence[Row]) -> dict[tuple[str, Any], Row]:
    return {(row["model"], row["pk"]): row for row in rows}


def _query(key: tuple[str, Any], *, lock: bool = False) -> "QuerySet[models.Model]":
    rows: QuerySet[models.Model] = apps.get_model(key[0])._default_manager.filter(pk=key[1])
    return rows.select_for_update() if lock else rows
