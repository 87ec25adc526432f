"""CSV files of unknown origin, read as a stream; and cells that no spreadsheet takes for a formula, written.

Files come out of Excel, telephone systems and CRMs: UTF-8 with or without a mark, or Windows-1252; commas, semicolons
or tabs. What makes the whole file unreadable is refused at once, before anyone acts on a row. What is wrong with one
row is that row's problem, and reading goes on.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TextIO

from survey_app.kernel.characters import fit, is_fit, shortened
from survey_app.kernel.errors import InvalidInput

DELIMITERS = (",", ";", "\t")
FORMULA_STARTS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "＝",
    "＋",
    "－",
    "＠",
)  # wide ones run in some languages' Excel

_STARTS = frozenset(FORMULA_STARTS)
CHUNK_BYTES = 1 << 16
LONGEST_LINE_BYTES = 1 << 20
MOST_LINES_A_ROW = 1_000  # a quotation mark that never closes would otherwise take in the rest of the file
# Lines after a broken row are read again. One such mark in a thousand lines reads each line twice; a file with so many
# that reading would take hours is refused.
LINES_READ_AGAIN = 20 * MOST_LINES_A_ROW
TIMES_READ_AGAIN = 3

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row that is not blank. `line` is the line of the file on which it begins; the header is on line 1."""

    line: int
    cells: Sequence[str]  # as they stand in the file
    values: Mapping[str, str] = field(default_factory=dict)  # fit, by column key; empty when there is a problem
    problem: str | None = None  # why the cells cannot be told apart


class CsvFile:
    """An open CSV: its `header`, then its rows, once."""

    def __init__(self, stream: BinaryIO, *, required: Collection[str] = ()) -> None:
        """`stream` must be able to go back to its start; `required` are the column keys without which it is no use.

        InvalidInput, in one sentence, for a file that is empty, no text, UTF-16, in no encoding that we know, without
        a header, or with a column that is missing or there twice. Reading its rows raises InvalidInput where so many
        quotation marks do not close that nobody can tell its rows apart.
        """
        self._stream = stream
        self.encoding, self.size_bytes = _examine(stream)
        stream.seek(0)
        self._lines = _Lines(io.TextIOWrapper(stream, encoding=self.encoding, newline=""))
        self.delimiter, self.header = _read_header(self._lines)
        self.keys = tuple(column_key(name) for name in self.header)
        _check_keys(self.header, self.keys, required)

    @property
    def position_bytes(self) -> int:
        """How far reading has come, for a progress bar."""
        return self._stream.tell()

    def __iter__(self) -> Iterator[CsvRow]:
        width = len(self.header)
        for line, cells in _records(self._lines, self.delimiter):
            if cells is None:
                text = "a quotation mark does not close or stands where none may, or a cell is too long"
                yield CsvRow(line, (self._lines.last_dropped,), problem=text)
            elif not (whole := "".join(cells)).strip():
                continue
            elif len(cells) == width or (len(cells) > width and not any(cells[width:])):
                fit_cells = cells if is_fit(whole) else map(fit, cells)
                yield CsvRow(line, cells[:width], dict(zip(self.keys, fit_cells, strict=False)))
            else:
                text = f"the row has {_columns(len(cells))}, the header has {_columns(width)}"
                yield CsvRow(line, cells, problem=text)


@contextmanager
def open_csv(path: Path, *, required: Collection[str] = ()) -> Iterator[CsvFile]:
    """Open the CSV at `path`. InvalidInput as `CsvFile` says, and when it cannot be opened."""
    try:
        stream = path.open("rb")
    except OSError as error:
        raise InvalidInput(f"{path.name} cannot be opened ({error.strerror}).") from error
    with stream:
        yield CsvFile(stream, required=required)


def column_key(name: str) -> str:
    """The name of a column as programs know it: "Occurred At" is occurred_at."""
    return "_".join(name.casefold().split())


