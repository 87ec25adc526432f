"""The pages of the measures as their templates receive them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from survey_app.charts import (
    Axis,
    AxisSwitch,
    ChartView,
    IntervalBar,
    Link,
    Target,
    TargetBar,
    TrendChart,
    Unit,
    axis_from_nothing,
    view,
    zoomed_axis,
)
from survey_app.charts.points import Point
from survey_app.comments.measured import accuracy_words
from survey_app.comments.method import current as current_method
from survey_app.dashboards import addresses, pictures, wording
from survey_app.dashboards.measures.queries import OneMeasure
from survey_app.dashboards.presenters.figure_card import FigureCard
from survey_app.dashboards.presenters.frame import FilterBar
from survey_app.dashboards.selection import LAST_12_MONTHS, Selection
from survey_app.measures.amounts import goal_words, set_after_seeing_words, target_of
from survey_app.measures.definitions import Measure, Source
from survey_app.measures.definitions import Unit as MeasureUnit
from survey_app.measures.figures import Figure
from survey_app.measures.presenters import effects_text
from survey_app.measures.rules import SWITCHES, USUAL, Rules
from survey_app.measures.sentences import Headline, change_in_short, for_page
from survey_app.measures.sentences.notes import QUARTER, TWELVE_MONTHS, change_note, change_words, point_word
from survey_app.statistics.target_status import Comparator, Status

OURS, OWN = "Measures that every council has", "Measures that the council defined itself"
REACHED = {Status.MET, Status.MET_WITH_CONFIDENCE}
WHY_COARSER = {
    QUARTER: "By quarter, because most months have fewer than 30. ",
    TWELVE_MONTHS: "Rolling twelve months, because most quarters have fewer than 30; neighbours share most of theirs. ",
}
BASE_NAMES = {
    Source.ANSWERS: "answers",
    Source.COMMENTS: "comments",
    Source.INVITATIONS: "invitations delivered",
    Source.CONTACTS: "contacts closed",
    Source.DRAFTS: "answers and drafts",
}
NEEDS = {
    Source.ANSWERS: "It is counted once a survey asks its question and residents answer it.",
    Source.COMMENTS: "It is counted once residents write something and it is analysed.",
    Source.INVITATIONS: "It is counted once invitations are delivered.",
    Source.CONTACTS: "It is counted from imported contacts, of which closed_at says when they were closed.",
    Source.DRAFTS: "It is counted once a survey has several pages and saves drafts; one of a single page has none.",
}
RULE_LABELS = {
    "dont_know": "“I do not know” in the base",
    "quarantined": "Answers held for review counted",
    "staff_entered": "Answers entered by staff left out",
}


@dataclass(frozen=True)
class MeasureRow:
    """One measure in the list."""

    name: str
    url: str
    words: str
    figure: str
    passport: str
    base: str
    interval: str
    target: str
    verdict: tuple[str, str] | None
    change: str
    notes: Sequence[str]


@dataclass(frozen=True)
class MeasureGroup:
    title: str
    rows: Sequence[MeasureRow]


@dataclass(frozen=True)
class MeasuresPage:
    headline: Headline
    filters: FilterBar
    groups: Sequence[MeasureGroup]


def measures_page(figures: Sequence[Figure], filters: FilterBar) -> MeasuresPage:
    """All measures with their definitions beside their figures."""
    shown = [figure for figure in figures if figure.value is not None]
    judged = [figure for figure in shown if figure.target is not None]
    reached = sum(figure.status in REACHED for figure in judged)
    claim = f"{len(shown)} of {len(figures)} measures have a figure."
    rest = _reached_words(reached, len(judged))
    groups = [
        MeasureGroup(title, [_row(figure, filters) for figure in figures if figure.measure.is_own is is_own])
        for title, is_own in ((OURS, False), (OWN, True))
    ]
    return MeasuresPage(Headline(claim, rest), filters, [group for group in groups if group.rows])


def _reached_words(reached: int, judged: int) -> str:
    match judged:
        case 0:
            return "None of them has a target yet."
        case 1:
            return f"The one with a target {'reaches' if reached else 'does not reach'} it."
    return f"{'All' if reached == judged else f'{reached} of the'} {judged} with a target reach it."


def measure_address(measure: Measure, filters: FilterBar, *switches: str) -> str:
    """The page of a measure for the same choice, with these rules switched."""
    path = addresses.measure(filters.selection, measure.name)
    return path + "".join(f"&switch={name}" for name in switches)


def _row(figure: Figure, filters: FilterBar) -> MeasureRow:
    measure, target = figure.measure, target_of(figure)
    return MeasureRow(
        name=measure.label,
        url=measure_address(measure, filters),
        words=measure.definition,
        figure=_figure(figure),
        passport=figure.passport,
        base=_base(figure),
        interval=wording.interval_words(figure),
        target=_target_words(figure) if target else "",
        verdict=None if figure.provisional or target is None else wording.verdict_of(figure),
        change=_change_words(figure) if figure.value is not None and _is_compared(figure) else "",
        notes=_notes(figure),
    )


def _change_words(figure: Figure) -> str:
    return change_words(figure.change, provisional=figure.provisional, not_compared=figure.not_compared_words)


def _part_change(figure: Figure) -> str:
    """Of a service or channel: the change that may be claimed with its interval, else why there is none."""
    if not _is_compared(figure):
        return f"{wording.previous_words(figure)} last year"
    return _change_words(figure) if figure.change and figure.change.is_claim else _change_note(figure)


def _change_note(figure: Figure) -> str:
    before = None if figure.previous.value is None else wording.plain_value(figure.measure, figure.previous.value)
    return change_note(
        figure.change, before=before, provisional=figure.provisional, not_compared=figure.not_compared_words
    )


def _figure(figure: Figure) -> str:
    if figure.value is None and not figure.suppressed:
        return f"no {BASE_NAMES[figure.measure.source]}"
    return wording.value_words(figure)


def _base(figure: Figure) -> str:
    return wording.base_words(figure) if figure.base and figure.measure.unit is not MeasureUnit.COUNT else ""


def _is_compared(figure: Figure) -> bool:
    return figure.measure.unit not in {MeasureUnit.COUNT, MeasureUnit.DAYS}


def _target_words(figure: Figure) -> str:
    """At least 90%; where lower is better, at most."""
    if figure.target is None or figure.comparator is None:
        return ""
    return for_page(goal_words(figure.measure, figure.target, Comparator(figure.comparator)))


def _notes(figure: Figure) -> list[str]:
    """What has to be said beside a figure, each in a few words."""
    said = [
        ("provisional: answers are still coming in", figure.provisional),
        ("counted from the answers", figure.counted_from == "answers" and figure.measure.source is Source.ANSWERS),
        ("indicative: fewer than 30 answers", figure.indicative),
        ("lower is better", figure.measure.lower_is_better),
        (f"target {set_after_seeing_words(figure)}", figure.target_after_seeing),
    ]
    return [words for words, holds in said if holds]


@dataclass(frozen=True)
class SwitchRow:
    """A rule that can be switched, whether it is, and what the figure then is."""

    name: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class EffectRow:
    """What the figure is by another rule."""

    words: str
    figure: str
    passport: str
    base: str
    interval: str
    counted_from: str


@dataclass(frozen=True)
class PartRow:
    """A service or a channel, which leads to the same measure of it alone."""

    name: str
    url: str
    figure: str
    passport: str
    base: str
    interval: str
    bar: IntervalBar | None
    tag: tuple[str, str] | None
    change: str


@dataclass(frozen=True)
class MeasurePage:
    crumbs: Sequence[Link]
    headline: Headline
    filters: FilterBar
    action: str
    card: FigureCard
    effects_words: str
    switches: Sequence[SwitchRow]
    effects: Sequence[EffectRow]
    definition: str
    facts: Sequence[tuple[str, str]]
    trend: ChartView
    empty_words: str
    wider: Sequence[Link]
    parts: Sequence[tuple[str, Sequence[PartRow], str]]
    scale: Sequence[str]


def rules_asked(names: Sequence[str]) -> list[Rules]:
    """The rules that the page's address switches, each by itself, and all of them together where there are several.

    InvalidInput for a rule that is none.
    """
    wanted = {name: "out" if USUAL.settings.get(name) == "in" else "in" for name in names}
    together = Rules.read(wanted)
    alone = [rules for rules in SWITCHES if set(rules.changed) <= set(together.changed)]
    return [*alone, together] if len(alone) > 1 else alone


def switchable(measure: Measure) -> list[str]:
    """The rules that apply to a measure."""
    if measure.source is not Source.ANSWERS:
        return []
    return [name for name in RULE_LABELS if name != "dont_know" or measure.unit is not MeasureUnit.MEAN]


def measure_page(one: OneMeasure, filters: FilterBar, *, brand: str) -> MeasurePage:
    """One measure: the sentence, the figure, its definition, what other rules make of it, its trend and parts."""
    figure, measure = one.headline, one.headline.measure
    switched = {name for effect in one.effects for name in effect.query.rules.changed}
    axis = _axis(measure, [*one.services, *one.channels])
    axis = axis.whole if one.selection.is_full_axis else axis

    def service_name(of: Figure) -> str:
        return wording.service_words(of, one.names)

    def channel_name(of: Figure) -> str:
        return wording.channel_label(of.group[0])

    return MeasurePage(
        crumbs=(
            Link("Overview", filters.overview),
            Link("More figures", addresses.MORE),
            Link("Measures", addresses.with_arguments(addresses.MEASURES, one.selection.address)),
            Link(measure.label, ""),
        ),
        headline=_headline(figure),
        filters=filters,
        action=f"{addresses.MEASURES}/{measure.name}",
        card=_card(figure),
        effects_words=_effects_words(figure, one.effects),
        switches=[SwitchRow(name, RULE_LABELS[name], name in switched) for name in switchable(measure)],
        effects=[_effect(each) for each in one.effects],
        definition=measure.definition,
        facts=_definition_facts(measure),
        trend=view(_trend(one), brand=brand, axis=_axis_switch(measure, one.selection)),
        empty_words=NEEDS[measure.source],
        wider=_wider(measure, filters),
        parts=[
            ("Services", *_parts(one.services, "service", service_name, one.selection, axis)),
            ("Channels", *_parts(one.channels, "channel", channel_name, one.selection, axis)),
        ],
        scale=pictures.scale_words(axis),
    )


def _headline(figure: Figure) -> Headline:
    label, period = figure.measure.label, figure.period.title
    if figure.suppressed:
        return Headline(f"{label}: not shown.", f"Fewer than 10 answers, {period}.")
    if figure.value is None:
        return Headline(f"{label}: no figure.", f"Nothing was counted, {period}.")
    value, of = wording.value_words(figure), f"{figure.base:,} {BASE_NAMES[figure.measure.source]}"
    rest = for_page(change_in_short(figure.change)) if figure.change else f"{period}."
    match figure.measure.unit:
        case MeasureUnit.COUNT:
            return Headline(f"{value} {label.lower()}.", rest)
        case MeasureUnit.DAYS:
            return Headline(f"{label}: {value}, the median of {of}.", rest)
    return Headline(f"{label} {value} of {of}.", rest)


def _card(figure: Figure) -> FigureCard:
    passport = Link("Passport of this figure", figure.passport)
    if figure.suppressed or figure.value is None:
        words = "Fewer than 10 answers: not shown" if figure.suppressed else "Nothing was counted"
        return FigureCard("[c]" if figure.suppressed else "–", [words], None, None, (), None, passport)
    facts = [
        ("95% interval", wording.interval_words(figure)),
        ("Target", _target_words(figure) or "none is set"),
        ("Last year", wording.previous_words(figure)),
        ("Change", _change_words(figure) if _is_compared(figure) else "not tested: the interval says how sure"),
        ("Not counted", wording.outside_words(figure.outside)),
        ("Note", ", ".join(_notes(figure))),
    ]
    if figure.measure.unit is MeasureUnit.COUNT:
        facts = [fact for fact in facts if fact[0] in {"Last year", "Note"}]
    target = pictures.target_of(figure) if not figure.measure.lower_is_better else None
    is_share = figure.measure.unit is MeasureUnit.SHARE
    counts = f"{figure.numerator:,} of {figure.base:,}" if is_share else f"{figure.base:,}"
    return FigureCard(
        figure=wording.value_words(figure),
        counts=[f"{counts} {BASE_NAMES[figure.measure.source]}"]
        if figure.measure.unit is not MeasureUnit.COUNT
        else [],
        bar=TargetBar(figure.value, target, figure.previous.value) if is_share else None,
        verdict=None if figure.provisional or figure.target is None else wording.verdict_of(figure),
        facts=[(name, words) for name, words in facts if words],
        caveat=None,
        passport=passport,
    )


def _effects_words(figure: Figure, effects: Sequence[Figure]) -> str:
    if figure.value is None or not effects:
        return ""
    return for_page(effects_text(figure, effects)).replace("'", "’")


def _effect(figure: Figure) -> EffectRow:
    return EffectRow(
        words=figure.query.rules.words.replace("'", "’"),
        figure=_figure(figure),
        passport=figure.passport,
        base=wording.base_words(figure),
        interval=wording.interval_words(figure),
        counted_from="counted from the answers" if figure.counted_from == "answers" else "from the tallies",
    )


def _wider(measure: Measure, filters: FilterBar) -> list[Link]:
    """From a choice without figures to wider ones."""
    selection, page = filters.selection, f"{addresses.MEASURES}/{measure.name}"
    everything = addresses.with_arguments(page, {"period": selection.code})
    latest = addresses.with_arguments(page, {"period": LAST_12_MONTHS} | selection.where)
    links = [Link("All services and channels, same period", everything)] if selection.where else []
    return [*links, Link("Same choice, last 12 months", latest)] if selection.code != LAST_12_MONTHS else links


def _definition_facts(measure: Measure) -> list[tuple[str, str]]:
    facts = [("Version", measure.code_and_version)]
    if measure.unit is not MeasureUnit.COUNT:
        facts.append(("Better", "lower" if measure.lower_is_better else "higher"))
    if measure.source is Source.COMMENTS:
        facts.append(("How often a label is right", accuracy_words(current_method().name)))
    if measure.is_own:
        facts.insert(0, ("Who defined it", "the council itself; other councils have no such figure"))
    return facts


def _trend(one: OneMeasure) -> TrendChart:
    measure, target = one.headline.measure, _chart_target(one.headline)
    unit, along = one.trend_unit, pictures.steps(one.trend, one.trend_unit)
    points = tuple(_without_base(measure, point) for point in pictures.points_of(one.trend, unit))
    return TrendChart(
        key="trend",
        title=pictures.trend_title(measure.label, unit),
        sentence=_trend_sentence(one),
        points=points,
        axis=_axis(measure, one.trend, target),
        target=target,
        line_label="This period",
        previous_label="Year before",
        value_name=measure.label,
        base_name=BASE_NAMES[measure.source].split(" ")[0],
        annotations=pictures.marks_in(along, one.improvements, one.events),
        breaks=pictures.method_breaks(along, one.method_turns),
    )


def _trend_sentence(one: OneMeasure) -> str:
    return _shown_words(one) + "".join(
        f" From {turn.since:%B %Y} on most comments are labelled by another method: nothing is compared across it."
        for turn in one.method_turns
    )


def _shown_words(one: OneMeasure) -> str:
    why, point = WHY_COARSER.get(one.trend_unit, ""), point_word(one.trend_unit)
    shown = [figure for figure in one.trend if figure.value is not None]
    if not shown:
        return f"{why}No {point} has a figure."
    if len(shown) > 1 and all(figure.value == shown[0].value for figure in shown):
        return f"{why}{len(shown)} of {len(one.trend)} {point}s shown, each {_figure(shown[0])}."
    lowest = min(shown, key=lambda figure: figure.value or 0.0)
    highest = max(shown, key=lambda figure: figure.value or 0.0)
    ends = " and ".join(
        f"{name} {wording.value_words(figure)} in {pictures.named(figure.period, one.trend_unit)}"
        for name, figure in (("lowest", lowest), ("highest", highest))
    )
    return f"{why}{len(shown)} of {len(one.trend)} {point}s shown: {ends}."


def _chart_target(figure: Figure) -> Target | None:
    return None if figure.measure.lower_is_better else pictures.target_of(figure)


def _axis_switch(measure: Measure, selection: Selection) -> AxisSwitch:
    whole = addresses.measure(selection, measure.name, axis="full")
    return AxisSwitch(selection.is_full_axis, addresses.measure(selection, measure.name), whole)


def _without_base(measure: Measure, point: Point) -> Point:
    """A count stands on no answers, so none of its points is small."""
    return replace(point, base=None, previous_base=None) if measure.unit is MeasureUnit.COUNT else point


def _axis(measure: Measure, figures: Sequence[Figure], target: Target | None = None) -> Axis:
    points = [_without_base(measure, pictures.point_of(figure, "")) for figure in figures]
    match measure.unit:
        case MeasureUnit.SHARE:
            return zoomed_axis(points, target)
        case MeasureUnit.NET_SHARE:
            return Axis(low=-1.0, full=(-1.0, 1.0), unit=Unit.NET_SHARE)
        case MeasureUnit.MEAN:
            low, high = measure.scale or (0, 1)
            return Axis(low=low, high=high, full=(low, high), unit=Unit.MEAN)
    return axis_from_nothing(points, Unit(measure.unit.value), target)


def _parts(
    figures: Sequence[Figure], by: str, name_of: Callable[[Figure], str], selection: Selection, axis: Axis
) -> tuple[list[PartRow], str]:
    """The rows that may be shown, and the names of those that may not."""
    rows = [
        PartRow(
            name=name_of(figure),
            url=addresses.measure(selection, figure.measure.name, **{by: code}) if (code := figure.group[0]) else "",
            figure=wording.value_words(figure),
            passport=figure.passport,
            base=_base(figure),
            interval=wording.interval_words(figure),
            bar=None if figure.measure.unit is MeasureUnit.COUNT else pictures.bar_of(figure, axis),
            tag=wording.change_tag(figure),
            change=_part_change(figure),
        )
        for figure in figures
        if figure.value is not None
    ]
    hidden = sorted(name_of(figure) for figure in figures if figure.suppressed)
    return rows, wording.listed(hidden)
