"""CSV in UTF-8 with the mark that spreadsheets look for; its last line says how many rows came before it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from survey_app.exports.sheets import Cell
from survey_app.exports.tables import Kind, Row, Table, rows_words
from survey_app.kernel.csvfile import FORMULA_STARTS, safe_cell

_STARTS = frozenset(FORMULA_STARTS)


def csv_file(table: Table) -> Iterator[bytes]:
    """The header, a part for each batch, and the count."""
    yield _lines([[safe_cell(name) for name in table.header]]).encode("utf-8-sig")
    texts, count = table.places(Kind.TEXT), 0
    for rows in table.batches:
        count += len(rows)
        yield _lines(_safe(rows, texts)).encode("utf-8", "replace")
    yield _lines([[rows_words(count)]]).encode()


def _safe(rows: Sequence[Row], texts: Sequence[int]) -> Sequence[Row]:
    """The rows without a text that a spreadsheet would run. Most columns are of few codes: each is looked at once."""
    columns = list(zip(*rows, strict=True))
    if not columns or not any(_would_run(cell) for place in texts for cell in set(columns[place])):
        return rows
    return [[safe_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]


def _would_run(cell: Cell) -> bool:
    return isinstance(cell, str) and cell[:1] in _STARTS


def _lines(rows: Iterable[Row]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
