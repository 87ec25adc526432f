"""Whoever points at a mark reads what it is, how sure, and against what; of a gap nothing."""

from __future__ import annotations

from dataclasses import replace

from survey_app.charts import DotIntervalChart, Point, TrendChart, table
from survey_app.charts.hovering import hover_lines
from tests.charts.cast import CONTROL, SERVICES, YEAR


def test_a_month_says_its_period_in_full_its_interval_base_target_and_the_year_before() -> None:
    point = replace(YEAR.points[0], name="April 2025")
    assert hover_lines(YEAR, point) == [
        "April 2025: 97.9%",
        "95% interval 93.0% to 99.4%",
        "of 98",
        "Target over 90%",
        "Last year 96.9%",
    ]


def test_a_period_that_still_fills_says_so_on_the_mark_and_in_the_table() -> None:
    point = Point(label="Nov", group="2026", value=0.9, base=40, is_provisional=True)
    chart = TrendChart(key="t", title="t", sentence="s", points=(point,))
    said = "provisional: answers are still coming in"
    assert hover_lines(chart, point) == ["Nov 2026: 90.0%", "of 40", said]
    assert table(chart).rows[0][-1].text == said
    assert "provisional" not in " ".join(hover_lines(chart, replace(point, is_provisional=False)))


def test_a_month_of_a_control_chart_says_the_target_of_its_own_time_and_what_is_unusual() -> None:
    place = CONTROL.notes.index("above the usual range")
    lines = hover_lines(CONTROL, CONTROL.points[place], place)
    assert "above the usual range" in lines
    target = CONTROL.targets[place]
    assert (f"Target {CONTROL.axis.unit.tick(target)}" in lines) if target is not None else "Target" not in str(lines)


def test_a_row_is_held_against_the_target_of_its_chart() -> None:
    assert hover_lines(SERVICES, SERVICES.points[0])[-1] == "Target over 90%"
    assert isinstance(SERVICES, DotIntervalChart)


def test_nothing_is_said_of_a_gap_or_of_what_is_hidden() -> None:
    assert [hover_lines(YEAR, YEAR.points[place], place) for place in (2, 4, 5)] == [[], [], []]
