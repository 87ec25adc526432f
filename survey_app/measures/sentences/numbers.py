"""Figures and bases within sentences, in ASCII as data has them, and the same for pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from survey_app.statistics.rounding import Number, percent, points, rounded
from survey_app.statistics.suppression import MINIMUM_BASE


def nps_text(value: Number) -> str:
    """A net promoter score or its difference: times 100, whole, signed."""
    return points(value, 0)


def net_text(value: Number) -> str:
    """A net share in percent, from -100.0% to 100.0%."""
    return percent(value) if value >= 0 else f"{rounded(Fraction(value) * 100, 1)}%"


def median_text(median: Number) -> str:
    """A median of working days: 17, 17.5."""
    return rounded(median, 1).removesuffix(".0")


def base_text(base: int) -> str:
    """1,234; a base that may not be shown says so."""
    return f"{base:,}" if base >= MINIMUM_BASE else f"fewer than {MINIMUM_BASE}"


def capital(sentence: str) -> str:
    """It begins with a capital, even with "over 99.9%"."""
    return sentence[:1].upper() + sentence[1:]


def listed(names: Sequence[str]) -> str:
    """A, B and C."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def for_page(sentence: str) -> str:
    """The sentence with true minus signs. Hyphens within dates, codes and words stay."""
    return re.sub(r"(?<![\w-])-(?=\d)", "\N{MINUS SIGN}", sentence)
