"""A million responses as CSV by the command, with the memory that it takes. Only when it is named.

What users feel: a county takes away all that it ever asked, on the smallest machine, while the site answers. The
figures are those of `flask exports responses` as users run it, start-up and all, beside the copy that benchmark exports
takes for a reference, beside 30,000 responses a second, which were promised, and beside the memory of the same command
for days on which nobody answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from benchmarks.council import YEARS
from benchmarks.exports import COPIES, copy
from benchmarks.measuring import Result, Used, run_flask, seconds
from benchmarks.workbench import NAMES, Workbench, app_on
from survey_app.kernel.periods import Period
from tests.databases import Database

NAME = "million"
PROMISED_A_SECOND, PROMISED_MEGABYTES = 30_000, 200
NOBODY = Period.between(date(2020, 1, 1), date(2020, 1, 1))


def run(bench: Workbench) -> Iterator[Result]:
    rows = bench.size.exported
    for kind in bench.kinds:
        database, name = bench.answers(kind, rows), f"{rows:,} responses as CSV, {NAMES[kind]}"
        with app_on(database) as app, app.app_context():
            copy()  # what the system keeps of the files, it keeps for both
            pairs = [(run_command(database, YEARS), seconds(copy)) for _ in range(bench.size.slow_pairs)]
        empty = run_command(database, NOBODY)
        speeds = [(rows / used.seconds, rows / copied) for used, copied in pairs]
        core = min(used.core_seconds for used, _ in pairs)
        note = f"a core of the command worked {core:,.0f} s for it, {empty.core_seconds:,.0f} s of them to start"
        yield Result(name, "a second", COPIES[kind], speeds, more_is_better=True, note=note)
        promised = [(speed, float(PROMISED_A_SECOND)) for speed, _ in speeds]
        words = f"{PROMISED_A_SECOND:,} a second, promised"
        yield Result(name, "a second", words, promised, more_is_better=True, note=note)
        yield Result(
            f"memory for {name}",
            "MB at most",
            "the same command without a row",
            [(used.megabytes, empty.megabytes) for used, _ in pairs],
            more_is_better=False,
            note=f"{PROMISED_MEGABYTES} MB were promised",
        )
        bench.forget(database)


def run_command(database: Database, days: Period) -> Used:
    """`flask exports responses` of these days into a file."""
    out = database.folder / "responses.csv"
    between = ("--from", days.first.isoformat(), "--to", days.last.isoformat())
    made = ("exports", "responses", *between, "--format", "csv", "--out", str(out))
    return run_flask(*made, environment=database.environment)