def safe_cell(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def plain_cell(text: str) -> str:
    """What `safe_cell` was given: a file that we wrote can be corrected and read again."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text


class SafeWriter:
    """Writes rows for people: text is made safe, numbers stay numbers, None is an empty cell."""

    def __init__(self, file: TextIO) -> None:
        self._writer = csv.writer(file, lineterminator="\r\n")

    def write(self, cells: Iterable[object]) -> None:
        self._writer.writerow(_safe(cells))

    def write_many(self, rows: Sequence[Sequence[object]]) -> None:
        """The same for rows of one length. Most columns are of few codes: each is looked at once, and where no text has
        to be made safe the rows go out as they are."""
        if any(_would_run(cell) for column in zip(*rows, strict=True) for cell in set(column)):
            rows = [_safe(cells) for cells in rows]
        self._writer.writerows(rows)


def _safe(cells: Iterable[object]) -> list[object]:
    return [safe_cell(cell) if isinstance(cell, str) else cell for cell in cells]


def _would_run(cell: object) -> bool:
    return isinstance(cell, str) and cell[:1] in _STARTS


class _Lines:
    """Lines of a file for csv.reader, with the number of each, and a way to give the lines of a broken row back."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._waiting: list[str] = []
        self._held: list[str] = []  # the lines of the row that is being read
        self._read_again = 0
        self.begins_at = 1
        self.last_dropped = ""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self._held) >= MOST_LINES_A_ROW:
            raise csv.Error("too many lines")
        line = self._waiting.pop() if self._waiting else next(self._text)
        self._held.append(line)
        return line

    def finish_row(self) -> None:
        self.begins_at += len(self._held)
        self._held.clear()

    def drop_first_line(self) -> None:
        """Give up the line on which a broken row begins; the lines after it are read again."""
        self.last_dropped = self._held[0].rstrip("\r\n")
        self._waiting.extend(reversed(self._held[1:]))
        self._read_again += len(self._held) - 1
        self._held.clear()
        self.begins_at += 1
        if self._read_again > LINES_READ_AGAIN + TIMES_READ_AGAIN * self.begins_at:
            raise InvalidInput("The file has too many quotation marks that do not close; save it as CSV once more.")


def _records(lines: _Lines, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Each row's first line and cells; None for cells whose quotation marks are wrong."""
    while True:
        try:
            for cells in csv.reader(lines, delimiter=delimiter, strict=True):
                line = lines.begins_at
                lines.finish_row()
                yield line, cells
        except csv.Error:
            line = lines.begins_at
            lines.drop_first_line()
            yield line, None
        else:
            return


def _examine(stream: BinaryIO) -> tuple[str, int]:
    """The encoding and size of a text, read once through in small pieces. InvalidInput when it is no text."""
    stream.seek(0)
    start = stream.read(4)
    if start.startswith(_UTF16_MARKS):
        raise InvalidInput("The file is UTF-16 (Excel calls it Unicode text); save it as CSV UTF-8.")
    stream.seek(0)
    size, since_line_end, is_blank = 0, 0, True
    decoders = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8-sig", "cp1252")}
    while chunk := stream.read(CHUNK_BYTES):
        if b"\0" in chunk:
            raise InvalidInput("The file is not text; if it is a spreadsheet, save it as CSV UTF-8.")
        size += len(chunk)
        is_blank = is_blank and not chunk.removeprefix(codecs.BOM_UTF8).strip()
        line_end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        since_line_end = len(chunk) - 1 - line_end if line_end >= 0 else since_line_end + len(chunk)
        if since_line_end > LONGEST_LINE_BYTES:
            raise InvalidInput("The file has a line of more than a million characters, so it is no CSV.")
        _decode(decoders, chunk, final=False)
    _decode(decoders, b"", final=True)
    if is_blank:
        raise InvalidInput("The file is empty.")
    if start.startswith(codecs.BOM_UTF8):
        decoders.pop("cp1252", None)
    if not decoders:
        raise InvalidInput("The file is neither UTF-8 nor Windows-1252 text; save it as CSV UTF-8.")
    return next(iter(decoders)), size


def _decode(decoders: dict[str, codecs.IncrementalDecoder], chunk: bytes, *, final: bool) -> None:
    """Forget the decoders that cannot read this chunk."""
    for name in list(decoders):
        try:
            decoders[name].decode(chunk, final)
        except UnicodeDecodeError:
            del decoders[name]


def _read_header(lines: _Lines) -> tuple[str, tuple[str, ...]]:
    """The delimiter, which is the one that the header has most of, and the names of the columns."""
    while True:
        try:
            first = next(lines)
        except (StopIteration, csv.Error) as error:
            raise InvalidInput("The file has no header: its first line must name the columns.") from error
        if first.strip():
            break
    delimiter = max(DELIMITERS, key=first.count)
    try:
        names = next(csv.reader([first], delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise InvalidInput("The header cannot be read: a quotation mark in it does not close.") from error
    lines.finish_row()
    header = tuple(fit(name).strip() for name in names)
    while header and not header[-1]:
        header = header[:-1]
    if not header:
        raise InvalidInput("The file has no header: its first line must name the columns.")
    return delimiter, header


def _check_keys(header: Sequence[str], keys: Sequence[str], required: Collection[str]) -> None:
    if "" in keys:
        raise InvalidInput(f"Column {keys.index('') + 1} has no name in the header.")
    twice = [name for place, name in enumerate(header) if keys[place] in keys[:place]]
    if twice:
        raise InvalidInput(f"The header names the column {shortened(twice[0])} twice.")
    missing = [name for name in required if name not in keys]
    if missing and len(missing) == len(required):
        raise InvalidInput(
            f"The file has no header: its first line must name the columns, among them {_listed(required)}."
        )
    if missing:
        raise InvalidInput(f"The header lacks {_listed(missing)}.")


def _listed(names: Collection[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _columns(count: int) -> str:
    return "1 column" if count == 1 else f"{count} columns"
