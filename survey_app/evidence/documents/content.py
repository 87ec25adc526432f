"""Which files may be a document, known by what is in them. The name only has to agree.

Nothing is opened, run or unpacked here: an office file is a zip, of which the directory is read, and of two small
entries so many bytes as fit into memory. Whoever downloads a document opens it with a program of their own.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from zipfile import BadZipFile, ZipFile, ZipInfo

import puremagic

from survey_app.kernel.errors import InvalidInput

MOST_BYTES = 20_000_000
LONGEST_NAME = 200
MOST_UNPACKED = 500_000_000  # bytes that an office file may say it holds
MOST_ENTRIES = 10_000
MOST_OF_AN_ENTRY = 1_000_000  # bytes that are read of one
TAKEN = "PDF, PNG, JPEG, DOCX, XLSX, PPTX, ODT, ODS, ODP, CSV or TXT"

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "pptx": f"{_OFFICE}presentationml.presentation",
    "odt": f"{_OPEN}text",
    "ods": f"{_OPEN}spreadsheet",
    "odp": f"{_OPEN}presentation",
    "csv": "text/csv",
    "txt": "text/plain",
}
_ENDINGS = {"jpeg": "jpg", **{kind: kind for kind in MEDIA_TYPES}}
_TEXTS = frozenset({"csv", "txt"})

_ZIP, _ZIP_END = b"PK\x03\x04", b"PK\x05\x06"
_PDF, _PNG, _PNG_END, _JPEG, _JPEG_END = b"%PDF-", b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82", b"\xff\xd8\xff", b"\xff\xd9"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # office files before 2007, and new ones that are encrypted
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!")
_PROGRAM_ENDINGS = frozenset(
    [
        "apk",
        "bat",
        "cmd",
        "com",
        "cpl",
        "deb",
        "dll",
        "dmg",
        "exe",
        "hta",
        "jar",
        "js",
        "jse",
        "lnk",
        "mjs",
        "msi",
        "ps1",
        "py",
        "rpm",
        "scr",
        "sh",
        "vb",
        "vbe",
        "vbs",
        "wsf",
    ]
)
_MARKUP = re.compile(rb"<\s*(?:!doctype\s+(?:html|svg)|html|head|body|script|svg|iframe|xsl:|\?xml)", re.IGNORECASE)
_MARKUP_ENDINGS = frozenset({"htm", "html", "mht", "shtml", "svg", "xht", "xhtml", "xml", "xsl"})
_MACRO_ENDINGS = frozenset({"docm", "dotm", "xlsm", "xltm", "xlam", "xlsb", "pptm", "potm", "ppsm", "ppam"})
_UNFIT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")

EMPTY = "The file is empty: choose another, or save it once more."
TOO_LARGE = f"The file has more than {MOST_BYTES // 1_000_000} MB, which is the most: make it smaller, or link to it."
PROGRAM = f"This is a program or a script, which nobody should have to open: upload a {TAKEN} file."
MARKUP = "A web page or an SVG can hold scripts: save it as PDF, and upload that."
MACROS = "This office file holds macros: save it without them, as DOCX, XLSX, PPTX, ODT, ODS or ODP, or as PDF."
ENCRYPTED = "This file is protected by a password: save it without one, so that an assessor can read it."
BROKEN = "This file is damaged, or a part of it is missing: open it, save it again, and upload that."
OLD_OFFICE = "This office file is of an old kind: save it as DOCX, XLSX or PPTX, or as PDF."
ARCHIVE = "This is an archive: upload the files in it one by one."
BOMB = "Unpacked, this file would be far too large: save it again, or save it as PDF."
TWO_IN_ONE = "This file holds another one behind its end: open it, save it again, and upload that."
UNKNOWN = f"We cannot tell what kind of file this is: upload a {TAKEN} file."


@dataclass(frozen=True)
class Examined:
    """What a file is: its name without a path, as it is handed out, and the kind that its content is of."""

    name: str
    kind: str

    @property
    def media_type(self) -> str:
        """What it is served as, whatever the uploader's browser called it."""
        return MEDIA_TYPES[self.kind]


def examine(name: str, content: bytes) -> Examined:
    """What an uploaded file is. InvalidInput, in one sentence that says what to do, where it cannot be taken."""
    name = clean_name(name)
    ending = name.rpartition(".")[2].casefold() if "." in name else ""
    if not content:
        raise InvalidInput(EMPTY)
    if len(content) > MOST_BYTES:
        raise InvalidInput(TOO_LARGE)
    _refuse_by_name(ending)
    kind = _kind(content, ending)
    if _ENDINGS.get(ending) != kind:
        called = f"ends in .{ending}" if ending else "has no ending"
        raise InvalidInput(f"The name {called}, and the content is {kind.upper()}: give it the ending .{kind}.")
    return Examined(name, kind)


def clean_name(name: str) -> str:
    """The name alone, without folders, and without characters that cannot be seen or turn the direction of reading.

    A name that is too long keeps its ending.
    """
    found = "".join(each for each in re.split(r"[/\\]", name)[-1] if each.isprintable()).strip(" .")
    if len(found) > LONGEST_NAME:
        stem, dot, ending = found.rpartition(".")
        found = f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}" if len(ending) < 10 else found[:LONGEST_NAME]
    return found or "document"


