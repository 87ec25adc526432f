import csv
from collections import Counter
from itertools import groupby, islice
from math import sqrt
from statistics import mean, stdev

import pytest

from survey_app.statistics.correlations import DRAWN_BELOW, resampled_correlations
from survey_app.statistics.drivers import NotEnoughToTell, analyse_drivers, eigen, relative_weights
from tests.oracles import SHARED, oracle

# mpg, cyl, disp, hp, gear, wt of R's data set mtcars (Henderson and Velleman 1981)
MTCARS = """21 6 160 110 4 2.62;21 6 160 110 4 2.875;22.8 4 108 93 4 2.32;21.4 6 258 110 3 3.215;18.7 8 360 175 3 3.44
18.1 6 225 105 3 3.46;14.3 8 360 245 3 3.57;24.4 4 146.7 62 4 3.19;22.8 4 140.8 95 4 3.15;19.2 6 167.6 123 4 3.44
17.8 6 167.6 123 4 3.44;16.4 8 275.8 180 3 4.07;17.3 8 275.8 180 3 3.73;15.2 8 275.8 180 3 3.78
10.4 8 472 205 3 5.25;10.4 8 460 215 3 5.424;14.7 8 440 230 3 5.345;32.4 4 78.7 66 4 2.2;30.4 4 75.7 52 4 1.615
33.9 4 71.1 65 4 1.835;21.5 4 120.1 97 3 2.465;15.5 8 318 150 3 3.52;15.2 8 304 150 3 3.435;13.3 8 350 245 3 3.84
19.2 8 400 175 3 3.845;27.3 4 79 66 4 1.935;26 4 120.3 91 5 2.14;30.4 4 95.1 113 5 1.513;15.8 8 351 264 5 3.17
19.7 6 145 175 5 2.77;15 8 301 335 5 3.57;21.4 4 121 109 4 2.78"""
COLUMNS = ("mpg", "cyl", "disp", "hp", "gear", "wt")


def cars(*names: str):
    rows = [[float(word) for word in line.split()] for line in MTCARS.replace("\n", ";").split(";")]
    assert len(rows) == 32
    return Counter(tuple(row[COLUMNS.index(name)] for name in ("mpg", *names)) for row in rows)


def survey_answers():
    file = SHARED / "oracles" / "stats" / "relative_weights_drivers_a.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    return header[1:], Counter(tuple(float(cell) if cell else None for cell in row) for row in rows)


