"""Queries and updates that Django compiles once, for what happens at every change of a conversation.

Compiling a query through the ORM takes several times as long as a small database takes to answer it. What they do is declared with the ORM
all the same: `build` is called with stand-ins for the arguments, which are replaced in what was compiled. Rows are read anew each time.
"""

from collections.abc import Callable, Collection, Hashable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.sql import DeleteQuery, UpdateQuery

Argument = int | str | UUID | datetime | date | Collection[int]
"""A collection of keys is for `__in`."""
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
            if isinstance(argument, Collection) and not isinstance(argument, str):
                keys = _padded(argument)
                first = FIRST_KEY + index * MOST_KEYS
                stand_in: Any = tuple(range(first, first + len(keys)))
                values.update(zip(stand_in, keys, strict=True))
            else:
                stand_in = _stand_in(argument, index)
                values[_written(stand_in)] = _written(argument)
            stand_ins.append(stand_in)
        made = connection.vendor, *(len(each) if type(each) is tuple else type(each) for each in stand_ins)
        compiled = self._compiled.get(made)
        if compiled is None:
            if len(self._compiled) >= MOST_KEPT:
                self._compiled.clear()
            compiled = self._compiled[made] = self._compile(*stand_ins)
        return compiled, [
            values.get(each, each) if isinstance(each, Hashable) else each for each in compiled.params
        ]

    def _compile(self, *stand_ins: Argument) -> _Compiled:
        raise NotImplementedError


class PreparedQuery(_Prepared):
    """`build` makes a `values_list`."""

    def rows(self, *arguments: Argument) -> list[tuple[Any, ...]]:
        """The rows as they are now."""
        if any(isinstance(each, Collection) and not each for each in arguments):
            # No key: no row.
            return []
        compiled, params = self._bound(arguments)
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, params)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return _converted(rows, compiled.converters) if compiled.converters else rows

    def _compile(self, *stand_ins: Argument) -> _Compiled:
        compiler = self._build(*stand_ins).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        return _Compiled(
            sql,
            tuple(params),
            [(index, list(each), expression) for index, (each, expression) in converters.items()],
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
        if any(isinstance(each, Collection) and not each for each in arguments):
            return 0
        compiled, params = self._bound(arguments)
        with transaction.mark_for_rollback_on_error(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(compiled.sql, params)
            return int(cursor.rowcount)

    def _compile(self, *stand_ins: Argument) -> _Compiled:
        query = self._build(*stand_ins).query.chain(UpdateQuery)
        assert isinstance(query, UpdateQuery)
        query.add_update_values(self._values(*stand_ins))
        sql, params = query.get_compiler(connection=connection).as_sql()
        return _Compiled(sql, tuple(params), [])


class PreparedDelete(_Prepared):
    """`build` makes the query of what is deleted. One statement: rows that refer to these are not looked for."""

    def run(self, *arguments: Argument) -> None:
        compiled, params = self._bound(arguments)
        with transaction.mark_for_rollback_on_error(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(compiled.sql, params)

    def _compile(self, *stand_ins: Argument) -> _Compiled:
        query = self._build(*stand_ins).query.clone()
        # As `QuerySet._raw_delete` does it.
        query.__class__ = DeleteQuery
        sql, params = query.get_compiler(connection=connection).as_sql()
        return _Compiled(sql, tuple(params), [])


def _padded(keys: Collection[int]) -> list[int]:
    """For 1, 2, 4, 8 ... keys a query is compiled; the last key is repeated."""
    found = [*keys]
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
    return argument


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
