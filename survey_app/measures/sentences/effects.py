"""What may be said of an improvement: what rose after it, never because of it. Source: MEASURES.md 9.3 to 9.5."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from survey_app.kernel.periods import in_words
from survey_app.measures.control import Placed
from survey_app.measures.definitions import Measure, Unit
from survey_app.measures.effects import (
    REST_BASE,
    Before,
    Comparison,
    Effect,
    EffectVerdict,
    EffectWarning,
    Named,
    WarningKind,
)
from survey_app.measures.sentences import changes
from survey_app.measures.sentences.changes import Change
from survey_app.measures.sentences.control import signal_sentence, subject_of
from survey_app.measures.sentences.numbers import base_text, capital, for_page, listed
from survey_app.statistics.control_charts import Direction
from survey_app.statistics.interrupted_series import InterruptedSeries
from survey_app.statistics.rounding import percent, points
from survey_app.statistics.sample_size import in_two_figures
from survey_app.statistics.suppression import INDICATIVE_BELOW

COMPARED_WITH = {
    Before.SAME_MONTHS: "in the same months a year earlier",
    Before.JUST_BEFORE: "in the months just before",
    Before.BEFORE_THE_LOW: "in the 12 months before the unusual ones",
}
NO_EFFECT = "no effect that we can show"
HELPED = {
    EffectVerdict.MORE_THAN_ELSEWHERE: "Yes",
    EffectVerdict.IMPROVED: "Yes",
    EffectVerdict.ELSEWHERE_TOO: "Better, but not only here",
    EffectVerdict.NO_EFFECT: capital(NO_EFFECT),
    EffectVerdict.WORSE: capital(NO_EFFECT),
    EffectVerdict.NOT_ENOUGH: "Too few answers to tell",
    EffectVerdict.NOT_COMPARED: "We cannot tell",
    EffectVerdict.NOT_YET: "We cannot tell yet",
}
UNTOLD = {EffectVerdict.NOT_YET, EffectVerdict.NOT_COMPARED, EffectVerdict.NOT_ENOUGH}
SUBJECTS = {"processing_days": "the median processing time"}


def told(effect: Effect) -> Effect:
    """The effect with its sentence, for pages."""
    return replace(effect, sentence=for_page(effect_sentence(effect)))


def told_together(effects: Sequence[Effect]) -> list[Effect]:
    """Effects that stand on one page: each allows for the number of those that are tested there (Holm)."""
    adjusted = iter(changes.together([effect.change for effect in effects if effect.change is not None]))
    return [told(effect if effect.change is None else _judged_as(effect, next(adjusted))) for effect in effects]


def _judged_as(effect: Effect, change: Change) -> Effect:
    judged, *others = effect.comparisons
    return replace(effect, comparisons=(replace(judged, change=change), *others))


def effect_sentence(effect: Effect) -> str:
    """The answer to "did it help?", with the figures before and after."""
    change = effect.change
    if effect.verdict in UNTOLD or change is None or change.finding is None:
        return _cannot_tell(effect)
    named, subject, what = effect.named, _subject(effect.named), f"“{effect.named.what}”"
    before, after = change.finding.before, change.finding.now + _unit(named.measure)
    if not effect.has_improved:
        doubt = changes.doubt_of(change.finding, change.adjusted_for)
        none = f"{capital(NO_EFFECT)}: {subject} was {before} before {what} and {after} after it{doubt}."
        return f"{none} That is worse, and unlikely to be chance." if effect.verdict is EffectVerdict.WORSE else none
    return f"{capital(subject)} {_moved(named)} from {before} to {after} after {what}{_elsewhere(effect)}."


def _cannot_tell(effect: Effect) -> str:
    match effect.verdict:
        case EffectVerdict.NOT_YET:
            begin = f"We cannot tell yet: it needs answers of three whole months after “{effect.named.what}”"
            return f"{begin}." if effect.ready_on is None else f"{begin}. Look again from {in_words(effect.ready_on)}."
        case EffectVerdict.NOT_COMPARED:
            assert effect.judged is not None and effect.judged.not_compared is not None
            return f"We cannot tell: {_decapitalised(effect.judged.not_compared)}"
    return f"We cannot tell: {too_few_words(effect)}"


def size_words(effect: Effect) -> str:
    """+12.0 points (+3.1 to +20.0); nothing where it was not compared."""
    change = effect.change
    if change is None or change.finding is None:
        return ""
    finding = change.finding
    interval = finding.interval
    reach = "" if interval is None else f" ({finding.written(interval.low)} to {finding.written(interval.high)})"
    return for_page(f"{finding.written(finding.difference)}{finding.unit}{reach}")


def chance_words(p_value: float) -> str:
    """How often chance alone does as much: about once in 80 times."""
    if p_value < 1 / 1000:
        return "chance alone would do this less than once in 1,000 times"
    if p_value > 1 / 2:
        return "chance alone does this more often than not"
    times = 1 / p_value
    return f"chance alone would do this about once in {in_two_figures(round(times)):,} times"


def comparison_words(comparison: Comparison) -> str:
    """What a comparison found, in one sentence for pages; why there is none."""
    if comparison.change is None:
        return comparison.not_compared or "Not compared."
    return for_page(comparison.change.sentence)


def rest_sentence(effect: Effect) -> str:
    """How the rest of the council moved over the same months, or that there is none to compare with."""
    rest, change = effect.rest, effect.change
    if change is None or change.finding is None:
        return ""
    if rest is None:
        return (
            "There is no rest of the council to compare with: it needs services outside this scope with "
            f"{REST_BASE} answers or more before and after."
        )
    there = rest.change.finding
    assert there is not None
    written = change.finding.written
    return for_page(
        f"In the rest of the council it was {there.before} before and {there.now}{_unit(effect.named.measure)} after. "
        f"Set against that, the change here is {written(rest.difference)}{there.unit} "
        f"({written(rest.interval.low)} to {written(rest.interval.high)})."
    )


def warning_sentence(warning: EffectWarning, named: Named) -> str:
    """What else may be behind the figures."""
    match warning.kind:
        case WarningKind.NAMED_LATE:
            assert named.named_on is not None
            return f"What it should move was named on {in_words(named.named_on)}, after the change."
        case WarningKind.REGRESSION:
            unusual = "high" if named.lower_is_better else "low"
            return (
                f"It was chosen when unusually {unusual} ({warning.about}); part of the {_move(named)} would have come "
                "anyway. The table also compares with the 12 months before that."
            )
        case WarningKind.SEASON:
            return (
                "It is compared with other months of the year, because the same months a year earlier cannot be "
                "compared: the season may be part of the difference."
            )
    return f"Something else changed: {_what_changed(warning)}."


def _what_changed(warning: EffectWarning) -> str:
    match warning.kind:
        case WarningKind.WORDING:
            return f"the question was worded anew on {warning.about}"
        case WarningKind.SURVEY_VERSION:
            return f"a new version of the survey was published on {warning.about}"
        case WarningKind.CHANNEL_MIX:
            assert warning.shift is not None
            before, now = percent(warning.shift.before), percent(warning.shift.now)
            return f"{warning.about} had {before} of the answers before and has {now} after"
    what = "improvement {} was" if warning.number == 1 else "improvements {} were"
    return f"{what.format(warning.about)} made in these months too"


def signals_words(effect: Effect) -> list[str]:
    """What the control chart says of the months after the change, in its own words: the newest signal either way, and
    how many there are."""
    named = effect.named
    subject = subject_of(named.measure, named.scope or None)
    signals = effect.signals
    found = []
    for direction in dict.fromkeys(_direction(each) for each in reversed(signals)):
        same = [each for each in signals if _direction(each) is direction]
        others = len(same) - 1
        also = f" It finds {others} more such {'months' if others > 1 else 'month'} since the change." if others else ""
        found.append(f"The control chart: {_decapitalised(signal_sentence(effect.control, same[-1], subject))}{also}")
    return found


def series_sentence(effect: Effect, series: InterruptedSeries) -> str:
    """The second opinion from the line of the months."""
    step = series.step
    size = f"{points(step.estimate)} points ({points(step.interval.low)} to {points(step.interval.high)})"
    if effect.names_a_step:
        return for_page(f"The line of the months shows a step with the change: {size}. Season is not in this model.")
    return for_page(f"The line of the months shows no step that we can name: {size}. Season is not in this model.")


def too_few_words(effect: Effect) -> str:
    """The bases that were too small to compare."""
    after, before = effect.after, effect.before
    assert after is not None and before is not None
    of = "contacts" if effect.named.measure.unit is Unit.DAYS else "answers"
    return (
        f"{base_text(after.base)} {of} after “{effect.named.what}” and {base_text(before.base)} before it; "
        f"we compare from {INDICATIVE_BELOW} in each."
    )


def scope_words(services: Sequence[str], channels: Sequence[str], sites: Sequence[str]) -> str:
    """Housing (face to face, Riverside House); nothing for the whole council. All are given by name."""
    narrower = ", ".join([*(name[:1].lower() + name[1:] for name in channels), *sites])
    whose = listed(services) or ("contacts" if narrower else "")
    return f"{whose} ({narrower})" if narrower else whose


def _subject(named: Named) -> str:
    if named.measure.name == "satisfaction" and named.scope:
        return f"satisfaction with {named.scope}"
    name = SUBJECTS.get(named.measure.name)
    if name is None:
        return subject_of(named.measure, named.scope or None).name
    return f"{name} for {named.scope}" if named.scope else name


def _elsewhere(effect: Effect) -> str:
    """How a sentence about a change that shows goes on; nothing where there is no rest to compare with."""
    named, rest = effect.named, effect.rest
    if rest is None or rest.change.difference is None:
        return ""
    if effect.verdict is EffectVerdict.MORE_THAN_ELSEWHERE:
        return f"; elsewhere it did not {_move(named)} as much"
    if rest.change.difference and (rest.change.difference < 0) is named.lower_is_better:
        return f", but it {_moved(named)} elsewhere too"
    return ", but not by more than elsewhere, as far as we can show"


def _moved(named: Named) -> str:
    return "fell" if named.lower_is_better else "rose"


def _move(named: Named) -> str:
    return "fall" if named.lower_is_better else "rise"


def _unit(measure: Measure) -> str:
    return " working days" if measure.unit is Unit.DAYS else ""


def _direction(placed: Placed) -> Direction | None:
    return None if placed.point is None else placed.point.direction


def _decapitalised(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
