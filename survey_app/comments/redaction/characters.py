"""A text as people see it: no character in it that nobody sees, each letter in one form."""

from __future__ import annotations

import re
import unicodedata

JOINERS = "\u200c\u200d"
# A run of them is read once, from its first one.
# Zero-width (non-)joiners belong to emoji and to some scripts, so they only go beside plain ASCII, where they hide.
_JOINER_IN_ASCII = re.compile(rf"(?<=[!-~])[{JOINERS}]++|(?<![{JOINERS}])[{JOINERS}]++(?=[!-~])")
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]++"
)
_LINE_END = re.compile(r"\r\n?|[\x85\u2028\u2029]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def visible(text: str) -> str:
    """The same text in composed form without characters that nobody sees; a broken one becomes its usual sign."""
    if text.isascii() and text.isprintable():
        return text
    text = _SURROGATE.sub("\ufffd", text)
    text = _INVISIBLE.sub("", _LINE_END.sub("\n", text))
    return unicodedata.normalize("NFC", _JOINER_IN_ASCII.sub("", text))
