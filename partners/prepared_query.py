"""Queries and updates that Django compiles once, for what happens at every change of a conversation.

Compiling a query through the ORM takes several times as long as a small database takes to answer it. What they do is declared with the ORM
all the same: `build` is called with stand-ins for the arguments, which are replaced in what was compiled. Rows are read anew each time.
"""

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, TypeGuard, TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models import AutoField, Model, QuerySet
from django.db.models.constants import OnConflict
from django.db.models.sql import DeleteQuery, InsertQuery, UpdateQuery


@dataclass(frozen=True, slots=True)
class Json:
    """A new value of a column of JSON."""

    held: dict[str, Any]


Argument = int | str | bytes | UUID | datetime | date | Json | Collection[int] | Collection[str] | None
"""A collection of keys is for `__in`. None is for a new value only: no condition finds it."""
Kept = TypeVar("Kept")
MOST_KEPT = 64
FIRST_YEAR, FIRST_KEY, FIRST_NUMBER = 1000, 8_192, 32_700
"""The first of the stand-ins. Numbers must fit the smallest column, and be none that a query itself holds."""
MOST_KEYS = 4_096


class _Compiled(NamedTuple):
    sql: str
    params: tuple[Any, ...]
    converters: list[tuple[int, list[Callable[..., Any]], Any]]


class _Prepared:
    def __init__(self, build: Callable[..., "QuerySet[Any, Any]"]) -> None:
        self._build = build
        self._compiled: dict[Hashable, _Compiled] = {}

    def _bound(self, arguments: tuple[Argument, ...]) -> tuple[_Compiled, list[Any]]:
        """What was compiled for arguments of these kinds, and its parameters."""
        stand_ins: list[Any] = []
        values: dict[Any, Any] = {}
        for index, argument in enumerate(arguments):
            if _are_keys(argument):
                keys = _padded(argument)
                first = FIRST_KEY + index * MOST_KEYS
                stand_in: Any = tuple(range(first, first + len(keys)))
                if isinstance(keys[0], str):
                    stand_in = tuple(f"\x01{each}" for each in stand_in)
                values.update(zip(stand_in, keys, strict=True))
            else:
                stand_in = _stand_in(argument, index)
                values[_recognised(_written(stand_in))] = _written(argument)
            stand_ins.append(stand_in.held if isinstance(stand_in, Json) else stand_in)
        made = connection.vendor, *map(_kind, stand_ins)
        compiled = self._compiled.get(made)
        if compiled is None:
            compiled = _kept(self._compiled, made, self._compile(*stand_ins))
        return compiled, [values.get(_recognised(each), each) for each in compiled.params]

    def _compile(self, *stand_ins: Argument) -> _Compiled:
        raise NotImplementedError


class PreparedQuery(_Prepared):
    """`build` makes a `values_list`."""

    def rows(self, *arguments: Argument) -> list[tuple[Any, ...]]:
        """The rows as they are now."""
        if _no_key(arguments):
            return []
        compiled, params = self._bound(arguments)
        with _cursor() as cursor:
            return _fetched(cursor, compiled, params)

    def _compile(self, *stand_ins: Argument) -> _Compiled:
        compiler = self._build(*stand_ins).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        return _Compiled(
            sql, tuple(params), _converters(compiler, [column for column, *_ in compiler.select])
        )


class PreparedUpdate(_Prepared):
    """`build` makes the query of what is updated, `values` the new values; both get the arguments. One statement, as `update` sends it."""

    def __init__(
        self, build: Callable[..., "QuerySet[Any, Any]"], values: Callable[..., dict[str, Any]]
    ) -> None:
        super().__init__(build)
        self._values = values

    def run(self, *arguments: Argument) -> int:
        """How many rows it changed."""
        if _no_key(arguments):
            return 0
        return _write(*self._bound(arguments))

    def _compile(self, *stand_ins: Argument) -> _Compiled:
        query = self._build(*stand_ins).query.chain(UpdateQuery)
        assert isinstance(query, UpdateQuery)
        query.add_update_values(self._values(*stand_ins))
        sql, params = query.get_compiler(connection=connection).as_sql()
        return _Compiled(sql, tuple(params), [])


class PreparedDelete(_Prepared):
    """`build` makes the query of what is deleted. One statement: rows that refer to these are not looked for.

    `returning`: the fields that `rows` gives back.
    """

    def __init__(self, build: Callable[..., "QuerySet[Any, Any]"], *, returning: Sequence[str] = ()) -> None:
        super().__init__(build)
        self._returning = returning

    def run(self, *arguments: Argument) -> int:
        """How many rows it deleted."""
        if _no_key(arguments):
            return 0
        return _write(*self._bound(arguments))

    def rows(self, *arguments: Argument) -> list[tuple[Any, ...]]:
        """The rows that it deleted."""
        if _no_key(arguments):
            return []
        compiled, params = self._bound(arguments)
        with transaction.mark_for_rollback_on_error(using=connection.alias), _cursor() as cursor:
            return _fetched(cursor, compiled, params)

    def _compile(self, *stand_ins: Argument) -> _Compiled:
        query = self._build(*stand_ins).query.clone()
        # As `QuerySet._raw_delete` does it.
        query.__class__ = DeleteQuery
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        model = query.get_meta().model
        fields: list[Any] = [model._meta.get_field(name) for name in self._returning]
        columns = [one.get_col(model._meta.db_table) for one in fields]
        if columns:
            # SQLite and PostgreSQL know it; the ORM asks for it after an INSERT only.
            names = ", ".join(connection.ops.quote_name(one.column) for one in fields)
            sql = f"{sql} RETURNING {names}"
        return _Compiled(sql, tuple(params), _converters(compiler, columns))


