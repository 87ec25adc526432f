"""Shared-out numbers add up exactly, and the seed alone decides what is drawn."""

from __future__ import annotations

import pytest

from survey_app.demo.allocation import allocate, chosen, scaled, seeded, shuffled


def test_counts_that_add_up_to_the_total_come_back_unchanged() -> None:
    counts = {"planning": 71, "housing": 186, "waste": 229, "licensing": 0}
    assert allocate(486, counts) == counts


@pytest.mark.parametrize("total", [0, 1, 2, 7, 61, 1_000])
def test_whatever_the_total_the_shares_add_up_to_it_and_each_is_right_to_one(total: int) -> None:
    weights = {"a": 0.5, "b": 3, "c": 1.25, "d": 0.01}
    shares = allocate(total, weights)

    assert sum(shares.values()) == total
    assert all(abs(shares[key] - total * weight / 4.76) < 1 for key, weight in weights.items())


def test_what_is_left_goes_to_the_largest_remainders_and_to_the_earlier_on_a_tie() -> None:
    assert allocate(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}
    assert allocate(5, {"a": 15, "b": 17, "c": 18}) == {"a": 1, "b": 2, "c": 2}


def test_nothing_can_be_shared_out_among_nobody() -> None:
    with pytest.raises(ValueError, match="nobody"):
        allocate(3, {"a": 0.0})
    with pytest.raises(ValueError, match="nobody"):
        allocate(-1, {"a": 1.0})


def test_scaling_rounds_half_up_and_keeps_the_order_of_counts() -> None:
    assert [scaled(count, 0.05) for count in (1_222, 1_234, 1_238, 10)] == [61, 62, 62, 1]
    assert scaled(96_412, 1.0) == 96_412


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    weights = {"a": 3.0, "b": 1.0}

    assert shuffled(seeded("x", 1), 40, weights) == shuffled(seeded("x", 1), 40, weights)
    assert shuffled(seeded("x", 1), 40, weights) != shuffled(seeded("x", 2), 40, weights)


def test_the_heavier_are_chosen_more_often() -> None:
    rng = seeded("heavier")
    times = [chosen(rng, [1.0, 50.0, 1.0], 1) for _ in range(200)]

    assert all(len(found) == 1 for found in times)
    assert sum(1 in found for found in times) > 170
