"""What a frozen figure says in words."""

from __future__ import annotations

from datetime import date

from survey_app.dashboards import wording
from survey_app.kernel.periods import in_words
from survey_app.measures.amounts import goal_words, set_after_seeing_words, target_of, value_text
from survey_app.measures.definitions import Source
from survey_app.measures.definitions import Unit as MeasureUnit
from survey_app.measures.figures import Figure
from survey_app.measures.sentences import for_page, target_sentence
from survey_app.measures.sentences.notes import STATUS_WORDS
from survey_app.statistics.intervals import Interval
from survey_app.statistics.target_status import Status

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
    return wording.interval_words(figure) or "none"


def target_words(figure: Figure) -> str:
    target = target_of(figure)
    if target is None:
        return "no target is set"
    named = goal_words(figure.measure, target.value, target.comparator)
    when = f"; {words}" if (words := set_after_seeing_words(figure)) else ""
    return f"{named}: {STATUS_WORDS.get(Status(figure.status or ''), 'not judged')}{when}"


def how_it_stands(figure: Figure) -> str:
    target = target_of(figure)
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
