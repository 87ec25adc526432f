"""Posters of open links: one page to hang up, with the picture that opens the survey and its address in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

from survey_app.kernel.qr_codes import ON_A_WALL, qr_svg
from survey_app.organisation.typesetting import PrintedLogo, typeset
from survey_app.settings import PROJECT_ROOT

_LAYOUT = PROJECT_ROOT / "templates" / "responses" / "links" / "poster.typ"


class PosterSize(StrEnum):
    A3 = "a3"
    A4 = "a4"
    A5 = "a5"


@dataclass(frozen=True)
class Poster:
    """All the words of a poster. `address` is what the picture opens; `place` is the same as people type it."""

    council: str
    colour: str  # "#1d3557"
    title: str
    about: str  # which service, and where
    scan: str
    address: str
    place: str
    instead: str  # how to get there by a code
    promises: tuple[str, ...]
    privacy: str


def poster_pdf(poster: Poster, size: PosterSize, logo: PrintedLogo | None) -> bytes:
    """The poster on one page of this size."""
    data = {"size": size.value, "poster": asdict(poster) | {"qr": qr_svg(poster.address, ON_A_WALL)}}
    return typeset(_LAYOUT, data, logo)
