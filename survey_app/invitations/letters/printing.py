"""Setting letters and cards: a PDF with one page for each."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from zipfile import ZIP_DEFLATED, ZipFile

from survey_app.kernel.qr_codes import qr_svg
from survey_app.organisation.typesetting import PrintedLogo, typeset
from survey_app.settings import PROJECT_ROOT

MOST_IN_A_FILE = 500
DAYS_TO_ARRIVE = timedelta(days=3)  # a letter that would lie on the mat later than its survey is open is not printed
_LAYOUT = PROJECT_ROOT / "templates" / "invitations" / "letters" / "letters.typ"


class Paper(StrEnum):
    """What is printed. A letter leaves the window of its envelope free for the address."""

    LETTER = "letter"  # A4
    CARD = "card"  # A6


@dataclass(frozen=True)
class Letterhead:
    """What all of a file have in common, in words."""

    council: str
    postal_address: str
    colour: str  # "#1d3557"
    logo: PrintedLogo | None
    printed_on: str  # "11 March 2026"
    heading: str
    enter: str  # how to get to the page where the code is typed
    privacy: str


@dataclass(frozen=True)
class Letter:
    """What one person reads. The code is in groups; `survey_url` is what the picture opens."""

    reference: str  # of the contact: whoever puts it into its envelope finds the address by it
    opening: tuple[str, ...]  # paragraphs: which contact, what we ask, how long it is
    code: str
    survey_url: str
    open_until: str
    closing: tuple[str, ...]  # paragraphs below the way in, where the council wrote some
    why_me: str
    stop: str


def comes_too_late(occurred_on: date, too_old_days: int, closes_in: timedelta, today: date) -> bool:
    """Whether a letter printed today would arrive when nobody is to be asked about the contact any more."""
    return closes_in <= DAYS_TO_ARRIVE or today > occurred_on + timedelta(days=too_old_days)


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
    """One page each, in their order."""
    words = {name: value for name, value in vars(head).items() if name != "logo"}
    pages = [asdict(letter) | {"qr": qr_svg(letter.survey_url)} for letter in letters]
    return typeset(_LAYOUT, {"paper": paper.value, "head": words, "letters": pages}, head.logo)
