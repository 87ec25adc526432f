"""What somebody answered, before it is stored."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from survey_app.kernel.characters import fit

LONGEST_TEXT = 5_000


@dataclass(frozen=True)
class GivenAnswers:
    """Answers by question code: option codes, and texts. What was left empty is not in it."""

    choices: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


def clean_text(text: str | None) -> str:
    """What somebody wrote, in one Unicode form, with plain line breaks and no control characters."""
    if not text:
        return ""
    return unicodedata.normalize("NFC", fit(text).replace("\r\n", "\n").replace("\r", "\n")).strip()