class PreparedInsert:
    """Inserts rows, as `bulk_create` does, in one statement. The rows do not learn the keys that the database gives them.

    `update`: if a row with the same `unique` fields is there, these fields of it get the new values.
    """

    def __init__(self, model: type[Model], *, unique: Sequence[str] = (), update: Sequence[str] = ()) -> None:
        self._model, self._unique, self._update = model, unique, update
        self._compiled: dict[Hashable, str] = {}

    def run(self, *rows: Model) -> None:
        """Raises `IntegrityError`."""
        if not rows:
            return
        fields = [one for one in self._model._meta.concrete_fields if not isinstance(one, AutoField)]
        made = connection.vendor, len(rows)
        sql = self._compiled.get(made)
        if sql is None:
            sql = _kept(self._compiled, made, self._compile(fields, len(rows)))
        params = [
            field.get_db_prep_save(field.pre_save(row, add=True), connection)
            for row in rows
            for field in fields
        ]
        with transaction.mark_for_rollback_on_error(using=connection.alias), _cursor() as cursor:
            cursor.execute(sql, params)

    def _compile(self, fields: list[Any], rows: int) -> str:
        named = self._model._meta.get_field
        query = InsertQuery(
            self._model,
            on_conflict=OnConflict.UPDATE if self._update else None,
            unique_fields=[named(one) for one in self._unique],
            update_fields=[named(one) for one in self._update],
        )
        query.insert_values(fields, [self._model()])
        ((sql, _),) = query.get_compiler(connection=connection).as_sql()
        row = f"({', '.join(['%s'] * len(fields))})"
        before, one, after = str(sql).partition(row)
        assert one
        return before + ", ".join([row] * rows) + after


def _converters(compiler: Any, columns: Sequence[Any]) -> list[tuple[int, list[Callable[..., Any]], Any]]:
    found = compiler.get_converters(columns)
    return [(index, list(each), expression) for index, (each, expression) in found.items()]


def _cursor() -> CursorWrapper:
    """On PostgreSQL one that leaves the arguments to the server, which then parses and plans each statement once for a connection."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.ensure_connection()
    bound: Any = ServerBindingCursor
    cursor = bound(connection.connection)
    return (
        connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)
    )


def _kept(known: dict[Hashable, Kept], made: Hashable, compiled: Kept) -> Kept:
    if len(known) >= MOST_KEPT:
        known.clear()
    known[made] = compiled
    return compiled


def _fetched(cursor: CursorWrapper, compiled: _Compiled, params: list[Any]) -> list[tuple[Any, ...]]:
    cursor.execute(compiled.sql, params)
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return _converted(rows, compiled.converters) if compiled.converters else rows


def _write(compiled: _Compiled, params: list[Any]) -> int:
    with transaction.mark_for_rollback_on_error(using=connection.alias), _cursor() as cursor:
        cursor.execute(compiled.sql, params)
        return int(cursor.rowcount)


def _are_keys(argument: Argument) -> TypeGuard[Collection[int] | Collection[str]]:
    return isinstance(argument, Collection) and not isinstance(argument, str | bytes)


def _no_key(arguments: tuple[Argument, ...]) -> bool:
    """Whether a collection of keys is empty, so that there is no row."""
    return any(_are_keys(each) and not each for each in arguments)


def _kind(stand_in: Any) -> Hashable:
    return (len(stand_in), type(stand_in[0])) if isinstance(stand_in, tuple) else (1, type(stand_in))


def _padded(keys: Collection[int] | Collection[str]) -> list[int] | list[str]:
    """For 1, 2, 4, 8 ... keys a query is compiled; the last key is repeated."""
    found: list[Any] = [*keys]
    places = 1 << (len(found) - 1).bit_length()
    return found + found[-1:] * (places - len(found))


def _stand_in(argument: Argument, index: int) -> Argument:
    """A value of the same kind that is no argument."""
    match argument:
        case datetime():
            return datetime(FIRST_YEAR + index, 1, 1, tzinfo=UTC)
        case date():
            return date(FIRST_YEAR + index, 1, 1)
        case UUID():
            return UUID(int=index)
        case str():
            return f"\x01{index}"
        case bytes():
            return f"\x01{index}".encode()
        case Json():
            return Json({f"\x01{index}": index})
    return FIRST_NUMBER + index


def _written(argument: Any) -> Any:
    """As this database takes it: SQLite knows neither a UUID nor a moment."""
    match argument:
        case datetime():
            return connection.ops.adapt_datetimefield_value(argument)
        case date():
            return connection.ops.adapt_datefield_value(argument)
        case UUID():
            return argument if connection.features.has_native_uuid_field else argument.hex
        case bytes():
            wrapper: Any = connection
            return wrapper.Database.Binary(argument)
        case Json():
            return connection.ops.adapt_json_value(argument.held, None)
    return argument


def _recognised(param: Any) -> Hashable:
    """What a parameter is found by: a database's wrapper of bytes or JSON says what it holds in `obj`."""
    held = getattr(param, "obj", param)
    return repr(held) if isinstance(held, dict | list) else held


def _converted(
    rows: list[tuple[Any, ...]], every: list[tuple[int, list[Callable[..., Any]], Any]]
) -> list[tuple[Any, ...]]:
    converted = [list(row) for row in rows]
    for index, converters, expression in every:
        for row in converted:
            value = row[index]
            for convert in converters:
                value = convert(value, expression, connection)
            row[index] = value
    return [tuple(row) for row in converted]
