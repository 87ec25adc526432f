"""One pack in all its formats: a PDF for every reader, workbooks with the same numbers, a page that counts again."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import pairwise

import openpyxl
import pikepdf
import pytest
import time_machine
from bs4 import BeautifulSoup
from odfdo import Document as OdfDocument
from playwright.sync_api import sync_playwright

from survey_app.actions.models import Direction, Improvement, Prompt
from survey_app.evidence import queries
from survey_app.evidence.elements.operations import write_claim
from survey_app.evidence.exhibits.operations import add_document, add_improvement, add_link
from survey_app.evidence.models import Document, ExhibitKind, Rating
from survey_app.evidence.packs.verifying import open_pack, verify_pack
from survey_app.extensions import db
from survey_app.measures.address import make_query
from survey_app.organisation.models import Council
from tests.evidence.packs.test_pack import HOSTILE, contents, make_pack, rows_of, signed_again
from tests.evidence.test_pins import LATER, YEAR, pin

__all__ = ["make_pack"]
CONTENT = b"%PDF-1.7 minutes"


@pytest.fixture
def everything(year) -> None:
    """Figures of three kinds, a document, a link and an improvement; a rating, an owner and a day of review."""
    pin("1.3.1", "1.3.4", kind=ExhibitKind.CHART)
    pin("1.3.2", query=make_query("net_satisfaction", *YEAR))
    pin("1.3.2", query=make_query("satisfaction_mean", *YEAR))
    element = queries.element_by_number("cse", "1.3.1")
    element.rating, element.owner, element.review_on = Rating.COMPLIANCE_PLUS, "Insight Manager", date(2026, 9, 1)
    element.show_me = "The form."
    write_claim(element, HOSTILE, now=LATER)
    document = Document(
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        name="../Minutes of May.pdf",
        media_type="application/pdf",
        size=len(CONTENT),
        content=CONTENT,
        uploaded_at=LATER,
    )
    improvement = Improvement(
        number=1,
        title="A desk in the library",
        heard="Two buses to the town hall.",
        did="A desk was opened.",
        prompt=Prompt.CONSULTATION,
        done_on=date(2025, 9, 1),
        measure="satisfaction",
        where={},
        direction=Direction.INCREASE,
        entered_at=LATER,
        named_at=LATER,
    )
    db.session.add_all([document, improvement])
    db.session.flush()
    other = [queries.element_by_number("cse", "2.1.1")]
    add_document(document, "Minutes", date(2025, 5, 1), other, now=LATER)
    add_link("https://www.example.org/charter", "Our charter", date(2025, 6, 1), other, now=LATER)
    add_improvement(improvement, other, now=LATER)
    council = db.session.get(Council, 1)
    assert council is not None
    council.brand_colour = "#5c2d91"


def test_the_pdf_is_tagged_titled_and_readable_for_everybody(everything, make_pack):
    with pikepdf.open(io.BytesIO(contents(make_pack())["evidence.pdf"])) as pdf:
        root = pdf.Root
        assert bool(root.MarkInfo.Marked) and str(root.Lang) == "en-GB"
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"].startswith("Evidence for Customer Service Excellence, 1 April 2025")
        kinds: list[str] = []
        alternatives: list[str] = []
        walk(root.StructTreeRoot.K, kinds, alternatives)
        headings = [kind for kind in kinds if re.fullmatch(r"H\d", kind)]
        outline = [str(item.title) for item in pdf.open_outline().root]
    assert {"Table", "TH", "TD", "TR", "Figure", "Link", "TOC", "L", "P"} <= set(kinds)
    assert headings[0] == "H1"
    levels = [int(heading[1]) for heading in headings]
    assert all(then <= now + 1 for now, then in pairwise(levels)), "a level is skipped"
    assert any("Satisfaction by month" in words and "lowest in" in words for words in alternatives)
    assert outline[:3] == ["Self-assessment", "Against last year", "Elements with claims and exhibits"]


def walk(node: object, kinds: list[str], alternatives: list[str]) -> None:
    """The kinds of structure elements in reading order, and the alternative texts."""
    if isinstance(node, pikepdf.Array):
        for inner in node:
            walk(inner, kinds, alternatives)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        kinds.append(str(node.S).lstrip("/"))
        if "/Alt" in node:
            alternatives.append(str(node.Alt))
        if "/K" in node:
            walk(node.K, kinds, alternatives)


def test_every_kind_of_exhibit_stands_in_the_pack_and_a_document_goes_with_its_hash(everything, make_pack):
    files = contents(make_pack())
    text = " ".join(BeautifulSoup(files["index.html"], "html.parser").get_text(" ").split())
    for words in (
        "E04 Minutes", "E05 Our charter", "https://www.example.org/charter", "A desk was opened.", "Two buses",
        "No effect that we can show", "Compliance plus", "Insight Manager", "1 Sep 2026", "Show me The form.",
        "Not recorded. Whether anything was offered in return", "No contacts of these days are recorded",
    ):  # fmt: skip
        assert words in text, words
    (path,) = [name for name in files if name.startswith("documents/")]
    assert (path, files[path]) == ("documents/E04-Minutes-of-May.pdf", CONTENT)
    (row,) = [row for row in rows_of(files["exhibits.csv"]) if row["exhibit"] == "E04"]
    assert row["sha256"] == hashlib.sha256(CONTENT).hexdigest()


def test_workbooks_hold_numbers_as_numbers_and_say_what_the_csv_files_say(everything, make_pack):
    files = contents(make_pack())
    row = rows_of(files["figures.csv"])[0]
    book = openpyxl.load_workbook(io.BytesIO(files["evidence.xlsx"]))
    header, first = [[cell.value for cell in line] for line in list(book["Figures"].iter_rows())[:2]]
    of = dict(zip(header, first, strict=True))
    assert (of["numerator"], of["base"]) == (465, 489)
    assert of["value"] == pytest.approx(float(row["value"]), abs=1e-12)
    claim = next(line[5].value for line in book["Self-assessment"].iter_rows() if line[0].value == "1.3.1")
    assert claim == HOSTILE
    tables = OdfDocument(io.BytesIO(files["evidence.ods"])).body.tables
    assert [table.name for table in tables] == book.sheetnames
    assert {sheet.freeze_panes for sheet in book} == {"A2"}


@pytest.mark.parametrize(
    ("path", "what"),
    [("evidence.xlsx", "Figures"), ("evidence.ods", "Figures"), ("counts.csv", "E01"), ("check.html", "other figures")],
)
def test_another_number_in_one_format_is_found_even_under_a_new_signature(everything, make_pack, tmp_path, path, what):
    pack = make_pack()
    files = contents(pack)
    if path.endswith((".xlsx", ".ods")):
        forged = changed_inside(files[path], b"465", b"479")
    elif path == "counts.csv":
        forged = re.sub(rb"(in the base,4,)\d+", rb"\g<1>1", files[path], count=1)
    else:
        forged = files[path].replace(b",465,489,", b",479,489,")
    assert forged != files[path]
    signed_again(pack, {**files, path: forged})
    assert any(found.where == path and what in found.what for found in verify_pack(open_pack(pack)).problems)


def changed_inside(book: bytes, old: bytes, new: bytes) -> bytes:
    """A workbook with other numbers in its sheets."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as packed, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in packed.namelist():
            content = packed.read(name)
            archive.writestr(name, content.replace(old, new) if name.endswith(".xml") else content)
    return made.getvalue()


