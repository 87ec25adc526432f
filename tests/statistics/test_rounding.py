from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.statistics.rounding import percent, points, rounded, share_text, signed, target_text
from tests.oracles import oracle


@pytest.mark.shared
def test_figures_are_written_as_expected():
    for row in oracle("rounding.csv"):
        x1, n1 = int(row["x1"]), int(row["n1"])
        if row["kind"] == "share":
            target = Decimal(row["target_percent"]) / 100 if row["target_percent"] else None
            assert share_text(x1, n1, target) == row["shown"]
        else:
            assert points(Fraction(x1, n1) - Fraction(int(row["x2"]), int(row["n2"]))) == row["shown"]


@pytest.mark.parametrize(
    ("numerator", "base", "target", "shown"),
    [
        (9996, 10000, None, "over 99.9%"),
        (1, 2500, None, "under 0.1%"),
        (1, 16, None, "6.3%"),
        (2249, 2500, 0.9, "just under 90.0%"),
        (2251, 2500, 0.9, "just over 90.0%"),
        (9000, 10000, 0.9, "90.0%"),
        (1851, 2000, 0.9255, "92.6%"),
        (0, 0, 0.9, "no answers"),
    ],
)
def test_a_share_is_never_rounded_into_a_claim(numerator, base, target, shown):
    assert share_text(numerator, base, target) == shown


@pytest.mark.parametrize("target", [Decimal(90) / 100, 0.9, Fraction(9, 10)])
@pytest.mark.parametrize("share", [9 / 10, 90 / 100, Fraction(9, 10)])
def test_a_share_that_is_its_target_says_so_however_it_was_divided(share, target):
    assert percent(share, target) == "90.0%"


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_all_and_none_are_said_only_of_all_and_none(share):
    numerator, base = share
    assert (share_text(numerator, base) == "100.0%") == (numerator == base)
    assert (share_text(numerator, base) == "0.0%") == (numerator == 0)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (Fraction(5, 2), 0, "3"),
        (Fraction(-5, 2), 0, "-3"),
        (Fraction(-1, 100), 1, "0.0"),
        (1234.5, 1, "1,234.5"),
        (4, 2, "4.00"),
    ],
)
def test_halves_go_away_from_zero_and_zero_has_no_sign(value, decimals, text):
    assert rounded(value, decimals) == text


@pytest.mark.parametrize(("value", "text"), [(2.06, "+2.1"), (-0.04, "0.0"), (0.04, "0.0"), (-3, "-3.0")])
def test_a_difference_carries_its_sign(value, text):
    assert signed(value, 1) == text


@pytest.mark.parametrize(
    ("target", "text"), [(0.9, "90%"), (0.925, "92.5%"), (Decimal("0.9255"), "92.55%"), (1, "100%")]
)
def test_a_target_is_written_as_people_write_it(target, text):
    assert target_text(target) == text


def test_the_end_of_an_interval_is_written_like_a_share():
    assert percent(0.9004, 0.9) == "just over 90.0%"
