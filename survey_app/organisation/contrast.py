"""Whether a colour can be read. Source: WCAG 2.2, relative luminance and contrast ratio (success criterion 1.4.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from survey_app.kernel.errors import InvalidInput

READABLE = 4.5  # of text in usual sizes, level AA
WHITE = "#ffffff"
WASH = "#f4f6f8"  # the grey of our pages' footers, in both style sheets: the darkest ground that a link stands on

DARK_WASH = "#20252a"  # the same in the dark: the lightest ground that a link stands on there

_COLOUR = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


@dataclass(frozen=True)
class Reading:
    """How well one colour is read on, or behind, another."""

    ratio: float  # 1 to 21
    nearest: str  # the same colour, darkened as little as makes it readable; itself when it is

    @property
    def is_readable(self) -> bool:
        return self.ratio >= READABLE

    @property
    def ratio_words(self) -> str:
        """4.49:1; rounded down, so that nothing that fails looks as if it passed."""
        return f"{int(self.ratio * 100) / 100:g}:1"


def read_colour(text: str) -> str:
    """The colour as #rrggbb in small letters. InvalidInput when it is none; 1d3557 and #ABC are taken too."""
    found = _COLOUR.fullmatch(text.strip())
    if found is None:
        raise InvalidInput("Type the colour as # and six digits or letters from A to F, like #1d3557.")
    digits = found[1].lower()
    return f"#{digits if len(digits) == 6 else ''.join(2 * digit for digit in digits)}"


def reading(colour: str, *, against: str = WHITE) -> Reading:
    """How a colour (#rrggbb) is read against a light one."""
    return Reading(contrast_ratio(colour, against), _darkened(colour, against))


def lightened(colour: str, *, against: str = DARK_WASH) -> str:
    """The same colour, lightened as little as makes it readable against a dark one."""
    channels = _channels(colour)
    for kept in range(255, -1, -1):
        lighter = _written([255 - (255 - channel) * kept // 255 for channel in channels])
        if contrast_ratio(lighter, against) >= READABLE:
            return lighter
    return WHITE


def contrast_ratio(one: str, other: str) -> float:
    """1 for equal colours to 21 for black and white; the order of the two makes no difference."""
    darker, lighter = sorted((_luminance(_channels(one)), _luminance(_channels(other))))
    return (lighter + 0.05) / (darker + 0.05)


def _darkened(colour: str, against: str) -> str:
    """Hue and saturation stay; only as much light is taken away as is needed."""
    channels = _channels(colour)
    for kept in range(255, -1, -1):
        darker = _written([channel * kept // 255 for channel in channels])
        if contrast_ratio(darker, against) >= READABLE:
            return darker
    return "#000000"


def _luminance(channels: list[int]) -> float:
    red, green, blue = (_linear(channel / 255) for channel in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    if channel <= 0.04045:
        return channel / 12.92
    return float(((channel + 0.055) / 1.055) ** 2.4)


def _channels(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


def _written(channels: list[int]) -> str:
    return "#" + "".join(f"{channel:02x}" for channel in channels)
