"""Setting letters and cards: a PDF with one page for each, that a screen reader can read (PDF/UA-1).

All words travel as data: the layout beside this reads them from a file, and none is ever taken for markup.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

import segno
import typst

from survey_app.settings import PROJECT_ROOT

MOST_IN_A_FILE = 500
DAYS_TO_ARRIVE = timedelta(days=3)  # a letter that would lie on the mat later than its survey is open is not printed
_LAYOUT = PROJECT_ROOT / "templates" / "invitations" / "letters" / "letters.typ"
_LOGO_NAMES = {"image/png": "logo.png", "image/jpeg": "logo.jpg"}


class Paper(StrEnum):
    """What is printed. A letter leaves the window of its envelope free for the address."""

    LETTER = "letter"  # A4
    CARD = "card"  # A6


@dataclass(frozen=True)
class Logo:
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Letterhead:
    """What all of a file have in common, in words."""

    council: str
    postal_address: str
    colour: str  # "#1d3557"
    logo: Logo | None
    printed_on: str  # "11 March 2026"
    heading: str
    enter: str  # how to get to the page where the code is typed
    privacy: str


@dataclass(frozen=True)
class Letter:
    """What one person reads. The code is in groups; `survey_url` is what the picture opens."""

    reference: str  # of the contact: whoever puts it into its envelope finds the address by it
    about: str  # which contact, and what we ask
    length_sentence: str
    code: str
    survey_url: str
    open_until: str
    why_me: str
    stop: str


def comes_too_late(occurred_on: date, too_old_days: int, closes_in: timedelta, today: date) -> bool:
    """Whether a letter printed today would arrive when nobody is to be asked about the contact any more."""
    return closes_in <= DAYS_TO_ARRIVE or today > occurred_on + timedelta(days=too_old_days)


def qr_picture(address: str) -> str:
    """The address as a QR code, error level M, with the quiet zone that it needs: SVG."""
    picture = io.BytesIO()
    segno.make_qr(address, error="m", boost_error=False).save(picture, kind="svg", xmldecl=False, border=4)
    return picture.getvalue().decode()


@dataclass(frozen=True)
class Mailing:
    """All that goes into one file. Its words are complete: setting them takes seconds, and needs no database."""

    paper: Paper
    head: Letterhead
    letters: Sequence[Letter]
    rows: bytes  # CSV, one for each letter in the same order

    def files(self) -> dict[str, bytes]:
        """letters.pdf and letters.csv."""
        return {"letters.pdf": letters_pdf(self.letters, self.head, self.paper), "letters.csv": self.rows}

    def zipped(self) -> bytes:
        packed = io.BytesIO()
        with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
            for name, content in self.files().items():
                archive.writestr(name, content)
        return packed.getvalue()


def letters_pdf(letters: Sequence[Letter], head: Letterhead, paper: Paper) -> bytes:
    """One page each, in their order. Without the logo where that is broken: it must not hold up the post."""
    try:
        return _set(letters, head, paper)
    except typst.TypstError:
        if head.logo is None:
            raise
        return _set(letters, replace(head, logo=None), paper)


def _set(letters: Sequence[Letter], head: Letterhead, paper: Paper) -> bytes:
    logo = None if head.logo is None else _LOGO_NAMES[head.logo.media_type]
    data = {
        "paper": paper.value,
        "head": {**asdict(head), "logo": logo},
        "letters": [asdict(letter) | {"qr": qr_picture(letter.survey_url)} for letter in letters],
    }
    with TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copy(_LAYOUT, root / _LAYOUT.name)
        (root / "letters.json").write_text(json.dumps(data), encoding="utf-8")
        if head.logo is not None and logo is not None:
            (root / logo).write_bytes(head.logo.content)
        made: bytes = typst.compile(str(root / _LAYOUT.name), root=folder, pdf_standards="ua-1")
    return made
