"""Words find their place in a picture."""

from __future__ import annotations

from survey_app.charts.placing import CHARACTER, Side, name_rows, name_sides, names_above, short_labels, spread, wrapped
from tests.charts.cast import YEAR


def test_words_move_apart_until_none_covers_another() -> None:
    assert spread([10, 12, 50], 15, 0, 100) == [10, 25, 50]
    assert spread([98, 99], 15, 0, 100) == [85, 100]


def test_a_phone_gets_short_labels() -> None:
    assert short_labels(["Apr–Jun", "Jul–Sep"]) == ["Apr", "Jul"]
    assert short_labels(["Apr"] * 12) == ["A"] * 12


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


def test_long_names_wrap_and_what_has_no_room_ends_in_dots() -> None:
    assert wrapped("Planning", 18) == ["Planning"]
    assert wrapped("Blue badges and bus passes", 18) == ["Blue badges and", "bus passes"]
    lines = wrapped("Adult social care, occupational therapy and equipment", 18)
    assert len(lines) == 2 and lines[1].endswith("…") and all(len(line) <= 18 for line in lines)


def test_the_names_of_the_lines_of_a_phone_stand_above_the_plot_in_as_few_rows_as_they_need() -> None:
    placed = names_above(YEAR, "#1d3557", 300)
    assert [name.label.words for name in placed] == ["This year 100.0%", "Last year 97.1%", "Target over 90%"]
    assert name_rows(placed) == 2
    assert name_rows(names_above(YEAR, "#1d3557", 2_000)) == 1
    ends = {name.row: name.x + len(name.label.words) * CHARACTER for name in placed}
    assert max(ends.values()) <= 300
