"""The same numbers in every format: workbooks, and the page that counts again."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping

from survey_app.evidence.packs.packing import (
    CHANGES,
    CHECK_PAGE,
    COUNTS,
    EFFECTS,
    ELEMENTS,
    EXHIBITS,
    FIGURES,
    METHOD,
    ODS,
    PASSPORTS,
    TRENDS,
    XLSX,
)
from survey_app.evidence.packs.verifying.opened import (
    UNREADABLE,
    Problem,
)
from survey_app.exports.reading import UNREADABLE_BOOK, as_read, ods_sheets, xlsx_sheets
from survey_app.kernel.csvfile import plain_cell

_DATA = re.compile(r'<script type="application/json" id="pack-data">(.*?)</script>', re.DOTALL)


def book_problems(contents: Mapping[str, bytes]) -> Iterator[Problem]:
    """Each workbook holds what the CSV files hold, sheet by sheet and cell by cell."""
    tables = {path: _table(content) for path, content in contents.items() if _is_table(path)}
    expected = sorted((rows for rows in tables.values() if rows is not None), key=str)
    for path, read in ((XLSX, xlsx_sheets), (ODS, ods_sheets)):
        if path not in contents:
            continue  # the manifest says so
        try:
            sheets = read(contents[path])
        except UNREADABLE_BOOK as error:
            yield Problem(path, f"it cannot be read as a workbook ({type(error).__name__})")
            continue
        if sorted(sheets.values(), key=str) == expected:
            continue
        wrong = [name for name, rows in sheets.items() if rows not in expected]
        yield Problem(path, f"it does not say what the CSV files say: {', '.join(wrong) or 'a sheet is missing'}")


def _is_table(path: str) -> bool:
    return path in {ELEMENTS, FIGURES, COUNTS, CHANGES, EFFECTS, EXHIBITS, METHOD} or path.startswith(TRENDS)


def _table(content: bytes) -> list[list[str]] | None:
    """The cells of a CSV of ours as `exports.reading` gives those of a workbook; None for no CSV."""
    try:
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        return [as_read([plain_cell(cell) for cell in row]) for row in rows]
    except (ValueError, csv.Error):
        return None


def check_page_problems(contents: Mapping[str, bytes]) -> Iterator[Problem]:
    """The page that counts again must count what the pack holds, not something else."""
    try:
        held = json.loads(_DATA.search(contents.get(CHECK_PAGE, b"").decode()).group(1))  # type: ignore[union-attr]
        passports = {f"{PASSPORTS}{code}.json": text.encode() for code, text in held["passports"].items()}
        table = held["csv"].encode("utf-8-sig")
    except UNREADABLE:
        yield Problem(CHECK_PAGE, "it does not hold the figures that it counts again")
        return
    if table != contents.get(FIGURES) or any(contents.get(path) != text for path, text in passports.items()):
        yield Problem(CHECK_PAGE, f"it counts other figures than those of {FIGURES}")
