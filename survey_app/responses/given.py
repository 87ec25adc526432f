"""What somebody answered, before it is stored."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

LONGEST_TEXT = 5_000


@dataclass(frozen=True)
class GivenAnswers:
    """Answers by question code: option codes, and texts. What was left empty is not in it."""

    choices: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


def clean_text(text: str | None) -> str:
    """What somebody wrote, in one Unicode form, with line breaks kept and other control characters gone."""
    if not text:
        return ""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    # surrogates cannot be stored; other control characters cannot be seen
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return kept.strip()
