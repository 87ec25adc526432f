"""All rows of the database as a backup carries them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    cast,
    func,
    select,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from survey_app.comments.search.queries import SEARCH_INDEX
from survey_app.extensions import UtcDateTime, db
from survey_app.invitations.models import Message, MessageState
from survey_app.upkeep.backups.dump_format import Column, Kind

REVISION_TABLE = "alembic_version"
BATCH = 2_000


class _JsonText(TypeDecorator[str]):
    """JSON as the text that stands in the database: null in it is not NULL, and keys keep their order."""

    impl = Text
    cache_ok = True

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return cast(column, Text)


# The first that fits. Encrypted text is text here and stays encrypted; a choice of words is the word.
_CARRIED: Sequence[tuple[type[TypeEngine[Any]], Kind, TypeEngine[Any]]] = (
    (Boolean, Kind.BOOLEAN, Boolean()),
    (Integer, Kind.INTEGER, Integer()),
    (Float, Kind.REAL, Float()),
    (DateTime, Kind.INSTANT, UtcDateTime()),
    (Date, Kind.DAY, Date()),
    (JSON, Kind.JSON, _JsonText()),
    (LargeBinary, Kind.BINARY, LargeBinary()),
    (String, Kind.TEXT, Text()),
)


@dataclass(frozen=True)
class StoredTable:
    """A table as it stands in the database, whatever this program's models say."""

    table: Table
    columns: tuple[Column, ...]

    @property
    def name(self) -> str:
        return self.table.name


def stored_tables() -> list[StoredTable]:
    """Every table of the database, those that others point to first; but for Alembic's own, and the search index, which
    the database makes itself of the rows that come in."""
    found = MetaData()
    found.reflect(
        db.session.connection(), only=lambda name, _: name != REVISION_TABLE and not name.startswith(SEARCH_INDEX)
    )
    return [_stored(table) for table in found.sorted_tables]


def rows_of(stored: StoredTable) -> Iterator[Sequence[Any]]:
    """All rows in the order of the primary key, streamed: some thousand are in memory at a time."""
    statement = (
        select(*(stored.table.c[column.name] for column in stored.columns))
        .order_by(*stored.table.primary_key)
        .execution_options(yield_per=BATCH)
    )
    for batch in db.session.connection().execute(statement).partitions():
        yield from batch


def row_count(stored: StoredTable) -> int:
    return db.session.scalar(select(func.count()).select_from(stored.table)) or 0


def waiting_messages() -> int:
    """How many messages a worker would send."""
    return db.session.scalar(select(func.count()).where(Message.state == MessageState.WAITING)) or 0


def _stored(table: Table) -> StoredTable:
    columns = []
    for column in table.columns:
        if column.name.startswith(SEARCH_INDEX):
            continue
        fitting = ((kind, carrier) for type_, kind, carrier in _CARRIED if isinstance(column.type, type_))
        kind, carrier = next(fitting, (None, None))
        if kind is None or carrier is None:
            raise TypeError(f"no backup knows how to carry {table.name}.{column.name}, {column.type!r}")
        column.type = carrier
        columns.append(Column(column.name, kind))
    return StoredTable(table, tuple(columns))
