import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.statistics.distributions import binomial_lower_tail
from survey_app.statistics.funnel import TAILS, binomial_counts, funnel, overdispersion, standard_scores
from tests.oracles import oracle


@pytest.mark.shared
def test_limits_are_the_published_counts():
    for row in oracle("funnel_binomial.csv"):
        counts = binomial_counts(float(row["centre"]), int(row["base"]))
        assert counts == tuple(int(row[key]) for key in ("lower_998", "lower_95", "upper_95", "upper_998")), row


@pytest.mark.shared
def test_services_that_differ_more_than_chance_widen_the_funnel():
    rows = oracle("funnel_overdispersed.csv")
    shares = [(int(row["numerator"]), int(row["base"])) for row in rows]
    found = funnel(shares)
    assert found is not None and found.phi is not None
    assert (found.centre, found.phi) == pytest.approx((float(rows[0]["centre"]), float(rows[0]["phi"])), abs=1e-8)
    scores = standard_scores(shares, found.centre)
    assert scores == pytest.approx([float(row["z"]) for row in rows], abs=1e-8)
    adjusted = [float(row["z_adjusted"]) for row in rows]
    outside = [row["service"] for row, z in zip(rows, adjusted, strict=True) if abs(z) > 3.0902]
    assert [r["service"] for r, share in zip(rows, shares, strict=True) if found.is_outside(*share)] == outside == []


def test_few_services_are_judged_by_chance_alone():
    found = funnel([(95, 100), (90, 100), (60, 100)])
    assert found is not None and found.phi is None
    assert found.is_outside(60, 100)
    assert not found.is_outside(90, 100)


def test_services_that_differ_as_chance_does_leave_the_funnel_alone():
    found = funnel([(90, 100), (89, 100), (91, 100), (90, 100), (88, 100)] * 3)
    assert found is not None and found.phi is None


def test_all_satisfied_everywhere_is_nobody_outside():
    found = funnel([(50, 50)] * 12)
    assert found is not None
    assert not found.is_outside(50, 50)


def test_without_services_there_is_no_funnel():
    assert funnel([]) is None


def test_one_wild_service_does_not_widen_the_funnel_by_itself():
    assert overdispersion([0.0] * 19 + [50.0]) == 0


@given(st.floats(0.01, 0.99), st.integers(1, 500))
def test_each_limit_is_the_smallest_count_that_reaches_its_tail(centre, base):
    for tail, count in zip(TAILS, binomial_counts(centre, base), strict=True):
        assert binomial_lower_tail(count, base, centre) >= tail
        assert count == 0 or binomial_lower_tail(count - 1, base, centre) < tail
