"""Reads pinned figures: which they are, and what they are now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from survey_app.dashboards.models import PinnedFigure
from survey_app.dashboards.pinned.spans import period_of
from survey_app.dashboards.selection import DataDays
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import AppError, NotFound
from survey_app.kernel.periods import Period
from survey_app.measures.address import FigureQuery, to_id
from survey_app.measures.figures import Figure, adjust_together
from survey_app.measures.queries import figures_at, query_from_id, read_standing
from survey_app.organisation.scope import Scope


@dataclass(frozen=True)
class Counted:
    """A pinned figure as it is now; without one, `problem` says why."""

    pin: PinnedFigure
    figure: Figure | None
    problem: str = ""


def pins_of(user_id: int) -> Sequence[PinnedFigure]:
    """In the order that their owner gave them."""
    return db.session.scalars(
        select(PinnedFigure).where(PinnedFigure.user_id == user_id).order_by(PinnedFigure.place, PinnedFigure.id)
    ).all()


def own_pin(reference: str, user_id: int) -> PinnedFigure:
    """One's own. NotFound for any other."""
    found = db.session.scalar(
        select(PinnedFigure).where(PinnedFigure.reference == reference, PinnedFigure.user_id == user_id)
    )
    if found is None:
        raise NotFound("There is no such pinned figure of yours.")
    return found


def parts_of(query: FigureQuery) -> tuple[str, str]:
    """The measure of a figure, and its filters and rules as the address of its passport has them."""
    measure, _first, _last, *rest = to_id(query).split("~", 3)
    return measure, "".join(rest)


def query_of(pin: PinnedFigure, period: Period) -> FigureQuery:
    """What to count. InvalidInput where its measure is there no more."""
    parts = [pin.measure, period.first.isoformat(), period.last.isoformat(), *filter(None, [pin.arguments])]
    return query_from_id("~".join(parts))


def count_pins(pins: Sequence[PinnedFigure], days: DataDays, scope: Scope, *, now: datetime) -> list[Counted]:
    """The figures of pins, judged together. Those of one measure and choice are counted in one statement, however many
    periods they are of."""
    if not pins:
        return []
    standing, today = read_standing(now), london_day(now)
    alike: defaultdict[tuple[str, str], list[PinnedFigure]] = defaultdict(list)
    for pin in pins:
        alike[pin.measure, pin.arguments].append(pin)
    found: dict[str, Figure] = {}
    problems: dict[str, str] = {}
    for group in alike.values():
        try:
            periods = [period_of(pin.span, days, today) for pin in group]
            counted = figures_at(query_of(group[0], periods[0]), periods, scope=scope, now=now, standing=standing)
        except AppError as problem:  # its service is out of sight, or its measure was taken away
            problems.update({pin.reference: problem.message for pin in group})
        else:
            found.update({pin.reference: figure for pin, figure in zip(group, counted, strict=True)})
    namings = standing.namings if scope.is_everything else ()
    (judged,) = adjust_together([list(found.values())], namings)
    figures = dict(zip(found, judged, strict=True))
    return [Counted(pin, figures.get(pin.reference), problems.get(pin.reference, "")) for pin in pins]
