"""How figures are written. Values are rounded once, from the exact fraction, half away from zero.

Signs are ASCII hyphens, as data has them; pages turn them into true minus signs.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

Number = Fraction | Decimal | float
NO_ANSWERS = "no answers"


def exact(number: Number) -> Fraction:
    """A number written in decimals (a target of 0.9, a share of 0.8875) as that fraction, not its nearest binary one:
    71 of 80 are 88.8%, whether they come as a fraction or as a float."""
    return Fraction(str(number)) if isinstance(number, float) else Fraction(number)


def rounded(value: Number, decimals: int) -> str:
    """Half away from zero; nothing is ever written as minus zero."""
    scale = 10**decimals
    size = abs(Fraction(value)) * scale
    units = (2 * size.numerator + size.denominator) // (2 * size.denominator)
    sign = "-" if value < 0 and units else ""
    return f"{sign}{units // scale:,}" + (f".{units % scale:0{decimals}d}" if decimals else "")


def signed(value: Number, decimals: int) -> str:
    """The same with its sign always; what rounds to zero has none."""
    text = rounded(value, decimals)
    return text if value < 0 or not any(digit in text for digit in "123456789") else f"+{text}"


def percent(share: Number, target: Number | None = None) -> str:
    """A share in percent with one decimal, never rounded into a claim.

    100.0% and 0.0% mean all and none: shares that only round to them say "over 99.9%" and "under 0.1%". A share that
    rounds to the target without being it says "just under" or "just over".
    """
    share = exact(share)
    text = f"{rounded(share * 100, 1)}%"
    if share < 1 and text == "100.0%":
        return "over 99.9%"
    if share > 0 and text == "0.0%":
        return "under 0.1%"
    goal = None if target is None else exact(target)
    if goal is not None and goal != share and f"{rounded(goal * 100, 1)}%" == text and (goal * 1000).denominator == 1:
        return f"just under {text}" if share < goal else f"just over {text}"
    return text


def share_text(numerator: int, base: int, target: Number | None = None) -> str:
    """numerator / base as `percent` writes it; "no answers" for a base of 0."""
    return percent(Fraction(numerator, base), target) if base else NO_ANSWERS


def target_text(target: Number) -> str:
    """A target as people write it: 90%, 92.5%."""
    value = exact(target) * 100
    return f"{value.numerator}%" if value.denominator == 1 else f"{float(value):.10g}%"


def points(difference: Number, decimals: int = 1) -> str:
    """A difference of two shares in points of a percent, with its sign: +2.1, -0.4, 0.0."""
    return signed(exact(difference) * 100, decimals)
