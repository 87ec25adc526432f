"""Control charts and funnels: figure, picture and table say the same, and every colour has a shape."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from survey_app.charts import Axis, Chart, Range, Size, Unit, figure_json, fitted_axis, svg, table, view
from tests.charts.cast import CONTROL, FUNNEL

SVG = "{http://www.w3.org/2000/svg}"


def traces(chart: Chart, name: str) -> list[dict[str, Any]]:
    return [trace for trace in json.loads(figure_json(chart))["data"] if trace["meta"] == name]


def lines(chart: Chart, colour: str, dash: str | None = None, size: Size = Size.WIDE) -> list[int]:
    """How many corners each line of that colour and dash has in the picture."""
    found = ET.fromstring(svg(chart, size)).iter(f"{SVG}polyline")
    return [
        len((line.get("points") or "").split())
        for line in found
        if line.get("stroke") == colour and line.get("stroke-dasharray") == dash
    ]


def words_of(chart: Chart, size: Size = Size.WIDE) -> str:
    return " ".join(ET.fromstring(svg(chart, size)).itertext())


def test_each_stretch_has_its_average_and_the_old_limits_stay_drawn() -> None:
    assert [trace["y"] for trace in traces(CONTROL, "mean")] == [[0.91, 0.91], [0.955, 0.955]]
    assert [trace["x"] for trace in traces(CONTROL, "mean")] == [[-0.5, 3.5], [4.5, 7.5]]
    lower = [trace["y"][0] for trace in traces(CONTROL, "limit")]
    assert lower == [0.85, 0.84, 0.91, 0.97, 0.98]
    assert lines(CONTROL, "#505a5f", "5 3") == [4, 2, 6, 4, 2]


def test_a_limit_of_one_height_goes_on_over_a_gap() -> None:
    level = Range(0.91, 0.85, 0.97)
    chart = replace(CONTROL, ranges=(level, level, None, level, None, level, level, level))
    assert [trace["x"] for trace in traces(chart, "limit")] == [
        [-0.5, 0.5, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 5.5, 6.5, 6.5, 7.5]
    ] * 2


def test_a_limit_that_no_figure_can_reach_is_said_and_not_drawn() -> None:
    assert not any(value > 1 for trace in traces(CONTROL, "limit") for value in trace["y"])
    row = table(CONTROL).rows[5]
    assert [cell.text for cell in row][3:6] == ["95.5%", "91.0%", "above 100%"]
    assert row[5].value == 1.02


def test_the_target_is_drawn_as_it_was_and_named_as_it_is() -> None:
    assert [(trace["x"][0], trace["x"][-1], trace["y"][0]) for trace in traces(CONTROL, "target")] == [
        (-0.5, 4.5, 0.9),
        (4.5, 7.5, 0.95),
    ]
    assert "Target over 95%" in words_of(CONTROL)


def test_a_gap_and_a_hidden_month_break_the_line() -> None:
    (actual,) = traces(CONTROL, "actual")
    assert actual["y"] == [0.9, 0.92, None, 0.8, None, 0.95, 0.96, 0.97]
    assert lines(CONTROL, "#1d3557") == [2, 3]


def test_each_kind_of_point_has_its_own_shape() -> None:
    (actual,) = traces(CONTROL, "actual")
    symbols = actual["marker"]["symbol"]
    assert [symbols[place] for place in (0, 3, 5, 6)] == ["circle", "triangle-down", "diamond", "square"]
    shapes = [len((each.get("points") or "").split()) for each in ET.fromstring(svg(CONTROL)).iter(f"{SVG}polygon")]
    assert sorted(shapes) == [3, 4, 4]


def test_a_provisional_point_has_a_dashed_outline_and_says_so() -> None:
    (circle,) = [each for each in ET.fromstring(svg(CONTROL)).iter(f"{SVG}circle") if each.get("stroke-dasharray")]
    assert circle.get("fill") == "#ffffff"
    layout = json.loads(figure_json(CONTROL))["layout"]
    (dashed,) = [shape for shape in layout["shapes"] if shape["line"].get("dash") == "2px,2px"]
    assert (dashed["xanchor"], dashed["yanchor"]) == (7, 0.97)
    assert "provisional" in {mark.shape for mark in view(CONTROL).legend}
    assert table(CONTROL).rows[7][-1].text == "provisional"


def test_a_rebase_is_a_vertical_with_its_date_and_the_whole_reason_stands_below() -> None:
    assert "June 2026" in words_of(CONTROL)
    (mark,) = view(CONTROL).annotations
    assert mark.text.endswith("(new range)") and mark.text not in words_of(CONTROL)


def test_many_months_show_letters_and_then_only_their_years() -> None:
    def of(count: int) -> str:
        times = count // len(CONTROL.points)
        many = {name: getattr(CONTROL, name) * times for name in ("points", "ranges", "targets", "notes")}
        layout = json.loads(figure_json(replace(CONTROL, **many)))["layout"]
        return str(layout["xaxis"]["ticktext"][0])

    assert (of(8), of(24), of(40)) == ("Jan<br>98", "J<br>", "<br>")


def test_a_chart_with_a_range_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="each point has its range"):
        replace(CONTROL, ranges=CONTROL.ranges[:-1])


def test_a_target_beyond_the_axis_is_refused() -> None:
    with pytest.raises(ValueError, match="would cut off a target"):
        replace(CONTROL, targets=(0.5,) * 8)


def test_services_stand_by_their_base_between_stepped_limits() -> None:
    (actual,) = traces(FUNNEL, "actual")
    assert (actual["x"], actual["y"]) == ([400, 900, 120, 20], [0.93, 0.99, 0.8, 0.8])
    layout = json.loads(figure_json(FUNNEL))["layout"]
    assert layout["xaxis"]["type"] == "log" and layout["xaxis"]["ticktext"][:3] == ["20", "50", "100"]
    assert {trace["line"]["shape"] for trace in traces(FUNNEL, "lower_998")} == {"hv"}
    assert lines(FUNNEL, "#505a5f", "5 3") == [5, 7]  # the lowest limit leaves the axis below 120 answers


def test_only_who_is_outside_is_named_in_the_picture_and_a_small_base_claims_nothing() -> None:
    words = words_of(FUNNEL)
    assert "Parking" in words and "Planning" in words
    assert "Housing" not in words and "Markets" not in words
    assert [row[-1].text for row in table(FUNNEL).rows] == [
        "",
        "fewer than 10 answers",
        "outside the 99.8% limits, better than all together",
        "outside the 99.8% limits, worse than all together",
        "indicative: fewer than 30 answers",
    ]


def test_the_table_of_a_funnel_keeps_the_order_and_links_service_and_passport() -> None:
    first = table(FUNNEL).rows[0]
    assert [cell.text for cell in first] == ["Housing", "93.0%", "400", "88.0%", "96.5%", ""]
    assert (first[0].url, first[1].url) == ("/services/housing", "/figures/housing")


def test_the_centre_and_the_limits_are_named_at_their_ends() -> None:
    words = words_of(FUNNEL)
    assert "all together 93.0%" in words and words.count("99.8% limits") == 2
    assert "widened" in words_of(replace(FUNNEL, limits_words="99.8% limits, widened"))


@pytest.mark.parametrize(
    ("drawn", "unit", "full", "expected"),
    [
        ([0.883, 1.0, 1.04, 0.905], Unit.SHARE, (0.0, 1.0), (0.85, 1.0)),
        ([0.116, 0.135], Unit.SHARE, (0.0, 1.0), (0.115, 0.14)),
        ([0.0, 0.0], Unit.SHARE, (0.0, 1.0), (0.0, 0.005)),
        ([1.0, 1.0], Unit.SHARE, (0.0, 1.0), (0.995, 1.0)),
        ([1838, 2904.0], Unit.COUNT, None, (0.0, 3000.0)),
        ([12.5], Unit.DAYS, None, (0.0, 15.0)),
        ([0.0], Unit.COUNT, None, (0.0, 0.005)),
        ([-2.0, 5.0], Unit.DAYS, None, (-4.0, 6.0)),
        ([-0.2, 0.4], Unit.NET_SHARE, (-1.0, 1.0), (-0.4, 0.6)),
        ([4.36, 4.98], Unit.MEAN, (1.0, 5.0), (4.2, 5.0)),
        ([0.85, 0.97], Unit.SHARE, (0.0, 1.0), (0.8, 1.0)),  # a target of 85% is not drawn on the edge
        ([], Unit.SHARE, (0.0, 1.0), (0.0, 1.0)),
    ],
)
def test_an_axis_just_holds_its_values_and_never_leaves_the_scale(
    drawn: list[float], unit: Unit, full: tuple[float, float] | None, expected: tuple[float, float]
) -> None:
    axis = fitted_axis(drawn, unit, full)
    assert (axis.low, axis.high) == pytest.approx(expected)
    assert all(axis.holds(value) for value in drawn if full is None or full[0] <= value <= full[1])
    assert axis.is_zoomed is (full is not None and (axis.low, axis.high) != full)
    assert isinstance(axis, Axis)
