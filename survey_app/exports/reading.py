"""Sheets read back from XLSX and ODS with nothing but zip and XML: who checks a file needs no library of ours.

Every cell is text, and what reads as a number is written with 12 digits, so that a sheet can be held against a CSV.
Cells at the end of a row that hold nothing are left out, and a row of nothing is empty.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree as ET

LARGEST_PART = 100_000_000  # bytes of one part, unpacked
MOST_REPEATED = 1_000  # columns of empty cells: a sheet of ours repeats none
UNREADABLE_BOOK = (  # a damaged zip fails in many ways
    ValueError,
    LookupError,
    EOFError,
    OSError,
    RuntimeError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
    ET.ParseError,
)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"

Rows = list[list[str]]


def as_read(row: list[str]) -> list[str]:
    """A row of a CSV as this module gives those of a workbook."""
    return _cleaned([cell.replace("\r\n", "\n") for cell in row])


def xlsx_sheets(content: bytes) -> dict[str, Rows]:
    """Every sheet by its name. One of UNREADABLE_BOOK for what is no workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book, links = _part(archive, "xl/workbook.xml"), _part(archive, "xl/_rels/workbook.xml.rels")
        targets = {link.get("Id"): link.get("Target") for link in links}
        texts = [_words_of(item) for item in _part(archive, "xl/sharedStrings.xml").findall(f"{_MAIN}si")]
        return {
            str(sheet.get("name")): _xlsx_rows(_part(archive, f"xl/{targets[sheet.get(_LINK)]}"), texts)
            for sheet in book.iter(f"{_MAIN}sheet")
        }


def ods_sheets(content: bytes) -> dict[str, Rows]:
    """Every sheet by its name. One of UNREADABLE_BOOK for what is no workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        tables = _part(archive, "content.xml").iter(f"{_TABLE}table")
        return {
            str(table.get(f"{_TABLE}name")): [_ods_row(row) for row in table.iter(f"{_TABLE}table-row")]
            for table in tables
        }


def _part(archive: zipfile.ZipFile, name: str) -> ET.Element:
    if archive.getinfo(name).file_size > LARGEST_PART:
        raise ValueError(f"{name} is too large")
    content = archive.read(name).decode("utf-8-sig")  # in another encoding a document type would not be seen
    if "\0" in content or "<!DOCTYPE" in content:
        raise ValueError(f"{name} defines a document type")
    return ET.fromstring(content)  # noqa: S314 - without a document type there is nothing to expand # nosec B314


def _xlsx_rows(sheet: ET.Element, texts: list[str]) -> Rows:
    rows: Rows = []
    for row in sheet.iter(f"{_MAIN}row"):
        rows += [[] for _ in range(int(row.get("r", "0")) - len(rows) - 1)]
        cells: list[str] = []
        for cell in row:
            cells += [""] * (_column(cell.get("r", "")) - len(cells) - 1)
            value = cell.findtext(f"{_MAIN}v", "")
            cells.append(texts[int(value)] if cell.get("t") == "s" else value)
            if cell.find(f"{_MAIN}f") is not None:
                raise ValueError("a cell holds a formula")
        rows.append(_cleaned(cells))
    return rows


def _ods_row(row: ET.Element) -> list[str]:
    cells: list[str] = []
    for cell in row:
        if cell.get(f"{_TABLE}formula") is not None:
            raise ValueError("a cell holds a formula")
        times = min(int(cell.get(f"{_TABLE}number-columns-repeated", "1")), MOST_REPEATED)
        value = cell.get(f"{_OFFICE}value")
        text = "\n".join(_paragraph(part) for part in cell.findall(f"{_TEXT}p")) if value is None else value
        cells += [text] * times
    return _cleaned(cells)


def _paragraph(part: ET.Element) -> str:
    return "".join(_pieces(part))


def _pieces(part: ET.Element) -> Iterator[str]:
    """Words, and what ODS writes as elements: several spaces, tabs and line breaks."""
    yield part.text or ""
    for inner in part:
        if inner.tag == f"{_TEXT}s":
            yield " " * int(inner.get(f"{_TEXT}c", "1"))
        elif inner.tag == f"{_TEXT}tab":
            yield "\t"
        elif inner.tag == f"{_TEXT}line-break":
            yield "\n"
        else:
            yield from _pieces(inner)
        yield inner.tail or ""


def _words_of(item: ET.Element) -> str:
    return "".join(text.text or "" for text in item.iter(f"{_MAIN}t"))


def _column(place: str) -> int:
    """AB12 is the 28th."""
    number = 0
    for letter in place.rstrip("0123456789"):
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _cleaned(cells: list[str]) -> list[str]:
    read = [_number(cell) for cell in cells]
    while read and not read[-1]:
        read.pop()
    return read


def _number(cell: str) -> str:
    try:
        return f"{float(cell):.12g}"
    except ValueError:
        return cell
