"""Which characters a text may hold. What people send and files bring passes here once, on its way in."""

from __future__ import annotations

import re

# Control characters but tab and line ends, halves of a character, and the two that XML knows as no characters.
# PostgreSQL stores no null byte and no half; none of them can be seen, and a page or a picture with them breaks.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def fit(text: str) -> str:
    """The text without what can be neither stored nor seen. Letters, marks, emoji and directions stay as they are."""
    return text if text.isprintable() else _UNFIT.sub("", text)


def is_fit(text: str) -> bool:
    """Whether `fit` would leave the text as it is."""
    return fit(text) == text


def shortened(text: str, longest: int = 40) -> str:
    """The text for a message: a cell or an argument may hold a whole book."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
