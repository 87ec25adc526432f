"""How a share stands against its target, in words."""

from __future__ import annotations

from fractions import Fraction

from survey_app.measures.sentences.numbers import capital
from survey_app.statistics.intervals import Interval
from survey_app.statistics.rounding import exact, percent, share_text, target_text
from survey_app.statistics.suppression import INDICATIVE_BELOW, MINIMUM_BASE, is_indicative
from survey_app.statistics.target_status import Comparator, Status, Target, share_status


def target_words(target: Target) -> str:
    """A target for shares: over 90%, at least 90%; under 10% or at most 10% where lower is better."""
    return f"{comparator_words(target)} {target_text(target.value)}"


def comparator_words(target: Target) -> str:
    """What stands before a target's value in any unit."""
    over, at_least = ("under", "at most") if target.lower_is_better else ("over", "at least")
    return over if target.comparator is Comparator.OVER else at_least


def target_sentence(numerator: int, base: int, interval: Interval | None, target: Target | None) -> str:
    """How a share stands against its target. `interval` is the figure's own; None where there is none to show."""
    status = share_status(numerator, base, target)
    if status is None:
        return "No answers."
    if status is Status.SUPPRESSED:
        return f"Fewer than {MINIMUM_BASE} answers: not shown."
    if target is None or interval is None:
        return "There is no target."
    words = _status_words(status, interval, target)
    if status is Status.NOT_PROVEN and Fraction(numerator, base) == exact(target.value):
        words = f"is at the target, not {target_words(target)}"
    indicative = f" (indicative: fewer than {INDICATIVE_BELOW} answers)" if is_indicative(base) else ""
    return capital(f"{share_text(numerator, base, target.value)} {words}{indicative}.")


def _status_words(status: Status, interval: Interval, target: Target) -> str:
    good, bad, end, limit = "above", "below", "low", interval.low
    if target.lower_is_better:
        good, bad, end, limit = "below", "above", "high", interval.high
    goal = target_text(target.value)
    return {
        Status.MET_WITH_CONFIDENCE: f"meets the target of {goal}: even the {end} end of the interval, "
        f"{percent(limit, target.value)}, is {good} it",
        Status.MET: f"is at or {good} the target, but chance alone could explain it",
        Status.NOT_PROVEN: f"is {bad} the target, but not by more than chance could explain",
        Status.MISSED: "misses the target",
    }[status]
