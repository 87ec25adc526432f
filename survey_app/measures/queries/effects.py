"""Reads the effect of an improvement: every window is an ordinary figure with the address of its passport."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select

from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.periods import ONE_DAY, Period, in_words
from survey_app.measures.address import make_query
from survey_app.measures.caveats import largest_shift
from survey_app.measures.counting import Counted, count
from survey_app.measures.definitions import Source
from survey_app.measures.effects import (
    FEWEST_MONTHS,
    MONTHS_SHOWN,
    Annotation,
    Before,
    Comparison,
    Effect,
    EffectWarning,
    Named,
    Rest,
    WarningKind,
    Windows,
    against_rest,
    chart_parts,
    first_month_after,
    is_worst,
    months_after,
    months_on,
    unusual_month,
    windows,
)
from survey_app.measures.figures import Cell, Figure, compare, make_figures
from survey_app.measures.lineage import not_compared_sentence
from survey_app.measures.provisional import is_provisional
from survey_app.measures.queries import cut_of
from survey_app.measures.queries.counts import counts_by_choice
from survey_app.measures.queries.standing import Standing, read_standing
from survey_app.measures.sentences import listed
from survey_app.measures.sentences.effects import COMPARED_WITH, told
from survey_app.organisation.channels import Channel
from survey_app.organisation.scope import EVERYTHING
from survey_app.statistics.suppression import is_suppressed
from survey_app.surveys.models import SurveyItem, SurveyVersion

Where = Mapping[str, Sequence[str]]
YEAR_BEFORE = 12  # months before an unusual one


@dataclass(frozen=True)
class _Counted:
    """One window: its counts, as the cell of a figure, and the versions of the question that feed it."""

    cell: Cell
    versions: Collection[int]
    counted_from: str

    @property
    def figure(self) -> Figure:
        (figure,) = make_figures(self.cell.query.definition, [self.cell], self.counted_from, are_compared=False)
        return figure


def read_effect(
    named: Named, *, others: Iterable[Annotation] = (), now: datetime, standing: Standing | None = None
) -> Effect:
    """What became of the measure where something was improved, with its sentence.

    `others` are improvements whose scope meets this one's. It counts the whole council, whoever looks: callers show it
    to those who may see its scope. A page of many effects reads `standing` once.
    """
    standing = standing or read_standing(now)
    settled = months_after(named.done_on, named.settling_days, lambda month: not _may_fill(month, standing, now))
    first = first_month_after(named.done_on, named.settling_days).first
    before_first = Period.between(months_on(first, -MONTHS_SHOWN), first - ONE_DAY).split("month")
    counted = _count(named, named.where, [*before_first, *settled], standing)
    while counted[-1].cell.period.first >= first and counted[-1].cell.now.base == 0:
        del counted[-1]  # nothing has come in since: it would be set against months that have answers
    found = windows(named.done_on, [each.cell.period for each in counted[len(before_first) :]])
    if found is None:
        ready_on = months_on(first, FEWEST_MONTHS) + timedelta(days=standing.change_days)
        return told(Effect(named, None, ready_on if ready_on > london_day(now) else None))
    spans = [found.after, found.before, found.just_before, *found.like]
    after, before, just_before, *like = _count(named, named.where, spans, standing)
    months = _months(counted, found)
    same, recent = (
        _comparison(kind, named, after, each, standing)
        for kind, each in ((Before.SAME_MONTHS, before), (Before.JUST_BEFORE, just_before))
    )
    ordered = [recent, same] if not same.is_tested and recent.is_tested else [same, recent]
    against = just_before if ordered[0] is recent else before
    effect = Effect(named, found, None, after.figure, tuple(ordered), months=tuple(months))
    effect = replace(effect, rest=_rest(effect, [found.after, against.cell.period], standing))
    warnings = [EffectWarning(WarningKind.NAMED_LATE)] if named.is_named_late else []
    if effect.has_improved and (unusual := _unusual(effect, just_before, like)) is not None:
        about, first = unusual
        year = Period.between(months_on(first, -YEAR_BEFORE), first - ONE_DAY)
        (earlier,) = _count(named, named.where, [year], standing)
        third = _comparison(Before.BEFORE_THE_LOW, named, after, earlier, standing)
        effect = replace(effect, comparisons=(*ordered, third))
        warnings.append(EffectWarning(WarningKind.REGRESSION, about))
    if ordered[0] is recent:
        warnings.append(EffectWarning(WarningKind.SEASON))
    between = Period.between(against.cell.period.first + ONE_DAY, found.after.last)
    warnings += _what_else_changed(effect, between, against.cell.period, others, standing)
    return told(replace(effect, warnings=tuple(warnings)))


def chart_figures(effect: Effect, standing: Standing) -> list[Figure]:
    """The figures of the parts that a chart of the effect draws, in order; none while it is too early to tell."""
    if effect.windows is None or effect.before is None:
        return []
    bases = {month.period.first: month.base for month in effect.months}
    parts = chart_parts(effect.before.period, effect.windows.after, bases)
    return _months(_count(effect.named, effect.named.where, parts, standing), effect.windows)


def _may_fill(month: Period, standing: Standing, now: datetime) -> bool:
    return is_provisional(
        month.first,
        month.last,
        unsettled=standing.unsettled,
        today=london_day(now),
        change_days=standing.change_days,
    )


def _count(named: Named, where: Where, periods: Sequence[Period], standing: Standing) -> list[_Counted]:
    """Each window by itself, in one statement for all of them."""
    measure = named.measure
    cut = cut_of(make_query(measure, periods[0].first, periods[0].last, where), standing.services, EVERYTHING)
    counts = counts_by_choice(
        measure,
        periods,
        cut=cut,
        groups=(),
        services=standing.services,
        choices=standing.choices(measure),
        lineage=standing.lineage,
    )
    return [
        _Counted(
            Cell(
                query=make_query(measure, period.first, period.last, where),
                period=period,
                group=(),
                now=count(measure, counts.cells.get((n, ()), {})),
                before=Counted(),
                target=None,
                provisional=False,
            ),
            counts.versions.get((n, ()), ()),
            counts.counted_from,
        )
        for n, period in enumerate(periods)
    ]


def _months(counted: Sequence[_Counted], found: Windows) -> list[Figure]:
    """The figures of the months. What could be had by subtracting months from a window is hidden with them."""
    figures = {each.cell.period.label: each.figure for each in counted}
    for span in (found.after, found.before, found.just_before):
        inside = [each for each in counted if each.cell.period.first in span]
        cells = [each.cell for each in inside]
        if not cells:
            continue
        for figure in make_figures(cells[0].query.definition, cells, inside[0].counted_from, are_compared=False):
            if figure.suppressed:
                figures[figure.period.label] = figure
    return [figures[each.cell.period.label] for each in counted]


def _comparison(kind: Before, named: Named, after: _Counted, before: _Counted, standing: Standing) -> Comparison:
    wording = standing.lineage.between(after.versions, before.versions)
    if wording is not None:
        return Comparison(kind, before.figure, None, not_compared_sentence(wording))
    change = compare(
        named.measure,
        after.cell.now,
        before.cell.now,
        comparison=COMPARED_WITH[kind],
        lower_is_better=named.lower_is_better,
    )
    return Comparison(kind, before.figure, change)


def _rest(effect: Effect, periods: Sequence[Period], standing: Standing) -> Rest | None:
    """The same measure in the services that neither hold, nor lie under, those of the scope; their sites are theirs."""
    named, services = effect.named, standing.services
    change = effect.change
    if "service" not in named.where or change is None or not change.is_tested:
        return None
    apart = services.apart_from(named.where["service"])
    if not apart:
        return None
    where = {name: codes for name, codes in named.where.items() if name not in {"service", "site"}} | {"service": apart}
    after, before = _count(named, where, periods, standing)
    there = _comparison(effect.comparisons[0].kind, named, after, before, standing)
    return None if there.change is None else against_rest(change, after.figure, before.figure, there.change)


def _unusual(effect: Effect, just_before: _Counted, like: Sequence[_Counted]) -> tuple[str, date] | None:
    """What was unusually bad before the change, in words, and the first day of it."""
    assert effect.windows is not None
    lower_is_better = effect.named.lower_is_better
    month = unusual_month(effect.months, effect.named, effect.windows)
    if month is not None:
        return month.title, month.first
    if is_worst(just_before.figure, [each.figure for each in like], lower_is_better=lower_is_better):
        period = just_before.cell.period
        end = "highest" if lower_is_better else "lowest"
        return f"{period.title}, the {end} of the last four such stretches", period.first
    return None


def _what_else_changed(
    effect: Effect, between: Period, before: Period, others: Iterable[Annotation], standing: Standing
) -> list[EffectWarning]:
    """Wording, survey, channels and other improvements, from the first day before to the last after."""
    assert effect.windows is not None
    measure = effect.named.measure
    found = []
    versions = {version for version, _ in standing.choices(measure)}
    reworded = [
        turn.later.since
        for turn in standing.lineage.turns()
        if turn.later.version in versions and turn.later.since is not None and turn.later.since in between
    ]
    if reworded:
        found.append(EffectWarning(WarningKind.WORDING, listed([in_words(day) for day in reworded])))
    elif published := _published(versions, between):
        found.append(EffectWarning(WarningKind.SURVEY_VERSION, listed([in_words(day) for day in published])))
    if measure.source is not Source.CONTACTS and len(effect.named.where.get("channel", ())) != 1:
        now, then = _bases_by_channel(effect.named, [effect.windows.after, before], standing)
        small = {name for bases in (now, then) for name, base in bases.items() if is_suppressed(base)}
        shown = [{name: base for name, base in bases.items() if name not in small} for bases in (now, then)]
        if (shift := largest_shift(*shown)) is not None:
            found.append(EffectWarning(WarningKind.CHANNEL_MIX, shift.name, shift))
    made = [f"{other.letter} “{other.title}” ({in_words(other.day)})" for other in others if other.day in between]
    if made:
        found.append(EffectWarning(WarningKind.OTHER_IMPROVEMENT, listed(made), number=len(made)))
    return found


def _published(versions: Collection[int], between: Period) -> list[date]:
    """When a later version of a survey that asks for the measure was published, in order."""
    rows = db.session.execute(
        select(SurveyVersion.survey_id, SurveyVersion.published_at)
        .join(SurveyItem, SurveyItem.survey_version_id == SurveyVersion.id)
        .where(SurveyItem.question_version_id.in_(versions), SurveyVersion.published_at.is_not(None))
        .distinct()
        .order_by(SurveyVersion.published_at)
    )
    begun, days = set[int](), list[date]()
    for survey, published_at in rows:
        if published_at is not None and survey in begun and (day := london_day(published_at)) in between:
            days.append(day)
        begun.add(survey)
    return list(dict.fromkeys(days))


def _bases_by_channel(named: Named, periods: Sequence[Period], standing: Standing) -> list[dict[str, int]]:
    measure = named.measure
    counts = counts_by_choice(
        measure,
        periods,
        cut=cut_of(make_query(measure, periods[0].first, periods[0].last, named.where), standing.services, EVERYTHING),
        groups=("channel",),
        services=standing.services,
        choices=standing.choices(measure),
        lineage=standing.lineage,
    )
    return [
        {
            Channel(code).label if code else "an unknown channel": count(measure, choices).base
            for (window, (code,)), choices in counts.cells.items()
            if window == n
        }
        for n in range(len(periods))
    ]
