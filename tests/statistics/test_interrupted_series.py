import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from survey_app.statistics.interrupted_series import Month, NoSeries, interrupted_series
from tests.oracles import oracle

STEADY = [Month(180 + place % 3, 200) for place in range(18)]


@pytest.mark.shared
def test_the_series_is_fitted_to_the_last_published_digit():
    rows = oracle("interrupted_series.csv")
    months = [Month(int(row["numerator"]), int(row["base"])) for row in rows]
    found = interrupted_series(months, [row["after"] for row in rows].index("1"))
    expected = oracle("interrupted_series_expected.csv")
    terms = (found.level, found.slope, found.step, found.slope_change)
    for term, row in zip(terms, expected, strict=True):
        said = [float(row[key]) for key in ("estimate", "se", "low", "high", "p_value")]
        assert [term.estimate, term.standard_error, *term.interval, term.p_value] == pytest.approx(said, abs=1e-9)
    assert found.durbin_watson == pytest.approx(float(expected[0]["durbin_watson_weighted"]), abs=1e-9)
    assert found.is_usable


def test_a_jump_without_a_trend_is_found_as_a_step():
    months = [Month(160 + place % 2, 200) for place in range(12)] + [Month(180 + place % 2, 200) for place in range(6)]
    found = interrupted_series(months, 12)
    assert found.step.estimate == pytest.approx(0.1, abs=0.003)
    assert found.step.p_value < 0.001
    assert abs(found.slope.estimate) < 0.001


def test_months_that_hang_together_are_not_to_be_used():
    wave = [0, 4, 8, 12, 8, 4, 0, -4, -8, -12, -8, -4]
    months = [Month(170 + wave[place % 12], 200) for place in range(24)]
    assert not interrupted_series(months, 12).is_usable


@given(st.lists(st.integers(150, 200), min_size=18, max_size=30), st.integers(1, 5_000))
def test_the_size_of_the_council_does_not_move_the_lines(numerators, times):
    assume(len(set(numerators)) > 4)  # else they may lie on the lines
    small = interrupted_series([Month(n, 200) for n in numerators], 12)
    large = interrupted_series([Month(n * times, 200 * times) for n in numerators], 12)
    assert large.step.interval == pytest.approx(small.step.interval, abs=1e-9)
    assert large.durbin_watson == pytest.approx(small.durbin_watson, rel=1e-6)


@pytest.mark.parametrize(
    ("months", "first_after", "why"),
    [
        (STEADY, 11, "12 months before"),
        (STEADY, 13, "6 after"),
        ([*STEADY[:-1], Month(29, 29)], 12, "fewer than 30 answers"),
        ([Month(180, 200)] * 18, 12, "without any spread"),
    ],
)
def test_what_the_months_cannot_carry_is_refused_with_the_reason(months, first_after, why):
    with pytest.raises(NoSeries, match=why):
        interrupted_series(months, first_after)
