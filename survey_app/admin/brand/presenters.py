"""Colours before they are kept: how well they are read, and the nearest that are."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.kernel.errors import InvalidInput
from survey_app.organisation.contrast import WASH, WHITE, lightened, read_colour, reading

OF = {"brand": "White on the brand colour", "link": "Links on our grey"}
_AGAINST = {"brand": WHITE, "link": WASH}


@dataclass(frozen=True)
class ColourView:
    """One colour as it was typed. `colour` is None where it is none; `nearest` is a darker one that can be read."""

    name: str
    label: str
    colour: str | None
    words: str
    is_readable: bool
    nearest: str | None
    in_the_dark: str | None


def colour_view(name: str, typed: str) -> ColourView:
    """How white is read on the brand colour, or links on the darkest ground that they stand on."""
    try:
        colour = read_colour(typed)
    except InvalidInput:
        return ColourView(name, OF[name], None, "this is no colour", False, None, None)
    found = reading(colour, against=_AGAINST[name])
    nearest = None if found.is_readable else found.nearest
    return ColourView(name, OF[name], colour, found.ratio_words, found.is_readable, nearest, lightened(colour))
