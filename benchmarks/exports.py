"""Taking answers away: responses a second as CSV, beside the database's own copy of the same tables.

What users feel: how long they wait for a file, and whether the worker that makes it stays small. The reference is the
least that could be taken away: COPY of the bare tables of responses and answers on PostgreSQL, and the same rows
through Python's own csv module on SQLite, which has no COPY. It knows no question, no label, no comment and no scope.
"""

from __future__ import annotations

import csv
import io
import resource
import sys
from collections.abc import Iterator

from benchmarks.council import YEARS
from benchmarks.measuring import Result, in_turn, seconds
from benchmarks.workbench import NAMES, Workbench, app_on
from survey_app.exports.formats import FileFormat
from survey_app.exports.orders import Content, Order
from survey_app.exports.queries import file_of, source_of
from survey_app.extensions import db, reading
from survey_app.kernel.clock import utc_now
from survey_app.organisation.scope import EVERYTHING

NAME = "exports"
COPIED = ("survey_response", "answer")
COUNT = "SELECT count(*) FROM survey_response WHERE state = 'counted'"
KILOBYTES = 1 if sys.platform != "darwin" else 1_000  # what the system counts memory in


def run(bench: Workbench) -> Iterator[Result]:
    size = bench.size
    for kind in bench.kinds:
        with app_on(bench.council(kind, size.many_answers)) as app, app.app_context():
            before = _memory()
            rows = _responses()
            _file()  # warms up
            grown = _memory() - before
            pairs = in_turn(lambda n=rows: n / seconds(_file), lambda n=rows: n / seconds(_copy), size.slow_pairs)
            reference = "COPY of two bare tables" if kind == "postgresql" else "two bare tables through csv.writer"
            note = f"{rows:,} responses; the process grew by {grown / 1_000:.0f} MB"
            name = f"responses as CSV, {NAMES[kind]}"
            yield Result(name, "a second", reference, pairs, more_is_better=True, note=note)


def _responses() -> int:
    return int(_cursor().execute(COUNT).fetchone()[0])


def _file() -> None:
    order = Order(Content.RESPONSES, FileFormat.CSV, YEARS.first, YEARS.last)
    with reading():
        source = source_of(order, EVERYTHING, site="", now=utc_now())
        written = sum(len(part) for part in file_of(order, source, source.table))
        db.session.rollback()
    assert written > 0


def _copy() -> None:
    cursor, size = _cursor(), 0
    for table in COPIED:
        if db.engine.dialect.name == "postgresql":
            with cursor.copy(f"COPY {table} TO STDOUT (FORMAT csv)") as copy:
                size += sum(len(part) for part in copy)
        else:
            rows = cursor.execute(f"SELECT * FROM {table}")
            while batch := rows.fetchmany(2_000):
                text = io.StringIO(newline="")
                csv.writer(text).writerows(batch)
                size += len(text.getvalue().encode())
    db.session.rollback()
    assert size > 0


def _cursor():  # type: ignore[no-untyped-def]
    return db.session.connection().connection.cursor()


def _memory() -> int:
    """The most that this process ever held, in kB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KILOBYTES
