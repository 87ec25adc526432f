"""What a run found: a table to read, JSON for programs, and the figures in docs/performance.md."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.measuring import Result
from survey_app.settings import PROJECT_ROOT

PERFORMANCE = PROJECT_ROOT / "docs/performance.md"
BEGIN, END = "<!-- figures: begin (written by benchmarks) -->", "<!-- figures: end -->"


def facts(postgresql: str | None) -> dict[str, str]:
    """The machine and versions that the figures belong to; `postgresql` is its server's version, if it took part."""
    commit = ["git", "-C", str(PROJECT_ROOT), "describe", "--always", "--dirty"]
    found = {
        "date": date.today().isoformat(),  # noqa: DTZ011 - the day on the machine that measured
        "commit": subprocess.run(commit, capture_output=True, text=True, check=False).stdout.strip() or "unknown",
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
    }
    return found | ({"PostgreSQL": postgresql} if postgresql else {})


def as_text(results: Sequence[Result]) -> str:
    """A table for the terminal."""
    rows = [_cells(result) for result in results]
    widths = [max(len(row[n]) for row in (HEAD, *rows)) for n in range(len(HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (HEAD, *rows)]
    notes = [f"{result.name}: {result.note}." for result in results if result.note]
    return "\n".join([*(line.rstrip() for line in lines), "", *notes])


def as_line(result: Result) -> str:
    """One result as soon as it is there: a run that fails later has still said it."""
    what, product, reference, ratio, spread, *_rest = _cells(result)
    return f"{what}: {product} beside {reference}, ratio {ratio} ({spread})"


def as_document(results: Sequence[Result], about: dict[str, str]) -> dict[str, Any]:
    """The JSON document: every pair, so that others can judge the spread by themselves."""
    return {
        "facts": about,
        "results": [
            {
                "name": result.name,
                "unit": result.unit,
                "reference": result.reference,
                "more_is_better": result.more_is_better,
                "product": result.product_median,
                "beside": result.reference_median,
                "ratio": result.ratio,
                "ratio_low": result.ratios[0],
                "ratio_high": result.ratios[-1],
                "pairs": result.pairs,
                "note": result.note,
            }
            for result in results
        ],
    }


def write_figures(results: Sequence[Result], about: dict[str, str], path: Path = PERFORMANCE) -> None:
    """Put the figures between the markers of a document; the words around them stay.

    So do the figures of earlier runs that this one did not take again, each with its date and commit.
    """
    before, begin, rest = path.read_text("utf-8").partition(BEGIN)
    old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path.name} has no place for figures: {BEGIN} ... {END}")
    measured = ", ".join(about[name] for name in WHEN if name in about)
    rows, notes = _rows_in(old), _notes_in(old)
    for result in results:
        cells = _cells(result)
        rows[cells[0], cells[-1]] = [*cells, measured]
        notes.pop(result.name, None)
    notes |= {result.name: result.note for result in results if result.note}
    machine = "On " + ", ".join(f"{name} {value}" for name, value in about.items() if name not in WHEN) + "."
    lines = [" | ".join(["", *row, ""]).strip() for row in (DOCS_HEAD, ["---"] * len(DOCS_HEAD), *rows.values())]
    said = [f"- {name}: {note}" for name, note in notes.items()]
    path.write_text("\n".join([before + BEGIN, machine, "", *lines, "", *said, END]) + after, "utf-8")


def _rows_in(figures: str) -> dict[tuple[str, str], list[str]]:
    """The rows of a table that stands there already, by what was measured and the reference."""
    cells = (line.strip("| ").split(" | ") for line in figures.splitlines() if line.startswith("| "))
    _head, _line, *rows = [row for row in cells if len(row) == len(DOCS_HEAD)] or [DOCS_HEAD, DOCS_HEAD]
    return {(row[0], row[-2]): row for row in rows}


def _notes_in(figures: str) -> dict[str, str]:
    lines = (line.removeprefix("- ").partition(": ") for line in figures.splitlines() if line.startswith("- "))
    return {name: note for name, _colon, note in lines}


WHEN = ("date", "commit")
HEAD = ["what", "product", "reference", "ratio", "least to most", "better", "the reference is"]
DOCS_HEAD = [*HEAD, "measured"]


def _cells(result: Result) -> list[str]:
    low, high = result.ratios[0], result.ratios[-1]
    return [
        result.name,
        f"{_number(result.product_median)} {result.unit}",
        f"{_number(result.reference_median)} {result.unit}",
        _ratio(result.ratio),
        f"{_ratio(low)} to {_ratio(high)}" if len(result.pairs) > 1 else "measured once",
        "higher" if result.more_is_better else "lower",
        result.reference,
    ]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _ratio(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"
