"""Files of contacts without the rows of one person."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8

from survey_app.kernel.csvfile import CsvFile
from survey_app.kernel.errors import InvalidInput
from survey_app.privacy.people.naming import Details


def rows_about(content: bytes, details: Details) -> int:
    """How many rows of a CSV name somebody. In a file that cannot be read as rows: how many lines."""
    return _sorted(content, details)[1]


def without_rows(content: bytes, details: Details) -> tuple[bytes, int]:
    """The CSV without the rows that name somebody, and how many went."""
    return _sorted(content, details)


def _sorted(content: bytes, details: Details) -> tuple[bytes, int]:
    try:
        return _by_rows(content, details)
    except InvalidInput:
        return _by_lines(content, details)


def _by_rows(content: bytes, details: Details) -> tuple[bytes, int]:
    file, gone = CsvFile(io.BytesIO(content)), 0
    if details.name_a_row(file.header):
        return _by_lines(content, details)  # a file without a header, or none with rows at all
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=file.delimiter)
    writer.writerow(file.header)
    for row in file:
        if details.name_a_row(row.cells):
            gone += 1
        else:
            writer.writerow(row.cells)
    encoding = "utf-8" if not content.startswith(BOM_UTF8) and file.encoding == "utf-8-sig" else file.encoding
    return (text.getvalue().encode(encoding), gone) if gone else (content, 0)


def _by_lines(content: bytes, details: Details) -> tuple[bytes, int]:
    lines = content.splitlines(keepends=True)
    left = [line for line in lines if not details.stand_in(line.decode("utf-8", "replace"))]
    return b"".join(left), len(lines) - len(left)
