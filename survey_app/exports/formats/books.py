"""XLSX and ODS of any length: rows that one sheet does not hold go on in the next, and the last sheet counts them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO, Protocol

from survey_app.exports.sheets import (
    LONGEST_TEXT,
    MOST_ROWS,
    NARROWEST,
    Book,
    OdsBook,
    Sheet,
    XlsxBook,
    add_sheet,
)
from survey_app.exports.tables import Column, Kind, Table, rows_words

PART_BYTES = 1_000_000
MOST_NAMED = 100  # cells that the last sheet names; of more it says how many
WIDTHS = {Kind.DAY: 12, Kind.WHOLE: 8, Kind.NUMBER: 10, Kind.TEXT: 16}
LAST_SHEET = "About this file"


class Opens(Protocol):
    def __call__(self, file: BinaryIO, *, title: str, made_at: datetime) -> Book: ...


def xlsx_file(table: Table, **about: Any) -> Iterator[bytes]:
    """The table as a workbook for Excel, in constant memory."""
    return _file(partial(XlsxBook, in_passing=True), table, **about)


def ods_file(table: Table, **about: Any) -> Iterator[bytes]:
    """The table as an OpenDocument spreadsheet."""
    return _file(OdsBook, table, **about)


def _file(
    opens: Opens, table: Table, *, made_at: datetime, beside: Sequence[Sheet] = (), most_rows: int = MOST_ROWS
) -> Iterator[bytes]:
    """A workbook is whole before its first byte can be given: until then it lies in a file that has no name."""
    with tempfile.TemporaryFile() as file:
        book = opens(file, title=table.name, made_at=made_at)
        last = _fill(book, table, most_rows)
        for sheet in (*beside, last):
            add_sheet(book, sheet)
        book.close()
        file.seek(0)
        while part := file.read(PART_BYTES):
            yield part


def _fill(book: Book, table: Table, most_rows: int) -> Sheet:
    """Write all rows; the last sheet says how many they are, on which sheets they stand, and what had to be cut."""
    widths = [_width(column) for column in table.columns]
    texts, count, sheets, cut = table.places(Kind.TEXT), 0, [table.name], list[str]()
    is_cut, room = 0, most_rows - 1
    book.begin(table.name, table.header, widths)
    for rows in table.batches:
        for row in rows:
            if count == room * len(sheets):
                sheets.append(f"{table.name} {len(sheets) + 1}")
                book.begin(sheets[-1], table.header, widths)
            book.write(row)
            count += 1
            for place in texts:
                cell = row[place]
                if isinstance(cell, str) and len(cell) > LONGEST_TEXT:
                    is_cut += 1
                    cut.append(f"{sheets[-1]}, row {count - room * (len(sheets) - 1) + 1}, {table.columns[place].name}")
                    del cut[MOST_NAMED:]
    lines: list[tuple[str, str]] = [("Rows", rows_words(count)), ("On the sheets", ", ".join(sheets))]
    if is_cut:
        lines.append(
            (
                "Cut",
                f"Texts of more than {LONGEST_TEXT:,} characters, which is all that a cell holds: {is_cut:,}. They end "
                "in three dots here, and are whole in CSV, NDJSON and Parquet.",
            )
        )
        lines += [("Cut", where) for where in cut]
    return Sheet(LAST_SHEET, ("what", "said"), lines)


def _width(column: Column) -> int:
    return max(NARROWEST, len(column.name) + 2, WIDTHS[column.kind])
