"""Published tables: what an edition prints, what it leaves as it was, and what an attacker with all of them learns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.measures.publishing import (
    BREAKDOWNS,
    IN_NUMERATOR,
    NOTHING,
    OUTSIDE_IT,
    WHOLE,
    CellKey,
    Contents,
    Edition,
    PublishedCell,
    Share,
    TableName,
    is_close,
    next_edition,
)

GROUPS = TableName.CUSTOMER_GROUP


def contents(services: dict[str, tuple[int, int]], groups: dict[str, tuple[int, int]] | None = None) -> Contents:
    """Rows are (numerator, base); the whole is what the services add to."""
    rows = {TableName.SERVICE: {row: Share(*counts) for row, counts in services.items()}}
    if groups:
        rows[GROUPS] = {row: Share(*counts) for row, counts in groups.items()}
    labels = {(table, row): row.capitalize() for table, counts in rows.items() for row in counts}
    return Contents(sum(rows[TableName.SERVICE].values(), NOTHING), rows, labels)


def editions(*moments: Contents) -> list[Edition]:
    """What is published at each moment; where nothing may change, nothing is."""
    published: list[Edition] = []
    for moment in moments:
        found = next_edition(moment, published)
        if not found.is_unchanged:
            published.append(found.edition)
    return published


def of(edition: Edition, table: TableName = TableName.SERVICE) -> dict[str, int | None]:
    return {cell.key.row: cell.share.base if cell.share else None for cell in edition.of(table)}


def test_the_first_edition_prints_what_the_answers_say() -> None:
    (edition,) = editions(contents({"tax": (80, 100), "waste": (45, 50)}))
    assert edition.number == 1
    assert edition.printed == {
        WHOLE: Share(125, 150),
        CellKey(TableName.SERVICE, "tax"): Share(80, 100),
        CellKey(TableName.SERVICE, "waste"): Share(45, 50),
    }
    assert [cell.label for cell in edition.of(TableName.SERVICE)] == ["Tax", "Waste"]


def test_a_small_service_is_hidden_with_the_next_smallest() -> None:
    (edition,) = editions(contents({"tax": (80, 100), "waste": (45, 50), "parks": (4, 5)}))
    assert of(edition) == {"tax": 100, "waste": None, "parks": None}
    assert [cell.symbol for cell in edition.cells] == ["", "", "[c]", "[c]"]


def test_of_fewer_than_ten_answers_nothing_is_printed() -> None:
    found = next_edition(contents({"tax": (4, 5), "waste": (4, 4)}), [])
    assert found.edition.printed == {}


def test_a_base_below_thirty_is_of_low_reliability() -> None:
    cell = PublishedCell(WHOLE, "All", Share(20, 29))
    assert (cell.symbol, PublishedCell(WHOLE, "All", Share(20, 30)).symbol) == ("[u]", "")


def test_the_same_answers_make_no_second_edition() -> None:
    now = contents({"tax": (80, 100), "waste": (45, 50)})
    assert next_edition(now, editions(now)).is_unchanged


@pytest.mark.parametrize("late", [(1, 1), (9, 9), (0, -3), (-1, 0)])
def test_a_few_late_answers_or_withdrawals_leave_the_edition_as_it_is(late: tuple[int, int]) -> None:
    before = contents({"tax": (80, 100), "waste": (45, 50)})
    after = contents({"tax": (80 + late[0], 100 + late[1]), "waste": (45, 50)})
    found = next_edition(after, editions(before))
    assert found.is_unchanged
    assert found.edition.printed == editions(before)[0].printed
    assert {cell.since for cell in found.edition.cells} == {1}


def test_ten_late_answers_of_one_service_are_printed() -> None:
    _, second = editions(
        contents({"tax": (80, 100), "waste": (45, 50)}), contents({"tax": (90, 110), "waste": (45, 50)})
    )
    assert of(second) == {"tax": 110, "waste": 50}
    assert second.printed[WHOLE] == Share(135, 160)


def test_a_service_that_moved_by_a_few_stands_unchanged_and_says_since_when() -> None:
    """Tax moved by 20, waste by 5: printing the total and tax would tell the 5, so tax waits as well."""
    first = contents({"tax": (80, 100), "waste": (45, 50)})
    published = editions(first, contents({"tax": (95, 120), "waste": (50, 55)}))
    assert len(published) == 2
    assert published[1].printed[WHOLE] == Share(145, 175)
    assert of(published[1]) == {"tax": 100, "waste": 50}
    assert [cell.since for cell in published[1].of(TableName.SERVICE)] == [1, 1]


def test_two_services_that_moved_by_a_few_hide_each_other() -> None:
    first = contents({"tax": (80, 100), "waste": (45, 50), "parks": (30, 40)})
    _, second = editions(first, contents({"tax": (95, 120), "waste": (50, 55), "parks": (36, 46)}))
    assert of(second) == {"tax": 120, "waste": 50, "parks": 40}
    assert {cell.key.row: cell.since for cell in second.of(TableName.SERVICE)} == {"tax": None, "waste": 1, "parks": 1}


def test_a_service_that_was_printed_is_never_hidden_again() -> None:
    first = contents({"tax": (80, 100), "waste": (18, 20), "parks": (30, 40)})
    _, second = editions(first, contents({"tax": (125, 150), "waste": (3, 4), "parks": (30, 41)}))
    assert second.printed[WHOLE] == Share(158, 195)
    assert of(second) == {"tax": 100, "waste": 20, "parks": 40}


def test_a_value_too_close_to_an_older_edition_is_not_printed() -> None:
    first, second = contents({"tax": (80, 100), "waste": (45, 50)}), contents({"tax": (100, 120), "waste": (45, 50)})
    third = contents({"tax": (85, 105), "waste": (45, 50)})  # 15 less than last time, and 5 more than the first
    assert len(editions(first, second, third)) == 2


def test_the_sensitive_table_prints_counts_of_both_kinds() -> None:
    (edition,) = editions(contents({"tax": (165, 200)}, {"over 65": (85, 100), "others": (80, 100)}))
    table = {(cell.key.row, cell.key.column): cell.share.base for cell in edition.of(GROUPS) if cell.share}
    assert table["over 65", IN_NUMERATOR] == 85 and table["over 65", OUTSIDE_IT] == 15
    assert table["", IN_NUMERATOR] == 165 and table["over 65", ""] == 100
    assert all(cell.share is None or cell.share.numerator == cell.share.base for cell in edition.of(GROUPS))


def test_small_counts_of_the_sensitive_table_are_hidden_with_others() -> None:
    groups = {"over 65": (97, 100), "under 25": (70, 90), "others": (80, 100)}
    (edition,) = editions(contents({"tax": (247, 290)}, groups))
    hidden = {(cell.key.row, cell.key.column) for cell in edition.of(GROUPS) if cell.share is None}
    assert ("over 65", OUTSIDE_IT) in hidden
    assert len([place for place in hidden if place[1] == OUTSIDE_IT]) > 1
    assert len([place for place in hidden if place[0] == "over 65"]) > 1


def test_the_sensitive_table_is_withheld_where_it_would_hide_a_total_that_stands_elsewhere() -> None:
    (edition,) = editions(contents({"tax": (197, 200)}, {"over 65": (98, 100), "others": (99, 100)}))
    assert all(cell.share is None for cell in edition.of(GROUPS))
    assert edition.printed[WHOLE] == Share(197, 200)


def test_the_sensitive_table_stands_as_printed_when_a_count_moved_by_a_few() -> None:
    first = contents({"tax": (165, 200)}, {"over 65": (85, 100), "others": (80, 100)})
    second = contents({"tax": (187, 222)}, {"over 65": (87, 102), "others": (100, 120)})
    published = editions(first, second)
    assert published[1].printed[WHOLE] == Share(187, 222)
    assert {cell.since for cell in published[1].of(GROUPS)} == {1}
    third = contents({"tax": (225, 272)}, {"over 65": (105, 132), "others": (120, 140)})
    assert {cell.since for cell in editions(first, second, third)[2].of(GROUPS)} == {None}


def test_an_edition_is_kept_and_read_again_without_a_loss() -> None:
    published = editions(
        contents({"tax": (80, 100), "waste": (45, 50), "parks": (4, 5)}, {"a": (85, 100), "b": (44, 55)}),
        contents({"tax": (100, 120), "waste": (45, 50), "parks": (4, 5)}, {"a": (85, 100), "b": (64, 75)}),
    )
    for edition in published:
        assert [PublishedCell.read(cell.stored()) for cell in edition.cells] == list(edition.cells)
        for cell in edition.cells:
            assert cell.share is not None or not {"base", "numerator"} & cell.stored().keys()


# ---- What somebody who has all editions can work out ----

ROWS = ("a", "b", "c")
COUNTS = st.tuples(st.integers(0, 30), st.integers(0, 15)).map(lambda pair: (pair[0], sum(pair)))
TABLE = st.fixed_dictionaries(dict.fromkeys(ROWS, COUNTS))
MOVES = st.fixed_dictionaries(dict.fromkeys(ROWS, st.tuples(st.integers(-3, 12), st.integers(-3, 12))))


def moved(table: dict[str, tuple[int, int]], by: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    found = {}
    for row, (numerator, base) in table.items():
        more, fewer = max(0, numerator + by[row][0]), max(0, base - numerator + by[row][1])
        found[row] = (more, more + fewer)
    return found


@given(TABLE, st.lists(MOVES, max_size=3))
def test_no_single_subtraction_of_nested_cells_gives_a_few_away(
    table: dict[str, tuple[int, int]], moves: list[dict[str, tuple[int, int]]]
) -> None:
    moments = [table]
    for move in moves:
        moments.append(moved(moments[-1], move))
    published = editions(*(contents(moment, moment) for moment in moments))
    printed = [(key, share) for edition in published for key, share in edition.printed.items()]
    for (one, share), (other, other_share) in combinations(printed, 2):
        assert not is_close(one, share, other, other_share), (moments, one, share, other, other_share)


@given(TABLE, st.lists(MOVES, max_size=3))
def test_what_a_table_does_not_print_never_adds_up_to_a_few(
    table: dict[str, tuple[int, int]], moves: list[dict[str, tuple[int, int]]]
) -> None:
    moments = [table]
    for move in moves:
        moments.append(moved(moments[-1], move))
    published = editions(*(contents(moment) for moment in moments))
    residuals = [residual_of(edition) for edition in published]
    for edition, residual in zip(published, residuals, strict=True):
        if WHOLE not in edition.printed:
            continue
        assert not residual.is_a_few
        hidden = [cell for cell in edition.of(TableName.SERVICE) if cell.share is None]
        assert len(hidden) != 1 or residual == NOTHING or any(cell.since for cell in edition.cells)
    for before, after in pairwise(published):
        if hidden_of(before) == hidden_of(after):
            assert not (residual_of(after) - residual_of(before)).is_a_few


def residual_of(edition: Edition) -> Share:
    rows = [cell.share for cell in edition.of(TableName.SERVICE) if cell.share is not None]
    return edition.printed.get(WHOLE, NOTHING) - sum(rows, NOTHING)


def hidden_of(edition: Edition) -> set[CellKey]:
    return {cell.key for cell in edition.of(TableName.SERVICE) if cell.share is None}


@given(st.fixed_dictionaries(dict.fromkeys(("a", "b", "c"), st.tuples(st.integers(0, 8), st.integers(0, 8)))))
def test_no_hidden_small_count_of_the_sensitive_table_can_be_told(split: dict[str, tuple[int, int]]) -> None:
    """Every table that a reader cannot tell from this one, counted out."""
    groups = {row: (inside, inside + outside) for row, (inside, outside) in split.items()}
    whole = [sum(counts[side] for counts in groups.values()) for side in (0, 1)]
    (edition,) = [next_edition(contents({"tax": (whole[0], whole[1])}, groups), []).edition]
    cells = {(cell.key.row, cell.key.column): cell.share.base if cell.share else None for cell in edition.of(GROUPS)}
    small = [(row, side) for row in split for side in (0, 1) if 0 < split[row][side] < 5]
    if not any(value is not None for value in cells.values()):
        return
    possible = {place: set[int]() for place in small}
    for guess in tables_like(cells, whole[0], whole[1] - whole[0]):
        for row, side in small:
            possible[row, side].add(guess[row][side])
    for place, values in possible.items():
        assert len(values) > 1 and max(values) >= 5, (split, place, values)


def tables_like(
    cells: dict[tuple[str, str], int | None], inside: int, outside: int
) -> Sequence[dict[str, tuple[int, int]]]:
    """All tables of three rows with the same totals and the same printed cells."""
    columns = []
    for column, total in ((IN_NUMERATOR, inside), (OUTSIDE_IT, outside)):
        ways = [
            (first, second, total - first - second)
            for first, second in product(range(total + 1), repeat=2)
            if first + second <= total
        ]
        known = [cells.get((row, column)) for row in ROWS]
        columns.append(
            [way for way in ways if all(n is None or n == count for n, count in zip(known, way, strict=True))]
        )
    rows_known = [cells.get((row, "")) for row in ROWS]
    return [
        {row: (left[place], right[place]) for place, row in enumerate(ROWS)}
        for left, right in product(*columns)
        if all(known is None or known == left[place] + right[place] for place, known in enumerate(rows_known))
    ]


def test_every_breakdown_is_treated_alike() -> None:
    rows = {table: {"x": Share(80, 100), "y": Share(3, 5), "z": Share(20, 30)} for table in BREAKDOWNS}
    found = next_edition(Contents(Share(103, 135), rows, {}), [])
    for table in BREAKDOWNS:
        assert of(found.edition, table) == {"x": 100, "y": None, "z": None}
