"""Values, targets and goals of any measure as people read them."""

from __future__ import annotations

from survey_app.kernel.periods import in_words
from survey_app.measures.definitions import Measure, Unit
from survey_app.measures.figures import Figure
from survey_app.measures.sentences import comparator_words, net_text, nps_text
from survey_app.statistics.rounding import Number, percent, rounded, target_text
from survey_app.statistics.target_status import Comparator, Target


def value_text(measure: Measure, figure: Figure) -> str:
    """A figure as people read it: 99.0%, 4.63, +45, [c] where it is hidden."""
    if figure.suppressed or figure.value is None:
        return "[c]" if figure.suppressed else "no answers"
    return percent(figure.value, figure.target) if measure.unit is Unit.SHARE else plain_text(measure, figure.value)


def plain_text(measure: Measure, value: float) -> str:
    """A value beside a figure, without regard to a target."""
    match measure.unit:
        case Unit.COUNT:
            return f"{value:,.0f}"
        case Unit.DAYS:
            return days_text(value)
        case Unit.MEAN:
            return rounded(value, 2)
        case Unit.NET_SHARE:
            return nps_text(value) if measure.name == "nps" else net_text(value)
    return percent(value)


def days_text(value: float) -> str:
    """A median of days: 2.0 days."""
    return f"{rounded(value, 1)} days"


def amount_text(measure: Measure, value: float) -> str:
    """A number that somebody decided, in the measure's unit, no more precise than it was decided: 90%, +45, 4.50."""
    match measure.unit:
        case Unit.SHARE:
            return target_text(value)
        case Unit.NET_SHARE:
            return nps_text(value) if measure.name == "nps" else net_text(value)
        case Unit.DAYS:
            return days_text(value)
    return rounded(value, 2)


def target_of(figure: Figure) -> Target | None:
    """The target that holds for a figure, as it is judged."""
    if figure.target is None or figure.comparator is None:
        return None
    return Target(figure.target, Comparator(figure.comparator), figure.measure.lower_is_better)


def goal_words(measure: Measure, value: Number, comparator: Comparator) -> str:
    """A target of any measure: over 90%, at least +45; under or at most where lower is better."""
    target = Target(value, comparator, measure.lower_is_better)
    return f"{comparator_words(target)} {amount_text(measure, float(value))}"


def set_after_seeing_words(figure: Figure) -> str:
    """What stands beside a target that was entered when the period it judges was under way; else nothing."""
    if not figure.target_after_seeing or figure.target_set_on is None:
        return ""
    return f"set on {in_words(figure.target_set_on)}, after the period began, when its answers could be seen"
