from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.statistics.comparison import benjamini_hochberg, exact_test, holm, mean_difference, net_difference
from survey_app.statistics.intervals import NetCounts
from tests.oracles import oracle

SHARES = st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
SLEEP_1 = "-1.6:1;-1.2:1;-0.2:1;-0.1:1;0:1;0.7:1;0.8:1;2:1;3.4:1;3.7:1"
SLEEP_2 = "-0.1:1;0.1:1;0.8:1;1.1:1;1.6:1;1.9:1;3.4:1;4.4:1;4.6:1;5.5:1"


def near(*values):
    return pytest.approx(tuple(float(value) for value in values), rel=1e-8, abs=1e-8)


def counts_of(text):
    return {Fraction(score): int(count) for score, count in (part.split(":") for part in text.split(";"))}


def test_convictions_of_twins_as_in_the_textbook():
    assert exact_test(2, 12, 15, 18).lower_tail == pytest.approx(0.0004651809, abs=1e-10)


def test_the_lady_tasting_tea_proves_nothing_with_three_of_four():
    assert exact_test(3, 4, 1, 4).p_value == pytest.approx(0.4857, abs=5e-5)


@pytest.mark.shared
def test_exact_tests_are_the_expected_ones():
    for row in oracle("exact_test.csv"):
        test = exact_test(*(int(row[key]) for key in ("x1", "n1", "x2", "n2")))
        assert test == near(row["upper_tail"], row["lower_tail"], row["p_value"])
        assert test.p_value == pytest.approx(float(row["p_value"]), rel=1e-4)


@given(SHARES, SHARES)
def test_changing_sides_does_not_change_the_p_value(now, before):
    test, turned = exact_test(*now, *before), exact_test(*before, *now)
    assert 0 <= test.p_value <= 1
    assert turned.p_value == pytest.approx(test.p_value, abs=1e-9)
    assert turned.upper_tail == pytest.approx(test.lower_tail, abs=1e-9)


@given(SHARES, SHARES)
def test_counting_the_dissatisfied_instead_gives_the_same_p_value(now, before):
    (x1, n1), (x2, n2) = now, before
    assert exact_test(n1 - x1, n1, n2 - x2, n2).p_value == pytest.approx(exact_test(x1, n1, x2, n2).p_value, abs=1e-9)


@given(SHARES)
def test_a_share_does_not_differ_from_itself(share):
    assert exact_test(*share, *share).p_value == pytest.approx(1, abs=1e-9)


def test_students_sleep_data_as_r_prints_them():
    sleep = mean_difference(counts_of(SLEEP_1), counts_of(SLEEP_2))
    assert sleep is not None
    assert (sleep.df, sleep.p_value) == pytest.approx((17.776, 0.07939), abs=5e-4)
    assert sleep.interval == pytest.approx((-3.365, 0.205), abs=5e-4)
    assert sleep.pooled_p_value == pytest.approx(0.07919, abs=5e-5)


@pytest.mark.shared
def test_differences_of_means_are_the_expected_ones():
    for row in oracle("mean_difference.csv"):
        found = mean_difference(counts_of(row["value_counts_1"]), counts_of(row["value_counts_2"]))
        assert found is not None
        assert (float(found.difference), found.standard_error, found.df) == near(
            row["difference"], row["se"], row["df"]
        )
        assert (*found.interval, found.p_value) == near(row["low"], row["high"], row["p_value"])


def test_means_without_any_spread_cannot_be_tested():
    assert mean_difference({5: 40}, {4: 40}) is None


def test_a_mean_of_one_answer_cannot_be_compared():
    with pytest.raises(ValueError, match="one answer"):
        mean_difference({5: 1}, {4: 40, 5: 2})


@pytest.mark.shared
def test_differences_of_net_shares_are_the_expected_ones():
    for row in oracle("net_difference.csv"):
        now, before = (NetCounts(*(int(row[f"{key}{side}"]) for key in ("pos", "neu", "neg"))) for side in "12")
        found = net_difference(now, before)
        assert float(found.difference) == pytest.approx(float(row["difference"]), abs=1e-8)
        assert (found.adjusted_difference, found.standard_error) == near(row["adjusted_difference"], row["se"])
        assert (*found.interval, found.p_value) == near(row["low"], row["high"], row["p_value"])


@pytest.mark.shared
def test_holm_adjusts_each_family_as_expected():
    rows = oracle("holm.csv")
    for family in {row["family"] for row in rows}:
        members = [row for row in rows if row["family"] == family]
        adjusted = holm([float(row["p_value"]) for row in members])
        assert adjusted == pytest.approx([float(row["adjusted_p"]) for row in members], abs=1e-8)
        assert ["claim" if p <= 0.05 else "none" for p in adjusted] == [row["claim"] for row in members]


@given(st.lists(st.floats(0, 1), max_size=20))
def test_holm_never_lowers_a_p_value_nor_changes_their_order(p_values):
    adjusted = holm(p_values)
    assert all(p <= q <= 1 for p, q in zip(p_values, adjusted, strict=True))
    pairs = sorted(zip(p_values, adjusted, strict=True))
    assert [q for _, q in pairs] == sorted(adjusted)


def test_one_claim_needs_no_correction():
    assert holm([0.05]) == [0.05]
    assert holm([]) == []


def test_benjamini_and_hochberg_s_own_example_rejects_four():
    """The 15 p-values of their paper of 1995, at 5%."""
    claimed = [0.0001, 0.0004, 0.0019, 0.0095]
    ordered = [*claimed, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    adjusted = benjamini_hochberg(ordered)
    assert sum(p <= 0.05 for p in adjusted) == 4
    assert adjusted[:4] == pytest.approx([0.0015, 0.003, 0.0095, 0.035625])
    assert benjamini_hochberg(ordered[::-1]) == adjusted[::-1]
    assert benjamini_hochberg([]) == []
