"""Acts that can be undone: rows as they were before an act and after it. Only this module puts rows back."""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, models, transaction
from django.db.models import ProtectedError, QuerySet
from django.db.models.deletion import Collector

from partners import audit
from partners.models import Staff
from wakeups import publish

Row = dict[str, Any]
Key = tuple[str, Any]


class ChangedSinceError(Exception):
    """Somebody changed one of the rows meanwhile: nothing was undone."""


class _ExactEncoder(DjangoJSONEncoder):
    """Keeps the microseconds of moments, which Django's own cuts to milliseconds: a row that is put back is as it was."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime | time) else super().default(o)


@dataclass(frozen=True, slots=True)
class Change:
    """What an act did: rows that were and that are, as Django serialises them."""

    before: list[Row]
    after: list[Row]


def rows_of(watched: Sequence["QuerySet[Any]"]) -> list[Row]:
    """The rows of these queries, in an order in which they can be put back."""
    found: list[Row] = []
    for query in watched:
        kept = json.loads(serializers.serialize("json", query.order_by("pk"), cls=_ExactEncoder))
        if query.model is Staff:
            # Whether and as what they may work, and their name, are all that can be undone of an account.
            kept = [{**row, "fields": {name: row["fields"][name] for name in STAFF_FIELDS}} for row in kept]
        found += kept
    return found


STAFF_FIELDS = ("first_name", "role", "is_active", "left_at")
COUNTED = "revision"
"""A column that only ever grows: whoever saw a later value must not take the earlier one for what they saw."""


class _Everything(Collector):
    """All rows, also those that the database could delete by itself."""

    def can_fast_delete(self, *_args: Any, **_more: Any) -> bool:
        return False


def all_that_goes(row: models.Model) -> "tuple[QuerySet[Any], ...]":
    """The row and what is deleted with it, or no longer refers to anything, in whichever room it is: what to watch when it is deleted."""
    found = _Everything(using=row._state.db or DEFAULT_DB_ALIAS)
    # What protects it says so when it is deleted.
    with suppress(ProtectedError):
        found.collect([row])
    keys: dict[Any, set[Any]] = {model: {one.pk for one in rows} for model, rows in found.data.items()}
    updates: Any = found.field_updates
    for (field, _value), updated in updates.items():
        for rows in updated:
            keys.setdefault(field.model, set()).update(one.pk for one in rows)
    return tuple(
        model._default_manager.filter(pk__in=pks)
        for model, pks in keys.items()
        # Which rows belong to each other is kept with the row that has the column.
        if model._meta.auto_created not in keys
    )


def change_between(before: Iterable[Row], after: Iterable[Row]) -> Change:
    """What differs."""
    were, are = _by_key(before), _by_key(after)
    return Change(
        before=[row for key, row in were.items() if row != are.get(key)],
        after=[row for key, row in are.items() if row != were.get(key)],
    )


@transaction.atomic
def undo(
    *,
    actor: Staff,
    change: Change,
    act: UUID,
    action: str,
    subject: str = "",
    about: Mapping[str, Any] | None = None,
) -> None:
    """Put the rows back as they were before. `act` is what is undone, once; `action`, `subject` and `about` are for the log.

    Raises:
        audit.AlreadyUndoneError, ChangedSinceError: nothing was written.
    """
    audit.record_undone(act, actor=actor, action=action, subject=subject, about=about)
    before, after = _by_key(change.before), _by_key(change.after)
    for key, row in after.items():
        if rows_of([_query(key, lock=True)]) != [row]:
            raise ChangedSinceError
    try:
        with transaction.atomic():
            # Last first: what came later may depend on what came before.
            for key in reversed([key for key in after if key not in before or _is_written_anew(key)]):
                _query(key).delete()
            for key, row in before.items():
                if key not in after and _query(key).exists():
                    raise ChangedSinceError
                _put_back(key, row, after.get(key))
            # What a row refers to may be gone: some databases look only at the end.
            connection.check_constraints()
    except (IntegrityError, serializers.base.DeserializationError):
        raise ChangedSinceError from None
    for model, pk in {**before, **after}:
        if apps.get_model(model) is Staff:
            publish.rights_changed(pk)
    publish.routing_changed()
    publish.content_changed()


def _is_written_anew(key: Key) -> bool:
    """Rows to which nothing refers are deleted first: two that exchanged their places would stand in each other's way."""
    fields = apps.get_model(key[0])._meta.get_fields(include_hidden=True)
    return not any(one.auto_created and not one.concrete and not _joins(one.related_model) for one in fields)


def _joins(model: Any) -> bool:
    """Is it one of Django's own tables between two that refer to many of each other?"""
    return bool(model._meta.auto_created)


def _put_back(key: Key, row: Row, now: Row | None) -> None:
    if apps.get_model(key[0]) is Staff:
        _query(key).update(**row["fields"])
        return
    if now is not None and COUNTED in row["fields"]:
        row = {**row, "fields": {**row["fields"], COUNTED: now["fields"][COUNTED] + 1}}
    for one in serializers.deserialize("json", json.dumps([row])):
        one.save()


def _by_key(rows: Iterable[Row]) -> dict[Key, Row]:
    return {(row["model"], row["pk"]): row for row in rows}


def _query(key: Key, *, lock: bool = False) -> "QuerySet[models.Model]":
    rows: QuerySet[models.Model] = apps.get_model(key[0])._default_manager.filter(pk=key[1])
    return rows.select_for_update() if lock else rows
