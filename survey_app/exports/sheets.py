"""Sheets as CSV, XLSX and ODS: the one writer. The same sheets give the same bytes, whatever the clock says.

Numbers are numbers and days are days. Text is never a formula: a CSV marks what a spreadsheet would run, the others
say of each cell that it is text.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import BinaryIO

import xlsxwriter
from odfdo import Cell as OdfCell
from odfdo import Column as OdfColumn
from odfdo import Document, HeaderRows, Paragraph, Row, Style
from odfdo import Table as OdfTable

from survey_app.kernel.characters import fit
from survey_app.kernel.csvfile import SafeWriter

Cell = str | int | float | date | None

LONGEST_NAME = 31  # characters of a sheet's, in Excel
LONGEST_TEXT = 32_767  # characters of a cell, in Excel
NARROWEST, WIDEST = 8, 60  # characters of a column
_CM_A_CHARACTER = 0.21
_NOT_IN_NAMES = frozenset("[]:*?/\\'")
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


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
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, options)
    book.set_properties({"title": title, "created": made_at.astimezone(UTC).replace(tzinfo=None)})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    top = book.add_format({"valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for column, width in enumerate(sheet.widths()):
            page.set_column(column, column, width)
        for column, words in enumerate(sheet.header):
            page.write_string(0, column, _text(words), bold)
        for number, row in enumerate(sheet.rows, start=1):
            for column, cell in enumerate(row):
                match cell:
                    case None | "":
                        continue
                    case str():
                        page.write_string(number, column, _text(cell), wrapped)
                    case date():
                        page.write_datetime(number, column, cell, day)
                    case _:
                        page.write_number(number, column, cell, top)
        page.freeze_panes(1, 0)
        page.repeat_rows(0)
        page.set_landscape()
        page.fit_to_pages(1, 0)
    book.close()


def write_ods(file: BinaryIO, sheets: Sequence[Sheet], *, title: str, made_at: datetime) -> None:
    """The same as an OpenDocument spreadsheet."""
    document = Document("spreadsheet")
    document.set_language("en-GB")
    meta = document.meta
    meta.title, meta.generator, meta.language = title, "Council surveys", "en-GB"
    meta.set_creation_date(made_at.astimezone(UTC).replace(tzinfo=None))
    meta.set_modification_date(made_at.astimezone(UTC).replace(tzinfo=None))
    for look in (_HEADER, _WRAPPED, _TOP, _DAY_FORMAT, _DAY):
        document.insert_style(look, automatic=True)
    document.body.clear()
    for sheet in sheets:
        document.body.append(_ods_table(document, sheet))
    document.set_part("settings.xml", _view_of(sheets))
    made = io.BytesIO()
    document.save(made)
    _pack_again(made, file)


def _ods_table(document: Document, sheet: Sheet) -> OdfTable:
    table = OdfTable(sheet.name)
    for width in sheet.widths():
        name = f"width{width}"
        if document.get_style("table-column", name) is None:
            centimetres = f"{width * _CM_A_CHARACTER:.2f}cm"
            document.insert_style(Style("table-column", name=name, width=centimetres), automatic=True)
        table.append(OdfColumn(style=name))
    header = HeaderRows()
    header.append(_ods_row(sheet.header, "header"))
    table.append(header)
    for row in sheet.rows:
        table.append(_ods_row(row, "wrapped"))
    return table


def _ods_row(cells: Sequence[Cell], text_style: str) -> Row:
    row = Row()
    for cell in cells:
        match cell:
            case None | "":
                row.append(OdfCell())
            case str():
                written = OdfCell(style=text_style)
                written.set_attribute("office:value-type", "string")
                for line in _text(cell).split("\n"):
                    written.append(Paragraph(line))
                row.append(written)
            case date():
                row.append(OdfCell(datetime.combine(cell, time()), cell_type="date", text=str(cell), style="day"))
            case _:
                row.append(OdfCell(cell, style="top"))
    return row


def _view_of(sheets: Sequence[Sheet]) -> bytes:
    """The settings that keep the header row in sight."""
    frozen = "".join(
        f'<config:config-item-map-entry config:name="{_escaped(sheet.name)}">'
        '<config:config-item config:name="VerticalSplitMode" config:type="short">2</config:config-item>'
        '<config:config-item config:name="VerticalSplitPosition" config:type="int">1</config:config-item>'
        '<config:config-item config:name="ActiveSplitRange" config:type="short">2</config:config-item>'
        '<config:config-item config:name="PositionBottom" config:type="int">1</config:config-item>'
        "</config:config-item-map-entry>"
        for sheet in sheets
    )
    return _SETTINGS.format(tables=frozen, first=_escaped(sheets[0].name)).encode()


def _pack_again(made: io.BytesIO, file: BinaryIO) -> None:
    """The same parts without the time at which they were packed, and without the picture of an empty page."""
    with zipfile.ZipFile(made) as packed, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(packed.namelist(), key=lambda name: (name != "mimetype", name)):
            if name.startswith(("Thumbnails/", "Configurations2/")):
                continue
            entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            entry.create_system = 3
            archive.writestr(entry, packed.read(name))


def _text(words: str) -> str:
    """What a cell can hold. A longer text ends in three dots: no survey asks for a book."""
    words = fit(words).replace("\r\n", "\n")
    return words if len(words) <= LONGEST_TEXT else f"{words[: LONGEST_TEXT - 1]}…"


def _shown(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:.6g}"
    return max(str(cell).split("\n"), key=len) if cell is not None else ""


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


_HEADER = (
    '<style:style style:name="header" style:family="table-cell">'
    '<style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top" fo:border-bottom="0.5pt solid"/>'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
)
_WRAPPED = (
    '<style:style style:name="wrapped" style:family="table-cell">'
    '<style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top"/></style:style>'
)
_TOP = (
    '<style:style style:name="top" style:family="table-cell">'
    '<style:table-cell-properties style:vertical-align="top"/></style:style>'
)
_DAY_FORMAT = (
    '<number:date-style style:name="iso"><number:year number:style="long"/><number:text>-</number:text>'
    '<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/>'
    "</number:date-style>"
)
_DAY = (
    '<style:style style:name="day" style:family="table-cell" style:data-style-name="iso">'
    '<style:table-cell-properties style:vertical-align="top"/></style:style>'
)
_SETTINGS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<office:document-settings office:version="1.3"'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0"><office:settings>'
    '<config:config-item-set config:name="ooo:view-settings"><config:config-item-map-indexed config:name="Views">'
    '<config:config-item-map-entry><config:config-item config:name="ViewId" config:type="string">view1'
    '</config:config-item><config:config-item-map-named config:name="Tables">{tables}</config:config-item-map-named>'
    '<config:config-item config:name="ActiveTable" config:type="string">{first}</config:config-item>'
    "</config:config-item-map-entry></config:config-item-map-indexed></config:config-item-set>"
    "</office:settings></office:document-settings>"
)
