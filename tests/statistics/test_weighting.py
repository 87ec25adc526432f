from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.statistics.weighting import DidNotConverge, rake, weighted_share, weights
from tests.oracles import oracle

ANSWERS = {("waste", "phone"): 60, ("waste", "web"): 40, ("tax", "phone"): 30, ("tax", "web"): 70}
CONTACTS = {("waste", "phone"): 700, ("waste", "web"): 300, ("tax", "phone"): 500, ("tax", "web"): 500}


@pytest.mark.shared
def test_raking_gives_the_published_cells():
    for case, group in groupby(oracle("raking.csv"), key=lambda row: row["case"]):
        rows = list(group)
        answers = {(row["row"], row["col"]): float(row["answers"]) for row in rows}
        fitted = rake(
            answers,
            {row["row"]: float(row["row_target"]) for row in rows},
            {row["col"]: float(row["col_target"]) for row in rows},
        )
        total = sum(answers.values()) / sum(fitted.values())
        for row in rows:
            cell = (row["row"], row["col"])
            assert fitted[cell] == pytest.approx(float(row["weighted_count"]), abs=1e-5), case
            assert fitted[cell] / answers[cell] * total == pytest.approx(float(row["weight_mean_1"]), abs=1e-7)


@pytest.mark.shared
def test_uneven_weights_cost_precision_as_published():
    for row in oracle("effective_base.csv"):
        groups = [part.split(":") for part in row["weight_answers_positive"].split(";")]
        found = weighted_share((float(w), int(n), int(x)) for w, n, x in groups)
        assert found is not None
        seen = (found.base, found.effective_base, found.design_effect, found.value, *found.interval)
        keys = ("answers", "effective_base", "design_effect", "weighted_value", "low", "high")
        assert seen == pytest.approx(tuple(float(row[key]) for key in keys), abs=1e-8)


def test_weighted_answers_have_the_margins_of_the_contacts():
    found = weights(ANSWERS, CONTACTS)
    weighted = {cell: found.by_cell[cell] * n for cell, n in ANSWERS.items()}
    assert sum(weighted.values()) == pytest.approx(200)
    assert weighted[("waste", "phone")] + weighted[("waste", "web")] == pytest.approx(100)
    assert weighted[("waste", "phone")] + weighted[("tax", "phone")] == pytest.approx(120)
    assert not found.was_trimmed


def test_answers_like_the_contacts_have_equal_weights():
    found = weights(CONTACTS, {cell: 10 * n for cell, n in CONTACTS.items()})
    assert list(found.by_cell.values()) == pytest.approx([1.0] * 4)


def test_a_service_with_few_answers_is_weighted_with_the_next_smallest():
    answers = ANSWERS | {("libraries", "phone"): 3}
    found = weights(answers, CONTACTS | {("libraries", "phone"): 100})
    assert found.rows.merged in ((("libraries", "waste"),), (("libraries", "tax"),)) and found.columns.merged == ()
    assert found.by_cell[("libraries", "phone")] in (
        pytest.approx(found.by_cell[("waste", "phone")]),
        pytest.approx(found.by_cell[("tax", "phone")]),
    )


def test_a_service_without_answers_is_left_out_and_named():
    found = weights(ANSWERS, CONTACTS | {("planning", "phone"): 400})
    assert (found.rows.left_out, found.columns.left_out) == (("planning",), ())


def test_no_weight_is_above_five_or_below_a_fifth():
    answers = {("a", "x"): 500, ("a", "y"): 40, ("b", "x"): 40, ("b", "y"): 20}
    contacts = {("a", "x"): 100, ("a", "y"): 100, ("b", "x"): 100, ("b", "y"): 9000}
    found = weights(answers, contacts)
    assert found.was_trimmed
    assert max(found.by_cell.values()) / min(found.by_cell.values()) <= 25.5
    assert found.worst_margin_error > 0


def test_margins_that_no_weights_can_reach_are_said():
    with pytest.raises(DidNotConverge):
        rake({("a", "x"): 10, ("b", "y"): 10}, {"a": 15, "b": 5}, {"x": 10, "y": 10})


def test_answers_of_a_service_that_had_no_contacts_cannot_be_weighted():
    with pytest.raises(DidNotConverge, match="no contacts for parks"):
        weights(ANSWERS | {("parks", "web"): 20}, CONTACTS | {("parks", "web"): 0})


def test_nothing_has_no_weight():
    assert weighted_share([]) is None
    with pytest.raises(DidNotConverge, match="no answers"):
        weights({}, CONTACTS)


@given(st.dictionaries(st.sampled_from(sorted(ANSWERS)), st.integers(10, 400), min_size=4))
def test_weights_average_one(answers):
    found = weights(answers, CONTACTS)
    total = sum(found.by_cell[cell] * n for cell, n in answers.items())
    assert total == pytest.approx(sum(answers.values()))


@given(st.lists(st.tuples(st.floats(0.2, 5), st.integers(1, 200)), min_size=1, max_size=6))
def test_weights_never_gain_precision(groups):
    found = weighted_share((w, n, n) for w, n in groups)
    assert found is not None
    assert found.effective_base <= found.base * (1 + 1e-12)
    assert found.value == 1
