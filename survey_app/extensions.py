"""The database, the typed Base of all models, its column types, and the one place that commits."""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any, cast

import click
import psycopg
from flask import current_app, g, has_request_context
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Enum,
    Integer,
    MetaData,
    Text,
    Update,
    event,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine, ExceptionContext
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.types import TypeDecorator

from survey_app.kernel.ciphers import Cipher
from survey_app.settings import POSTGRESQL_PATIENCE


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Only aware times go in; UTC comes out, on SQLite too, which knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone is not an instant")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EncryptedText(TypeDecorator[str]):
    """Text that is encrypted under DATA_KEYS on its way into the database and clear on its way out.

    Empty text stays empty: what was deleted holds nothing, needs no key, and can be found as such.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return cipher().encrypt(value) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return cipher().decrypt(value) if value else value


class EncryptedList(EncryptedText):
    """A list of texts, encrypted as one."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return super().process_bind_param(None if value is None else json.dumps(value), dialect)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        clear = super().process_result_value(value, dialect)
        return None if clear is None else json.loads(clear)


def cipher() -> Cipher:
    """The cipher of this app's DATA_KEYS."""
    found: Cipher = current_app.extensions["cipher"]
    return found


BigInt = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows only in an INTEGER key
PrimaryKey = Annotated[int, mapped_column(BigInt, primary_key=True)]


class Base(DeclarativeBase):
    """What every model subclasses. Constraints have names, so that migrations can speak of them on both databases."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={datetime: UtcDateTime, int: BigInt, dict[str, Any]: JSON, list[str]: JSON},
    )


def text_enum(kind: type[enum.StrEnum]) -> Enum:
    """A column type that stores a StrEnum as its short text, readable in the database and free to grow."""
    return Enum(kind, native_enum=False, length=32, values_callable=lambda members: [m.value for m in members])


class _Session(Session):
    """Reads where `read_from()` said, in the request that said it."""

    def get_bind(self, *arguments: Any, **named: Any) -> Engine | Connection:
        elsewhere: Engine | None = g.get(_READS_FROM) if has_request_context() else None
        return super().get_bind(*arguments, **named) if elsewhere is None else elsewhere


_READS_FROM = "reads_from"

db = SQLAlchemy(model_class=Base, session_options={"class_": _Session})
migrate = Migrate()

_reading: ContextVar[bool] = ContextVar("reading", default=False)
_reading_first: ContextVar[bool] = ContextVar("reading_first", default=False)
_unsynced: ContextVar[bool] = ContextVar("unsynced", default=False)


@contextmanager
def reading() -> Iterator[None]:
    """Transactions begun in here only read, each from one snapshot, whoever writes meanwhile.

    So all figures of a page are of one moment. On SQLite they take no write lock and wait for nobody.
    """
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


def read_from(engine: Engine | None) -> None:
    """What this request reads from here on it reads there; with None from the database itself again. For requests
    that write nothing."""
    setattr(g, _READS_FROM, engine)


def engine_options(url: str) -> dict[str, Any]:
    """How an engine for this address is made: its errors hold no personal data, and what was cut is noticed."""
    options: dict[str, Any] = {"hide_parameters": True}
    parts = make_url(url)
    if parts.get_backend_name() == "postgresql":
        options["connect_args"] = {key: value for key, value in POSTGRESQL_PATIENCE.items() if key not in parts.query}
        options["pool_pre_ping"] = True  # after a restart of the server nobody meets the connections of before
    return options


class WriteTooSoon(Exception):
    """A transaction that reads first changed something before it said `write_from_here()`. On SQLite it would fail
    whenever somebody else writes, and nowhere else: so it fails always, and on both databases."""


@contextmanager
def reading_first() -> Iterator[None]:
    """Transactions begun in here read until they say `write_from_here()`; WriteTooSoon for one that does not.

    On SQLite others write meanwhile: one writer keeps out all others, so it should not yet be one while it reads.
    """
    token = _reading_first.set(True)
    try:
        yield
    finally:
        _reading_first.reset(token)


def write_from_here() -> None:
    """Let this transaction write, before it changes anything. On SQLite it waits here for whoever writes, and what was
    read before may be out of date, as on PostgreSQL: lock, and read again what counts."""
    connection = db.session.connection()
    if not connection.info["reads_first"]:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    connection.info["reads_first"] = False


@contextmanager
def transaction() -> Iterator[None]:
    """Commit what is done in here as one, or nothing of it. The only place in the house that commits."""
    try:
        yield
        db.session.commit()
    except BaseException:
        roll_back()
        raise


def roll_back() -> None:
    """Nothing of the transaction is done, though the database may be gone and cannot be told: then its connections are
    thrown away, so that the session can be used again as soon as the database is back."""
    try:
        db.session.rollback()
    except SQLAlchemyError:
        db.session().invalidate()


@contextmanager
def unsynced() -> Iterator[None]:
    """Transactions begun in here do not wait for the disk: they survive the end of this process, not of the power.

    A power failure may take the last of them back, whole and in order, but none from before a transaction that did
    wait for the disk, as all others do. For what may then be done again.
    """
    token = _unsynced.set(True)
    try:
        yield
    finally:
        _unsynced.reset(token)


def upsert(model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that can say what to do with a row that is there already; both databases have the same words for it."""
    return postgresql.insert(model) if db.engine.dialect.name == "postgresql" else sqlite.insert(model)


