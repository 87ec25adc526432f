import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.statistics.suppression import Disclosure, disclose_groups, is_indicative, is_suppressed, symbol
from tests.oracles import oracle

BASES = st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(0, 60), max_size=8)


@pytest.mark.parametrize(("base", "mark"), [(0, ""), (1, "[c]"), (9, "[c]"), (10, "[u]"), (29, "[u]"), (30, "")])
def test_a_small_base_carries_its_symbol(base, mark):
    assert symbol(base) == mark
    assert is_suppressed(base) == (mark == "[c]")
    assert is_indicative(base) == (mark == "[u]")


@pytest.mark.shared
def test_breakdowns_hide_what_is_expected():
    rows = [row for row in oracle("suppression_tables.csv") if row["mode"] == "figures" and row["row"] != "TOTAL"]
    for case in {row["case"] for row in rows}:
        groups = [row for row in rows if row["case"] == case]
        found = disclose_groups({row["row"]: int(row["count"]) for row in groups})
        assert found == {row["row"]: row["expected"] for row in groups}, case


def test_one_small_group_takes_the_next_smallest_with_it():
    shown = disclose_groups({"A": 40, "B": 7, "C": 12, "D": 12})
    assert shown == {"A": "shown", "B": "primary", "C": "secondary", "D": "shown"}


@given(BASES)
def test_what_can_be_had_by_subtraction_may_be_published(bases):
    shown = disclose_groups(bases)
    hidden = [bases[code] for code in shown if shown[code] is not Disclosure.SHOWN]
    assert all(not is_suppressed(bases[code]) for code in shown if shown[code] is Disclosure.SHOWN)
    if hidden and sum(bases.values()) >= 10:
        assert len(hidden) > 1
        assert sum(hidden) >= 10


@given(BASES)
def test_nothing_is_hidden_where_nothing_is_small(bases):
    if not any(is_suppressed(base) for base in bases.values()):
        assert set(disclose_groups(bases).values()) <= {Disclosure.SHOWN}
