from __future__ import annotations

from datetime import date

import pytest

from survey_app.charts import (
    Axis,
    BarChart,
    Break,
    CrossChart,
    CrossPoint,
    Kind,
    Point,
    Target,
    TrendChart,
    Unit,
    axis_around_zero,
    position_of,
    zoomed_axis,
)
from survey_app.charts.placing import Side, name_sides, short_labels, spread
from tests.charts.cast import SECRET, TARGET, YEAR


def trend(*points: Point, axis: Axis | None = None, breaks: tuple[Break, ...] = ()) -> TrendChart:
    return TrendChart(key="k", title="t", sentence="s", points=points, axis=axis or Axis(), breaks=breaks)


def point(value: float | None = 0.9, base: int | None = 50, **more: object) -> Point:
    return Point(label="Apr", value=value, base=base, **more)  # type: ignore[arg-type]


def test_a_base_below_ten_is_hidden_and_not_given_away_either() -> None:
    few = point(SECRET, 9, low=0.1, high=0.9)
    assert (few.shown, few.interval, few.is_hidden, few.base_words) == (None, None, True, "<10")


def test_a_base_of_ten_is_shown_as_indicative_and_claims_nothing() -> None:
    ten = point(base=10, kind=Kind.IMPROVEMENT)
    assert (ten.shown, ten.is_indicative, ten.shown_kind) == (0.9, True, Kind.PLAIN)


def test_a_base_of_thirty_may_carry_a_claim() -> None:
    assert point(base=30, kind=Kind.CONCERN).shown_kind is Kind.CONCERN


def test_a_point_hidden_for_the_sake_of_another_hides_its_last_year_too() -> None:
    hidden = point(base=500, previous=0.8, suppressed=True)
    assert (hidden.shown, hidden.shown_previous, hidden.base_words) == (None, None, "hidden")


def test_last_year_obeys_the_same_rule() -> None:
    assert point(previous=0.8, previous_base=9).shown_previous is None
    assert point(previous=0.8, previous_base=10).shown_previous == 0.8


def test_no_answers_is_a_gap_but_not_a_secret() -> None:
    nobody = point(None, 0)
    assert (nobody.shown, nobody.is_hidden, nobody.base_words) == (None, False, "0")


def test_a_count_needs_no_base() -> None:
    contacts = point(96412, None)
    assert (contacts.shown, contacts.is_indicative) == (96412, False)


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


def test_bars_that_do_not_start_at_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="bars start at 0"):
        BarChart(key="k", title="t", sentence="s", points=(point(),), axis=Axis(low=0.5))


def test_the_zoom_leaves_room_below_the_lowest_value_and_the_target() -> None:
    assert zoomed_axis(YEAR.points, TARGET) == Axis(low=0.85)
    assert zoomed_axis([point(0.97)]) == Axis(low=0.9)
    assert zoomed_axis([point(0.4)], TARGET) == Axis()
    assert zoomed_axis([point(SECRET, 3)]) == Axis()


def test_no_line_crosses_a_gap_or_a_new_wording() -> None:
    assert YEAR.runs() == ((0, 1), (3,), (6,))
    assert trend(*[point()] * 4, breaks=(Break("v4", 2),)).runs() == ((0, 1), (2, 3))


def test_a_day_finds_its_place_among_the_periods() -> None:
    starts = [date(2025, 4, 1), date(2025, 5, 1)]
    assert position_of(date(2025, 5, 1), starts, date(2025, 6, 1)) == 0.5
    assert position_of(date(2025, 4, 16), starts, date(2025, 6, 1)) == 0.0
    assert position_of(date(2025, 6, 1), starts, date(2025, 6, 1)) is None


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


def test_words_move_apart_until_none_covers_another() -> None:
    assert spread([10, 12, 50], 15, 0, 100) == [10, 25, 50]
    assert spread([98, 99], 15, 0, 100) == [85, 100]


def test_a_phone_gets_short_labels() -> None:
    assert short_labels(["Apr–Jun", "Jul–Sep"]) == ["Apr", "Jul"]
    assert short_labels(["Apr"] * 12) == ["A"] * 12


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


def test_names_take_the_first_side_that_is_free_and_inside() -> None:
    first, below, left, far = (50.0, 50.0, 60.0), (52.0, 52.0, 60.0), (290.0, 50.0, 60.0), (150.0, 50.0, 60.0)
    found = name_sides([first, below, left, far], (0, 300))
    assert [(side.is_above, side.is_right) for side in found] == [
        (True, True),
        (False, True),
        (True, False),
        (True, True),
    ]
    everywhere = [(150.0, 50.0, 400.0)]
    assert name_sides(everywhere, (0, 300)) == [Side(is_above=True, is_right=True)]


def test_a_cross_that_its_chart_would_cut_off_is_refused() -> None:
    point = CrossPoint(label="Delivery", value=0.9, base=100, at=0.5)
    with pytest.raises(ValueError, match="would cut off"):
        CrossChart(key="c", title="t", sentence="s", points=(point,), across=Axis(0, 0.4, full=(0, 0.4)))
