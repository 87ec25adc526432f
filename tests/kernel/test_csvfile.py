"""CSV files of unknown origin."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.kernel.csvfile import CsvFile, CsvRow, SafeWriter, open_csv, plain_cell, safe_cell
from survey_app.kernel.errors import InvalidInput


def rows_of(content: bytes | str, *required: str) -> list[CsvRow]:
    data = content.encode() if isinstance(content, str) else content
    return list(CsvFile(io.BytesIO(data), required=required))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_names_survive_each_encoding(encoding: str) -> None:
    [row] = rows_of("name,town\nZoë O’Neill,Llangefni\n".encode(encoding), "name")
    assert row.values == {"name": "Zoë O’Neill", "town": "Llangefni"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_the_header_uses(delimiter: str) -> None:
    [row] = rows_of(delimiter.join(["a", "b", "c"]) + "\n" + delimiter.join(["1", '"x,;\ty"', "3"]))
    assert row.values == {"a": "1", "b": "x,;\ty", "c": "3"}


def test_a_column_is_known_whatever_its_capitals_and_spaces() -> None:
    file = CsvFile(io.BytesIO(b" Occurred  At ,B\n1,2\n"))
    assert file.header == ("Occurred  At", "B")
    assert file.keys == ("occurred_at", "b")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n  \r\n", "empty"),
        ("a,b\n1,2\n".encode("utf-16"), "UTF-16"),
        (b"a,b\n1,\x002\n", "not text"),
        (b"PK\x03\x04\x00\x00", "not text"),
        (b"a,b\n\x81\x8d\n", "neither UTF-8 nor Windows-1252"),
        (b"\xef\xbb\xbfa,b\n\xe9,2\n", "neither UTF-8 nor Windows-1252"),
        (b"a,b,A\n1,2,3\n", "names the column A twice"),
        (b",,,\n1,2,3,4\n", "no header"),
        (b"a,,c\n1,2,3\n", "Column 2 has no name"),
        (b'"a,b\n1,2\n', "does not close"),
        (b"a\n" + b"x" * 2_000_000, "more than a million"),
    ],
)
def test_a_file_that_is_no_csv_is_refused_whole(content: bytes, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        rows_of(content)


def test_missing_columns_are_named_and_a_file_of_mere_data_has_no_header() -> None:
    with pytest.raises(InvalidInput, match=r"The header lacks b and c\."):
        rows_of("a,x\n1,2\n", "a", "b", "c")
    with pytest.raises(InvalidInput, match=r"no header.* a and b"):
        rows_of("1,2\n3,4\n", "a", "b")


def test_a_row_of_another_width_is_its_own_problem() -> None:
    short, good, long, trailing = rows_of("a,b\n1\n1,2\n1,2,3\n5,6,,\n")
    assert short.problem == "the row has 1 column, the header has 2 columns"
    assert good.problem is None
    assert long.problem == "the row has 3 columns, the header has 2 columns"
    assert trailing.values == {"a": "5", "b": "6"}


def test_lines_are_those_of_the_file_blank_and_broken_ones_counted() -> None:
    rows = rows_of('\r\na,b\r\n\r\n1,"two\r\nlines"\r\n,\r\n3,4\r\n')
    assert [(row.line, row.values["a"]) for row in rows] == [(4, "1"), (7, "3")]


def test_a_file_made_of_quotation_marks_that_never_close_is_refused_and_not_read_for_hours() -> None:
    lines = CsvFile(io.BytesIO(b"reference,service\n" + b'b","\n' * 200_000))
    with pytest.raises(InvalidInput, match="too many quotation marks that do not close"):
        list(lines)


def test_a_quotation_mark_that_never_closes_costs_one_row() -> None:
    content = "a,b\n1,2\n" + '3,"open\n' + "".join(f"{n},x\n" for n in range(5_000))
    rows = rows_of(content)
    assert [row.line for row in rows if row.problem] == [3]
    assert len(rows) == 5_002
    assert rows[1].cells == ('3,"open',)


def test_reading_does_not_hold_the_file(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_text("a,b\n" + "1,2\n" * 300_000)
    with open_csv(path) as file:
        first = next(iter(file))
        assert first.values == {"a": "1", "b": "2"}
        assert file.position_bytes < file.size_bytes / 10


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be opened"), open_csv(tmp_path / "none.csv"):
        pass


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        rows = rows_of(b"a,b\n" + content)
    except InvalidInput as refusal:
        assert str(refusal).endswith(".")
    else:
        assert [row.line for row in rows] == sorted({row.line for row in rows})


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_starts_a_formula(start: str) -> None:
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"
    assert plain_cell(safe_cell(f"{start}1+1")) == f"{start}1+1"


def test_the_writer_makes_text_safe_and_leaves_numbers_alone() -> None:
    out = io.StringIO(newline="")
    SafeWriter(out).write(["=cmd()", -5, 0.5, None, "it's, here", "O'Neill"])
    assert next(csv.reader([out.getvalue()])) == ["'=cmd()", "-5", "0.5", "", "it's, here", "O'Neill"]


@pytest.mark.parametrize("rows", [[["=cmd()", 5], ["fine", -5]], [["fine", 5], ["fine", None]], []])
def test_many_rows_at_once_are_written_as_one_by_one(rows: list[list[object]]) -> None:
    one_by_one, at_once = io.StringIO(newline=""), io.StringIO(newline="")
    for row in rows:
        SafeWriter(one_by_one).write(row)
    SafeWriter(at_once).write_many(rows)
    assert at_once.getvalue() == one_by_one.getvalue()
    assert not at_once.getvalue().startswith("=")


@given(st.text())
def test_what_was_made_safe_can_be_had_back(text: str) -> None:
    if not (text.startswith("'") and safe_cell(text[1:]) != text[1:]):
        assert plain_cell(safe_cell(text)) == text
