"""What a frozen figure says in words."""

from __future__ import annotations

from datetime import date

from survey_app.kernel.periods import in_words
from survey_app.measures.definitions import Source
from survey_app.measures.definitions import Unit as MeasureUnit
from survey_app.measures.figures import Figure
from survey_app.measures.presenters import days_text, goal_words, set_after_seeing_words, value_text
from survey_app.measures.sentences import for_page, net_text, nps_text, target_sentence
from survey_app.measures.sentences.notes import STATUS_WORDS
from survey_app.statistics.intervals import Interval
from survey_app.statistics.rounding import percent, rounded
from survey_app.statistics.target_status import Comparator as TargetComparator
from survey_app.statistics.target_status import Status
from survey_app.statistics.target_status import Target as StatusTarget

COUNTED = {
    Source.CONTACTS: "contacts",
    Source.ANSWERS: "answers",
    Source.COMMENTS: "comments",
    Source.INVITATIONS: "invitations delivered",
}
OUTSIDE_WORDS = {
    "blank": "left empty",
    "dont_know": "do not know",
    "does_not_apply": "does not apply",
    "not_sent": "not sent",
    "undelivered": "returned as undeliverable",
}


def interval_words(figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return "none"
    return f"{as_value(figure, figure.low)} to {as_value(figure, figure.high)}"


def as_value(figure: Figure, value: float) -> str:
    match figure.measure.unit:
        case MeasureUnit.MEAN:
            return rounded(value, 2)
        case MeasureUnit.NET_SHARE:
            return nps_text(value) if figure.measure.name == "nps" else net_text(value)
        case MeasureUnit.DAYS:
            return days_text(value)
        case MeasureUnit.COUNT:
            return f"{value:,.0f}"
    return percent(value)


def _status_target(figure: Figure) -> StatusTarget | None:
    if figure.target is None or figure.comparator is None:
        return None
    return StatusTarget(figure.target, TargetComparator(figure.comparator), figure.measure.lower_is_better)


def target_words(figure: Figure) -> str:
    target = _status_target(figure)
    if target is None:
        return "no target is set"
    named = goal_words(figure.measure, target.value, target.comparator)
    when = f"; {words}" if (words := set_after_seeing_words(figure)) else ""
    return f"{named}: {STATUS_WORDS.get(Status(figure.status or ''), 'not judged')}{when}"


def how_it_stands(figure: Figure) -> str:
    target = _status_target(figure)
    if target is not None and figure.measure.unit is MeasureUnit.SHARE and figure.numerator is not None:
        interval = Interval(figure.low or 0.0, figure.high or 0.0)
        return target_sentence(figure.numerator, figure.base, interval, target)
    return f"{value_text(figure.measure, figure)} of {figure.base:,} {COUNTED[figure.measure.source]}."


def outside_words(figure: Figure) -> str:
    said = [
        f"{n:,} {OUTSIDE_WORDS.get(name, name.replace('_', ' '))}" for name, n in sorted(figure.outside.items()) if n
    ]
    return ", ".join(said) or "nobody"


def difference_words(live: Figure, today: date) -> str:
    if live.value is None:
        now = "it may not be shown"
    else:
        counts = f"{live.base:,}" if live.numerator is None else f"{live.numerator:,} of {live.base:,}"
        now = f"it is {for_page(value_text(live.measure, live))}, {counts}"
    return f"Counted again on {in_words(today)} {now}: answers came, changed or were withdrawn since it was frozen."
