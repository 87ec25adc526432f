"""CSV in UTF-8 with the mark that spreadsheets look for; its last line says how many rows came before it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from survey_app.exports.tables import Row, Table, rows_words
from survey_app.kernel.csvfile import SafeWriter


def csv_file(table: Table) -> Iterator[bytes]:
    """The header, a part for each batch, and the count."""
    yield _lines([table.header]).encode("utf-8-sig")
    count = 0
    for rows in table.batches:
        count += len(rows)
        yield _lines(rows).encode("utf-8", "replace")
    yield _lines([[rows_words(count)]]).encode()


def _lines(rows: Sequence[Row]) -> str:
    text = io.StringIO(newline="")
    SafeWriter(text).write_many(rows)
    return text.getvalue()
