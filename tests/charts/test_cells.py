from __future__ import annotations

from survey_app.charts import Axis, CellBar, IntervalBar, Point, TargetBar
from tests.charts.cast import TARGET


def test_a_cell_bar_starts_at_zero_and_ends_at_its_full_width() -> None:
    assert CellBar(0.126, 0.2).width == "63.00%"
    assert CellBar(3, 2).width == "100.00%"
    assert CellBar(1, 0).width == "0.00%"


def test_an_interval_bar_stands_on_the_scale_of_its_table() -> None:
    row = Point(label="Planning", value=0.9, base=25, low=0.7, high=0.95, previous=0.85)
    bar = IntervalBar(row, Axis(low=0.8), TARGET)
    assert (bar.dot, bar.start, bar.width, bar.previous) == ("50.00%", "0.00%", "75.00%", "25.00%")
    assert (bar.target_at, bar.is_hollow) == ("50.00%", True)


def test_a_hidden_row_has_no_dot_and_no_interval() -> None:
    bar = IntervalBar(Point(label="Licensing", value=0.9, base=7, low=0.6, high=1.0), Axis())
    assert (bar.dot, bar.start, bar.width, bar.previous, bar.target_at) == (None,) * 5


def test_the_headline_s_bar_is_always_nought_to_a_hundred() -> None:
    bar = TargetBar(0.99, TARGET, 0.97)
    assert (bar.width, bar.target_at, bar.previous_at) == ("99.00%", "90.00%", "97.00%")
    assert (bar.target_words, bar.previous_words) == ("target over 90%", "last year 97.0%")
    assert TargetBar(0.5).target_at is None


def test_last_year_is_rounded_on_the_bar_as_everywhere() -> None:
    assert TargetBar(0.91, TARGET, 77 / 80).previous_words == "last year 96.3%"
    assert TargetBar(0.91, TARGET, 9_999 / 10_000).previous_words == "last year over 99.9%"
