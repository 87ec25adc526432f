"""The words of a PDF that we set, read back with nothing but zlib: who checks one needs no library of ours.

It reads what Typst writes: a table of objects, streams that are deflated or plain, fonts whose glyphs name their
letters, and each page drawn in the order in which it is read. Of another maker's PDF it may find no words.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping

LARGEST_STREAM = 50_000_000  # bytes of one page or font, unpacked
UNREADABLE_PDF = (ValueError, LookupError, zlib.error)
_OBJECT = re.compile(rb"\d+ \d+ obj\s+(<<.*?>>)\s*(?:stream\r?\n|endobj)", re.DOTALL)
_REFERENCE = rb" ?(\d+) 0 R"
_LETTERS = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<((?:[0-9A-Fa-f]{4})+)>")
_DRAWN = re.compile(rb"/(\w+) [\d.]+ Tf|\bBT\b|\bET\b|\(")
_STRING = re.compile(rb"\\(?:[0-7]{1,3}|\r\n|.)|[()]|[^\\()]+", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}

Letters = Mapping[bytes, str]


def words_of(content: bytes) -> str:
    """All words in the order in which they are drawn, without any white space, since a page breaks lines anywhere.

    One of UNREADABLE_PDF for what is no PDF of ours.
    """
    objects = _objects(content)
    found = "".join(text for page in _pages(objects) for text in _drawn(*page))
    return squeezed(found)


def squeezed(text: str) -> str:
    """Text without its white space, and without places to break that nobody sees."""
    return "".join(text.replace("\u200b", "").split())


class _Object:
    """One numbered object: what its dictionary says, and its stream."""

    def __init__(self, content: bytes, at: int) -> None:
        found = _OBJECT.match(content, at)
        self.says = found[1] if found else b""
        self._content, self._from = content, found.end() if found else at

    def refers_to(self, name: bytes) -> int | None:
        found = re.search(rb"/" + name + _REFERENCE, self.says)
        return int(found[1]) if found else None

    @property
    def stream(self) -> bytes:
        length = re.search(rb"/Length (\d+)", self.says)
        if length is None:
            raise ValueError("a stream has no length")
        packed = self._content[self._from : self._from + int(length[1])]
        if b"/FlateDecode" not in self.says:
            return packed
        unpacker = zlib.decompressobj()
        unpacked = unpacker.decompress(packed, LARGEST_STREAM)
        if unpacker.unconsumed_tail:
            raise ValueError("a stream is too large")
        return unpacked


def _objects(content: bytes) -> dict[int, _Object]:
    """Every object by its number, from the table at the end of the file."""
    start = int(content[content.rindex(b"startxref") :].split()[1])
    table = re.compile(rb"xref\s+0 (\d+)\s+").match(content, start)
    if table is None:
        raise ValueError("it has no table of its objects")
    entries = [content[at : at + 20] for at in range(table.end(), table.end() + 20 * int(table[1]), 20)]
    return {number: _Object(content, int(entry[:10])) for number, entry in enumerate(entries) if entry[17:18] == b"n"}


def _pages(objects: Mapping[int, _Object]) -> Iterator[tuple[bytes, dict[bytes, Letters]]]:
    """Each page: what is drawn, and the letters of its fonts by their names."""
    root = next(each for each in objects.values() if b"/Type/Pages" in each.says and b"/Parent" not in each.says)
    kids = re.search(rb"/Kids\[(.*?)\]", root.says)
    known: dict[int, Letters] = {}
    for number in re.findall(_REFERENCE, kids[1] if kids else b""):
        page = objects[int(number)]
        contents, resources = page.refers_to(b"Contents"), page.refers_to(b"Resources")
        if contents is None or resources is None:
            raise ValueError("a page has no contents")
        named = re.search(rb"/Font<<(.*?)>>", objects[resources].says)
        fonts = re.findall(rb"/(\w+)" + _REFERENCE, named[1] if named else b"")
        for _, font in fonts:
            if int(font) not in known:
                known[int(font)] = _letters(objects, int(font))
        yield objects[contents].stream, {name: known[int(font)] for name, font in fonts}


def _letters(objects: Mapping[int, _Object], font: int) -> Letters:
    """What each glyph of a font reads as."""
    number = objects[font].refers_to(b"ToUnicode")
    if number is None:
        return {}
    lines = b"".join(re.findall(rb"beginbfchar(.*?)endbfchar", objects[number].stream, re.DOTALL))
    return {
        bytes.fromhex(glyph.decode()): bytes.fromhex(text.decode()).decode("utf-16-be")
        for glyph, text in _LETTERS.findall(lines)
    }


def _drawn(stream: bytes, fonts: Mapping[bytes, Letters]) -> Iterator[str]:
    letters: Letters = {}
    at, is_text = 0, False
    while (found := _DRAWN.search(stream, at)) is not None:
        at = found.end()
        match found[0]:
            case b"BT" | b"ET":
                is_text = found[0] == b"BT"
            case b"(":
                glyphs, at = _string(stream, at)
                if is_text:
                    yield "".join(letters.get(glyphs[n : n + 2], "") for n in range(0, len(glyphs), 2))
            case _:
                letters = fonts[found[1]]


def _string(stream: bytes, at: int) -> tuple[bytes, int]:
    """The bytes of a string whose bracket is open, and where it ends; brackets inside come in pairs or are escaped."""
    depth, parts = 1, list[bytes]()
    while (found := _STRING.match(stream, at)) is not None:
        part, at = found[0], found.end()
        depth += {b"(": 1, b")": -1}.get(part, 0)
        if not depth:
            return b"".join(parts), at
        if part.startswith(b"\\"):
            code = part[1:]
            part = bytes([int(code, 8) & 255]) if code[:1].isdigit() else _ESCAPES.get(code, code)
        parts.append(part)
    raise ValueError("a string has no end")