def _refuse_by_name(ending: str) -> None:
    for endings, sentence in (
        (_PROGRAM_ENDINGS, PROGRAM),
        (_MARKUP_ENDINGS, MARKUP),
        (_MACRO_ENDINGS, MACROS),
    ):
        if ending in endings:
            raise InvalidInput(sentence)


def _kind(content: bytes, ending: str) -> str:
    """The kind of a content that may be taken; InvalidInput for any other."""
    if content.startswith(_PDF):
        return _pdf(content)
    if content.startswith(_PNG):
        return _picture(content, "png", _PNG_END)
    if content.startswith(_JPEG):
        return _picture(content, "jpg", _JPEG_END)
    if content.startswith(_ZIP):
        return _office(content)
    if content.startswith(_OLE):
        raise InvalidInput(ENCRYPTED if "EncryptedPackage".encode("utf-16-le") in content else OLD_OFFICE)
    if ending in _TEXTS and _is_text(content):
        return _text(content, ending)
    raise InvalidInput(_why_not(content))


def _pdf(content: bytes) -> str:
    if _holds_an_archive(content):
        raise InvalidInput(TWO_IN_ONE)
    if b"%%EOF" not in content[-2_048:]:
        raise InvalidInput(BROKEN)
    if b"/Encrypt" in content:
        raise InvalidInput(ENCRYPTED)
    return "pdf"


def _picture(content: bytes, kind: str, end: bytes) -> str:
    if content.rstrip(b"\x00").endswith(end.rstrip(b"\x00")):
        return kind
    raise InvalidInput(TWO_IN_ONE if end in content else BROKEN)


def _text(content: bytes, ending: str) -> str:
    start = content.replace(b"\x00", b"")[:4_096]  # of UTF-16 without its empty halves
    if start.startswith(b"#!"):
        raise InvalidInput(PROGRAM)
    if _MARKUP.search(start):
        raise InvalidInput(MARKUP)
    if _PDF in start or _holds_an_archive(content):
        raise InvalidInput(TWO_IN_ONE)
    return ending


def _is_text(content: bytes) -> bool:
    """Whether it reads as text: UTF-8, UTF-16 with its mark, or what Windows wrote before."""
    for encoding in ("utf-16",) if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1252"):
        try:
            return _UNFIT.search(content.decode(encoding)) is None
        except UnicodeDecodeError:
            continue
    return False


def _why_not(content: bytes) -> str:
    start = content[:4_096]
    if start.startswith(_PROGRAMS):
        return PROGRAM
    if _MARKUP.search(start):
        return MARKUP
    endings = _endings_by_content(content)
    if endings & _PROGRAM_ENDINGS:
        return PROGRAM
    if endings & {"zip", "7z", "rar", "gz", "bz2", "xz", "tar"}:
        return ARCHIVE
    return UNKNOWN


def _endings_by_content(content: bytes) -> set[str]:
    """What a file with such a content is usually called."""
    try:
        return {match.extension.removeprefix(".") for match in puremagic.magic_string(content[:65_536])}
    except puremagic.PureError:
        return set()


# ---- Office files ----


def _holds_an_archive(content: bytes) -> bool:
    return _ZIP_END in content[-66_000:] and zipfile.is_zipfile(io.BytesIO(content))


def _office(content: bytes) -> str:
    if content[-22:-18] != _ZIP_END:
        raise InvalidInput(TWO_IN_ONE if _holds_an_archive(content) else BROKEN)
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            return _office_kind(archive)
    except (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError) as problem:
        raise InvalidInput(BROKEN) from problem


def _office_kind(archive: ZipFile) -> str:
    entries = {entry.filename: entry for entry in archive.infolist()}
    _check_entries(archive.infolist())
    if "[Content_Types].xml" in entries:
        types = _read(archive, entries["[Content_Types].xml"])
        if b"macroEnabled" in types or any(_is_macro(name) for name in entries):
            raise InvalidInput(MACROS)
        for kind in ("docx", "xlsx", "pptx"):
            if f"{MEDIA_TYPES[kind]}.main+xml".encode() in types:
                return kind
        raise InvalidInput(UNKNOWN)
    if "mimetype" in entries:
        said = _read(archive, entries["mimetype"]).decode("ascii", "replace").strip()
        kind = next((kind for kind, media_type in MEDIA_TYPES.items() if media_type == said), "")
        if not said.startswith(_OPEN) or not kind:
            raise InvalidInput(UNKNOWN)
        if any(name.startswith(("Basic/", "Scripts/")) for name in entries):
            raise InvalidInput(MACROS)
        manifest = entries.get("META-INF/manifest.xml")
        if manifest is not None and b"encryption-data" in _read(archive, manifest):
            raise InvalidInput(ENCRYPTED)
        return kind
    raise InvalidInput(PROGRAM if "META-INF/MANIFEST.MF" in entries or "AndroidManifest.xml" in entries else ARCHIVE)


def _check_entries(entries: list[ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise InvalidInput(BOMB)
    if any(entry.flag_bits & 1 for entry in entries):
        raise InvalidInput(ENCRYPTED)
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names) or any(name.startswith("/") or ".." in name.split("/") for name in names):
        raise InvalidInput(BROKEN)


def _is_macro(name: str) -> bool:
    found = name.casefold()
    return found.endswith("vbaproject.bin") or "/macrosheets/" in found


def _read(archive: ZipFile, entry: ZipInfo) -> bytes:
    """The beginning of an entry; what it says of its size is not believed."""
    with archive.open(entry) as stream:
        return stream.read(MOST_OF_AN_ENTRY)
