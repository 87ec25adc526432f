"""Shares as residents read them."""

from __future__ import annotations

import pytest

from survey_app.actions.public.in_a_hundred import bar_width, in_100, interval_in_100, points_in_100, target_in_100
from survey_app.statistics.target_status import Comparator


@pytest.mark.parametrize(
    ("numerator", "base", "target", "words"),
    [
        (77, 100, None, "77 in 100"),
        (385, 500, 0.9, "77 in 100"),
        (1, 200, None, "1 in 100"),
        (999, 1000, None, "over 99 in 100"),
        (1, 1000, None, "under 1 in 100"),
        (10, 10, None, "100 in 100"),
        (0, 10, None, "0 in 100"),
        (897, 1000, 0.9, "just under 90 in 100"),
        (901, 1000, 0.9, "just over 90 in 100"),
        (90, 100, 0.9, "90 in 100"),
        (92, 100, 0.925, "92 in 100"),
    ],
)
def test_a_share_is_never_rounded_into_a_claim(numerator: int, base: int, target: float | None, words: str) -> None:
    assert in_100(numerator, base, target) == words


def test_targets_say_over_or_at_least_and_turn_where_lower_is_better() -> None:
    assert target_in_100(0.9, Comparator.OVER) == "over 90 in 100"
    assert target_in_100(0.925, Comparator.AT_LEAST) == "at least 92.5 in 100"
    assert target_in_100(0.1, Comparator.AT_LEAST, lower_is_better=True) == "at most 10 in 100"


def test_an_interval_of_one_sign_is_told_by_its_size_from_the_nearer_end() -> None:
    assert points_in_100(0.031, 0.2) == "between 3 and 20 in 100"
    assert points_in_100(-0.2, -0.031) == "between 3 and 20 in 100"
    assert points_in_100(-0.02, 0.05) == "between \N{MINUS SIGN}2 and 5 in 100"


def test_bars_start_at_nothing_and_could_reach_all() -> None:
    assert (bar_width(0, 10), bar_width(1, 3), bar_width(10, 10)) == ("0.0%", "33.3%", "100.0%")


def test_an_interval_of_a_share_reaches_all_or_none_only_where_it_does() -> None:
    assert interval_in_100(0.89, 0.98) == "between 89 and 98 in 100"
    assert interval_in_100(0.961, 0.998) == "between 96 and over 99 in 100"
    assert interval_in_100(0.002, 1.0) == "between under 1 and 100 in 100"
