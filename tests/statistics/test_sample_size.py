import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from survey_app.statistics.sample_size import answers_needed, detectable_share, in_two_figures, score_test_size
from tests.oracles import oracle

SHARES = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)


def test_ninety_seven_to_ninety_nine_percent_needs_866_answers():
    assert score_test_size(0.99, 0.97) == pytest.approx(768, abs=1)
    assert answers_needed(0.99, 0.97) == 866
    assert in_two_figures(866) == 870


@pytest.mark.shared
def test_sizes_are_the_expected_ones():
    for row in oracle("sample_size.csv"):
        p1, p2 = float(row["p1"]), float(row["p2"])
        assert score_test_size(p1, p2) == pytest.approx(float(row["n_score_test"]), abs=1e-5)
        assert answers_needed(p1, p2) == int(row["n_needed"])
        assert in_two_figures(answers_needed(p1, p2)) == int(row["n_shown"])


@given(SHARES, SHARES)
def test_the_exact_test_needs_more_answers_either_way_round(p1, p2):
    assume(p1 != p2)
    assert answers_needed(p1, p2) == answers_needed(p2, p1) > score_test_size(p1, p2)


@pytest.mark.parametrize(("answers", "shown"), [(7, 7), (68, 68), (99, 99), (100, 100), (101, 110), (991, 1000)])
def test_sizes_are_rounded_up_to_two_figures_from_a_hundred_on(answers, shown):
    assert in_two_figures(answers) == shown


@given(st.integers(1, 999), st.integers(2, 10_000_000), st.booleans())
def test_the_smallest_change_is_the_one_that_needs_just_these_answers(thousandths, answers, higher):
    before = thousandths / 1000
    found = detectable_share(before, answers, higher=higher)
    if found is None:
        assert answers_needed(1.0 if higher else 0.0, before) > answers
        return
    assert (found > before) is higher
    assert answers_needed(found, before) <= answers
    nearer = found - (found - before) * 1e-3
    assert answers_needed(nearer, before) >= answers


@pytest.mark.shared
def test_the_expected_sizes_read_backwards_give_their_change():
    for row in oracle("sample_size.csv"):
        p1, p2 = float(row["p1"]), float(row["p2"])
        found = detectable_share(p2, int(row["n_needed"]), higher=p1 > p2)
        assert found is not None
        assert found == pytest.approx(p1, abs=1e-4)


def test_where_even_all_of_them_would_not_show_there_is_no_smallest_change():
    assert detectable_share(0.97, 100, higher=True) is None
    assert detectable_share(0.97, 100, higher=False) is not None
    assert detectable_share(1.0, 10_000, higher=True) is None
