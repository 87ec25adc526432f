"""Reading the figures of the pages of measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.actions.improvements.queries import improvements_on
from survey_app.dashboards.overview import lowest_first
from survey_app.dashboards.queries import service_names
from survey_app.dashboards.queries.trend import read_events, read_trend
from survey_app.dashboards.selection import Selection
from survey_app.dashboards.what_changed import Event
from survey_app.kernel.periods import Period
from survey_app.measures.definitions import Measure, Source, Unit
from survey_app.measures.effects import Annotation
from survey_app.measures.figures import Figure
from survey_app.measures.label_methods import MethodTurn
from survey_app.measures.own.queries import all_measures
from survey_app.measures.queries import Asked, figures, figures_together, method_turns, read_standing
from survey_app.measures.rules import USUAL, Rules
from survey_app.measures.sentences.notes import MONTH
from survey_app.organisation.scope import Scope


@dataclass(frozen=True)
class OneMeasure:
    """The figures of one measure. `effects` are what it is by other rules, in the order asked for."""

    selection: Selection
    headline: Figure
    effects: Sequence[Figure]
    trend_unit: str
    trend: Sequence[Figure]
    services: Sequence[Figure]
    channels: Sequence[Figure]
    names: Mapping[str, str]
    improvements: Sequence[Annotation] = ()
    events: Sequence[Event] = ()
    method_turns: Sequence[MethodTurn] = ()  # where another method labels the comments that it counts


def read_all(selection: Selection, scope: Scope, *, now: datetime) -> list[Figure]:
    """The figure of every measure, ours and then the council's own; their changes allow for one another.

    Statements grow with the measures alone.
    """
    asked = [Asked(measure) for measure in all_measures()]
    period = selection.period
    tables = figures_together(asked, period.first, period.last, where=selection.where, scope=scope, now=now)
    return [figure for (figure,) in tables]


def read_one(
    measure: Measure, selection: Selection, scope: Scope, rules: Sequence[Rules], *, now: datetime
) -> OneMeasure:
    """All figures of its page. The number of statements does not depend on how many services there are.

    Headline, services and channels say what changed, so they are judged together.
    """
    period, standing = selection.period, read_standing(now)

    def read(*by: str, rules: Rules = USUAL, within: Period = period) -> list[Figure]:
        return figures(
            measure,
            within.first,
            within.last,
            by=by,
            where=selection.where,
            scope=scope,
            now=now,
            standing=standing,
            rules=rules,
        )

    is_count = measure.unit is Unit.COUNT  # which is never too thin
    unit, trend = (
        (MONTH, read("month")) if is_count else read_trend(lambda within, by: read(*by, within=within), period, scope)
    )
    asked = [Asked(measure, by) for by in ((), ("service",), ("channel",))]
    (headline,), services, channels = figures_together(
        asked, period.first, period.last, where=selection.where, scope=scope, now=now, standing=standing
    )
    return OneMeasure(
        selection=selection,
        headline=headline,
        effects=[read(rules=each)[0] for each in rules],
        trend_unit=unit,
        trend=trend,
        services=lowest_first(services),
        channels=lowest_first(channels),
        names=service_names(),
        improvements=()
        if selection.customers
        else improvements_on(
            measure.name, selection.place, period.first, period.last, scope=scope, services=standing.services
        ),
        events=() if selection.customers else read_events(measure, selection, scope, now=now, standing=standing),
        method_turns=method_turns(period.first, period.last, where=selection.where, scope=scope, standing=standing)
        if measure.source is Source.COMMENTS
        else (),
    )
