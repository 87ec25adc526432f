"""Reads all figures of the page, tested together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.dashboards.queries import service_names
from survey_app.kernel.clock import london_day
from survey_app.kernel.periods import Period
from survey_app.measures.definitions import Measure, Source, Unit
from survey_app.measures.last_year import Judged, Margin, judge, settled_part
from survey_app.measures.own.queries import all_measures
from survey_app.measures.provisional import is_provisional
from survey_app.measures.queries import Asked, figures_together, read_standing
from survey_app.measures.queries.standing import margins
from survey_app.organisation.scope import Scope

HEADLINE = "satisfaction"


@dataclass(frozen=True)
class LastYear:
    """What can be compared with last year. `period` is the part of the year that no longer fills; None: none yet."""

    year: Period
    period: Period | None
    measures: Sequence[Judged]
    services: Sequence[Judged]
    names: dict[str, str]  # of services by code
    reworded: Sequence[str] = ()  # labels of measures whose question was worded anew: they are not compared
    relabelled: Sequence[str] = ()  # nor are those whose comments another method labelled


def read_last_year(year: Period, scope: Scope, *, now: datetime) -> LastYear:
    """Every measure of all that the viewer may see, and the headline by service. All changes allow for one another."""
    standing = read_standing(now)

    def may_still_fill(month: Period) -> bool:
        return is_provisional(
            month.first,
            month.last,
            unsettled=standing.unsettled,
            today=london_day(now),
            change_days=standing.change_days,
        )

    period, names = settled_part(year, may_still_fill), service_names()
    if period is None:
        return LastYear(year, None, (), (), names)
    asked = [*(Asked(measure) for measure in _measures()), Asked(HEADLINE, ("service",))]
    *whole, services = figures_together(asked, period.first, period.last, scope=scope, now=now, standing=standing)
    held_to: defaultdict[str, list[Margin]] = defaultdict(list)
    for line in margins():
        held_to[line.measure].append(Margin(line.margin, london_day(line.set_at)))
    return LastYear(
        year,
        period,
        [judged for (figure,) in whole if (judged := judge(figure, held_to[figure.measure.name]))],
        [judged for figure in services if (judged := judge(figure, held_to[HEADLINE]))],
        names,
        *(
            [
                figure.measure.label
                for (figure,) in whole
                if figure.not_compared is not None and (figure.measure.source is Source.COMMENTS) is of_comments
            ]
            for of_comments in (False, True)
        ),
    )


def _measures() -> list[Measure]:
    return [measure for measure in all_measures() if measure.unit not in {Unit.COUNT, Unit.DAYS}]
