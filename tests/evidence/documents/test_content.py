"""What may be uploaded, by its content: real files of every kind, and hostile ones made here."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from odfdo import Document as OdfDocument
from openpyxl import Workbook
from pikepdf import Encryption, Pdf

from survey_app.evidence.documents import content
from survey_app.evidence.documents.content import MEDIA_TYPES, MOST_BYTES, clean_name, examine
from survey_app.kernel.errors import InvalidInput

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17) + b"\x00\x00\x00\x00IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(20) + b"\xff\xd9"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
TYPES = "<Types><Override ContentType='{}.main+xml'/></Types>"


def zipped(*entries: tuple[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries:
            archive.writestr(name, text)
    return made.getvalue()


def office(kind: str, *more: tuple[str, str]) -> bytes:
    return zipped(("[Content_Types].xml", TYPES.format(MEDIA_TYPES[kind])), *more)


def odf(kind: str, *more: tuple[str, str]) -> bytes:
    return zipped(("mimetype", MEDIA_TYPES[kind]), ("content.xml", ""), *more)


def pdf(**how) -> bytes:
    made = io.BytesIO()
    with Pdf.new() as document:
        document.add_blank_page()
        document.save(made, **how)
    return made.getvalue()


def workbook() -> bytes:
    made = io.BytesIO()
    Workbook().save(made)
    return made.getvalue()


def opendocument(kind: str) -> bytes:
    made = io.BytesIO()
    OdfDocument(kind).save(made)
    return made.getvalue()


def says_it_unpacks_to(size: int, entry: str = "word/document.xml") -> bytes:
    """An office file whose directory declares such a size for what is a few bytes."""
    made = bytearray(office("docx", (entry, "<w/>")))
    at = made.rindex(b"PK\x01\x02")
    made[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(made)


@pytest.mark.parametrize(
    ("name", "made", "kind"),
    [
        ("Minutes.PDF", pdf(), "pdf"),
        ("chart.png", PNG, "png"),
        ("photo.jpeg", JPEG, "jpg"),
        ("policy.docx", office("docx"), "docx"),
        ("figures.xlsx", workbook(), "xlsx"),
        ("slides.pptx", office("pptx"), "pptx"),
        ("policy.odt", opendocument("text"), "odt"),
        ("figures.ods", opendocument("spreadsheet"), "ods"),
        ("slides.odp", opendocument("presentation"), "odp"),
        ("rows.csv", "number,café\n1,2 < 3\n".encode(), "csv"),
        ("notes.txt", "MZ is how the minutes begin.\n".encode("utf-16"), "txt"),
        ("windows.txt", "café".encode("cp1252"), "txt"),
    ],
)
def test_a_file_is_taken_for_what_is_in_it(name, made, kind):
    assert (examine(name, made).name, examine(name, made).media_type) == (name, MEDIA_TYPES[kind])


@pytest.mark.parametrize(
    ("name", "made", "sentence"),
    [
        ("nothing.pdf", b"", content.EMPTY),
        ("large.txt", b"x" * (MOST_BYTES + 1), content.TOO_LARGE),
        # programs, whatever they are called
        ("eicar.com", EICAR, content.PROGRAM),
        ("report.pdf.exe", pdf(), content.PROGRAM),
        ("report.pdf", b"MZ\x90\x00" + bytes(60), content.PROGRAM),
        ("report.txt", b"\x7fELF\x02\x01" + bytes(60), content.PROGRAM),
        ("notes.txt", b"#!/bin/sh\nrm -rf /\n", content.PROGRAM),
        ("app.docx", zipped(("META-INF/MANIFEST.MF", ""), ("A.class", "")), content.PROGRAM),
        # pages with scripts
        ("page.html", HTML, content.MARKUP),
        ("picture.svg", SVG, content.MARKUP),
        ("picture.png", SVG, content.MARKUP),
        ("notes.txt", b"  \n" + HTML, content.MARKUP),
        ("rows.csv", SVG.decode().encode("utf-16"), content.MARKUP),
        # office files that do something, cannot be read, or are not what they seem
        ("macros.docm", office("docx"), content.MACROS),
        ("macros.docx", office("docx", ("word/vbaProject.bin", "x")), content.MACROS),
        ("macros.xlsx", office("xlsx", ("xl/macrosheets/sheet1.xml", "x")), content.MACROS),
        ("macros.odt", odf("odt", ("Basic/Standard/Module1.xml", "x")), content.MACROS),
        ("locked.pdf", pdf(encryption=Encryption(owner="a", user="b")), content.ENCRYPTED),
        ("locked.odt", odf("odt", ("META-INF/manifest.xml", "<manifest:encryption-data/>")), content.ENCRYPTED),
        ("locked.docx", content._OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), content.ENCRYPTED),
        ("old.doc", content._OLE + bytes(600), content.OLD_OFFICE),
        ("files.zip", zipped(("a.txt", "a")), content.ARCHIVE),
        ("files.docx", zipped(("a.txt", "a")), content.ARCHIVE),
        ("half.docx", office("docx")[:-30], content.BROKEN),
        ("half.pdf", pdf()[:200], content.BROKEN),
        ("half.png", PNG[:-8], content.BROKEN),
        ("away.docx", office("docx", ("../../etc/passwd", "x")), content.BROKEN),
        ("bomb.docx", says_it_unpacks_to(2_000_000_000), content.BOMB),
        ("bomb.xlsx", office("xlsx", *((f"{n}", "") for n in range(10_001))), content.BOMB),
        # two kinds at once
        ("both.pdf", pdf() + office("docx"), content.TWO_IN_ONE),
        ("both.png", PNG + HTML, content.TWO_IN_ONE),
        ("both.jpg", JPEG + zipped(("a.js", "alert(1)")), content.TWO_IN_ONE),
        ("both.docx", office("docx") + HTML, content.TWO_IN_ONE),
        ("both.txt", b"text\n%PDF-1.7\n", content.TWO_IN_ONE),
        ("noise.pdf", bytes(range(256)), content.UNKNOWN),
    ],
)
def test_what_cannot_be_taken_is_refused_in_one_sentence_that_says_what_to_do(name, made, sentence):
    with pytest.raises(InvalidInput) as refused:
        examine(name, made)
    assert refused.value.message == sentence
    assert sentence.count(". ") == 0 and sentence.endswith(".")


@pytest.mark.parametrize(
    ("name", "made", "words"),
    [
        ("minutes.pdf", PNG, "ends in .pdf, and the content is PNG: give it the ending .png"),
        ("policy.docx", workbook(), "ends in .docx, and the content is XLSX"),
        ("policy", pdf(), "has no ending, and the content is PDF"),
    ],
)
def test_name_and_content_must_agree(name, made, words):
    with pytest.raises(InvalidInput, match=words):
        examine(name, made)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\r.khan\\Minutes.pdf", "Minutes.pdf"),
        ("minutes\u202efdp.txt", "minutesfdp.txt"),
        ("line\r\nbreak.pdf", "linebreak.pdf"),
        ("...", "document"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_holds_no_path_and_nothing_that_cannot_be_seen(sent, kept):
    assert clean_name(sent) == kept


def test_what_an_entry_says_of_its_size_is_not_believed():
    """A megabyte of it is read, whatever it unpacks to."""
    many = zipped(("[Content_Types].xml", " " * 3_000_000 + TYPES.format(MEDIA_TYPES["docx"])))
    with pytest.raises(InvalidInput, match="cannot tell"):
        examine("policy.docx", many)
