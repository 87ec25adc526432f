"""The comparison as its template receives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from survey_app.charts import CellBar, IntervalBar, Link
from survey_app.dashboards import addresses, pictures, wording
from survey_app.dashboards.compare.asked import CAN_BE_COMPARED, SEVERAL, SIDES, By, Comparison
from survey_app.dashboards.compare.queries import Compared
from survey_app.dashboards.parts.presenters import HIDDEN_WORDS, WHY_HIDDEN
from survey_app.dashboards.presenters.frame import FilterBar
from survey_app.dashboards.selection import Choice, Selection
from survey_app.kernel.periods import Period
from survey_app.measures.caveats import Shift
from survey_app.measures.figures import Figure
from survey_app.measures.sentences import Change, Headline, for_page, listed
from survey_app.measures.sentences.effects import scope_words
from survey_app.measures.two_sides import Mix, Pair
from survey_app.organisation.channels import Channel
from survey_app.statistics.rounding import percent

NO_CAUSE = (
    "A difference may come from who contacted us and about what, from who answered, or from the work itself. "
    "This page cannot tell which."
)
PROVISIONAL = "Answers are still coming in: not compared yet."
MIXED_BY = {"Channels": "channel", "Services": "service"}
CHOOSE = {
    By.SERVICE: "Choose two services.",
    By.CHANNEL: "Choose two channels.",
    By.SITE: "Choose two sites.",
    By.GROUP: "Choose two customer groups.",
}
VERDICTS = {
    "improved": ("improvement", "better"),
    "fell": ("concern", "worse"),
    "higher": ("neutral", "higher"),
    "lower": ("neutral", "lower"),
    "no_change_shown": ("common", "no change shown"),
    "no_difference_shown": ("common", "no difference shown"),
    "not_enough": ("common", "too few to compare"),
}


@dataclass(frozen=True)
class SideRow:
    """A measure on one side; `comments` leads to what was written there."""

    name: str
    value: Link
    base: str
    interval: str
    bar: IntervalBar | None
    comments: str | None


@dataclass(frozen=True)
class MeasureRow:
    label: str
    sides: Sequence[SideRow]
    tag: tuple[str, str] | None
    sentence: str


@dataclass(frozen=True)
class MixRow:
    name: str
    one: Link
    other: Link
    one_bar: CellBar
    other_bar: CellBar
    moved: bool


@dataclass(frozen=True)
class MixBlock:
    title: str
    rows: Sequence[MixRow]
    words: str


@dataclass(frozen=True)
class ComparePage:
    headline: Headline
    filters: FilterBar
    sides: Sequence[Choice]
    measures: Sequence[Choice]
    choices: Sequence[Choice]
    against: Sequence[Choice]
    asked: Comparison
    one_name: str
    other_name: str
    problem: str
    rows: Sequence[MeasureRow]
    scale: Sequence[str]
    family: str
    mixes: Sequence[MixBlock]
    no_cause: str = NO_CAUSE


def side_names(asked: Comparison, names: Mapping[str, str]) -> tuple[str, str]:
    """How the two sides are called in a sentence."""
    if asked.by is By.PERIOD:
        return _period_name(asked.selection.period), _period_name(asked.against)
    one, other = (names.get(code, code) for code in (asked.one, asked.other))
    return (_called(asked.by, one), _called(asked.by, other)) if asked.is_chosen else (one, other)


def _period_name(period: Period) -> str:
    """2024/25 and 2024/25 Q1 as they are chosen; a month or other days in words."""
    return period.label if "/" in period.label else period.title


def _called(by: By, name: str) -> str:
    match by:
        case By.CHANNEL:
            return scope_words([], [name], [])
        case By.SITE | By.GROUP:
            return scope_words([], [], [name])
    return name


def compare_page(
    asked: Comparison,
    found: Compared | None,
    names: Mapping[str, str],
    filters: FilterBar,
    *,
    services: Mapping[str, str],
    problem: str,
    may_read_comments: bool,
) -> ComparePage:
    """Both sides, the tests, and what else differs. `found` is None while there is nothing to compare."""
    one_name, other_name = side_names(asked, names)
    pairs = found.pairs if found else ()
    figures = [each for pair in pairs for each in (pair.one, pair.other)]
    axis = pictures.shared_axis([each for each in figures if each.value is not None], full=asked.selection.is_full_axis)
    with_comments = may_read_comments and asked.by is not By.GROUP
    comments = [_comments(asked, n) if with_comments else None for n in range(2)]
    return ComparePage(
        headline=_headline(asked, pairs, (one_name, other_name), problem),
        filters=filters,
        sides=SIDES,
        measures=[
            *(Choice(measure.name, measure.label) for measure in CAN_BE_COMPARED),
            Choice(SEVERAL, "Satisfaction and what drives it"),
        ],
        choices=[Choice("", "Choose"), *(Choice(code, name) for code, name in names.items())],
        against=_against(asked, filters.periods),
        asked=asked,
        one_name=one_name,
        other_name=other_name,
        problem=problem,
        rows=[
            MeasureRow(
                label=pair.one.measure.label,
                sides=[
                    SideRow(
                        name=name,
                        value=Link(wording.value_words(figure), figure.passport if figure.value is not None else ""),
                        base=wording.base_words(figure),
                        interval=wording.interval_words(figure),
                        bar=None if figure.value is None else pictures.bar_of(figure, axis),
                        comments=url,
                    )
                    for name, figure, url in zip((one_name, other_name), (pair.one, pair.other), comments, strict=True)
                ],
                tag=VERDICTS[pair.change.verdict] if pair.change else None,
                sentence=_sentence(pair, asked),
            )
            for pair in pairs
        ],
        scale=pictures.scale_words(axis),
        family=_family([pair.change for pair in pairs]),
        mixes=[
            _mix_block(title, mix, _leads(asked, MIXED_BY[title], services, with_comments=with_comments))
            for title, mix in (found.mixes if found else {}).items()
        ],
    )


def _against(asked: Comparison, periods: Sequence[Choice]) -> list[Choice]:
    """The periods that may be compared with, and the one that is."""
    known = {choice.value for choice in periods}
    own = [] if asked.against_code in known else [Choice(asked.against_code, asked.against.title)]
    return [*own, *periods]


def _comments(asked: Comparison, side: int) -> str:
    """What was written on one of the two sides."""
    return addresses.comments(_chosen(asked, side), **asked.wheres[side])


def _chosen(asked: Comparison, side: int) -> Selection:
    """The period of one of the two sides, as other pages have it."""
    code = asked.against_code if side and asked.by is By.PERIOD else asked.selection.code
    return Selection(code, asked.periods[side])


def _sentence(pair: Pair, asked: Comparison) -> str:
    if pair.change is not None:
        return for_page(pair.change.sentence)
    if pair.why_not:
        return pair.why_not
    if any(figure.suppressed for figure in (pair.one, pair.other)):
        kind = asked.by.part_kind
        return (WHY_HIDDEN.get(kind) if kind else None) or HIDDEN_WORDS
    if any(figure.value is None for figure in (pair.one, pair.other)):
        return "Nobody has answered this on one of the two sides."
    return PROVISIONAL


def _family(changes: Sequence[Change | None]) -> str:
    tested = max((change.adjusted_for for change in changes if change is not None and change.is_tested), default=0)
    return f"Each test allows for the {tested} that stand here (Holm)." if tested > 1 else ""


def _headline(asked: Comparison, pairs: Sequence[Pair], names: tuple[str, str], problem: str) -> Headline:
    if problem:
        return Headline("These cannot be compared.", problem)
    if not asked.is_chosen:
        return Headline("Two sides of one measure.", CHOOSE[asked.by])
    if len(pairs) > 1:
        claims = [pair.one.measure.label for pair in pairs if pair.change is not None and pair.change.is_claim]
        between = f"{names[0]} and {names[1]}"
        if not claims:
            return Headline(f"{between}: no difference that we can show.", f"{len(pairs)} measures were compared.")
        return Headline(
            f"{between} differ in {len(claims)} of {len(pairs)} measures:", f"{for_page(listed(claims).lower())}."
        )
    (pair,) = pairs
    claim = "; ".join(_value(name, figure) for name, figure in zip(names, (pair.one, pair.other), strict=True))
    return Headline(f"{pair.one.measure.label}: {claim}.", _verdict(pair, asked))


def _value(name: str, figure: Figure) -> str:
    if figure.suppressed:
        return f"{name} not shown"
    return f"{name} {wording.value_words(figure)}" if figure.value is not None else f"{name} without answers"


def _verdict(pair: Pair, asked: Comparison) -> str:
    change = pair.change
    if change is None:
        return _sentence(pair, asked)
    if not change.is_tested:
        return "Not enough answers to compare."
    if change.is_claim:
        return "They differ by more than chance explains."
    return "No difference that we can show."


def _leads(
    asked: Comparison, dimension: str, services: Mapping[str, str], *, with_comments: bool
) -> Callable[[str, int], str]:
    """Where the share of a channel or service on one of the two sides leads: to what was written there, or to its
    figures for who may not read it. Nothing where there is no name, and for sides that no page can be narrowed to."""
    labels = {channel.value: channel.label for channel in Channel} if dimension == "channel" else services
    names = {name: code for code, name in labels.items()}
    has_overview = asked.by in {By.PERIOD, By.CHANNEL, By.SERVICE}

    def url(name: str, side: int) -> str:
        code = names.get(name)
        if code is None or not (with_comments or has_overview):
            return ""
        narrowed = {**asked.wheres[side], dimension: code}
        chosen = _chosen(asked, side)
        return (addresses.comments if with_comments else addresses.overview)(chosen, **narrowed)

    return url


def _mix_block(title: str, mix: Mix | None, url: Callable[[str, int], str]) -> MixBlock:
    if mix is None:
        return MixBlock(title, (), "Too few answers on one side to say what it is made of.")
    moved = mix.moved
    if moved:
        largest = max(moved, key=lambda shift: abs(shift.now - shift.before))
        words = (
            f"{largest.name}: {percent(float(largest.now))} of the answers of the one, "
            f"{percent(float(largest.before))} of the other. Such a mix can make a difference by itself."
        )
    else:
        words = "Mixed alike: no share differs by over 10 points."
    return MixBlock(title, [_mix_row(row, url, is_moved=row in moved) for row in mix.all], words)


def _mix_row(row: Shift, url: Callable[[str, int], str], *, is_moved: bool) -> MixRow:
    return MixRow(
        name=row.name,
        one=Link(percent(float(row.now)), url(row.name, 0)),
        other=Link(percent(float(row.before)), url(row.name, 1)),
        one_bar=CellBar(float(row.now), 1.0),
        other_bar=CellBar(float(row.before), 1.0),
        moved=is_moved,
    )
