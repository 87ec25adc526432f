"""A county's year: 800,000 contacts in one file, imported by the command and drawn. Only when it is named.

What users feel: a county that starts, or that asks about a whole year again, has its contacts in within two minutes on
one core, on the smallest machine, and may import while the site answers. The figures are those of the command as
users run it, start-up and all, beside what benchmarks imports and drawing take for a reference, and beside the promise.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import drawing, imports
from benchmarks.measuring import Result, seconds
from benchmarks.workbench import NAMES, Workbench, app_on, settle

NAME = "county"
YEAR, PROMISED_SECONDS = 800_000, 120


def run(bench: Workbench) -> Iterator[Result]:
    rows = bench.size.county_rows
    for kind in bench.kinds:
        database, where = bench.empty(kind), f"{rows:,} contacts, {NAMES[kind]}"
        with app_on(database) as app, app.app_context():
            drawing.prepare()
        file = imports.write_contacts(database.folder / "year.csv", rows, prefix="C-")
        few = imports.write_contacts(database.folder / "few.csv", rows // imports.FEWER, prefix="F-")
        used = imports.run_command(file, database.environment)
        with app_on(database) as app, app.app_context():
            bare = seconds(lambda: imports.import_bare(file))  # noqa: B023
            settle()
            drawn = drawing.draw_all(rows)
        lighter = imports.run_command(few, database.environment)
        promised = PROMISED_SECONDS * rows / YEAR
        speed = (rows / used.seconds, rows / bare)
        yield Result(f"import of {where}", "rows a second", imports.REFERENCE, [speed], more_is_better=True)
        yield Result(
            f"import of {where}",
            "seconds",
            f"{PROMISED_SECONDS} s for {YEAR:,}, promised",
            [(used.seconds, promised)],
            more_is_better=False,
            note=f"a core worked {used.core_seconds:,.0f} s for it, and waited for disk and other programs else",
        )
        yield Result(
            f"memory of an import of {where}",
            "MB at most",
            f"the same command for {rows // imports.FEWER:,} rows",
            [(used.megabytes, lighter.megabytes)],
            more_is_better=False,
        )
        yield Result(f"draw of {where}", "a second", drawing.REFERENCE, [drawn], more_is_better=True)
        bench.forget(database)
