"""One table in every format, read back by other people's readers: the same rows, counted, and nothing that runs."""

from __future__ import annotations

import csv
import io
import json
import time
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

import openpyxl
import pyarrow.parquet
import pytest
from odfdo import Document

from survey_app.exports.formats import FileFormat, write
from survey_app.exports.formats.books import ods_file, xlsx_file
from survey_app.exports.formats.parquet import ROWS_A_GROUP
from survey_app.exports.sheets import LONGEST_TEXT, Sheet
from survey_app.exports.tables import Column, Kind, Row, Table, in_batches

AT = datetime(2026, 5, 1, 9, 30, tzinfo=UTC)
COLUMNS = (Column("what"), Column("score", Kind.WHOLE), Column("share", Kind.NUMBER), Column("day", Kind.DAY))
ROWS: list[Row] = [
    ["Waste & <recycling>", 5, 0.991, date(2026, 3, 31)],
    ["=1+1", None, None, None],
    ['two\nlines,  and "more" – ŵ 😀', -2, 1e-9, date(1969, 12, 31)],
    [None, 0, 0.0, date(2000, 2, 29)],
    ["<r>not XML of a library's</r>", 2**40, -1.5, date(2099, 1, 1)],
]
PARQUET = [kind for kind in FileFormat if kind is FileFormat.PARQUET]


def table(rows: Sequence[Row] = ROWS, size: int = 2) -> Table:
    return Table("Answers", COLUMNS, in_batches(rows, size))


def made(kind: FileFormat, rows: Sequence[Row] = ROWS, **how: object) -> bytes:
    return b"".join(write(kind, table(rows), made_at=AT, **how))


def read_parquet(content: bytes) -> tuple[list[Row], dict[bytes, bytes]]:
    found = pyarrow.parquet.read_table(io.BytesIO(content))
    return [list(row.values()) for row in found.to_pylist()], found.schema.metadata


def read_xlsx(content: bytes, sheet: str = "Answers") -> list[Row]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert all(cell.data_type != "f" for page in book for row in page.iter_rows() for cell in row)
    return [
        [cell.date() if isinstance(cell, datetime) else cell for cell in row]
        for row in book[sheet].iter_rows(values_only=True)
    ]


def read_ods(content: bytes, sheet: str = "Answers") -> list[list[object]]:
    (found,) = [each for each in Document(io.BytesIO(content)).body.tables if each.name == sheet]
    assert all(cell.formula is None for row in found.rows for cell in row.cells)
    return [list(row.get_values()) for row in found.rows]


def test_csv_holds_the_rows_and_says_in_its_last_line_how_many():
    content = made(FileFormat.CSV)
    header, *rows, last = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert header == ["what", "score", "share", "day"]
    assert rows[0] == ["Waste & <recycling>", "5", "0.991", "2026-03-31"]
    assert rows[1] == ["'=1+1", "", "", ""]  # a spreadsheet would run it
    assert (rows[2][0], len(rows), last) == (ROWS[2][0], 5, ["5 rows"])


def test_ndjson_holds_the_rows_and_a_last_document_with_the_count():
    *rows, last = [json.loads(line) for line in made(FileFormat.NDJSON).decode().splitlines()]
    assert rows[0] == {"what": "Waste & <recycling>", "score": 5, "share": 0.991, "day": "2026-03-31"}
    assert [row["what"] for row in rows] == [row[0] for row in ROWS]  # text stays the text that it is
    assert last == {"rows": 5}


def test_parquet_is_read_by_others_with_its_types_and_says_how_many_rows_it_has():
    rows, says = read_parquet(made(FileFormat.PARQUET))
    assert rows == ROWS
    assert says[b"rows"] == b"5 rows"


def test_parquet_goes_on_over_many_row_groups():
    many = [[f"n{number}", number, number / 7, date(2026, 1, 1)] for number in range(2 * ROWS_A_GROUP + 3)]
    content = b"".join(write(FileFormat.PARQUET, table(many, size=3_000), made_at=AT))
    assert read_parquet(content)[0] == many


