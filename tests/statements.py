"""Counting what is asked of the database: the same number on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest.mock import patch

import psycopg
from sqlalchemy import event

from survey_app.extensions import db

# What frames a transaction differs between the two, and so do their locks.
_AROUND = ("BEGIN", "COMMIT", "SET", "SAVEPOINT", "RELEASE", "PRAGMA", "SELECT pg_advisory")


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that are sent in here, in their order. Many rows that go in at once are one: an executemany on
    SQLite, a COPY on PostgreSQL, which goes past SQLAlchemy and is noted where the driver begins it."""
    sent: list[str] = []
    copy = psycopg.Cursor.copy

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(_AROUND):
            sent.append(statement)

    def note_copy(cursor: psycopg.Cursor[Any], statement: str, *rest: Any, **more: Any) -> AbstractContextManager[Any]:
        sent.append(statement)
        return copy(cursor, statement, *rest, **more)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with patch.object(psycopg.Cursor, "copy", note_copy):
            yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
