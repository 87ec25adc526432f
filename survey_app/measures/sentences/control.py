"""What a control chart and a funnel permit to be said, and nothing more. Source: MEASURES.md 7.5, 7.6, 7.8.

A control chart names neither a cause nor a size, and never says "improved on last year": that is the test's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from survey_app.kernel.periods import Period
from survey_app.measures.control import ControlSeries, Finding, Placed
from survey_app.measures.definitions import Measure
from survey_app.measures.sentences import Change, Headline, Verdict
from survey_app.statistics.control_charts import FIRM_FROM, RARE_FROM, Assurance, Direction, PointType
from survey_app.statistics.suppression import INDICATIVE_BELOW, MINIMUM_BASE


@dataclass(frozen=True)
class Subject:
    """What a chart is of, within a sentence. `against` names the answers that do not count in a share, `for_` those
    that do; `unit` is what a point stands for."""

    name: str  # satisfaction
    for_: str = "answers of the rarer kind"
    against: str = "answers of the rarer kind"
    unit: str = "month"


SILENT = {
    Finding.NOTHING: ("No {unit} has a figure for {subject}.", "A {unit} is shown from {minimum} answers."),
    Finding.ONE: ("Only one {unit} has a figure for {subject}.", "A usual range needs two, and a claim {firm}."),
    Finding.SHORT: (
        "Too few {unit}s to judge {subject}: {judged} of the {firm} needed.",
        "The limits drawn are trial limits, and nothing is claimed from them.",
    ),
    Finding.CONSTANT: ("{Subject} was the same in every {unit}.", ""),
    Finding.NO_VARIATION: (
        "No usual range can be set for {subject}.",
        "All {unit}s but a few are the same, so nothing is claimed from this chart.",
    ),
    Finding.INDICATIVE: (
        "The newest {unit} has too few answers for this chart to judge {subject}.",
        "It has fewer than {indicative}, so it is a hint only.{quarters}",
    ),
}


def control_headline(series: ControlSeries, subject: Subject) -> Headline:
    """The h1 of a control chart: what its newest settled month says, or why it says nothing."""
    match finding := series.finding:
        case Finding.SPECIAL:
            return Headline(signal_sentence(series, series.judged[-1], subject), "")
        case Finding.USUAL:
            return Headline(f"{_capital(subject.name)} varies as it usually does.", _earlier(series))
        case Finding.RARE:
            return _too_rare(series, subject)
    claim, rest = (
        words.format(
            subject=subject.name,
            Subject=_capital(subject.name),
            unit=subject.unit,
            judged=len(series.judged),
            firm=FIRM_FROM,
            minimum=MINIMUM_BASE,
            indicative=INDICATIVE_BELOW,
            quarters=" See quarters." if subject.unit == "month" else "",
        )
        for words in SILENT[finding]
    )
    return Headline(claim, rest)


def signal_sentence(series: ControlSeries, placed: Placed, subject: Subject) -> str:
    """What may be said of one point with a special cause."""
    point = placed.point
    assert point is not None and point.direction is not None
    is_high, when = point.direction is Direction.HIGH, month_words(placed.entry.period)
    match point.type:
        case PointType.RUN:
            side = "above" if is_high else "below"
            since = month_words(series.began(placed).entry.period)
            return f"{_capital(subject.name)} has been {side} its average since {since}."
        case PointType.TREND:
            since = month_words(series.began(placed).entry.period)
            moved = "risen" if is_high else "fallen"
            return f"{_capital(subject.name)} has {moved} with every {subject.unit} since {since}."
        case PointType.TWO_OF_THREE:
            end = "upper" if is_high else "lower"
            return (
                f"In {when} {subject.name} was close to the {end} end of its usual range, as in another of the last "
                f"three {subject.unit}s: something is likely to have changed."
            )
    side = "higher" if is_high else "lower"
    return f"In {when} {subject.name} was {side} than its usual range: something is likely to have changed."


ASSURANCE = {
    Assurance.CONSISTENT_PASS: "As it runs now, expect the target of {target} to be met each {unit}.",
    Assurance.CONSISTENT_FAIL: "As it runs now, the target of {target} will not be met unless something changes.",
    Assurance.INCONSISTENT: "As it runs now, the target of {target} may be met or missed by chance.",
}


def assurance_sentence(series: ControlSeries, subject: Subject, target: str | None) -> str:
    """Whether the target will be met as things run. `target` is how it is called: over 90%; None without one."""
    if target is None:
        return "No target is set."
    if series.assurance is None:
        return f"Whether the target of {target} will be met cannot be said yet: that needs {FIRM_FROM} {subject.unit}s."
    return ASSURANCE[series.assurance].format(target=target, unit=subject.unit)


def differ(series: ControlSeries, change: Change | None) -> bool:
    """Whether chart and test say different things of the series; False where either may say nothing."""
    if change is None or change.verdict is Verdict.NOT_ENOUGH or change.difference is None:
        return False
    if series.finding not in {Finding.USUAL, Finding.SPECIAL}:
        return False
    point = series.judged[-1].point
    assert point is not None
    if not change.is_claim:
        return point.direction is not None
    return point.direction is not (Direction.HIGH if change.difference > 0 else Direction.LOW)


def joint_headline(chart: Headline, change: Change | None, *, differs: bool, tested: Period) -> Headline:
    """The h1 with the test of a year against the one before: where both differ both stand, the test first (7.6)."""
    if change is None or not differs:
        return chart
    return Headline(f"{_capital(tested.title)}: {change.sentence}", f"{chart.claim} {chart.rest}".strip())


def funnel_headline(outside: Sequence[tuple[str, bool]], judged: int, subject: str) -> Headline:
    """The h1 of a funnel. `outside` are names beyond the 99.8% limits, with whether they lie above; by name."""
    if judged == 0:
        return Headline(f"No service can be compared on {subject}.", f"Each needs {MINIMUM_BASE} answers.")
    if judged == 1:
        return Headline(
            f"Only one service has a figure for {subject}.", "A funnel compares services, so it needs two of them."
        )
    if not outside:
        return Headline(
            f"No service lies outside the 99.8% limits on {subject}.",
            f"All {judged} lie within them.",
        )
    parts = [
        f"{_listed([name for name, above in outside if above is is_above])} {side}"
        for is_above, side in ((False, "lower"), (True, "higher"))
        if any(above is is_above for _, above in outside)
    ]
    others = judged - len(outside)
    rest = f"The other {others} lie within the limits." if others > 1 else ""
    return Headline(f"Outside 99.8% on {subject}: {', '.join(parts)} than all services together.", rest)


def month_words(period: Period) -> str:
    """July 2025; a quarter by its label, 2025/26 Q2."""
    return period.label if "Q" in period.label else f"{period.first:%B %Y}"


def _too_rare(series: ControlSeries, subject: Subject) -> Headline:
    chart = series.newest_chart
    assert chart is not None and chart.both_sides is not None
    favourable, unfavourable = chart.both_sides
    which, mean = (subject.for_, favourable) if favourable < unfavourable else (subject.against, unfavourable)
    claim = f"Too few {which} a {subject.unit} for this chart to judge"
    return Headline(
        f"{claim}{'; see quarters' if subject.unit == 'month' else ''}.",
        f"It needs {RARE_FROM:g} on average, and there are {floor(mean * 10) / 10:.1f}.",
    )


def _earlier(series: ControlSeries) -> str:
    """A signal of the newest twelve points, so that "as usual" does not hide it."""
    newest = series.judged[-12:]
    found = next((each for each in series.earlier if each in newest), None)
    if found is None or found.point is None:
        return ""
    side = "higher" if found.point.direction is Direction.HIGH else "lower"
    return f"In {month_words(found.entry.period)} it was {side} than its usual range."


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


SUBJECTS = {
    "contacts": "the number of contacts",
    "comment_sentiment": "the share of positive comments",
    "nps": "the net promoter score",
    "resolved": "the share resolved",
    "response_rate": "the response rate",
    "completion_rate": "the completion rate",
}
SIDES = {"satisfaction": ("satisfied answers", "dissatisfied answers")}


def subject_of(measure: Measure, about: str | None, unit: str = "month") -> Subject:
    """How a sentence calls a measure; `about` names the service when it is of one only."""
    name = SUBJECTS.get(measure.name) or measure.label[:1].lower() + measure.label[1:]
    sides = SIDES.get(measure.name, (Subject.for_, Subject.against))
    return Subject(f"{name} for {about}" if about else name, *sides, unit)
