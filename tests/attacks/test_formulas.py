"""Every sheet leaves by one writer, whose cells no spreadsheet takes for a formula: nobody has to remember it.

What each of them makes of formulas in every column is read in tests/browser/test_stored_script.py.
"""

from __future__ import annotations

import re

import pytest

from survey_app.kernel.csvfile import safe_cell
from survey_app.settings import PROJECT_ROOT

WRITES = re.compile(r"csv\.(?:Dict)?[wW]riter\(|\bxlsxwriter\b|openpyxl")
WRITERS = {
    "kernel/csvfile.py": "SafeWriter",
    "exports/sheets.py": "workbooks, whose texts are typed as texts",
    "privacy/people/rows.py": "puts a file that came in back without some of its rows; staff get it by no page",
    "demo/other_series.py": "a file of the demo's own, read by it at once",
}


def test_no_other_code_writes_a_sheet() -> None:
    source = PROJECT_ROOT / "survey_app"
    found = {str(path.relative_to(source)) for path in source.rglob("*.py") if WRITES.search(path.read_text("utf-8"))}
    assert found <= set(WRITERS), "write it with SafeWriter or exports.sheets"


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_cell_that_begins_as_a_formula_begins_otherwise(begin: str) -> None:
    assert safe_cell(f"{begin}1+1") == f"'{begin}1+1"
