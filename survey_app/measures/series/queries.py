"""Reading series of others."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from survey_app.extensions import db
from survey_app.kernel.characters import fit
from survey_app.kernel.errors import NotFound
from survey_app.measures.series.chart import Series, SeriesPoint
from survey_app.measures.series.models import OtherSeries


def all_series() -> Sequence[OtherSeries]:
    """Every series with its points, by name. Always two statements."""
    return db.session.scalars(
        select(OtherSeries).options(selectinload(OtherSeries.points)).order_by(OtherSeries.name)
    ).all()


def series_by_code(code: str) -> OtherSeries:
    """One series with its points. NotFound when there is none."""
    found = db.session.scalar(
        select(OtherSeries).where(OtherSeries.code == fit(code)).options(selectinload(OtherSeries.points))
    )
    if found is None:
        raise NotFound("There is no such series.")
    return found


def as_series(row: OtherSeries) -> Series:
    """The row with its points as values, in the order of their days."""
    points = [
        SeriesPoint(
            point.period,
            point.first,
            point.last,
            point.value,
            point.numerator,
            point.denominator,
            point.source,
        )
        for point in sorted(row.points, key=lambda point: (point.first, point.last))
    ]
    return Series(row.code, row.name, row.unit, row.target, row.lower_is_better, points)


def find_series(name: str) -> OtherSeries | None:
    return db.session.scalar(
        select(OtherSeries).where(OtherSeries.name == name).options(selectinload(OtherSeries.points))
    )


def is_code_taken(code: str) -> bool:
    return db.session.scalar(select(OtherSeries.id).where(OtherSeries.code == code)) is not None
