"""Reads what the page of the drivers shows."""

from __future__ import annotations

from datetime import datetime

from survey_app.dashboards.selection import Selection
from survey_app.measures.drivers import DRIVERS, DriverStudy
from survey_app.measures.figures import Figure
from survey_app.measures.queries import Asked, drivers_study, figures_together, read_standing
from survey_app.organisation.scope import Scope


def read_drivers(selection: Selection, scope: Scope, *, now: datetime) -> tuple[DriverStudy, list[Figure]]:
    """What goes with satisfaction in a selection, and the share of the two best answers of every driver."""
    period, where, standing = selection.period, selection.where, read_standing(now)
    study = drivers_study(period.first, period.last, where=where, scope=scope, now=now, standing=standing)
    asked = [Asked(name) for name in DRIVERS]
    shares = figures_together(asked, period.first, period.last, where=where, scope=scope, now=now, standing=standing)
    return study, [figure for (figure,) in shares]
