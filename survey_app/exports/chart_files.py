"""A chart as a file: its table as CSV or XLSX, its picture as SVG with the words that it needs to stand alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from survey_app.charts import ChartView, Table, standalone_svg
from survey_app.exports.sheets import Sheet, csv_bytes, write_xlsx

MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "svg": "image/svg+xml",
}
LONGEST_NAME = 60


@dataclass(frozen=True)
class ChartFile:
    name: str
    media_type: str
    content: bytes


def chart_file(view: ChartView, kind: str, *, source: str, now: datetime) -> ChartFile:
    """The chart as a file of this kind, one of MEDIA_TYPES. `source` says where it comes from: council, address, cut.

    Numbers are unrounded, shares 0 to 1; what the page hides is empty, with a note that says why.
    """
    name = re.sub("[^a-z0-9]+", "-", view.title.lower()).strip("-")[:LONGEST_NAME].strip("-") or view.key
    if kind == "svg":
        content = standalone_svg(view, source).encode()
    elif kind == "csv":
        content = csv_bytes(_figures(view.table))
    else:
        book = BytesIO()
        write_xlsx(book, [_figures(view.table), _about(view, source)], title=view.title, made_at=now)
        content = book.getvalue()
    return ChartFile(f"{name}.{kind}", MEDIA_TYPES[kind], content)


def table_csv(table: Table) -> bytes:
    """The table of a chart as CSV."""
    return csv_bytes(_figures(table))


def _figures(table: Table) -> Sheet:
    return Sheet("Figures", [column.name for column in table.columns], table.values())


def _about(view: ChartView, source: str) -> Sheet:
    rows = [["Chart", view.title], ["What it says", view.sentence], ["Axis of the picture", view.axis_words]]
    rows += [[f"Mark {annotation.letter}", annotation.text] for annotation in view.annotations]
    rows += [["Source", source], ["Rows", str(len(view.table.rows))]]
    return Sheet("About", ["What", "Words"], rows)
