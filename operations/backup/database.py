"""Writes a snapshot of the database to a backup file, and restores one in a single transaction."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from chat.models import Lease
from operations.backup.file import BackupRefused, Head, Row, Writer, opened, written
from operations.backup.tables import KEPT, LIVE, MADE_BY_MIGRATIONS, MADE_BY_PROCESSES, model, values

Tell = Callable[[str], object]
AT_ONCE = 2_000


def name() -> str:
    """Which database it is, in words."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"SQLite, {told['NAME']}"
    return (
        f"PostgreSQL, {told['NAME']} on {told['HOST'] or told.get('OPTIONS', {}).get('host', 'this machine')}"
    )


def save(path: Path, *, force: bool, tell: Tell) -> int:
    """Write what must be kept, as it is at one moment; return the number of rows. It blocks nobody."""
    try:
        with written(path, force=force) as file, _snapshot():
            return _write(file, tell)
    except DatabaseError as fault:
        raise BackupRefused(f"the database failed ({type(fault).__name__}); no file was written") from fault


def _write(file: Writer, tell: Tell) -> int:
    _up_to_date()
    rows = {label: model(label)._base_manager.count() for label in KEPT}
    now = datetime.now(UTC).isoformat(timespec="seconds")
    file.head(Head(version=settings.VERSION, made_at=now, migrations=_migrations(), rows=rows))
    for label, n in rows.items():
        # By key: the keys of metric rows are random, so their order does not reveal the order in which they were written.
        for one in model(label)._base_manager.order_by("pk").iterator(chunk_size=AT_ONCE):
            file.row(label, values(one))
        tell(f"{n:8} {label}")
    file.end()
    return sum(rows.values())


@contextmanager
def _snapshot() -> Iterator[None]:
    """Reads inside see the database at one moment, and block no writer."""
    if connection.vendor == "sqlite":
        # Connecting sets it.
        connection.ensure_connection()
        usual, connection.transaction_mode = connection.transaction_mode, "DEFERRED"  # type: ignore[attr-defined]  # SQLite's only
        try:
            with transaction.atomic():
                yield
        finally:
            connection.transaction_mode = usual  # type: ignore[attr-defined]  # SQLite's only
        return
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def restore(path: Path, *, force: bool, tell: Tell) -> Head:
    """Restore the database, all or nothing; live conversations in it are deleted. Raises `BackupRefused`."""
    with opened(path) as (head, rows):
        _up_to_date()
        require_same_tables(head)
        _nobody_is_serving()
        if not force:
            _nothing_to_lose()
        try:
            with transaction.atomic():
                _empty()
                _fill(head, rows, tell)
                connection.check_constraints()
        except (ValidationError, IntegrityError) as fault:
            raise BackupRefused(f"{path} does not fit this database; nothing was changed") from fault
        except DatabaseError as fault:
            raise BackupRefused(
                f"the database failed ({type(fault).__name__}); nothing was changed"
            ) from fault
        finally:
            ContentType.objects.clear_cache()
    return head


def _empty() -> None:
    # Foreign keys are checked when the transaction ends, so the order does not matter.
    with connection.cursor() as cursor:
        for label in (*LIVE, *KEPT):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model(label)._meta.db_table)}")  # noqa: S608  # our own names


def _fill(head: Head, rows: Iterator[Row], tell: Tell) -> None:
    n: Counter[str] = Counter()
    for label, of_table in groupby(rows, key=itemgetter(0)):
        if label not in KEPT:
            raise ValueError(label)
        while some := [told for _, told in islice(of_table, AT_ONCE)]:
            _insert(label, some)
            n[label] += len(some)
        tell(f"{n[label]:8} {label}")
    if n != Counter(head.rows):
        raise ValueError("rows are missing")
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [model(label) for label in KEPT]):
            cursor.execute(statement)


def _insert(label: str, some: list[dict[str, Any]]) -> None:
    """Insert rows unchanged, without `Model.save`, which would change fields such as timestamps."""
    table, quoted = model(label)._meta, connection.ops.quote_name
    fields = table.local_concrete_fields
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quoted(table.db_table)} ({columns}) VALUES ({places})",  # noqa: S608  # our own names
            [
                [field.get_db_prep_save(field.to_python(told[field.attname]), connection) for field in fields]
                for told in some
            ],
        )


def _migrations() -> dict[str, list[str]]:
    """The migrations that have been run and that this version knows, by application."""
    executor = MigrationExecutor(connection)
    known: dict[str, list[str]] = {}
    for app, name in sorted(set(executor.loader.applied_migrations) & set(executor.loader.graph.nodes)):
        known.setdefault(app, []).append(name)
    return known


def _up_to_date() -> None:
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError as fault:
        raise BackupRefused(f"the database cannot be reached ({type(fault).__name__})") from fault
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise BackupRefused("the database is not up to date: run `python -m miti setup` first")


def require_same_tables(head: Head) -> None:
    """Raises `BackupRefused` where this database has other tables than the backup."""
    here = _migrations()
    other = {
        f"{app}.{name}"
        for app in here.keys() | head.migrations.keys()
        for name in set(here.get(app, ())) ^ set(head.migrations.get(app, ()))
    }
    if other:
        raise BackupRefused(
            f"the backup is of Miti {head.version} and this is {settings.VERSION}, with other tables "
            f"({', '.join(sorted(other))}): restore it with the version that made it, then upgrade"
        )


def _nobody_is_serving() -> None:
    if Lease.objects.filter(name="tick", expires_at__gt=datetime.now(UTC)).exists():
        raise BackupRefused(
            "Miti is running on this database: stop all its processes, and try again in some seconds"
        )


def _nothing_to_lose() -> None:
    full = [
        label
        for label in (*KEPT, *LIVE)
        if label not in {*MADE_BY_MIGRATIONS, *MADE_BY_PROCESSES} and model(label)._base_manager.exists()
    ]
    if full:
        raise BackupRefused(
            f"there is something in this database ({', '.join(full[:3])}…): all of it would be replaced. "
            "Give --force (with make: FORCE=1) if that is meant"
        )
