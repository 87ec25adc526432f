"""Letters of what was changed: each can be read, and so can the words beside it."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from survey_app.charts import Annotation, Axis, Point, Size, Target, TrendChart, svg, view
from survey_app.charts.rings import CLEAR, Ring, place_rings
from tests.charts.cast import CONTROL, YEAR

MONTHS = tuple(Point(label=str(month), value=0.95, base=90) for month in range(12))
SIZES = (Size.WIDE, Size.HALF, Size.PAPER, Size.NARROW)
SVG = "{http://www.w3.org/2000/svg}"


def year_with(*places: float, words: str = "Letters in plain words, 1 Oct", low: float = 0.85) -> TrendChart:
    marks = tuple(Annotation("ABCDEFGH"[number], words, at) for number, at in enumerate(places))
    return TrendChart(
        key="k", title="t", sentence="s", points=MONTHS, axis=Axis(low=low), target=Target(0.9), annotations=marks
    )


def placed(chart: TrendChart, size: Size = Size.WIDE) -> tuple[Ring, ...]:
    return place_rings(chart, size.value, with_words=size is not Size.NARROW)


def ends(ring: Ring) -> tuple[float, float]:
    """What a ring takes up with its words, at the least: a character is never narrower than five pixels."""
    length = ring.words_away + 5 * len(ring.words) if ring.words else 0
    left, right = (0, length) if ring.is_right else (length, 0)
    return ring.x - max(ring.half, left), ring.x + max(ring.half, right)


def test_marks_close_together_are_one_with_all_their_letters() -> None:
    rings = placed(year_with(3.0, 3.2, 3.4, 8.0))
    assert [ring.letters for ring in rings] == ["A B C", "D"]
    assert rings[0].places == (3.0, 3.2, 3.4), "each keeps its own line"


def test_marks_of_one_day_keep_their_order() -> None:
    assert [ring.letters for ring in placed(year_with(3.0, 3.0))] == ["A B"]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("low", [0.5, 0.8, 0.85])
def test_no_mark_stands_on_the_target(size: Size, low: float) -> None:
    chart = year_with(*(number * 1.3 for number in range(8)), low=low)
    inside = size.value.inner_bottom - size.value.top
    line = chart.axis.position(0.9) * inside
    assert all(abs(ring.up - line) >= CLEAR for ring in placed(chart, size))


@pytest.mark.parametrize("size", SIZES)
def test_no_mark_covers_another_and_no_line_runs_through_words(size: Size) -> None:
    rings = placed(year_with(0.2, 1.5, 3.0, 4.1, 7.2, 8.8, 9.9, 11.2), size)
    assert sum(len(ring.annotations) for ring in rings) == 8
    for ring in rings:
        start, end = ends(ring)
        for other in rings:
            if other is ring:
                continue
            if other.up == ring.up:
                assert end <= ends(other)[0] or ends(other)[1] <= start
            if other.up < ring.up:
                assert not start < other.x < end, "its line goes on upwards, through the words"


@pytest.mark.parametrize("size", SIZES)
def test_words_stay_inside_the_picture(size: Size) -> None:
    width = size.value.inner_right - size.value.left
    for ring in placed(year_with(0.0, 5.0, 11.4), size):
        start, end = ends(ring)
        assert start >= -9
        assert end <= width + 9


def test_a_mark_on_its_own_has_its_words_beside_it_and_needs_no_list() -> None:
    assert [ring.words for ring in placed(year_with(2.0))] == ["Letters in plain words, 1 Oct"]
    assert not view(year_with(2.0)).is_listed


def test_words_that_find_no_room_are_listed_below_the_chart() -> None:
    close = year_with(3.0, 3.2)
    assert [ring.words for ring in placed(close)] == [""]
    assert view(close).is_listed
    assert [each.text for each in view(close).annotations] == ["Letters in plain words, 1 Oct"] * 2


def test_a_chart_without_marks_lists_nothing() -> None:
    assert not view(replace(YEAR, annotations=())).is_listed


def test_where_lines_are_everywhere_a_mark_still_stands_somewhere() -> None:
    limits = tuple(
        replace(usual, mean=0.76 + 0.03 * place) if usual else None for place, usual in enumerate(CONTROL.ranges)
    )
    assert len(placed(replace(CONTROL, ranges=limits))) == 1


def test_the_picture_has_one_ring_and_two_lines_for_two_marks_that_touch() -> None:
    before, after = (list(ET.fromstring(svg(each)).iter()) for each in (year_with(), year_with(3.0, 3.2)))
    assert len([each for each in after if each.tag == f"{SVG}rect"]) == 1
    lines = [len([each for each in found if each.tag == f"{SVG}line"]) for found in (before, after)]
    assert lines[1] - lines[0] == 2
    assert "A B" in [each.text for each in after]
