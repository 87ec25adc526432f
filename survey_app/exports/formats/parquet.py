"""Parquet, as much of the format as a flat table needs, so that no library of 50 MB and more has to run with us.

Every column may be empty (OPTIONAL), its values stand as they are (PLAIN) in one page a row group, deflated (GZIP).
That subset is as old as the format, and every reader knows it; the tests read it with pyarrow. The metadata is Thrift
in its compact protocol: https://github.com/apache/parquet-format holds both.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any

from survey_app.exports.sheets import Cell
from survey_app.exports.tables import Kind, Row, Table, in_batches, rows_words

ROWS_A_GROUP = 20_000
COUNT = "rows"
_MAGIC = b"PAR1"
_MADE_BY = "Council surveys"
_EPOCH = date(1970, 1, 1).toordinal()
_PLAIN, _RLE, _GZIP, _OPTIONAL, _DATA_PAGE = 0, 3, 2, 1, 0
_INT32, _INT64, _DOUBLE, _BYTE_ARRAY = 1, 2, 5, 6
_UTF8, _DATE = 0, 6  # what a type is to be read as


def parquet_file(table: Table, *, also_says: Mapping[str, str] | None = None) -> Iterator[bytes]:
    """A part for each row group, and the metadata, which says how many rows there are and whatever it `also_says`."""
    yield _MAGIC
    at, groups, count = len(_MAGIC), list[_Group](), 0
    for rows in in_batches(chain.from_iterable(table.batches), ROWS_A_GROUP):
        group = _Group(table, rows, at)
        groups.append(group)
        count += len(rows)
        at += len(group.content)
        yield group.content
        group.content = b""
    says = {COUNT: rows_words(count), **(also_says or {})}
    footer = _struct(
        (1, 1),
        (2, [_schema_root(table), *(_schema(column.name, column.kind) for column in table.columns)]),
        (3, _Long(count)),
        (4, [group.metadata for group in groups]),
        (5, [_struct((1, name), (2, words)) for name, words in says.items()]),
        (6, _MADE_BY),
    )
    yield footer + struct.pack("<I", len(footer)) + _MAGIC


class _Group:
    """The bytes of some rows, column by column, and where each stands in the file."""

    def __init__(self, table: Table, rows: Sequence[Row], at: int) -> None:
        pages, chunks, size = list[bytes](), list[bytes](), 0
        columns = zip(*rows, strict=True)
        for column, cells in zip(table.columns, columns, strict=True):
            stored_as, _, pack = _TYPES[column.kind]
            plain = _levels(cells) + pack([cell for cell in cells if cell is not None])
            packed = _deflated(plain)
            header = _page_header(len(plain), len(packed), len(cells))
            page = header + packed
            about = _struct(
                (1, stored_as),
                (2, [_PLAIN, _RLE]),
                (3, [column.name]),
                (4, _GZIP),
                (5, _Long(len(cells))),
                (6, _Long(len(header) + len(plain))),
                (7, _Long(len(page))),
                (9, _Long(at)),
            )
            chunks.append(_struct((2, _Long(at)), (3, about)))
            pages.append(page)
            at += len(page)
            size += len(header) + len(plain)
        self.content = b"".join(pages)
        self.metadata = _struct((1, chunks), (2, _Long(size)), (3, _Long(len(rows))))


def _page_header(plain: int, packed: int, values: int) -> bytes:
    of_data = _struct((1, values), (2, _PLAIN), (3, _RLE), (4, _RLE))
    return _struct((1, _DATA_PAGE), (2, plain), (3, packed), (5, of_data))


def _schema_root(table: Table) -> bytes:
    return _struct((4, "rows"), (5, len(table.columns)))


def _schema(name: str, kind: Kind) -> bytes:
    stored_as, read_as, _ = _TYPES[kind]
    fields: list[_Field] = [(1, stored_as), (3, _OPTIONAL), (4, name)]
    return _struct(*fields, *([] if read_as is None else [(6, read_as)]))


def _levels(cells: Sequence[Cell]) -> bytes:
    """Which cells hold something: a bit each, in one bit-packed run."""
    bytes_of_bits = (len(cells) + 7) // 8
    bits = "".join("0" if cell is None else "1" for cell in reversed(cells))
    run = _varint(bytes_of_bits << 1 | 1) + int(bits, 2).to_bytes(bytes_of_bits, "little")
    return struct.pack("<I", len(run)) + run


def _texts(cells: Sequence[Any]) -> bytes:
    texts = [str(cell).encode("utf-8", "replace") for cell in cells]
    return b"".join([part for text in texts for part in (struct.pack("<I", len(text)), text)])


def _days(cells: Sequence[Any]) -> bytes:
    return struct.pack(f"<{len(cells)}i", *(cell.toordinal() - _EPOCH for cell in cells))


def _wholes(cells: Sequence[Any]) -> bytes:
    return struct.pack(f"<{len(cells)}q", *cells)


def _numbers(cells: Sequence[Any]) -> bytes:
    return struct.pack(f"<{len(cells)}d", *cells)


_TYPES: Mapping[Kind, tuple[int, int | None, Callable[[Sequence[Any]], bytes]]] = {
    Kind.TEXT: (_BYTE_ARRAY, _UTF8, _texts),
    Kind.WHOLE: (_INT64, None, _wholes),
    Kind.NUMBER: (_DOUBLE, None, _numbers),
    Kind.DAY: (_INT32, _DATE, _days),
}


def _deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(6, wbits=31)  # gzip, without a time
    return packer.compress(content) + packer.flush()


class _Long(int):
    """A number that Thrift knows as 64 bits wide; every other is 32."""


# What a field may hold: numbers, a text, a struct that is written already, or a list of one of these.
_Value = int | str | bytes | list[int] | list[str] | list[bytes]
_Field = tuple[int, _Value]
_I32, _I64, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12


def _struct(*fields: _Field) -> bytes:
    """A struct in Thrift's compact protocol: fields by their numbers, in order."""
    parts, before = list[bytes](), 0
    for number, value in fields:
        parts += [bytes([(number - before) << 4 | _type_of(value)]), _value(value)]
        before = number
    return b"".join([*parts, b"\0"])


def _type_of(value: _Value) -> int:
    match value:
        case _Long():
            return _I64
        case int():
            return _I32
        case str():
            return _BINARY
        case bytes():
            return _STRUCT
        case _:
            return _LIST


def _value(value: _Value) -> bytes:
    match value:
        case int():
            return _varint(value << 1)  # zigzag; none is below 0
        case str():
            text = value.encode()
            return _varint(len(text)) + text
        case bytes():
            return value
        case _:
            kind = _type_of(value[0]) if value else _STRUCT
            head = bytes([len(value) << 4 | kind]) if len(value) < 15 else bytes([0xF0 | kind]) + _varint(len(value))
            return head + b"".join(map(_value, value))


def _varint(number: int) -> bytes:
    """The number in groups of seven bits, the least first."""
    groups = bytearray()
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    groups.append(number)
    return bytes(groups)
