"""One table as a file of any format: rows go in as a stream, bytes come out as one.

Every format says how many rows it holds, in its own place: CSV in its last line, NDJSON in its last document, a
workbook on its last sheet, Parquet in its metadata. Nothing is ever cut without being said. The same rows give the same
bytes, whatever the clock says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from survey_app.exports.formats.books import ods_file, xlsx_file
from survey_app.exports.formats.csv_lines import csv_file
from survey_app.exports.formats.json_lines import ndjson_file
from survey_app.exports.formats.parquet import parquet_file
from survey_app.exports.odf import MIME_TYPE as ODS_TYPE
from survey_app.exports.sheets import Sheet
from survey_app.exports.tables import Table


class FileFormat(StrEnum):
    """What a file may be. The value is how its name ends."""

    CSV = "csv"
    XLSX = "xlsx"
    ODS = "ods"
    NDJSON = "ndjson"
    PARQUET = "parquet"

    @property
    def label(self) -> str:
        return _FACTS[self].label

    @property
    def media_type(self) -> str:
        return _FACTS[self].media_type

    @property
    def has_sheets(self) -> bool:
        """Whether other tables may stand beside the first."""
        return self in (FileFormat.XLSX, FileFormat.ODS)


@dataclass(frozen=True)
class _Facts:
    label: str
    media_type: str


_FACTS = {
    FileFormat.CSV: _Facts("CSV, for any program", "text/csv"),
    FileFormat.XLSX: _Facts("Excel (XLSX)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    FileFormat.ODS: _Facts("OpenDocument (ODS)", ODS_TYPE),
    FileFormat.NDJSON: _Facts("NDJSON, for programs", "application/x-ndjson"),
    FileFormat.PARQUET: _Facts("Parquet, for R and Python", "application/vnd.apache.parquet"),
}


def write(kind: FileFormat, table: Table, *, made_at: datetime, beside: Sequence[Sheet] = ()) -> Iterator[bytes]:
    """The file in parts, as its rows come. `made_at` is the time that a workbook says of itself, and `beside` are the
    small tables that stand in it behind the first; the other formats hold one table."""
    match kind:
        case FileFormat.CSV:
            return csv_file(table)
        case FileFormat.NDJSON:
            return ndjson_file(table)
        case FileFormat.PARQUET:
            return parquet_file(table)
        case FileFormat.XLSX:
            return xlsx_file(table, made_at=made_at, beside=beside)
        case FileFormat.ODS:
            return ods_file(table, made_at=made_at, beside=beside)
