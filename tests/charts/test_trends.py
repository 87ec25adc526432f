"""Lines over time stop where figures cannot be compared."""

from __future__ import annotations

from datetime import date

from survey_app.charts import (
    Break,
    position_of,
)
from tests.charts.cast import YEAR, point, trend


def test_no_line_crosses_a_gap_or_a_new_wording() -> None:
    assert YEAR.runs() == ((0, 1), (3,), (6,))
    assert trend(*[point()] * 4, breaks=(Break("v4", 2),)).runs() == ((0, 1), (2, 3))


def test_a_day_finds_its_place_among_the_periods() -> None:
    starts = [date(2025, 4, 1), date(2025, 5, 1)]
    assert position_of(date(2025, 5, 1), starts, date(2025, 6, 1)) == 0.5
    assert position_of(date(2025, 4, 16), starts, date(2025, 6, 1)) == 0.0
    assert position_of(date(2025, 6, 1), starts, date(2025, 6, 1)) is None
