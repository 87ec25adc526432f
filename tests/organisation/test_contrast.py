"""Contrast as WCAG defines it, and the nearest colour that can be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.kernel.errors import InvalidInput
from survey_app.organisation.contrast import READABLE, WASH, contrast_ratio, read_colour, reading

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.478),  # the grey that just fails, known from WCAG's discussions
        ("#767676", "#ffffff", 4.542),  # and the one that just passes
        ("#ff0000", "#ffffff", 3.998),
    ],
)
def test_the_ratio_is_what_wcag_says(one: str, other: str, ratio: float) -> None:
    assert contrast_ratio(one, other) == pytest.approx(ratio, abs=0.001)
    assert contrast_ratio(other, one) == contrast_ratio(one, other)


@given(COLOURS)
def test_the_nearest_colour_can_be_read_and_is_itself_when_it_already_could(colour: str) -> None:
    for ground in ("#ffffff", WASH):
        found = reading(colour, against=ground)
        assert contrast_ratio(found.nearest, ground) >= READABLE
        assert (found.nearest == colour) == found.is_readable


@given(COLOURS)
def test_a_link_that_can_be_read_on_the_grey_can_be_read_on_white(colour: str) -> None:
    assert contrast_ratio(colour, WASH) < READABLE or contrast_ratio(colour, "#ffffff") >= READABLE


def test_what_fails_never_looks_as_if_it_passed() -> None:
    assert reading("#777777").ratio_words == "4.47:1"


@pytest.mark.parametrize("typed", ["#1D3557", "1d3557", "  #1d3557 "])
def test_a_colour_may_be_typed_in_several_ways(typed: str) -> None:
    assert read_colour(typed) == "#1d3557"
    assert read_colour("#abc") == "#aabbcc"


@pytest.mark.parametrize("typed", ["", "red", "#12345", "#12345g", "#1d3557;}body{display:none", "#１２３４５６"])
def test_what_is_no_colour_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match="like #1d3557"):
        read_colour(typed)
