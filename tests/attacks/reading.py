"""What is looked for in a page, a file or a letter: a payload of `poison` that would run there."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping

from lxml.html import HtmlElement, HTMLParser, document_fromstring

from survey_app.exports.reading import ods_sheets, xlsx_sheets
from survey_app.kernel.csvfile import FORMULA_STARTS

WHOLE = re.compile(r"\{\{7\*7\}\}q(\d+)z")  # stands there as it was typed, with nothing evaluated
EVALUATED = re.compile(rb"49q\d+z")
OURS = re.compile(r"^q\d+z$")
RUNS_IN = (
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "xlink:href",
    "ping",
    "background",
    "cite",
    "srcset",
)
SCRIPT = re.compile(r"[\x00-\x20]*(?:javascript|vbscript|data:text/html)[\x00-\x20]*:?", re.IGNORECASE)
SHEETS = {
    "text/csv": "x.csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "x.xlsx",
    "application/vnd.oasis.opendocument.spreadsheet": "x.ods",
    "application/zip": "x.zip",
}
NUMBER = re.compile(r"[-+]?[\d,. ]+%?$")


def shown(text: str) -> set[int]:
    """The payloads that stand there, by their numbers."""
    return {int(number) for number in WHOLE.findall(text)}


def page_faults(page: HtmlElement) -> list[str]:
    """What of a payload became more than words on a page."""
    faults = []
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        if OURS.match(element.tag):
            faults.append(f"an element {element.tag}")
        for name, value in element.attrib.items():
            if name.startswith("on") or OURS.match(name):
                faults.append(f"<{element.tag} {name}={value!r}>")
            if name in RUNS_IN and SCRIPT.match(value):
                faults.append(f"<{element.tag} {name}={value[:60]!r}>")
            if name in ("style", "srcdoc") and WHOLE.search(value):
                faults.append(f"<{element.tag} {name}>")
        words = (element.text or "") if element.tag in ("script", "style") else ""
        is_data = element.get("type") == "application/json" and _is_json(words)
        if WHOLE.search(words) and not is_data:
            faults.append(f"in a {element.tag}: {words[:60]}")
    return faults


def tree(page: bytes) -> HtmlElement:
    """The elements of a page."""
    return document_fromstring(page or b"<p>", parser=HTMLParser(encoding="utf-8", huge_tree=True))


def _is_json(words: str) -> bool:
    try:
        json.loads(words)
    except ValueError:
        return False
    return "<" not in words


def file_faults(name: str, content: bytes) -> list[str]:
    """The cells of a CSV or workbook, also inside a zip, that a spreadsheet would take for a formula."""
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [
                f"{each}: {fault}" for each in archive.namelist() for fault in file_faults(each, archive.read(each))
            ]
    if name.endswith((".html", ".xml", ".svg")):
        return page_faults(tree(content))
    return [cell for cell in cells_of(name, content) if cell.startswith(FORMULA_STARTS) and not NUMBER.match(cell)]


def cells_of(name: str, content: bytes) -> Iterator[str]:
    """Every cell of a sheet as a spreadsheet would read it. In a workbook a text is typed as text: what is looked for
    there is a formula, which stands in a place of its own."""
    if name.endswith(".csv"):
        text = content.decode("utf-8-sig")
        delimiter = max(",;\t", key=text.partition("\n")[0].count)
        yield from (cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) for cell in row)
    elif name.endswith((".xlsx", ".ods")):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            for part in book.namelist():
                if part.endswith(".xml") and re.search(rb"<(?:\w+:)?f[ >]|table:formula=", book.read(part)):
                    yield f"=formula in {part}"
        sheets: Mapping[str, object] = (xlsx_sheets if name.endswith(".xlsx") else ods_sheets)(content)
        assert sheets
