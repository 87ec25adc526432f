"""Writing a backup, and filling a database from one. Nothing here commits."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypedDict

import psycopg
from psycopg import sql
from sqlalchemy import delete, func, insert, or_, select, text, update
from sqlalchemy.exc import DBAPIError

from survey_app.extensions import db, reading
from survey_app.kernel.errors import Refused
from survey_app.upkeep.backups.dump_folder import Dump, new_folder, write_manifest, write_table
from survey_app.upkeep.backups.dump_format import Keys, Manifest, TableFile
from survey_app.upkeep.backups.queries import BATCH, StoredTable, row_count, rows_of, stored_tables
from survey_app.upkeep.backups.sealed_stream import SALT
from survey_app.upkeep.queries import product_version, schema_revision
from survey_app.work.models import JobRun

Progress = Callable[[int], None]


class _Sealing(TypedDict):
    data_key: str
    salt: bytes


def write_backup(target: Path, keys: Keys, *, now: datetime, progress: Callable[[int], Progress]) -> Manifest:
    """Write all rows to a new folder, as they stand at one instant, whoever writes meanwhile.

    Wants a session that has not read yet. `progress` is told the number of rows and returns what is told of each step.
    Refused where there is nothing to back up, and where `target` is not new or empty. OSError when it cannot be
    written; nothing of it stays then. Every file is sealed under the newest of DATA_KEYS and a salt of this backup.
    """
    sealing: _Sealing = {"data_key": keys.data_keys[0], "salt": secrets.token_bytes(SALT)}
    with reading(), new_folder(target) as folder:
        try:
            revision = schema_revision()
            if revision is None:
                raise Refused("There is nothing to back up: this database has no schema yet.")
            tables = stored_tables()
            tell = progress(sum(map(row_count, tables)))
            files = tuple(
                write_table(folder, stored.name, stored.columns, _told(rows_of(stored), tell), **sealing)
                for stored in tables
            )
        finally:
            db.session.rollback()
        manifest = Manifest(revision, product_version(), now, keys.fingerprints(), files, sealing["salt"])
        write_manifest(folder, manifest, keys)
    return manifest


def load_backup(dump: Dump, *, progress: Progress) -> None:
    """Fill an empty database whose schema is the backup's; the caller commits all of it or nothing.

    Leases are not carried over: whoever held them works on another database. Refused where a table holds rows (but
    those that say when a job last ran, which are replaced), and where a row does not go in.
    """
    tables = stored_tables()
    files = {table.name: table for table in dump.manifest.tables}
    if {stored.name: set(stored.columns) for stored in tables} != {
        name: set(file.columns) for name, file in files.items()
    }:
        raise Refused(f"The tables of this backup are not those of schema {dump.manifest.revision}.")
    try:
        _keep_others_out(tables)
        _check_empty(tables)
        for stored in tables:
            _load(stored, files[stored.name], dump, progress)
        _check_references()
    except (DBAPIError, psycopg.Error) as error:
        raise Refused(f"The database does not take this backup: {_reason(error)}.") from error
    for stored in tables:
        _release(stored)


def _keep_others_out(tables: Iterable[StoredTable]) -> None:
    """Nobody else writes until the transaction ends. On SQLite that is so from its beginning."""
    if _is_postgresql():
        names = sql.SQL(", ").join(sql.Identifier(stored.name) for stored in tables)
        _driver().execute(sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(names))
    else:
        db.session.execute(text("PRAGMA defer_foreign_keys = ON"))  # a service may stand under one with a later number


def _check_empty(tables: Iterable[StoredTable]) -> None:
    db.session.execute(delete(JobRun))
    if held := [stored.name for stored in tables if row_count(stored)]:
        raise Refused(f"This database is not empty: there are rows in {', '.join(held)}. Restore into a new one.")


def _load(stored: StoredTable, file: TableFile, dump: Dump, progress: Progress) -> None:
    rows = _told(dump.rows(file), progress)
    names = [column.name for column in file.columns]
    if _is_postgresql():
        _copy(stored, names, rows)
        _set_sequence(stored)
    else:
        while batch := [dict(zip(names, row, strict=True)) for row in islice(rows, BATCH)]:
            db.session.execute(insert(stored.table), batch)
    if row_count(stored) != file.rows:
        raise Refused(f"{stored.name} would not hold the {file.rows:,} rows of the backup.")


def _copy(stored: StoredTable, names: list[str], rows: Iterable[list[Any]]) -> None:
    """One statement for the whole table: only at its end do rows have to find those that they point to."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(stored.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with _driver().cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _set_sequence(stored: StoredTable) -> None:
    """Let the next row get the number after the last."""
    for column in stored.table.primary_key:
        sequence = db.session.scalar(select(func.pg_get_serial_sequence(f'"{stored.name}"', column.name)))
        if sequence is not None and (last := db.session.scalar(select(func.max(column)))) is not None:
            db.session.execute(select(func.setval(sequence, last)))


def _check_references() -> None:
    """PostgreSQL checks each row by itself; SQLite is asked here, so that what is wrong has a name."""
    if not _is_postgresql() and (broken := db.session.execute(text("PRAGMA foreign_key_check")).first()):
        raise Refused(f"A row of {broken[0]} in this backup points to a row of {broken[2]} that is not there.")


def _release(stored: StoredTable) -> None:
    columns = stored.table.c
    if "claimed_by" in columns and "claimed_until" in columns:
        held = or_(columns.claimed_by.is_not(None), columns.claimed_until.is_not(None))
        db.session.execute(update(stored.table).where(held).values(claimed_by=None, claimed_until=None))


def _told(rows: Iterable[Any], progress: Progress) -> Iterator[Any]:
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        yield from batch
        progress(len(batch))


def _is_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


def _driver() -> psycopg.Connection[Any]:
    found = db.session.connection().connection.driver_connection
    assert isinstance(found, psycopg.Connection)
    return found


def _reason(error: Exception) -> str:
    """What the database says, without the values of the row: they may be somebody's."""
    original = error.orig if isinstance(error, DBAPIError) else error
    said = original.diag.message_primary if isinstance(original, psycopg.Error) else None
    return said or str(original)