def recount_in_a_browser(folder, files, forged):
    """What the pages of a pack asked of a network or told the console, while they counted right."""
    asked: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: asked.append(message.text))
        page.goto((folder / "check.html").as_uri())
        assert page.inner_text("#result").startswith("All 3 figures of figures.csv are the same")
        code = rows_of(files["figures.csv"])[0]["passport"]
        digest = hashlib.sha256(files[f"passports/{code}.json"]).hexdigest()
        assert page.inner_text("#recounted tr:first-child .code").replace(" ", "") == digest
        page.set_input_files("#own-file", forged)
        page.wait_for_selector(".not-same")
        assert page.inner_text("#result") == "1 of 3 figures of forged.csv are not the same."
        assert "numerator is 479 in the file and 465 from the counts" in page.inner_text(".not-same")
        page.goto((folder / "index.html").as_uri())
        page.wait_for_selector(".canvas:not([hidden]) svg.main-svg")
        browser.close()
    return asked


def test_a_pack_that_counts_again_in_a_browser_without_a_network(everything, make_pack, tmp_path):
    files = contents(make_pack())
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    forged = tmp_path / "forged.csv"
    forged.write_bytes(files["figures.csv"].replace(b",465,489,", b",479,489,"))
    with ThreadPoolExecutor(1) as apart:  # another test of this process may hold a browser of its own
        asked = apart.submit(recount_in_a_browser, tmp_path, files, forged).result()
    assert [each for each in asked if not each.startswith("file://")] == []


def test_a_pack_looks_like_the_council_and_its_dates_are_those_of_its_data(everything, make_pack):
    with time_machine.travel(LATER, tick=False):
        files = contents(make_pack())
    assert "--brand: #5c2d91" in files["index.html"].decode()
    with pikepdf.open(io.BytesIO(files["evidence.pdf"])) as pdf:
        made = str(pdf.docinfo["/CreationDate"])
    assert made.startswith(f"D:{LATER:%Y%m%d}")
    assert json.loads(files["manifest.json"])["about"]["made_at"] == f"{LATER:%Y-%m-%dT%H:%M:%SZ}"


def test_a_workbook_that_is_no_workbook_is_named(everything, make_pack):
    pack = make_pack()
    files = contents(pack)
    for content in (b"", b"PK", b"<!DOCTYPE x>"):
        problems = verify_pack(open_pack(signed_again(pack, {**files, "evidence.xlsx": content}))).problems
        assert [(found.where, found.what.split(" (")[0]) for found in problems] == [
            ("evidence.xlsx", "it cannot be read as a workbook")
        ]
