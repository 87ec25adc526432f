"""Which characters a text may hold. What people send and files bring passes here once, on its way in."""

from __future__ import annotations

import re
import unicodedata

# Control characters but tab and line ends, halves of a character, and the two that XML knows as no characters.
# PostgreSQL stores no null byte and no half; none of them can be seen, and a page or a picture with them breaks.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

# Emoji and their kin, which a printed page's fonts do not have; and what joins, colours or styles them.
_PICTURES = re.compile("[\u2600-\u2712\u2714-\u27bf\u2b50\u2b55\U0001f000-\U0001faff]")
_OF_PICTURES = re.compile("(?<=[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d|[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")

_LARGE_SCRIPTS_FROM = "\u2e80"  # Chinese, Japanese, Korean, and letters in their width
_SQUARE = "□"


def fit(text: str) -> str:
    """The text without what can be neither stored nor seen. Letters, marks, emoji and directions stay as they are."""
    return text if text.isprintable() else _UNFIT.sub("", text)


def is_fit(text: str) -> bool:
    """Whether `fit` would leave the text as it is."""
    return fit(text) == text


def shortened(text: str, longest: int = 40) -> str:
    """The text for a message: a cell or an argument may hold a whole book."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def in_print(text: str) -> str:
    """The text for a PDF, in which a picture that no font there can show stands as its name: [thumbs up sign].

    PDF/UA-1 refuses a character that cannot be shown, and what people write must not hold up a whole document.
    """
    if text.isascii():
        return text
    return _PICTURES.sub(lambda found: f"[{unicodedata.name(found[0], 'symbol').lower()}]", _OF_PICTURES.sub("", text))


def without(text: str, missing: str) -> str:
    """The text without a character that a PDF's fonts do not have: in its plain form where there is one (＝ is =), and
    otherwise as a square. With one of the scripts that have thousands goes the whole script."""
    gone = set(missing)
    if missing[:1] >= _LARGE_SCRIPTS_FROM:
        gone |= {each for each in text if each >= _LARGE_SCRIPTS_FROM and _script(each) == _script(missing[0])}
    return "".join(_plainer(each) if each in gone else each for each in text)


def _script(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0]


def _plainer(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character)
    return plain if plain.isascii() and plain.isprintable() and plain != character else _SQUARE
