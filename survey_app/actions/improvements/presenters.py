"""The pages of improvements as their templates receive them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey_app.actions.improvements.letters import letter_of
from survey_app.actions.models import Direction, Heard, HeardKind, Improvement, Prompt
from survey_app.charts import (
    Annotation,
    Axis,
    BeforeAfterChart,
    ChartView,
    Link,
    Point,
    Span,
    Unit,
    axis_from_nothing,
    position_of,
    view,
)
from survey_app.kernel.clock import london_day
from survey_app.kernel.periods import ONE_DAY, Period, in_words
from survey_app.measures.amounts import value_text
from survey_app.measures.definitions import Measure
from survey_app.measures.definitions import Unit as MeasureUnit
from survey_app.measures.effects import Before, Effect, EffectVerdict
from survey_app.measures.figures import Figure
from survey_app.measures.frozen import figure_of
from survey_app.measures.sentences import for_page
from survey_app.measures.sentences.effects import (
    HELPED,
    chance_words,
    comparison_words,
    rest_sentence,
    series_sentence,
    signals_words,
    size_words,
    warning_sentence,
)
from survey_app.measures.sentences.numbers import capital

INDEX = "/actions/improvements/"
AGAINST = {
    Before.SAME_MONTHS: "Same months a year earlier",
    Before.JUST_BEFORE: "The months just before",
    Before.BEFORE_THE_LOW: "The 12 months before it was unusual",
}
WHO = {Prompt.SURVEY: "the survey", Prompt.CONSULTATION: "a consultation", Prompt.COMPLAINT: "a complaint"} | {
    Prompt.STAFF_IDEA: "an idea of staff"
}


@dataclass(frozen=True)
class FigureCell:
    """A figure in a table: what it is, on what it stands, and where its passport is; hidden ones have none."""

    value: str
    base: str
    url: str | None


@dataclass(frozen=True)
class Row:
    """One improvement on a list."""

    letter: str
    title: str
    url: str
    aim: str
    done: str
    before: FigureCell | None
    after: FigureCell | None
    tag: tuple[str, str]
    interval: str
    sentence: str


@dataclass(frozen=True)
class ComparisonRow:
    against: str
    days: str
    before: FigureCell
    after: FigureCell
    sentence: str
    is_judged: bool


@dataclass(frozen=True)
class HeardRow:
    """One thing that was heard. `passport` is the code of a frozen figure."""

    id: int
    words: str
    passport: str | None = None


@dataclass(frozen=True)
class ImprovementPage:
    letter: str
    title: str
    helped: str
    tag: tuple[str, str]
    claim: str
    chart: ChartView | None
    comparisons: Sequence[ComparisonRow]
    rest_sentence: str
    rest_links: Sequence[Link]
    warnings: Sequence[str]
    second_opinions: Sequence[str]
    themes: Sequence[HeardRow]
    quotes: Sequence[HeardRow]
    figures: Sequence[HeardRow]
    facts: Sequence[tuple[str, str]]


def rows_of(effects: Sequence[tuple[Improvement, Effect]]) -> list[Row]:
    """Improvements with their effects, as they stand on a list."""
    return [row_of(letter_of(improvement.number), effect) for improvement, effect in effects]


def row_of(letter: str, effect: Effect) -> Row:
    """One of them."""
    return Row(
        letter=letter,
        title=effect.named.what,
        url=f"{INDEX}{letter}",
        aim=_aim(effect),
        done=in_words(effect.named.done_on),
        before=None if effect.before is None else figure_cell(effect.before),
        after=None if effect.after is None else figure_cell(effect.after),
        tag=tag_of(effect),
        interval=_interval(effect),
        sentence=effect.sentence,
    )


TAGS = {
    EffectVerdict.MORE_THAN_ELSEWHERE: ("improvement", "{size}"),
    EffectVerdict.IMPROVED: ("improvement", "{size}"),
    EffectVerdict.ELSEWHERE_TOO: ("neutral", "{size}, not only here"),
    EffectVerdict.NO_EFFECT: ("common", "No effect shown"),
    EffectVerdict.WORSE: ("concern", "{size}, worse"),
    EffectVerdict.NOT_ENOUGH: ("common", "Too few answers"),
    EffectVerdict.NOT_COMPARED: ("common", "Cannot be compared"),
    EffectVerdict.NOT_YET: ("common", "Too early to tell"),
}


def tag_of(effect: Effect) -> tuple[str, str]:
    """Kind and words: what the tests allow to be said."""
    kind, words = TAGS[effect.verdict]
    return kind, words.format(size=size_words(effect).partition(" (")[0])


def improvement_page(
    improvement: Improvement,
    effect: Effect,
    parts: Sequence[Figure],
    themes: Mapping[str, str],
    *,
    brand: str,
    may_read_comments: bool,
    sees_all: bool,
) -> ImprovementPage:
    """Everything that the page shows. `parts` are what its chart draws, `themes` their names by code."""
    return ImprovementPage(
        letter=letter_of(improvement.number),
        title=improvement.title,
        helped=HELPED[effect.verdict],
        tag=tag_of(effect),
        claim=effect.sentence,
        chart=_chart(improvement, effect, parts, brand),
        comparisons=_comparisons(effect),
        rest_sentence=rest_sentence(effect),
        rest_links=_rest_links(effect) if sees_all else (),
        warnings=[warning_sentence(warning, effect.named) for warning in effect.warnings],
        second_opinions=_second_opinions(effect),
        themes=[
            HeardRow(heard.id, themes.get(heard.theme or "", heard.theme or ""))
            for heard in improvement.heard_from
            if heard.kind is HeardKind.THEME
        ],
        quotes=[
            HeardRow(heard.id, heard.quote)
            for heard in improvement.heard_from
            if heard.kind is HeardKind.QUOTE and heard.comment_id is not None and may_read_comments
        ],
        figures=[_heard_figure(heard) for heard in improvement.heard_from if heard.kind is HeardKind.FIGURE],
        facts=_facts(improvement, effect),
    )


def figure_cell(figure: Figure) -> FigureCell:
    """A figure with the address of its passport."""
    value = for_page(value_text(figure.measure, figure)) if figure.base else "none"
    return FigureCell(value, f"{figure.base:,}" if figure.value is not None else "", _passport(figure))


def _passport(figure: Figure) -> str | None:
    return figure.passport if figure.value is not None else None


def _aim(effect: Effect) -> str:
    """Resolved, Housing."""
    return f"{effect.named.measure.label}, {effect.named.scope or 'whole council'}"


def _interval(effect: Effect) -> str:
    return size_words(effect).partition(" (")[2].removesuffix(")")


def _size(effect: Effect) -> str:
    """Beside the claim: how large, and how often chance does as much."""
    if effect.p_value is None:
        return ""
    return capital(f"{size_words(effect)}; {chance_words(effect.p_value)}.")


def _chart(improvement: Improvement, effect: Effect, parts: Sequence[Figure], brand: str) -> ChartView | None:
    if not parts or effect.windows is None or effect.before is None or effect.after is None:
        return None
    letter = letter_of(improvement.number)
    points = tuple(
        Point(
            label=_months(figure.period),
            value=figure.value,
            base=figure.base,
            low=figure.low,
            high=figure.high,
            suppressed=figure.suppressed,
            group=str(figure.period.first.year),
            url=_passport(figure),
        )
        for figure in parts
    )
    spans = tuple(
        span
        for name, figure in (("Before", effect.before), ("After", effect.after))
        if (span := _span(name, figure, parts)) is not None
    )
    at = position_of(improvement.done_on, [part.period.first for part in parts], parts[-1].period.last + ONE_DAY)
    chart = BeforeAfterChart(
        key="effect",
        title=f"Improvement {letter}: did it help?",
        sentence=f"{HELPED[effect.verdict]}. {_size(effect)}".strip(),
        points=points,
        spans=spans,
        axis=_axis(effect.named.measure, points, spans),
        value_name=effect.named.measure.label,
        base_name="contacts" if effect.named.measure.unit is MeasureUnit.DAYS else "answers",
        annotations=()
        if at is None
        else (Annotation(letter, f"{improvement.title}, {improvement.done_on.day} {improvement.done_on:%b %Y}", at),),
    )
    return view(chart, brand=brand)


def _span(name: str, figure: Figure, parts: Sequence[Figure]) -> Span | None:
    inside = [n for n, part in enumerate(parts) if part.period.first in figure.period]
    if figure.value is None or not inside:
        return None
    interval = None if figure.low is None or figure.high is None else (figure.low, figure.high)
    return Span(name, inside[0], inside[-1], figure.value, interval)


def _axis(measure: Measure, points: Sequence[Point], spans: Sequence[Span]) -> Axis:
    """The whole scale, so that no effect looks larger than it is."""
    match measure.unit:
        case MeasureUnit.SHARE:
            return Axis()
        case MeasureUnit.NET_SHARE:
            return Axis(-1.0, 1.0, (-1.0, 1.0), Unit.NET_SHARE)
        case MeasureUnit.MEAN:
            low, high = measure.scale or (1, 5)
            return Axis(low, high, (low, high), Unit.MEAN)
    also = [Point(label="", value=span.value, base=None) for span in spans]
    return axis_from_nothing([*points, *also], Unit.DAYS)


def _months(period: Period) -> str:
    """Oct, or Oct–Nov."""
    first, last = f"{period.first:%b}", f"{period.last:%b}"
    return first if first == last else f"{first}–{last}"


def _comparisons(effect: Effect) -> list[ComparisonRow]:
    if effect.after is None:
        return []
    return [
        ComparisonRow(
            against=AGAINST[comparison.kind],
            days=capital(comparison.before.period.title),
            before=figure_cell(comparison.before),
            after=figure_cell(effect.after),
            sentence=comparison_words(comparison),
            is_judged=place == 0,
        )
        for place, comparison in enumerate(effect.comparisons)
    ]


def _rest_links(effect: Effect) -> tuple[Link, ...]:
    rest = effect.rest
    if rest is None:
        return ()
    return Link("Passport of the rest before", rest.before.passport), Link("and after", rest.after.passport)


def _second_opinions(effect: Effect) -> list[str]:
    """Control chart and line of the months: they are told beside the test, and never instead of it."""
    if effect.windows is None:
        return []
    signals = signals_words(effect)
    words = signals or ["The control chart of its months shows nothing unusual since the change."]
    if effect.series is not None:
        words.append(series_sentence(effect, effect.series))
    return words


def _heard_figure(heard: Heard) -> HeardRow:
    assert heard.passport is not None
    figure = figure_of(json.loads(heard.passport.document))
    words = f"{figure.measure.label} {figure_cell(figure).value} of {figure.base:,}, {figure.period.title}"
    return HeardRow(heard.id, words, heard.passport.code)


def _facts(improvement: Improvement, effect: Effect) -> list[tuple[str, str]]:
    came_from = WHO[improvement.prompt]
    if improvement.prompt_note:
        came_from += f": {improvement.prompt_note}"
    cost = improvement.cost_pounds
    way = "down" if improvement.direction is Direction.DECREASE else "up"
    facts = [
        ("Done", in_words(improvement.done_on)),
        ("Where", improvement.place),
        ("Owner", improvement.owner),
        ("Cost", "" if cost is None else f"£{cost:,}"),
        ("Came from", came_from),
        ("Should move", f"{_aim(effect)}, {way}"),
        ("Settling", f"{improvement.settling_days} days"),
        ("Named", in_words(london_day(improvement.named_at))),
        ("Look again", "" if effect.ready_on is None else in_words(effect.ready_on)),
    ]
    return [(name, words) for name, words in facts if words]
