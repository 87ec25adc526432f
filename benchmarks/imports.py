"""Contacts imported: rows a second, and the memory it takes.

What users feel: the nightly file of a large contact centre is in before the first coffee, on the smallest machine. The
reference is the least that any import does: csv.DictReader and executemany into one table of text columns without an
index, of the same database, committed. The product's row is checked, matched to services, told from duplicates by its
reference, hashed by e-mail and phone, encrypted, and stored in two tables with nine indexes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta
from itertools import count, islice
from pathlib import Path

from sqlalchemy import text

from benchmarks.council import CHANNELS, SERVICES, set_up
from benchmarks.measuring import Result, Used, in_turn, run_flask, seconds
from benchmarks.workbench import NAMES, Workbench, app_on
from survey_app.contacts.operations import BATCH_ROWS, import_contacts
from survey_app.extensions import db, transaction
from survey_app.kernel.clock import utc_now

NAME = "imports"
COLUMNS = (
    *("reference", "occurred_at", "closed_at", "channel", "service", "team", "adviser_ref", "reason", "outcome"),
    *("resolved_first_time", "customer_kind", "customer_ref", "email", "phone", "language", "do_not_survey"),
)
MOST_IMPORT_PAIRS = 3
REFERENCE = "csv.DictReader and executemany into one bare table"
DAYS = 7  # the contacts of a file are of the last week: details of older ones are not kept, and would cost nothing
FEWER = 10  # times fewer rows, to see whether memory grows with the file


def run(bench: Workbench) -> Iterator[Result]:
    rows, pairs = bench.size.import_rows, min(bench.size.pairs, MOST_IMPORT_PAIRS)
    for kind in bench.kinds:
        database = bench.empty(kind)
        files = (write_contacts(database.folder / f"contacts-{n}.csv", rows, prefix=f"{n}-") for n in count())
        with app_on(database) as app, app.app_context():
            with transaction():
                set_up(utc_now())
            compared = in_turn(
                lambda: rows / seconds(lambda: _import(next(files), rows)),  # noqa: B023
                lambda: rows / seconds(lambda: import_bare(next(files))),  # noqa: B023
                pairs,
                warm_up=False,
            )
        yield Result(
            f"contacts imported, {NAMES[kind]}",
            "rows a second",
            REFERENCE,
            compared,
            more_is_better=True,
        )
    with_database = bench.empty(bench.kinds[0])
    with app_on(with_database) as app, app.app_context(), transaction():
        set_up(utc_now())
    many = write_contacts(with_database.folder / "many.csv", rows, prefix="many-")
    few = write_contacts(with_database.folder / "few.csv", rows // FEWER, prefix="few-")
    environment = with_database.environment
    yield Result(
        f"memory of an import of {rows:,} rows",
        "MB at most",
        f"the same command for {rows // FEWER:,} rows",
        [(run_command(many, environment).megabytes, run_command(few, environment).megabytes)],
        more_is_better=False,
    )


def write_contacts(path: Path, rows: int, *, prefix: str) -> Path:
    """A file as a telephone system writes it: every fourth person is there twice, some addresses are none."""
    days = [(utc_now() - timedelta(days=DAYS - n)).strftime("%Y-%m-%d") for n in range(DAYS)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for n in range(rows):
            person, minute = n * 3 // 4, n % 60
            at = f"{days[n * DAYS // rows]} {n % 8 + 8:02}:{minute:02}"
            email = f"resident.{person}@example.org" if n % 5 else "not known"
            phone = f"01632 {person % 1_000_000:06}" if n % 3 else ""
            writer.writerow(
                (
                    *(f"{prefix}{n}", at, "", CHANNELS[n % len(CHANNELS)], SERVICES[n % len(SERVICES)], "Front desk"),
                    *(f"A{n % 80}", "Change of address", "Answered", "yes", "resident", f"P{person}", email),
                    *(phone, "en", "no"),
                )
            )
    return path


def run_command(path: Path, environment: dict[str, str]) -> Used:
    """`flask contacts import` for this file, as users run it."""
    return run_flask("contacts", "import", str(path), environment=environment)


def import_bare(path: Path) -> None:
    """The reference, for the database of the current app."""
    names = ", ".join(COLUMNS)
    with path.open(encoding="utf-8", newline="") as file, db.engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS bare_contact"))
        connection.execute(text(f"CREATE TABLE bare_contact ({', '.join(f'{name} TEXT' for name in COLUMNS)})"))
        marks = ", ".join(f":{name}" for name in COLUMNS)
        insert = text(f"INSERT INTO bare_contact ({names}) VALUES ({marks})")
        rows = csv.DictReader(file)
        while batch := list(islice(rows, BATCH_ROWS)):
            connection.execute(insert, batch)


def _import(path: Path, rows: int) -> None:
    done = import_contacts(path, now=utc_now())
    if done.accepted != rows:
        raise RuntimeError(f"{done.accepted} of {rows} rows were accepted")
