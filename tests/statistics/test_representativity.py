import pytest

from survey_app.statistics.representativity import representativity
from tests.oracles import oracle


@pytest.mark.shared
def test_the_indicator_is_the_expected_one():
    rows = oracle("representativity.csv")
    found = representativity({f"{r['service']} {r['channel']}": (int(r["asked"]), int(r["answered"])) for r in rows})
    assert found is not None
    seen = (found.response_rate, found.spread, found.r_indicator, found.largest_bias)
    keys = ("response_rate", "sd_of_rates", "r_indicator", "max_standardised_bias")
    assert seen == pytest.approx(tuple(float(rows[0][key]) for key in keys), abs=1e-8)


def test_strata_that_answer_alike_are_fully_representative():
    found = representativity({"phone": (400, 40), "web": (200, 20)})
    assert found is not None
    assert found.r_indicator == 1


def test_a_stratum_of_few_is_merged_and_does_not_decide_alone():
    found = representativity({"phone": (400, 40), "web": (400, 40), "letter": (5, 5)})
    alone = representativity({"phone": (405, 45), "web": (400, 40)})
    assert found == alone


@pytest.mark.parametrize("strata", [{}, {"phone": (100, 0)}, {"phone": (1, 1)}])
def test_nobody_to_compare_has_no_indicator(strata):
    assert representativity(strata) is None
