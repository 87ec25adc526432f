"""How many answers a wanted change needs, and which fraction gets there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.measures.planning import YearOfAsking, plan
from survey_app.measures.sentences.plans import detectable_words, plan_sentence
from tests.oracles import oracle


@pytest.mark.shared
def test_what_a_change_needs_is_the_expected_number():
    for row in oracle("sample_size.csv"):
        p1, p2 = float(row["p1"]), float(row["p2"])
        found = plan(YearOfAsking(100, p2, 1.0), p1 - p2)
        assert found is not None
        assert found.needed == int(row["n_needed"])


@pytest.mark.parametrize(
    ("year", "wanted", "groups", "sentence"),
    [
        (
            YearOfAsking(1188, 0.97, 0.18),
            0.02,
            [],
            "A change from 97.0% to 99.0% would show: it needs 870 answers a year, and there are 1,188.",
        ),
        (
            YearOfAsking(433, 0.97, 0.18),
            0.02,
            [],
            "A change from 97.0% to 99.0% needs 870 answers a year: ask 36% of those who may be asked, not 18%.",
        ),
        (
            YearOfAsking(104, 0.97, 0.18),
            0.02,
            [("Housing", 800), ("all services together", 6800)],
            "A change from 97.0% to 99.0% needs 870 answers a year; asking everybody brings about 577, which is not "
            "enough. 2 years put together would be; all services together as one group would be.",
        ),
        (
            YearOfAsking(60, 0.97, 1.0),
            0.02,
            [],
            "A change from 97.0% to 99.0% needs 870 answers a year; asking everybody brings about 60, which is not "
            "enough. No grouping of these services would be.",
        ),
        (
            YearOfAsking(500, 0.99, 1.0),
            0.05,
            [],
            "A change from 99.0% to 94.0% would show: it needs 250 answers a year, and there are 500.",
        ),
    ],
)
def test_a_plan_is_said_in_one_sentence(year, wanted, groups, sentence):
    found = plan(year, wanted, groups)
    assert found is not None
    assert plan_sentence(found) == sentence


def test_the_smallest_changes_are_said_with_their_size_and_impossible_ones_left_out():
    found = plan(YearOfAsking(866, 0.97, 1.0), 0.02)
    assert found is not None
    assert detectable_words(found).startswith("a rise to 99.0% (+2.0) or a fall to ")
    few = plan(YearOfAsking(20, 0.97, 1.0), 0.02)
    assert few is not None
    assert detectable_words(few).startswith("a fall to ")
    none = plan(YearOfAsking(2, 0.5, 1.0), 0.02)
    assert none is not None
    assert detectable_words(none) == "no change"


@given(st.integers(1, 5000), st.integers(1, 999), st.integers(1, 100), st.integers(1, 30))
def test_the_fraction_that_gets_there_does_and_is_the_smallest(answers, thousandths, percent, points):
    year = YearOfAsking(answers, thousandths / 1000, percent / 100)
    found = plan(year, points / 100)
    if found is None:
        return
    per_percent = answers / year.fraction
    if found.fraction is None:
        assert year.most < found.needed
        assert found.years is not None
        assert found.years * year.most >= found.needed > (found.years - 1) * year.most
    else:
        assert found.fraction * per_percent >= found.needed * (1 - 1e-9)
        assert found.fraction == year.fraction or not found.has_enough


@pytest.mark.parametrize(("year", "wanted"), [(YearOfAsking(0, 0.5, 1.0), 0.02), (YearOfAsking(10, 0.5, 1.0), 0.6)])
def test_without_answers_or_without_room_there_is_no_plan(year, wanted):
    assert plan(year, wanted) is None
