"""Words find their place in a picture."""

from __future__ import annotations

from survey_app.charts.placing import Side, name_sides, short_labels, spread


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
