"""Taking answers away: responses a second as CSV, beside the database's own copy of the same tables; and other formats.

What users feel: how long they wait for a file; what memory it takes measures benchmark million. The reference is the
least that could be taken away: COPY of the bare tables of responses and answers on PostgreSQL, and the same rows
through Python's own csv module on SQLite, which has no COPY. It knows no question, no label, no comment and no scope.
Other formats stand beside CSV: the same rows of a quarter.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date

from benchmarks.council import YEARS
from benchmarks.measuring import Result, in_turn, seconds
from benchmarks.workbench import NAMES, Workbench, app_on
from survey_app.exports.formats import FileFormat
from survey_app.exports.orders import Content, Order
from survey_app.exports.queries import file_of, source_of
from survey_app.exports.responses.queries import Responses
from survey_app.extensions import db, reading
from survey_app.kernel.clock import utc_now
from survey_app.kernel.collector import only_new_things
from survey_app.kernel.periods import Period
from survey_app.organisation.scope import EVERYTHING

NAME = "exports"
COPIED = ("survey_response", "answer")
COPIES = {"sqlite": "two bare tables through csv.writer", "postgresql": "COPY of two bare tables"}
QUARTER = Period.between(date(2026, 1, 1), YEARS.last)
OTHERS = (FileFormat.XLSX, FileFormat.ODS, FileFormat.NDJSON, FileFormat.PARQUET)


def run(bench: Workbench) -> Iterator[Result]:
    size = bench.size
    for kind in bench.kinds:
        with app_on(bench.council(kind, size.many_answers)) as app, app.app_context():
            rows = _file(FileFormat.CSV, YEARS)  # warms up
            pairs = in_turn(
                lambda n=rows: n / seconds(lambda: _file(FileFormat.CSV, YEARS)),
                lambda n=rows: n / seconds(copy),
                size.slow_pairs,
            )
            note = f"{rows:,} responses"
            name = f"responses as CSV, {NAMES[kind]}"
            yield Result(name, "a second", COPIES[kind], pairs, more_is_better=True, note=note)
    with app_on(bench.council(bench.kinds[0], size.many_answers)) as app, app.app_context():
        for other in OTHERS:
            yield _beside_csv(other, size.slow_pairs)


def _beside_csv(other: FileFormat, pairs: int) -> Result:
    rows = _file(other, QUARTER)
    speeds = in_turn(
        lambda: rows / seconds(lambda: _file(other, QUARTER)),
        lambda: rows / seconds(lambda: _file(FileFormat.CSV, QUARTER)),
        pairs,
    )
    note, words = f"{rows:,} responses", "the same rows as CSV"
    return Result(f"responses as {other.name}", "a second", words, speeds, more_is_better=True, note=note)


def _file(file_format: FileFormat, days: Period) -> int:
    """Make the file and drop it; how many rows it had."""
    order = Order(Content.RESPONSES, file_format, days.first, days.last)
    with only_new_things(), reading():
        source = source_of(order, EVERYTHING, site="", now=utc_now())
        written = sum(len(part) for part in file_of(order, source, source.table))
        db.session.rollback()
    assert written > 0 and isinstance(source, Responses)
    return source.done


def copy() -> None:
    """The reference, for the database of the current app."""
    cursor, size = db.session.connection().connection.cursor(), 0
    for table in COPIED:
        if db.engine.dialect.name == "postgresql":
            with cursor.copy(f"COPY {table} TO STDOUT (FORMAT csv)") as copied:  # type: ignore[attr-defined]
                size += sum(len(part) for part in copied)
        else:
            rows = cursor.execute(f"SELECT * FROM {table}")
            while batch := rows.fetchmany(2_000):  # type: ignore[attr-defined]
                text = io.StringIO(newline="")
                csv.writer(text).writerows(batch)
                size += len(text.getvalue().encode())
    db.session.rollback()
    assert size > 0
