"""A word is called new only where more than chance explains it, and never for fewer than five comments."""

from __future__ import annotations

import random

import pytest

from survey_app.comments.terms.emerging import FLOOR, Emerging, emerging, log_likelihood_ratio


@pytest.mark.parametrize(
    ("both", "first", "second", "neither", "published"),
    [
        (110, 2442, 111, 29114, 270.72),  # the swiss
        (29, 13, 123, 31612, 263.90),  # can be
        (31, 23, 139, 31584, 256.84),  # previous year
        (10, 0, 3, 31764, 167.23),  # mineral water
        (76, 104, 2476, 29121, 157.21),  # at the
        (16, 16, 51, 31694, 157.03),  # real terms
    ],
)
def test_g2_is_as_published(both: int, first: int, second: int, neither: int, published: float) -> None:
    """Dunning 1993, table 1."""
    assert round(log_likelihood_ratio(both, both + first, second, second + neither), 2) == published


def test_the_same_share_has_no_g2() -> None:
    assert log_likelihood_ratio(10, 100, 20, 200) == pytest.approx(0, abs=1e-9)


def terms(found: list[Emerging]) -> list[str]:
    return [each.term for each in found]


def test_what_rose_is_found_with_how_often_it_stood_before() -> None:
    (found,) = emerging({"permit": 30, "bins": 50}, {"permit": 4, "bins": 52}, (400, 410))
    assert (found.term, found.now, found.before) == ("permit", 30, 4)


def test_what_fell_and_what_rose_with_the_number_of_comments_is_not_new() -> None:
    assert emerging({"permit": 4}, {"permit": 40}, (400, 400)) == []
    assert emerging({"permit": 40}, {"permit": 10}, (400, 100)) == []


def test_fewer_than_five_comments_are_nothing_new() -> None:
    assert emerging({"permit": FLOOR - 1}, {}, (20, 5000)) == []
    assert terms(emerging({"permit": FLOOR}, {}, (20, 5000))) == ["permit"]


def test_without_comments_before_nothing_is_new() -> None:
    assert emerging({"permit": 30}, {}, (400, 0)) == [] and emerging({}, {}, (0, 0)) == []


def test_a_word_that_a_pair_says_better_stands_in_the_pair_alone() -> None:
    now = {"garden waste": 28, "garden": 30, "waste": 33, "permit": 40, "permit zone": 20}
    before = {"garden waste": 1, "garden": 2, "waste": 2, "permit": 4}
    assert set(terms(emerging(now, before, (600, 600)))) == {"garden waste", "permit"}


def test_of_words_that_only_vary_by_chance_hardly_any_is_called_new() -> None:
    lots = random.Random(7)
    named = 0
    for _ in range(40):
        now, before = ({f"w{n}": sum(lots.random() < 0.02 for _ in range(300)) for n in range(60)} for _ in "ab")
        named += bool(emerging(now, before, (300, 300)))
    assert named <= 4  # 5% of 40, with room


def test_the_surest_stand_first_and_no_more_than_asked_for() -> None:
    now = {"permit": 30, "zone": 60, "fly tipping": 45}
    assert terms(emerging(now, {}, (500, 500), most=2)) == ["zone", "fly tipping"]
