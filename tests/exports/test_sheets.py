"""Sheets read back by other people's readers: numbers are numbers, days are days, and no text is a formula."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest
from odfdo import Document

from survey_app.exports.sheets import LONGEST_TEXT, Sheet, csv_bytes, write_ods, write_xlsx

AT = datetime(2026, 5, 1, 9, 30, tzinfo=UTC)
HOSTILE = ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2", "{=A1}", "https://example.org", "<b>&\"'", "007"]
SHEETS = [
    Sheet("Figures", ["what", "value", "count", "day"], [["Satisfaction", 0.991, 1234, date(2026, 3, 31)]]),
    Sheet("Texts & more", ["text"], [[text] for text in [*HOSTILE, "two\nlines", "a\x00b", None, ""]]),
]


def made(write) -> bytes:
    file = io.BytesIO()
    write(file, SHEETS, title="Evidence", made_at=AT)
    return file.getvalue()


def xlsx_rows(content: bytes) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    return {sheet.title: [tuple(cell.value for cell in row) for row in sheet.iter_rows()] for sheet in book}


def ods_rows(content: bytes) -> dict[str, list[tuple[object, ...]]]:
    tables = Document(io.BytesIO(content)).body.tables
    assert all(cell.formula is None for table in tables for row in table.rows for cell in row.cells)
    return {table.name: [tuple(row.get_values()) for row in table.rows] for table in tables}


def test_both_workbooks_hold_the_same_values_in_their_own_kind():
    xlsx, ods = xlsx_rows(made(write_xlsx)), ods_rows(made(write_ods))
    assert xlsx["Figures"] == [
        ("what", "value", "count", "day"),
        ("Satisfaction", 0.991, 1234, datetime(2026, 3, 31)),  # noqa: DTZ001 - as openpyxl gives it
    ]
    name, value, count, day = ods["Figures"][1]
    assert (name, float(value), int(count), str(day)[:10]) == ("Satisfaction", 0.991, 1234, "2026-03-31")


def test_text_stays_the_text_that_it_is_and_never_runs():
    expected = [*HOSTILE, "two\nlines", "ab"]
    assert [row[0] for row in xlsx_rows(made(write_xlsx))["Texts & more"]][1:11] == expected
    assert [row[0] for row in ods_rows(made(write_ods))["Texts & more"]][1:11] == expected
    assert csv_bytes(SHEETS[1]).decode("utf-8-sig").splitlines()[1] == "'=1+1"


@pytest.mark.parametrize("write", [write_xlsx, write_ods])
def test_the_same_sheets_give_the_same_bytes_at_any_time(write):
    one = made(write)
    time.sleep(2.1)  # the clock of a zip ticks every two seconds
    assert made(write) == one
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert archive.testzip() is None


def test_the_header_row_stays_in_sight_and_columns_are_as_wide_as_their_words():
    book = openpyxl.load_workbook(io.BytesIO(made(write_xlsx)))
    assert all(sheet.freeze_panes == "A2" for sheet in book)
    assert book["Figures"].column_dimensions["A"].width > book["Figures"].column_dimensions["C"].width
    with zipfile.ZipFile(io.BytesIO(made(write_ods))) as archive:
        settings = archive.read("settings.xml").decode()
    assert settings.count('"VerticalSplitPosition" config:type="int">1<') == len(SHEETS)


def test_a_text_that_no_cell_holds_is_cut_and_shows_it():
    file = io.BytesIO()
    write_xlsx(file, [Sheet("Long", ["text"], [["x" * 40_000]])], title="Long", made_at=AT)
    (text,) = xlsx_rows(file.getvalue())["Long"][1]
    assert (len(text), text[-1]) == (LONGEST_TEXT, "…")


@pytest.mark.parametrize("name", ["", "x" * 32, "a/b", "it's"])
def test_a_name_that_a_spreadsheet_refuses_is_refused_here(name):
    with pytest.raises(ValueError, match="name of a sheet"):
        Sheet(name, ["a"], [])
