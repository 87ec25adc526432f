"""Reads the line of a page over time, as fine as its answers allow, and what changed along it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from survey_app.dashboards.overview import is_mostly_thin
from survey_app.dashboards.queries import data_days
from survey_app.dashboards.rolling import FEWEST_QUARTERS, windows, without_small_steps
from survey_app.dashboards.selection import Selection
from survey_app.dashboards.what_changed import Event, Merged, new_channels, services_merged, targets_changed
from survey_app.extensions import db
from survey_app.kernel.periods import Period
from survey_app.measures.definitions import Measure
from survey_app.measures.figures import Figure
from survey_app.measures.queries import figures
from survey_app.measures.queries.standing import Standing
from survey_app.measures.sentences.notes import MONTH, QUARTER, TWELVE_MONTHS
from survey_app.organisation.models import Service
from survey_app.organisation.scope import Scope

Read = Callable[[Period, Sequence[str]], Sequence[Figure]]  # figures of a period, by what is named


def read_trend(read: Read, period: Period, scope: Scope) -> tuple[str, Sequence[Figure]]:
    """By month; by quarter where months are mostly thin; where quarters are, too, the twelve months up to the end of
    each. Which it is comes with it, so that the page can say it."""
    months = read(period, ["month"])
    if not is_mostly_thin(months):
        return MONTH, months
    quarters, days = read(period, ["quarter"]), data_days(scope)
    if len(quarters) < FEWEST_QUARTERS or days is None or not is_mostly_thin(quarters):
        return QUARTER, quarters
    spans = windows([quarter.period for quarter in quarters], days.first)
    if len(spans) < FEWEST_QUARTERS:
        return QUARTER, quarters
    whole = Period.between(spans[0].first, spans[-1].last)
    bases = {month.period.first: month.base for month in read(whole, ["month"])}
    return TWELVE_MONTHS, without_small_steps([read(span, [])[0] for span in spans], bases)


def read_events(
    measure: Measure, selection: Selection, scope: Scope, *, now: datetime, standing: Standing
) -> Sequence[Event]:
    """What changed in the period of a page, the first of it first."""
    period, tree = selection.period, standing.services
    upwards = tree.upwards(selection.service) if selection.service else []
    contacts = figures(
        "contacts",
        period.first,
        period.last,
        by=["month", "channel"],
        where=selection.where,
        scope=scope,
        now=now,
        standing=standing,
        are_compared=False,
    )
    within = scope.narrowed_to(tree.subtree([selection.service])) if selection.service else scope
    events = [
        *targets_changed(measure, standing.targets.get(measure.name, ()), upwards, period),
        *services_merged(_merged(within), period),
        *new_channels(contacts),
    ]
    return sorted(events, key=lambda event: (event.day, event.words))


def _merged(scope: Scope) -> list[Merged]:
    """The services that became part of another, both in scope."""
    later = aliased(Service)
    rows = db.session.execute(
        select(Service.id, later.id, Service.name, later.name, Service.valid_to)
        .join(later, later.id == Service.successor_id)
        .where(Service.valid_to.is_not(None))
    )
    return [
        Merged(name, into, last)
        for ended, successor, name, into, last in rows
        if scope.allows(ended) and scope.allows(successor) and last is not None
    ]