def correlated(n: int, step: int = 1):
    """A made-up survey: the first driver goes with the outcome, the second only now and then."""
    return Counter((1.0 + i % 5, 1.0 + i % 5, 1.0 + (i * step // 3) % 4) for i in range(n))


@pytest.mark.shared
def test_relative_weights_are_the_published_ones():
    for case, group in groupby(oracle("relative_weights.csv"), key=lambda row: row["case"]):
        rows = list(group)
        if case.startswith("mtcars"):
            found = relative_weights(cars(*(row["driver"] for row in rows)))
        else:
            drivers, answers = survey_answers()
            analysis = analyse_drivers(drivers, answers, seed=1)
            assert (list(analysis.drivers), analysis.base) == (drivers, int(rows[0]["base"]))
            found = analysis.weights
        assert found.r_squared == pytest.approx(float(rows[0]["r_squared"]), abs=1e-8)
        assert found.raw == pytest.approx([float(row["raw_weight"]) for row in rows], abs=1e-8)
        assert found.shares == pytest.approx([float(row["share_of_r_squared"]) for row in rows], abs=1e-8)


@pytest.mark.shared
@pytest.mark.slow
def test_the_same_seed_gives_the_same_intervals_which_hold_the_shares():
    drivers, answers = survey_answers()
    first, again = (analyse_drivers(drivers, answers, seed=7) for _ in range(2))
    assert first == again
    assert first.is_indicative
    assert first.left_out == sum(answers.values()) - first.base
    for share, interval in zip(first.weights.shares, first.intervals, strict=True):
        assert 0 <= interval.low < share < interval.high <= 1
    assert first.may_rank(0, 4)
    assert not first.may_rank(2, 3)


def test_too_few_complete_answers_are_refused():
    with pytest.raises(NotEnoughToTell, match="199 complete answers; at least 200"):
        analyse_drivers(["timeliness", "information"], correlated(199), seed=1)


def test_a_driver_that_many_left_empty_is_dropped_and_named():
    answers = Counter({(*pattern, 3.0 if i % 3 else None): n for i, (pattern, n) in enumerate(correlated(600).items())})
    assert sum(n for pattern, n in answers.items() if pattern[3] is None) > 180
    analysis = analyse_drivers(["timeliness", "information", "access"], answers, seed=1)
    assert analysis.dropped == ("access",)
    assert analysis.base == 600


def test_questions_that_everybody_answered_alike_tell_nothing():
    with pytest.raises(NotEnoughToTell, match="same answer"):
        relative_weights({(5.0, 5.0, 4.0): 150, (4.0, 5.0, 3.0): 150})


def test_a_question_that_follows_from_another_cannot_be_told_from_it():
    with pytest.raises(NotEnoughToTell, match="follows from the others"):
        relative_weights({(5.0, 5.0, 10.0): 100, (4.0, 4.0, 8.0): 90, (2.0, 4.5, 9.0): 20})


def test_nearly_equal_questions_are_to_be_read_together():
    patterns = {(float(k), float(k), float(k)): 50 for k in range(1, 6)} | {(5.0, 5.0, 4.0): 5, (2.0, 1.0, 3.0): 5}
    assert relative_weights(patterns).are_alike


def test_eigenvalues_of_a_known_matrix():
    values, vectors = eigen([[2.0, 1.0], [1.0, 2.0]])
    assert sorted(values) == pytest.approx([1.0, 3.0])
    for column in range(2):
        assert sum(vectors[row][column] ** 2 for row in range(2)) == pytest.approx(1)


@pytest.mark.shared
def test_intervals_are_the_same_whether_answers_are_drawn_or_their_correlations():
    """The answers are drawn one by one, twice as many are not: only the root of their ratio is between."""
    drivers, answers = survey_answers()
    once, twice = (
        analyse_drivers(drivers, Counter({p: n * times for p, n in answers.items()}), seed=7) for times in (1, 2)
    )
    assert once.base < DRAWN_BELOW <= twice.base
    for one, other in zip(once.intervals, twice.intervals, strict=True):
        assert (other.high - other.low) / (one.high - one.low) == pytest.approx(
            sqrt(1 / 2), rel=0.15
        )  # percentiles of 1,000 draws
        assert (other.high + other.low) / 2 == pytest.approx((one.high + one.low) / 2, abs=0.02)


def test_correlations_of_samples_scatter_as_theory_says():
    """Two independent items: the correlation of n answers has a standard error of 1/sqrt(n)."""
    patterns = {(a, b): 500 for a in (1.0, 2.0) for b in (1.0, 2.0)}
    found = [matrix[0][1] for matrix in islice(resampled_correlations(patterns, seed=3), 2000)]
    assert mean(found) == pytest.approx(0, abs=0.002)
    assert stdev(found) == pytest.approx(1 / sqrt(2000), rel=0.05)


@pytest.mark.parametrize("times", [1, 1000])
def test_the_same_seed_gives_the_same_samples(times):
    patterns = {pattern: n * times for pattern, n in correlated(400, step=2).items()}
    one, again, other = (list(islice(resampled_correlations(patterns, seed), 5)) for seed in (4, 4, 5))
    assert one == again != other


def test_a_million_answers_are_told_apart_to_the_point():
    analysis = analyse_drivers(["timeliness", "information"], correlated(1_000_000), seed=1)
    assert analysis.base == 1_000_000
    for interval in analysis.intervals:
        assert 0 < interval.high - interval.low < 0.01
