"""An OpenDocument spreadsheet, a row at a time: zip and XML written as they come, the same bytes for the same rows."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr  # nosec B406 - it writes, and reads nothing

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_CM_A_CHARACTER = 0.21
_WIDEST = 60  # characters of a column that there is a style for
_BUFFER = 1 << 16
_SPACES = re.compile("^ +| +$| {2,}")  # which a reader of XML would take for one, or none


class OdsFile:
    """A spreadsheet that is being written. Sheets follow one another; `close` ends it."""

    def __init__(self, file: BinaryIO, title: str, made_at: datetime) -> None:
        self._archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self._names: list[str] = []
        self._pieces: list[str] = []
        self._size = 0
        self._part("mimetype", MIME_TYPE, zipfile.ZIP_STORED)
        self._part("META-INF/manifest.xml", _MANIFEST)
        at = made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        self._part("meta.xml", _META.format(title=escape(title), at=at))
        self._part("styles.xml", _STYLES)
        self._content = self._archive.open(_entry("content.xml"), "w", force_zip64=True)
        self._put(_CONTENT_BEGINS)

    def begin(self, name: str, header: Sequence[str], widths: Sequence[int]) -> None:
        """The next sheet, with its header above."""
        self._end_sheet()
        self._names.append(name)
        self._put(f"<table:table table:name={quoteattr(name)}>")
        for width in widths:
            self._put(f'<table:table-column table:style-name="width{min(width, _WIDEST)}"/>')
        self._put("<table:table-header-rows>")
        self._row(header, "header")
        self._put("</table:table-header-rows>")

    def write(self, row: Sequence[str | float | date | None]) -> None:
        """One row below those before it."""
        self._row(row, "wrapped")

    def close(self) -> None:
        """End the last sheet and the file."""
        self._end_sheet()
        self._put("</office:spreadsheet></office:body></office:document-content>")
        self._flush()
        self._content.close()
        views = "".join(_VIEW.format(name=quoteattr(name)) for name in self._names)
        self._part("settings.xml", _SETTINGS.format(tables=views, first=escape(self._names[0])))
        self._archive.close()

    def _end_sheet(self) -> None:
        if self._names:
            self._put("</table:table>")

    def _row(self, cells: Sequence[str | float | date | None], text_style: str) -> None:
        self._put(f"<table:table-row>{''.join(_cell(cell, text_style) for cell in cells)}</table:table-row>")

    def _put(self, xml: str) -> None:
        self._pieces.append(xml)
        self._size += len(xml)
        if self._size > _BUFFER:
            self._flush()

    def _flush(self) -> None:
        self._content.write("".join(self._pieces).encode("utf-8", "replace"))
        self._pieces.clear()
        self._size = 0

    def _part(self, name: str, words: str, compression: int = zipfile.ZIP_DEFLATED) -> None:
        self._archive.writestr(_entry(name, compression), words.encode())


def _entry(name: str, compression: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    """A part without the time at which it was packed."""
    entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
    entry.compress_type, entry.create_system = compression, 3
    return entry


def _cell(cell: str | float | date | None, text_style: str) -> str:
    match cell:
        case None | "":
            return "<table:table-cell/>"
        case str():
            lines = "".join(f"<text:p>{_line(line)}</text:p>" for line in cell.split("\n"))
            start = f'<table:table-cell office:value-type="string" table:style-name="{text_style}">'
            return f"{start}{lines}</table:table-cell>"
        case date():
            return (
                f'<table:table-cell office:value-type="date" office:date-value="{cell}" table:style-name="day">'
                f"<text:p>{cell}</text:p></table:table-cell>"
            )
        case _:
            return (
                f'<table:table-cell office:value-type="float" office:value="{cell!r}" table:style-name="top">'
                f"<text:p>{cell!r}</text:p></table:table-cell>"
            )


def _line(words: str) -> str:
    spaced = _SPACES.sub(lambda found: f'<text:s text:c="{len(found[0])}"/>', escape(words))
    return spaced.replace("\t", "<text:tab/>").replace("\r", "")


MIME_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACES_OF_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"),
        ("style", "style"),
        ("table", "table"),
        ("text", "text"),
        ("number", "datastyle"),
        ("meta", "meta"),
        ("config", "config"),
        ("fo", "xsl-fo-compatible"),
    )
)
_ROOT = f'{_SPACES_OF_NAMES} xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"'
_MANIFEST = (
    f'{_XML}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    f' manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:media-type="{MIME_TYPE}"/>'
    + "".join(
        f'<manifest:file-entry manifest:full-path="{name}.xml" manifest:media-type="text/xml"/>'
        for name in ("content", "meta", "settings", "styles")
    )
    + "</manifest:manifest>"
)
_META = (
    f"{_XML}<office:document-meta {_ROOT}><office:meta><meta:generator>Council surveys</meta:generator>"
    "<dc:title>{title}</dc:title><meta:creation-date>{at}</meta:creation-date><dc:date>{at}</dc:date>"
    "<dc:language>en-GB</dc:language></office:meta></office:document-meta>"
)
_STYLES = (
    f'{_XML}<office:document-styles {_ROOT}><office:styles><style:default-style style:family="table-cell">'
    '<style:text-properties fo:language="en" fo:country="GB"/></style:default-style></office:styles>'
    "</office:document-styles>"
)
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
_WIDTHS = "".join(
    f'<style:style style:name="width{width}" style:family="table-column">'
    f'<style:table-column-properties style:column-width="{width * _CM_A_CHARACTER:.2f}cm"/></style:style>'
    for width in range(1, _WIDEST + 1)
)
_CONTENT_BEGINS = (
    f"{_XML}<office:document-content {_ROOT}><office:automatic-styles>"
    f"{_HEADER}{_WRAPPED}{_TOP}{_DAY_FORMAT}{_DAY}{_WIDTHS}</office:automatic-styles><office:body><office:spreadsheet>"
)
_VIEW = (  # the header row stays in sight
    "<config:config-item-map-entry config:name={name}>"
    '<config:config-item config:name="VerticalSplitMode" config:type="short">2</config:config-item>'
    '<config:config-item config:name="VerticalSplitPosition" config:type="int">1</config:config-item>'
    '<config:config-item config:name="ActiveSplitRange" config:type="short">2</config:config-item>'
    '<config:config-item config:name="PositionBottom" config:type="int">1</config:config-item>'
    "</config:config-item-map-entry>"
)
_SETTINGS = (
    f"{_XML}<office:document-settings {_ROOT}><office:settings>"
    '<config:config-item-set config:name="ooo:view-settings"><config:config-item-map-indexed config:name="Views">'
    '<config:config-item-map-entry><config:config-item config:name="ViewId" config:type="string">view1'
    '</config:config-item><config:config-item-map-named config:name="Tables">{tables}</config:config-item-map-named>'
    '<config:config-item config:name="ActiveTable" config:type="string">{first}</config:config-item>'
    "</config:config-item-map-entry></config:config-item-map-indexed></config:config-item-set>"
    "</office:settings></office:document-settings>"
)
