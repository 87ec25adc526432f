"""Shares as residents read them: 77 in 100. Rounded once, and never into a claim."""

from __future__ import annotations

from fractions import Fraction

from survey_app.measures.sentences.numbers import for_page
from survey_app.statistics.rounding import Number, exact, rounded
from survey_app.statistics.target_status import Comparator


def in_100(numerator: int, base: int, target: Number | None = None) -> str:
    """77 in 100. All and none are said of all and none alone; a share that rounds to the target without being it says
    "just under" or "just over". The base is not 0.
    """
    share = Fraction(numerator, base)
    text = rounded(share * 100, 0)
    if share < 1 and text == "100":
        return "over 99 in 100"
    if share > 0 and text == "0":
        return "under 1 in 100"
    goal = None if target is None else exact(target)
    if goal is not None and goal != share and goal * 100 == int(text):
        return f"just {'under' if share < goal else 'over'} {text} in 100"
    return f"{text} in 100"


def target_in_100(target: Number, comparator: str, *, lower_is_better: bool = False) -> str:
    """over 90 in 100, at least 92.5 in 100; where lower is better, at most and under."""
    hundredths = exact(target) * 100
    number = str(hundredths.numerator) if hundredths.denominator == 1 else f"{float(hundredths):.10g}"
    words = ("at most", "under") if lower_is_better else ("at least", "over")
    return f"{words[comparator == Comparator.OVER]} {number} in 100"


def points_in_100(low: float, high: float) -> str:
    """Between 3 and 20 in 100: how far two shares may lie apart; both ends of one sign are told by their size."""
    ends = sorted((low, high), key=abs) if low * high > 0 else [low, high]
    near, far = (rounded(abs(end) * 100 if low * high > 0 else end * 100, 0) for end in ends)
    return for_page(f"between {near} and {far} in 100")


def interval_in_100(low: float, high: float) -> str:
    """Between 89 and 98 in 100: both ends of one share, where over 99 is not all, and under 1 not none."""
    ends = [rounded(Fraction(end) * 100, 0) for end in (low, high)]
    near = "under 1" if low > 0 and ends[0] == "0" else ends[0]
    far = "over 99" if high < 1 and ends[1] == "100" else ends[1]
    return f"between {near} and {far} in 100"


def bar_width(numerator: int, base: int) -> str:
    """Of a bar that starts at 0 and could reach all: 76.8%."""
    return f"{rounded(Fraction(numerator, base) * 100, 1)}%"
