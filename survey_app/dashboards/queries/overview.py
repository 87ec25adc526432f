"""Reads the figures of the overview, and what may speak against one figure alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from survey_app.actions.improvements.queries import effects_of, improvements_on, latest_on, letter_of
from survey_app.dashboards.overview import (
    Overview,
    judged_together,
    lowest_first,
    quarters_to_show,
)
from survey_app.dashboards.queries import service_names
from survey_app.dashboards.queries.trend import read_events, read_trend
from survey_app.dashboards.selection import Selection
from survey_app.kernel.periods import Period
from survey_app.measures.caveats import Known
from survey_app.measures.definitions import Source
from survey_app.measures.drivers import DRIVERS
from survey_app.measures.figures import Figure
from survey_app.measures.naming import naming_of
from survey_app.measures.queries import figures, quarantined, read_standing
from survey_app.measures.queries.weighted import weighted_figure
from survey_app.measures.rules import USUAL, Rules
from survey_app.organisation.channels import Mode
from survey_app.organisation.scope import Scope

MOST_EFFECTS = 3  # of the last improvements
BY_STAFF = {Mode.PHONE, Mode.PAPER}


def read_overview(selection: Selection, scope: Scope, *, now: datetime) -> Overview:
    """All figures of the overview. The number of statements does not depend on how many services there are."""
    period, where, standing = selection.period, selection.where, read_standing(now)

    def read(
        measure: str, *by: str, within: Period = period, claims: bool = False, rules: Rules = USUAL
    ) -> list[Figure]:
        return figures(
            measure,
            within.first,
            within.last,
            by=by,
            where=where,
            rules=rules,
            scope=scope,
            now=now,
            standing=standing,
            are_compared=claims,
        )

    unit, trend = read_trend(lambda within, by: read("satisfaction", *by, within=within), period, scope)
    two_years = Period.between(min(period.previous.first, period.first), period.last)
    services = lowest_first(read("satisfaction", "service", claims=True))
    headline = read("satisfaction", claims=True)[0]
    held = quarantined(headline.query, scope=scope, standing=standing)
    by_staff = 0 if selection.channel else taken_by_staff(read("satisfaction", "mode"))
    overview = Overview(
        selection=selection,
        headline=headline,
        response=read("response_rate")[0],
        trend_unit=unit,
        trend=trend,
        services=services,
        service_quarters=quarters_to_show(services, read("satisfaction", "quarter", "service", within=two_years)),
        channels=lowest_first(read("satisfaction", "channel")),
        channel_responses={figure.group[0]: figure for figure in read("response_rate", "channel")},
        drivers=lowest_first([read(name, claims=True)[0] for name in DRIVERS]),
        names=service_names(),
        turns=standing.lineage.turns("satisfaction"),
        naming=naming_of(headline.query, standing.namings) if scope.is_everything else None,
        held=held,
        weighted=weighted_figure(headline.query, scope=scope, now=now, standing=standing),
        by_staff=by_staff,
        if_held=read("satisfaction", rules=Rules(quarantined=True))[0] if held else None,
        without_staff=read("satisfaction", rules=Rules(staff_entered=False))[0] if by_staff else None,
        improvements=improvements_on(
            "satisfaction", selection.place, period.first, period.last, scope=scope, services=standing.services
        ),
        events=read_events(headline.measure, selection, scope, now=now, standing=standing),
        effects=[
            (letter_of(improvement.number), effect)
            for improvement, effect in effects_of(
                latest_on(selection.place, period.last, most=MOST_EFFECTS, scope=scope, services=standing.services),
                now=now,
                standing=standing,
            )
        ],
    )
    return judged_together(overview)


def known_of(figure: Figure, scope: Scope, *, now: datetime) -> Known:
    """What may speak against one figure alone, as its passport tells it; nothing for filters that only answers have."""
    filters, query = figure.query.filters, figure.query
    if figure.measure.source is not Source.ANSWERS or not filters.keys() <= {"service", "service_alone", "channel"}:
        return Known()
    standing = read_standing(now)
    (response,) = figures(
        "response_rate", query.first, query.last, where=filters, scope=scope, now=now, standing=standing
    )
    modes = figures(
        query.definition,
        query.first,
        query.last,
        by=["mode"],
        where=filters,
        rules=query.rules,
        scope=scope,
        now=now,
        standing=standing,
    )
    return Known(
        is_reworded=figure.not_compared is not None,
        response=None if response.numerator is None else (response.numerator, response.base),
        held=0 if query.rules.quarantined else quarantined(query, scope=scope, standing=standing),
        by_staff=taken_by_staff(modes),
    )


def taken_by_staff(by_mode: Sequence[Figure]) -> int:
    """Answers that staff took down, by phone or from paper, in a breakdown by mode."""
    return sum(figure.base for figure in by_mode if figure.group[0] in BY_STAFF)
