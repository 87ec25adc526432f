"""Series that others measured, a point a period."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.extensions import Base, PrimaryKey, text_enum
from survey_app.measures.series.line import SeriesUnit


class OtherSeries(Base):
    """One series: calls answered within 20 seconds, an independent survey, complaints upheld."""

    __tablename__ = "other_series"

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(60), unique=True)  # of its page's address, made from the first name
    name: Mapped[str] = mapped_column(String(120), unique=True)
    unit: Mapped[SeriesUnit] = mapped_column(text_enum(SeriesUnit))
    target: Mapped[float | None]  # in the unit of the values
    lower_is_better: Mapped[bool] = mapped_column(default=False)

    points: Mapped[list[OtherPoint]] = relationship(
        back_populates="series", order_by="OtherPoint.first", cascade="all, delete-orphan"
    )


class OtherPoint(Base):
    """The value of one period, and who says so."""

    __tablename__ = "other_point"
    __table_args__ = (UniqueConstraint("series_id", "first", "last"),)

    id: Mapped[PrimaryKey]
    series_id: Mapped[int] = mapped_column(ForeignKey("other_series.id"))
    period: Mapped[str] = mapped_column(String(40))  # its label: 2025-04, 2025/26 Q1, 2025/26, or its days
    first: Mapped[date]
    last: Mapped[date]
    value: Mapped[float]
    numerator: Mapped[int | None]
    denominator: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(200))
    imported_at: Mapped[datetime]

    series: Mapped[OtherSeries] = relationship(back_populates="points")
