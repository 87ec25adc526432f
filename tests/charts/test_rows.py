"""Charts of rows begin where their bars do."""

from __future__ import annotations

import pytest

from survey_app.charts import (
    Axis,
    BarChart,
    CrossChart,
    CrossPoint,
)
from tests.charts.cast import point


def test_bars_that_do_not_start_at_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="bars start at 0"):
        BarChart(key="k", title="t", sentence="s", points=(point(),), axis=Axis(low=0.5))


def test_a_cross_that_its_chart_would_cut_off_is_refused() -> None:
    point = CrossPoint(label="Delivery", value=0.9, base=100, at=0.5)
    with pytest.raises(ValueError, match="would cut off"):
        CrossChart(key="c", title="t", sentence="s", points=(point,), across=Axis(0, 0.4, full=(0, 0.4)))
