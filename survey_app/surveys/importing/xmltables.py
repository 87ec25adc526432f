"""XML that is nothing but tables of rows: read as a stream, within limits, and nothing in it leads anywhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from survey_app.kernel.errors import InvalidInput

Row = Mapping[str, str]  # a column that is there and empty is ""; one that is not there is not in it
_DEEPEST = 30
_MOST_ROWS = 1_000_000
_MOST_CELLS = 10_000_000
_TABLE, _ROWS, _ROW, _CELL = 2, 3, 4, 5


@dataclass
class Tables:
    """What a document holds: its single values ("DBVersion"), and its tables of rows by name."""

    values: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def __getitem__(self, table: str) -> list[Row]:
        return self.rows.get(table, [])


def read_tables(content: bytes, name: str) -> Tables:
    """The tables of `<document><table><rows><row><column>...`. What is nested otherwise is counted as one row of its
    table. InvalidInput in one sentence for broken XML, for a document type, and for what is too deep or too much."""
    reader = _Reader(name)
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        what = expat.errors.messages.get(error.code, "it breaks off")
        raise InvalidInput(f"{name} is no XML that can be read: line {error.lineno}: {what}.") from error
    except (LookupError, ValueError) as error:
        raise InvalidInput(f"{name} is no XML that can be read: its encoding is not known.") from error
    return reader.tables


class _Reader:
    """Takes the events of a parser. Depth 1 is the document, 2 a table or a value, 3 its rows, 4 a row, 5 a cell."""

    def __init__(self, name: str) -> None:
        self.tables = Tables()
        self._name, self._path = name, list[str]()
        self._row: dict[str, str] = {}
        self._text: list[str] = []
        self._count = self._cells = 0
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_document_type
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append

    def _refuse_document_type(self, *_: object) -> None:
        raise InvalidInput(f"{self._name} has a document type, which could hold entities: no survey needs one.")

    def _start(self, tag: str, _attributes: object) -> None:
        self._path.append(tag)
        self._text.clear()
        if len(self._path) > _DEEPEST:
            raise InvalidInput(f"{self._name} is XML that is nested too deeply: no survey is.")
        if len(self._path) == _ROW:
            self._row = {}

    def _end(self, tag: str) -> None:
        depth, text = len(self._path), "".join(self._text)
        self._text.clear()
        if depth == _CELL and self._path[_ROWS - 1] == "rows":
            self._row[tag] = text
            self._cells += 1
        elif depth == _ROW and self._path[_ROWS - 1] == "rows":
            self._add(self._path[_TABLE - 1], self._row)
        elif depth == _ROWS and tag not in ("rows", "fields"):
            self._add(self._path[_TABLE - 1], {tag: text.strip()})
        elif depth == _TABLE and text.strip():
            self.tables.values[tag] = text.strip()
        self._path.pop()

    def _add(self, table: str, row: Row) -> None:
        self.tables.rows.setdefault(table, []).append(row)
        self._count += 1
        if self._count > _MOST_ROWS or self._cells > _MOST_CELLS:
            raise InvalidInput(f"{self._name} holds more rows than can be read here.")
