import pytest

from survey_app.statistics.agreement import cohens_kappa, kappa_interval
from tests.oracles import oracle


@pytest.mark.shared
def test_kappas_are_the_published_ones():
    for row in oracle("kappa.csv"):
        matrix = [[int(n) for n in line.split(",")] for line in row["matrix_rows"].split(";")]
        found = cohens_kappa(matrix)
        assert found.items == int(row["items"])
        assert (found.agreement, found.kappa) == pytest.approx((float(row["agreement"]), float(row["kappa"])), abs=1e-9)


def test_two_who_always_agree():
    assert cohens_kappa([[30, 0], [0, 20]]).kappa == pytest.approx(1)


def test_one_label_for_everything_cannot_tell_agreement_from_chance():
    assert cohens_kappa([[50, 0], [0, 0]]) == (50, 1.0, None)


def test_without_items_there_is_no_agreement():
    with pytest.raises(ValueError, match="no items"):
        cohens_kappa([[0, 0], [0, 0]])


@pytest.mark.parametrize(
    ("matrix", "kappa", "error"),
    [
        # Fleiss, Statistical Methods for Rates and Proportions, 100 diagnoses by two raters: kappa .68, s.e. .087.
        ([[75, 1, 4], [5, 4, 1], [0, 0, 10]], 0.676, 0.0877),
        # The textbook's 50 proposals: vcd::Kappa of R gives 0.4 and an asymptotic error of 0.127.
        ([[20, 5], [10, 15]], 0.4, 0.127),
    ],
)
def test_the_interval_of_kappa_is_the_published_one(matrix, kappa, error):
    interval = kappa_interval(matrix)
    assert cohens_kappa(matrix).kappa == pytest.approx(kappa, abs=5e-4)
    assert interval == pytest.approx((kappa - 1.96 * error, kappa + 1.96 * error), abs=2e-3)


def test_more_items_make_the_interval_of_kappa_narrower():
    few, many = kappa_interval([[20, 5], [10, 15]]), kappa_interval([[200, 50], [100, 150]])
    assert few[0] < many[0] < many[1] < few[1]


@pytest.mark.parametrize("matrix", [[[30, 0], [0, 20]], [[50, 0], [0, 0]]])
def test_who_always_agrees_has_no_interval_that_would_claim_certainty(matrix):
    assert kappa_interval(matrix) is None