def insert_many(model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, be they a few or thousands, by the quickest way of the database, past the session and its objects.

    What the session has not flushed is not there yet. All rows name the same columns; one that they do not name gets
    its default, when that is a plain value, or null.
    IntegrityError as from any other insert.
    """
    table, connection = model.metadata.tables[model.__tablename__], db.session.connection()
    columns = [column for column in table.columns if column.name in rows[0] or _default(column) is not None]
    names = [column.name for column in columns]
    stored = zip(*(_stored(column, rows, connection.dialect) for column in columns), strict=True)
    into = f"{table.name} ({', '.join(names)})"
    if connection.dialect.name == "postgresql":
        _copy(connection, f"COPY {into} FROM STDIN", stored)
    else:
        places = ", ".join("?" * len(names))
        connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({places})", list(stored))  # noqa: S608 - names of ours # nosec B608


class Prepared:
    """A statement with named parameters that is run thousands of times: put together once for each database.

    To find one row by its key and change it takes a database less time than SQLAlchemy takes to ask for it.
    """

    def __init__(self, statement: Update) -> None:
        self._statement = statement
        self._forms: dict[str, _Form] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """How many rows it changed. `values` holds every parameter by its name."""
        form = self._forms.get(connection.dialect.name)
        if form is None:
            form = self._forms[connection.dialect.name] = _Form.of(self._statement, connection.dialect)
        return connection.exec_driver_sql(form.sql, form.parameters(values)).rowcount


@dataclass(frozen=True)
class _Form:
    """A statement as the driver of a database takes it."""

    sql: str
    order: Sequence[str] | None  # of the parameters; None: they go by name
    constants: dict[str, Any]
    to_store: Mapping[str, Callable[[Any], Any]]

    @classmethod
    def of(cls, statement: Update, dialect: Dialect) -> _Form:
        compiled = statement.compile(dialect=dialect)
        types = {name: bind.type.dialect_impl(dialect) for bind, name in compiled.bind_names.items()}
        to_store = {name: process for name, kind in types.items() if (process := kind.bind_processor(dialect))}
        form = cls(str(compiled), compiled.positiontup, {}, to_store)
        constants = {name: bind.effective_value for bind, name in compiled.bind_names.items() if not bind.required}
        return replace(form, constants=form._stored(constants))

    def parameters(self, values: Mapping[str, Any]) -> tuple[Any, ...] | dict[str, Any]:
        stored = self._stored(values) | self.constants
        return stored if self.order is None else tuple(stored[name] for name in self.order)

    def _stored(self, values: Mapping[str, Any]) -> dict[str, Any]:
        processes = self.to_store
        return {name: processes[name](value) if name in processes else value for name, value in values.items()}


def _copy(connection: Connection, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    _refuse_too_soon(connection, statement)  # no event tells of it
    try:
        cursor = cast("psycopg.Cursor[Any]", connection.connection.cursor())
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except connection.dialect.loaded_dbapi.IntegrityError as error:
        raise IntegrityError(statement, None, error) from error


def _stored(column: Column[Any], rows: Sequence[Mapping[str, Any]], dialect: Dialect) -> Sequence[Any]:
    """The values of one column as the driver takes them."""
    values = [row[column.name] for row in rows] if column.name in rows[0] else [_default(column)] * len(rows)
    to_store = column.type.dialect_impl(dialect).bind_processor(dialect)
    if to_store is None:
        return values
    if isinstance(column.type, EncryptedText):  # the same text twice must not look the same
        return [to_store(value) for value in values]
    known = {value: to_store(value) for value in set(values)}  # days, times and kinds come again and again
    return [known[value] for value in values]


def _default(column: Column[Any]) -> Any:
    return column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None


@event.listens_for(Engine, "connect")
def _prepare_connection(connection: Any, _record: Any) -> None:
    if not type(connection).__module__.startswith("sqlite3"):
        return
    connection.isolation_level = None  # we say BEGIN ourselves, below
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=20000",
        "temp_store=MEMORY",
        "cache_size=-32768",  # kB: the indexes of keyed hashes are touched all over
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "handle_error")
def _say_what_is_missing(context: ExceptionContext) -> None:
    """On the command line, a database without tables is one sentence and not a traceback."""
    missing = ("no such table", "UndefinedTable")
    if not has_request_context() and any(word in repr(context.original_exception) for word in missing):
        raise click.ClickException("The database has no schema yet, or an old one. Run: flask db upgrade")


_WRITE = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|REPLACE|COPY)\b", re.IGNORECASE)


@event.listens_for(Engine, "before_cursor_execute")
def _refuse_write_too_soon(
    connection: Connection, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool
) -> None:
    if context.isinsert or context.isupdate or context.isdelete or _WRITE.match(statement):
        _refuse_too_soon(connection, statement)


def _refuse_too_soon(connection: Connection, statement: str) -> None:
    if connection.info.get("reads_first"):
        raise WriteTooSoon(f"say write_from_here() before: {statement}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """A writer takes SQLite's write lock at once: one that upgrades later fails where it could have waited."""
    connection.info["reads_first"] = _reading_first.get() and not _reading.get()
    if connection.dialect.name == "sqlite":
        _sync_sqlite(connection, "NORMAL" if _unsynced.get() else "FULL")
        connection.exec_driver_sql("BEGIN" if _reading.get() or _reading_first.get() else "BEGIN IMMEDIATE")
        return
    _set_postgresql(connection, is_reading=_reading.get())
    if _unsynced.get() and not _reading.get():
        connection.exec_driver_sql("SET LOCAL synchronous_commit = off")


def _set_postgresql(connection: Connection, *, is_reading: bool) -> None:
    """The driver says it with its BEGIN: a statement would be one more way to the server and back for each page."""
    if connection.info.get("is_reading", False) == is_reading:
        return
    driver = cast("psycopg.Connection[Any]", connection.connection.dbapi_connection)
    driver.read_only = True if is_reading else None
    if is_reading:
        driver.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    elif "isolation_level" not in connection.get_execution_options():
        driver.isolation_level = None
    connection.info["is_reading"] = is_reading


@event.listens_for(Engine, "rollback")
def _keep_prepared(connection: Connection) -> None:
    """At each ROLLBACK the driver lets go of all statements that the server had prepared for it, and pages end with
    one. A transaction that may only read has nothing to take back, so COMMIT ends it as well, unless it failed."""
    if connection.closed or connection.invalidated or not connection.info.get("is_reading"):
        return
    driver = cast("psycopg.Connection[Any]", connection.connection.dbapi_connection)
    if driver.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS:
        with suppress(psycopg.Error):  # the ROLLBACK that follows says what is wrong
            driver.commit()


def _sync_sqlite(connection: Connection, level: str) -> None:
    if connection.info.get("synchronous", "FULL") != level:
        connection.exec_driver_sql(f"PRAGMA synchronous={level}")
        connection.info["synchronous"] = level
