"""How the overview and the passport say what a figure holds. Sentences on change and target come from measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from survey_app.comments.checking.labels import LABELS
from survey_app.measures import sentences
from survey_app.measures.amounts import days_text, plain_text, target_of, value_text
from survey_app.measures.definitions import Measure, Unit
from survey_app.measures.figures import Figure
from survey_app.measures.rules import Rules
from survey_app.measures.sentences import Headline, Verdict, for_page, headline
from survey_app.measures.sentences.notes import STATUS_WORDS
from survey_app.organisation.channels import Channel
from survey_app.statistics.rounding import percent, rounded
from survey_app.statistics.target_status import Status

listed = sentences.listed
FOOTER_NOTE = (
    "Figures are unweighted. Intervals (95%, Wilson) cover chance only, not who chose to answer. "
    "Fewer than 10 answers: not shown. Fewer than 30: indicative, hollow marker."
)
STATUS_TAGS = {
    Status.MET_WITH_CONFIDENCE: ("improvement", f"Target {STATUS_WORDS[Status.MET_WITH_CONFIDENCE]}"),
    Status.MET: ("common", f"Target {STATUS_WORDS[Status.MET]}"),
    Status.NOT_PROVEN: ("common", f"Target {STATUS_WORDS[Status.NOT_PROVEN]}"),
    Status.MISSED: ("concern", f"Target {STATUS_WORDS[Status.MISSED]}"),
    Status.NO_TARGET: ("common", "No target is set"),
    Status.SUPPRESSED: ("common", "Too few answers to show"),
}
OUTSIDE_WORDS = {
    "dont_know": "don’t know",
    "blank": "blank",
    "does_not_apply": "does not apply",
    "earlier_wording": "to an earlier wording",
}
_MARKS = {"positive": "positive", "neutral": "mixed", "negative": "negative"}
SENTIMENTS = {label: (_MARKS.get(label, "common"), words) for label, words in LABELS.items()}


def headline_of(figure: Figure, today: date, *, about: str | None) -> Headline:
    """The h1: what is so, target and change. `about` names the part of the council that it is of."""
    answer = headline(
        figure.numerator or 0,
        figure.base,
        period=figure.period,
        today=today,
        target=target_of(figure),
        change=figure.change,
        provisional=figure.provisional,
        about=about,
    )
    if figure.not_compared is None or figure.provisional:
        return answer
    return Headline(answer.claim, f"{answer.rest} {figure.not_compared}")


def verdict_of(figure: Figure) -> tuple[str, str] | None:
    """The tag under a figure: kind and words."""
    return None if figure.status is None else STATUS_TAGS[Status(figure.status)]


def interval_words(figure: Figure) -> str:
    """98.3% to 99.4%."""
    if figure.low is None or figure.high is None:
        return ""
    if figure.measure.unit is Unit.SHARE:
        return f"{percent(figure.low)} to {percent(figure.high)}"
    if figure.measure.unit is Unit.NET_SHARE:
        return f"{plain_value(figure.measure, figure.low)} to {plain_value(figure.measure, figure.high)}"
    if figure.measure.unit is Unit.DAYS:
        return f"{rounded(figure.low, 1)} to {days_text(figure.high)}"
    return f"{rounded(figure.low, 2)} to {rounded(figure.high, 2)}"


def fraction_words(figure: Figure) -> tuple[str, str] | None:
    """Numerator and base of a share, as the fraction beside it."""
    if figure.measure.unit is not Unit.SHARE or not figure.numerator or figure.suppressed:
        return None
    return f"{figure.numerator:,} in the numerator", f"{figure.base:,} in the base"


def previous_words(figure: Figure) -> str:
    """97.0% of 1,188; what is hidden says so."""
    previous = figure.previous
    if previous.value is None:
        return "not shown: too few answers" if previous.base else "no answers"
    value = plain_value(figure.measure, previous.value)
    return value if figure.measure.unit is Unit.COUNT else f"{value} of {previous.base:,}"


def plain_value(measure: Measure, value: float) -> str:
    """A value beside a figure, without regard to a target, for a page."""
    return for_page(plain_text(measure, value))


def rules_words(rules: Rules) -> str:
    """How answers count in a figure, as its passport says it."""
    staff = "count" if rules.staff_entered else "do not count"
    held = "count, tests do not" if rules.quarantined else "and tests do not"
    unknown = " “I do not know” is in the base." if rules.dont_know else ""
    return f"Answers entered by staff {staff}. Held answers {held}.{unknown} No weights."


def change_tag(figure: Figure) -> tuple[str, str] | None:
    """A tag for a change that was tested and may be claimed; None else."""
    change = figure.change
    if change is None or not change.is_claim or change.difference is None:
        return None
    direction = "up" if change.difference > 0 else "down"
    kind = "improvement" if change.verdict is Verdict.IMPROVED else "concern"
    return kind, f"{direction} from {change.before}"


def outside_words(outside: Mapping[str, int]) -> str:
    """4 don’t know, 3 blank."""
    said = [f"{n:,} {OUTSIDE_WORDS.get(code, code.replace('_', ' '))}" for code, n in outside.items() if n]
    return ", ".join(said) or "none"


def not_shown_words(hidden: Sequence[str]) -> str:
    """Why these groups have no figure. Which of them are small is not said: it would say which are not."""
    if not hidden:
        return ""
    if len(hidden) == 1:
        return "Fewer than 10 answers, so that nobody can be recognised."
    return "Each has fewer than 10 answers, or would let one that has be worked out. All count in the total."


def sentiment_words(counts: Mapping[str, int]) -> str:
    """412 comments: 301 positive, 52 negative, 44 mixed or neutral."""
    total = sum(counts.values())
    if not total:
        return "No comments."
    order = ("positive", "negative", "neutral", "cannot_tell", "waiting_for_review", "not_analysed")
    said = [f"{counts[label]:,} {SENTIMENTS[label][1].lower()}" for label in order if counts.get(label)]
    return f"{total:,} {'comment' if total == 1 else 'comments'}: {', '.join(said)}."


def channel_label(code: str) -> str:
    return Channel(code).label if code else "Not recorded"


def base_words(figure: Figure) -> str:
    return "[c]" if figure.suppressed else f"{figure.base:,}"


def service_words(figure: Figure, names: Mapping[str, str]) -> str:
    """The name of the service that a line of a breakdown is of, which says where those below it are lines of their own:
    its page counts them with it."""
    name = names[figure.group[0]]
    return f"{name} alone" if "service_alone" in figure.query.filters else name


def value_words(figure: Figure) -> str:
    return for_page(value_text(figure.measure, figure))
