from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.statistics.table_suppression import TOTAL, disclose_table
from tests.oracles import oracle

CELLS = [(row, column) for row in "ab" for column in "xyz"]
TABLES = st.lists(st.integers(0, 8), min_size=6, max_size=6).map(lambda counts: dict(zip(CELLS, counts, strict=True)))


def name(row: dict[str, str]) -> tuple[str, str]:
    return (row["row"].replace("TOTAL", TOTAL), row["col"].replace("TOTAL", TOTAL))


@pytest.mark.shared
def test_tables_hide_what_is_expected():
    rows = [row for row in oracle("suppression_tables.csv") if row["mode"] == "counts"]
    for case in dict.fromkeys(row["case"] for row in rows):
        cells = [row for row in rows if row["case"] == case]
        inner = {name(row): int(row["count"]) for row in cells if TOTAL not in name(row)}
        assert disclose_table(inner) == {name(row): row["expected"] for row in cells}, case


def test_a_table_of_large_counts_is_shown_whole():
    assert set(disclose_table(dict.fromkeys(CELLS, 20)).values()) == {"shown"}


def test_a_small_count_never_stands_hidden_alone_in_its_row_or_column():
    shown = disclose_table(dict.fromkeys(CELLS, 20) | {("a", "x"): 2})
    hidden = [cell for cell, how in shown.items() if how != "shown"]
    assert len([cell for cell in hidden if cell[0] == "a"]) > 1
    assert len([cell for cell in hidden if cell[1] == "x"]) > 1


def test_nothing_is_shown_of_a_table_of_fewer_than_ten():
    assert "shown" not in disclose_table({("a", "x"): 5, ("b", "y"): 4}).values()


@given(TABLES)
def test_no_hidden_small_count_can_be_told_from_what_is_shown(counts):
    """Every table that a reader cannot tell from this one, counted out: none pins a hidden small count down."""
    shown = disclose_table(counts)
    if shown[TOTAL, TOTAL] != "shown":
        return
    small = [cell for cell in CELLS if shown[cell] == "primary" and counts[cell]]
    possible: dict[tuple[str, str], set[int]] = {cell: set() for cell in small}
    for table in tables_like(counts, shown, most=10):
        for cell in small:
            possible[cell].add(table[cell])
    for cell in small:
        assert max(possible[cell]) >= 5, (counts, shown, cell)
        assert len(possible[cell]) > 1


def tables_like(counts, shown, most):
    """All tables with the same published numbers; unknown counts are tried from 0 to `most`."""
    for first in rows_like("a", counts, shown, {column: range(most + 1) for column in "xyz"}):
        rest = {column: [counts["a", column] + counts["b", column] - first["a", column]] for column in "xyz"}
        free = {column: rest[column] if shown[TOTAL, column] == "shown" else range(most + 1) for column in "xyz"}
        for second in rows_like("b", counts, shown, free):
            table = first | second
            if sum(table.values()) == sum(counts.values()):
                yield table


def rows_like(row, counts, shown, free):
    """All rows that agree with what is shown; hidden counts take the values of `free` by column."""
    choices = [[counts[row, c]] if shown[row, c] == "shown" else free[c] for c in "xyz"]
    total = sum(counts[row, column] for column in "xyz")
    for values in product(*choices):
        if min(values) >= 0 and (shown[row, TOTAL] != "shown" or sum(values) == total):
            yield {(row, column): value for column, value in zip("xyz", values, strict=True)}
