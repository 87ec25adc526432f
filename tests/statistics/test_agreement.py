import pytest

from survey_app.statistics.agreement import cohens_kappa
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
