"""An axis holds what is drawn, and says where it is zoomed."""

from __future__ import annotations

import pytest

from survey_app.charts import (
    Axis,
    Point,
    Target,
    Unit,
    axis_around_zero,
    zoomed_axis,
)
from tests.charts.cast import SECRET, TARGET, YEAR, point, trend


def test_a_zoomed_axis_says_so_in_words() -> None:
    assert Axis(low=0.85).words == "Axis zoomed: 85% to 100%"
    assert Axis().words == "Axis 0% to 100%"


@pytest.mark.parametrize(
    ("axis", "ticks"),
    [
        (Axis(low=0.85), (0.85, 0.9, 0.95, 1.0)),
        (Axis(), (0.0, 0.25, 0.5, 0.75, 1.0)),
        (Axis(low=0.6), (0.6, 0.7, 0.8, 0.9, 1.0)),
        (Axis(-1, 1, (-1, 1), Unit.NET_SHARE), (-1.0, -0.5, 0.0, 0.5, 1.0)),
    ],
)
def test_ticks_are_round(axis: Axis, ticks: tuple[float, ...]) -> None:
    assert axis.ticks() == ticks


def test_an_axis_that_would_cut_off_a_value_is_refused() -> None:
    with pytest.raises(ValueError, match="Axis zoomed: 85% to 100% would cut off a value"):
        trend(point(0.8), axis=Axis(low=0.85))


def test_an_axis_may_cut_off_what_is_hidden_anyway() -> None:
    assert trend(point(0.2, 9), axis=Axis(low=0.85)).points[0].shown is None


def test_the_zoom_leaves_room_below_the_lowest_value_and_the_target() -> None:
    assert zoomed_axis(YEAR.points, TARGET) == Axis(low=0.85)
    assert zoomed_axis([point(0.97)]) == Axis(low=0.9)
    assert zoomed_axis([point(0.4)], TARGET) == Axis()
    assert zoomed_axis([point(SECRET, 3)]) == Axis()


@pytest.mark.parametrize(
    ("unit", "value", "words"),
    [
        (Unit.SHARE, 0.98996, "99.0%"),
        (Unit.NET_SHARE, -0.45, "−45"),
        (Unit.NET_SHARE, 0.45, "+45"),
        (Unit.MEAN, 4.625, "4.63"),
        (Unit.SHARE, 0.9996, "over 99.9%"),
        (Unit.COUNT, 96412, "96,412"),
        (Unit.DAYS, 17.5, "17.5"),
    ],
)
def test_values_are_written_as_people_read_them(unit: Unit, value: float, words: str) -> None:
    assert unit.text(value) == words


def test_a_target_is_said_as_it_was_set() -> None:
    assert TARGET.words() == "Target over 90%"
    assert Target(0.875).words() == "Target at least 87.5%"


def test_differences_stand_around_zero_and_say_their_sign() -> None:
    points = (
        Point(label="Delivery", value=0.018, base=None, low=0.004, high=0.033),
        Point(label="Access", value=-0.021, base=None, low=-0.071, high=0.02),
    )
    axis = axis_around_zero(points)
    assert (axis.low, axis.high) == pytest.approx((-0.1, 0.1))
    assert [axis.unit.tick(value) for value in (-0.05, 0, 0.05)] == ["−5", "0", "+5"]
    assert [axis.unit.text(point.value or 0) for point in points] == ["+1.8", "−2.1"]
    assert not axis.is_zoomed
    assert axis_around_zero(()).high == pytest.approx(0.05)
