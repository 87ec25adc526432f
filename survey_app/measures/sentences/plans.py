"""What would have to be asked so that a change can show, in words."""

from __future__ import annotations

from math import ceil

from survey_app.measures.planning import Plan
from survey_app.statistics.rounding import percent, points
from survey_app.statistics.sample_size import in_two_figures

MOST_YEARS = 10  # put together; more say nothing about now


def plan_sentence(plan: Plan) -> str:
    """How a wanted change can be shown: it can already, by asking more, or in no single year."""
    needed = f"{in_two_figures(plan.needed):,}"
    change = f"from {percent(plan.year.share)} to {percent(plan.goal)}"
    if plan.has_enough:
        return f"A change {change} would show: it needs {needed} answers a year, and there are {plan.year.answers:,}."
    if plan.fraction is not None:
        asked, now = _fraction(plan.fraction), _fraction(plan.year.fraction)
        return f"A change {change} needs {needed} answers a year: ask {asked} of those who may be asked, not {now}."
    most = f"asking everybody brings about {plan.year.most:,}"
    return f"A change {change} needs {needed} answers a year; {most}, which is not enough. {_instead(plan)}"


def detectable_words(plan: Plan) -> str:
    """The smallest changes that the answers of a year would show."""
    said = [
        f"{name} to {percent(share)} ({points(share - plan.year.share)})"
        for name, share in (("a rise", plan.rise_to), ("a fall", plan.fall_to))
        if share is not None
    ]
    return " or ".join(said) or "no change"


def _instead(plan: Plan) -> str:
    ways = []
    if plan.years is not None and plan.years <= MOST_YEARS:
        ways.append(f"{plan.years} years put together would be")
    if plan.group is not None:
        ways.append(f"{plan.group} as one group would be")
    return f"{'; '.join(ways)[:1].upper()}{'; '.join(ways)[1:]}." if ways else "No grouping of these services would be."


def _fraction(fraction: float) -> str:
    """In whole percent, rounded up, so that it is enough."""
    return f"{min(100, ceil(round(fraction * 100, 6)))}%"
