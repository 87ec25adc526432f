from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.statistics.intervals import Interval
from survey_app.statistics.target_status import Comparator, Status, Target, interval_status, share_status
from tests.oracles import oracle

NINETY = Target(0.9)
OVER_NINETY = Target(0.9, Comparator.OVER)
SHARES = st.integers(0, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("numerator", "base", "status"),
    [
        (52, 53, "met_with_confidence"),
        (51, 52, "met"),
        (386, 424, "met"),
        (1079, 1200, "not_proven"),
        (83, 100, "missed"),
        (9, 9, "suppressed"),
        (0, 0, None),
    ],
)
def test_a_figure_against_ninety_percent(numerator, base, status):
    assert share_status(numerator, base, NINETY) == status


@pytest.mark.shared
def test_statuses_are_the_expected_ones():
    for row in oracle("target_status.csv"):
        assert share_status(int(row["numerator"]), int(row["base"]), Target(float(row["target"]))) == row["status"], row


def test_exactly_ninety_is_at_least_ninety_but_not_over_it():
    assert share_status(1080, 1200, NINETY) is Status.MET
    assert share_status(1080, 1200, OVER_NINETY) is Status.NOT_PROVEN


@pytest.mark.parametrize("value", [0.9, Decimal("0.90"), Fraction(9, 10)])
def test_a_target_is_the_number_that_was_typed(value):
    assert share_status(9, 10, Target(value)) is Status.MET


def test_without_a_target_there_is_nothing_to_meet():
    assert share_status(411, 424, None) is Status.NO_TARGET
    assert share_status(9, 9, None) is Status.SUPPRESSED
    assert share_status(0, 0, None) is None


@given(SHARES, st.integers(0, 1000), st.sampled_from(Comparator))
def test_lower_is_better_is_the_mirror_image(share, thousandths, comparator):
    numerator, base = share
    goal = Fraction(thousandths, 1000)
    mirrored = share_status(base - numerator, base, Target(1 - goal, comparator, lower_is_better=True))
    assert share_status(numerator, base, Target(goal, comparator)) is mirrored


def test_avoidable_contact_below_its_target_is_met():
    target = Target(0.1, lower_is_better=True)
    assert share_status(12, 1200, target) is Status.MET_WITH_CONFIDENCE
    assert share_status(120, 1200, target) is Status.MET
    assert share_status(300, 1200, target) is Status.MISSED


def test_sixteen_of_seventeen_does_not_miss_ninety_nine_percent():
    assert share_status(16, 17, Target(0.99)) is Status.NOT_PROVEN


@pytest.mark.parametrize(
    ("value", "interval", "status"),
    [
        (4.5, Interval(4.3, 4.7), Status.MET_WITH_CONFIDENCE),
        (4.3, Interval(4.1, 4.5), Status.MET),
        (4.1, Interval(3.9, 4.3), Status.NOT_PROVEN),
        (3.9, Interval(3.7, 4.1), Status.MISSED),
    ],
)
def test_a_mean_is_judged_by_its_interval(value, interval, status):
    assert interval_status(value, interval, 100, Target(4.2)) is status


def test_fewer_days_are_better():
    target = Target(10, lower_is_better=True)
    assert interval_status(8, Interval(7, 9), 100, target) is Status.MET_WITH_CONFIDENCE
    assert interval_status(12, Interval(11, 13), 100, target) is Status.MISSED
    assert interval_status(12, Interval(11, 13), 9, target) is Status.SUPPRESSED
    assert interval_status(0, Interval(0, 0), 0, target) is None
    assert interval_status(8, Interval(7, 9), 100, None) is Status.NO_TARGET
