"""Reads the months of a measure for a control chart, and where its usual range was begun anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from survey_app.accounts.models import User
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import NotFound
from survey_app.kernel.periods import Period
from survey_app.measures.control import Entry, entry_of
from survey_app.measures.models import Rebase
from survey_app.measures.queries import Standing, figures
from survey_app.measures.rebasing import RebaseLine
from survey_app.organisation.models import Service
from survey_app.organisation.scope import EVERYTHING, Scope

YEARS = 5  # of months are on a chart, if there are so many


def control_entries(
    measure: str,
    service: str | None,
    *,
    by: str = "month",
    scope: Scope = EVERYTHING,
    now: datetime,
    standing: Standing | None = None,
) -> list[Entry]:
    """The months (or quarters) of the last five years, from the first to the last that has anything counted.

    InvalidInput and NotFound as `figures` says.
    """
    last = Period.month_of(london_day(now)).last
    first = Period.quarter_of(date(last.year - YEARS, last.month, 1)).first
    where = {} if service is None else {"service": service}
    found = figures(measure, first, last, by=(by,), where=where, scope=scope, now=now, standing=standing)
    counted = [place for place, figure in enumerate(found) if figure.base]
    return [entry_of(figure) for figure in found[counted[0] : counted[-1] + 1]] if counted else []


def rebases(measure: str, service: str | None) -> Sequence[RebaseLine]:
    """Where the range of this very chart begins anew, the oldest first. A service's are its own, not the council's."""
    rows = db.session.execute(
        select(Rebase, User.name, User.email)
        .outerjoin(Service, Service.id == Rebase.service_id)
        .outerjoin(User, User.id == Rebase.entered_by)
        .where(Rebase.measure == measure, Service.code.is_(None) if service is None else Service.code == service)
        .order_by(Rebase.month, Rebase.id)
    )
    return [
        RebaseLine(line.id, line.month, line.reason, name or email or "a command", london_day(line.entered_at))
        for line, name, email in rows
    ]


def rebase_by_id(rebase_id: int) -> Rebase:
    """NotFound when there is none."""
    line = db.session.get(Rebase, rebase_id)
    if line is None:
        raise NotFound("There is no such new range.")
    return line
