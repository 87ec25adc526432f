"""Sheets as CSV, XLSX and ODS: the one writer. The same sheets give the same bytes, whatever the clock says.

Numbers are numbers and days are days. Text is never a formula: a CSV marks what a spreadsheet would run, the others
say of each cell that it is text.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import BinaryIO, Protocol

import xlsxwriter

from survey_app.exports.odf import OdsFile
from survey_app.kernel.characters import fit
from survey_app.kernel.csvfile import SafeWriter

Cell = str | int | float | date | None

LONGEST_NAME = 31  # characters of a sheet's, in Excel
LONGEST_TEXT = 32_767  # characters of a cell, in Excel
MOST_ROWS = 1_048_576  # of a sheet, its header among them; in LibreOffice, too
NARROWEST, WIDEST = 8, 60  # characters of a column
_NOT_IN_NAMES = frozenset("[]:*?/\\'")


@dataclass(frozen=True)
class Sheet:
    """A table of a workbook: a header and its rows, each as long as the header. Shares are 0 to 1, unrounded.

    ValueError for a name that a spreadsheet refuses.
    """

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    def __post_init__(self) -> None:
        if not 0 < len(self.name) <= LONGEST_NAME or _NOT_IN_NAMES & set(self.name):
            raise ValueError(f"{self.name!r} cannot be the name of a sheet")

    def widths(self) -> list[int]:
        """How many characters wide each column is best."""
        columns = zip(self.header, *self.rows, strict=True)
        return [min(WIDEST, max(NARROWEST, *(len(_shown(cell)) + 2 for cell in column))) for column in columns]


def csv_bytes(sheet: Sheet) -> bytes:
    """The sheet as CSV in UTF-8 with the mark that spreadsheets look for."""
    text = io.StringIO(newline="")
    writer = SafeWriter(text)
    for row in (sheet.header, *sheet.rows):
        writer.write(row)
    return text.getvalue().encode("utf-8-sig")


def write_xlsx(file: BinaryIO, sheets: Sequence[Sheet], *, title: str, made_at: datetime) -> None:
    """Write a workbook; `made_at` is the time that it says of itself."""
    _write_book(XlsxBook(file, title=title, made_at=made_at), sheets)


def write_ods(file: BinaryIO, sheets: Sequence[Sheet], *, title: str, made_at: datetime) -> None:
    """The same as an OpenDocument spreadsheet."""
    _write_book(OdsBook(file, title=title, made_at=made_at), sheets)


def _write_book(book: Book, sheets: Sequence[Sheet]) -> None:
    for sheet in sheets:
        add_sheet(book, sheet)
    book.close()


def add_sheet(book: Book, sheet: Sheet) -> None:
    """A whole sheet, its columns as wide as their words."""
    book.begin(sheet.name, sheet.header, sheet.widths())
    for row in sheet.rows:
        book.write(row)


class Book(Protocol):
    """A workbook that is written a sheet and a row at a time."""

    def begin(self, name: str, header: Sequence[str], widths: Sequence[int]) -> None:
        """The next sheet: its header stays in sight and stands on each printed page."""

    def write(self, row: Sequence[Cell]) -> None:
        """One row below those before it."""

    def close(self) -> None:
        """Write what is still to be written."""


class XlsxBook:
    """A workbook, a sheet and a row at a time. One `in_passing` keeps a single row in memory, and is larger."""

    def __init__(self, file: BinaryIO, *, title: str, made_at: datetime, in_passing: bool = False) -> None:
        memory = {"constant_memory": True} if in_passing else {"in_memory": True}
        plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book = xlsxwriter.Workbook(file, memory | plain)
        self._book.use_zip64()  # where it has to
        self._book.set_properties({"title": title, "created": made_at.astimezone(UTC).replace(tzinfo=None)})
        self._bold = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._top = self._book.add_format({"valign": "top"})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})

    def begin(self, name: str, header: Sequence[str], widths: Sequence[int]) -> None:
        self._page, self._row = self._book.add_worksheet(name), 0
        self._page.freeze_panes(1, 0)
        self._page.repeat_rows(0)
        self._page.set_landscape()
        self._page.fit_to_pages(1, 0)
        for column, width in enumerate(widths):
            self._page.set_column(column, column, width)
        for column, words in enumerate(header):
            self._page.write_string(0, column, _xlsx_text(words), self._bold)

    def write(self, row: Sequence[Cell]) -> None:
        self._row += 1
        for column, cell in enumerate(row):
            match cell:
                case None | "":
                    continue
                case str():
                    self._page.write_string(self._row, column, _xlsx_text(cell), self._wrapped)
                case date():
                    self._page.write_datetime(self._row, column, cell, self._day)
                case _:
                    self._page.write_number(self._row, column, cell, self._top)

    def close(self) -> None:
        self._book.close()


class OdsBook:
    """The same as an OpenDocument spreadsheet; it never keeps more than a row."""

    def __init__(self, file: BinaryIO, *, title: str, made_at: datetime) -> None:
        self._file = OdsFile(file, title, made_at)

    def begin(self, name: str, header: Sequence[str], widths: Sequence[int]) -> None:
        self._file.begin(name, [cell_text(words) for words in header], widths)

    def write(self, row: Sequence[Cell]) -> None:
        self._file.write([cell_text(cell) if isinstance(cell, str) else cell for cell in row])

    def close(self) -> None:
        self._file.close()


def _xlsx_text(words: str) -> str:
    """The same for a library that takes a text between these two marks for XML of its own, and would write it as it is.
    With a space behind it, it is text."""
    words = cell_text(words)
    return f"{words} " if words.startswith("<r>") and words.endswith("</r>") else words


def cell_text(words: str) -> str:
    """What a cell can hold. A longer text ends in three dots: no survey asks for a book."""
    words = fit(words).replace("\r\n", "\n")
    return words if len(words) <= LONGEST_TEXT else f"{words[: LONGEST_TEXT - 1]}…"


def _shown(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:.6g}"
    return max(str(cell).split("\n"), key=len) if cell is not None else ""
