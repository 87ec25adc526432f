"""Whether the site can work; and all rows of the database as a backup carries them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
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
    text,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import TypeDecorator, TypeEngine

from survey_app.comments.search.queries import SEARCH_INDEX
from survey_app.extensions import UtcDateTime, db, migrate
from survey_app.invitations.models import Message, MessageState
from survey_app.settings import PROJECT_ROOT
from survey_app.upkeep.dump_format import Column, Kind

REVISION_TABLE = "alembic_version"
BATCH = 2_000


def readiness_problems() -> list[str]:
    """What keeps this process from serving, one sentence each; empty when nothing does.

    A newer schema does not: while a release is rolled out, nodes of the one before serve on it. Revisions are numbered
    in their order, and none takes away what the release before it needs (docs/deploy.md).
    """
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return ["The database does not answer."]
    newest, found = newest_revision(), schema_revision()
    if found is None or newest is None or found < newest:
        return [f"The database is not at schema {newest}: run `flask db upgrade`."]
    return []


def newest_revision() -> str | None:
    """The schema that this program works with."""
    return ScriptDirectory.from_config(migrate.get_config()).get_current_head()


def known_revisions() -> frozenset[str]:
    """Every schema that this program can bring to the newest."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(migrate.get_config()).walk_revisions())


def schema_revision() -> str | None:
    """The schema of the database; None while it has none."""
    return MigrationContext.configure(db.session.connection()).get_current_revision()


def product_version() -> str:
    """The version of this program."""
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())["project"]
    return str(project["version"])


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