@pytest.mark.parametrize("kind", FileFormat)
def test_a_table_without_a_row_is_a_file_that_says_so(kind):
    content = made(kind, [])
    match kind:
        case FileFormat.CSV:
            assert content.decode("utf-8-sig").splitlines() == ["what,score,share,day", "0 rows"]
        case FileFormat.NDJSON:
            assert json.loads(content) == {"rows": 0}
        case FileFormat.PARQUET:
            assert read_parquet(content) == ([], {b"rows": b"0 rows"})
        case FileFormat.XLSX:
            assert read_xlsx(content, "About this file")[1] == ["Rows", "0 rows"]
        case FileFormat.ODS:
            assert read_ods(content, "About this file")[1] == ["Rows", "0 rows"]


def test_both_workbooks_hold_the_rows_the_sheets_beside_and_the_count():
    codebook = Sheet("Codebook", ("column",), [("what",)])
    xlsx, ods = made(FileFormat.XLSX, beside=[codebook]), made(FileFormat.ODS, beside=[codebook])
    header, *rows = read_xlsx(xlsx)
    assert header == ["what", "score", "share", "day"]
    assert [row[1:] for row in rows] == [row[1:] for row in ROWS]
    assert [row[0] for row in rows] == [*(row[0] for row in ROWS[:4]), f"{ROWS[4][0]} "]
    assert [row[0] for row in read_ods(ods)[1:]] == [row[0] for row in ROWS]
    for read, content in ((read_xlsx, xlsx), (read_ods, ods)):
        assert [list(row) for row in read(content, "Codebook")] == [["column"], ["what"]]
        assert list(read(content, "About this file")[1]) == ["Rows", "5 rows"]


@pytest.mark.parametrize("write_book, read", [(xlsx_file, read_xlsx), (ods_file, read_ods)])
def test_what_one_sheet_does_not_hold_goes_on_in_the_next(write_book, read):
    content = b"".join(write_book(table(), made_at=AT, most_rows=3))
    sheets = [read(content, name) for name in ("Answers", "Answers 2", "Answers 3")]
    assert [len(rows) for rows in sheets] == [3, 3, 2]
    assert all(list(rows[0]) == ["what", "score", "share", "day"] for rows in sheets)
    about = dict(map(tuple, read(content, "About this file")))
    assert (about["Rows"], about["On the sheets"]) == ("5 rows", "Answers, Answers 2, Answers 3")


@pytest.mark.parametrize("write_book, read", [(xlsx_file, read_xlsx), (ods_file, read_ods)])
def test_a_text_that_no_cell_holds_is_cut_and_the_last_sheet_says_where(write_book, read):
    long = [["short", 1, 1.0, None], ["x" * (LONGEST_TEXT + 1), 1, 1.0, None]]
    content = b"".join(write_book(table(long), made_at=AT))
    assert read(content)[2][0].endswith("x…")
    *_, why, where = [row[1] for row in read(content, "About this file")]
    assert why.startswith("Texts of more than 32,767 characters, which is all that a cell holds: 1.")
    assert where == "Answers, row 3, what"
    assert b"x" * (LONGEST_TEXT + 1) in made(FileFormat.CSV, long)


@pytest.mark.parametrize("kind", FileFormat)
def test_the_same_rows_give_the_same_bytes_at_any_time(kind):
    one = made(kind)
    time.sleep(2.1 if kind.has_sheets else 0)  # the clock of a zip ticks every two seconds
    assert made(kind) == one
    if kind.has_sheets:
        with zipfile.ZipFile(io.BytesIO(one)) as archive:
            assert archive.testzip() is None


@pytest.mark.parametrize("kind", [FileFormat.CSV, FileFormat.NDJSON])
def test_lines_come_out_while_rows_still_come_in(kind):
    asked: list[int] = []

    def batches() -> Iterator[list[Row]]:
        for number in range(3):
            asked.append(number)
            yield ROWS

    parts = write(kind, Table("Answers", COLUMNS, batches()), made_at=AT)
    next(parts)
    assert asked in ([], [0])
