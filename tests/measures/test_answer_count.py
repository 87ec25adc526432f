"""Counting answers again by whole sheets gives what counting them one by one gives."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from survey_app.measures.answer_count import AnswerCount

OPTIONS = {11: (1, "5"), 12: (1, "4"), 21: (2, "yes"), 22: (2, "no")}
SHOWN = {7: (1, 2)}


def counted(*responses: tuple[str | None, tuple[str, ...]]) -> list[tuple[int, tuple[object, ...], int]]:
    count = AnswerCount(OPTIONS, SHOWN)
    for sheet, places in responses:
        count.add(7, 1, sheet, places)
    return sorted(count.cells())


def test_an_answer_counts_once_in_each_breakdown_and_a_question_left_empty_as_blank() -> None:
    assert counted(("11", ("monday", "phone")), ("11,21", ("tuesday", "phone"))) == [
        (0, (7, 1, "5", 1, "monday"), 1),
        (0, (7, 1, "5", 1, "tuesday"), 1),
        (0, (7, 2, "", 1, "monday"), 1),
        (0, (7, 2, "yes", 1, "tuesday"), 1),
        (1, (7, 1, "5", 1, "phone"), 2),
        (1, (7, 2, "", 1, "phone"), 1),
        (1, (7, 2, "yes", 1, "phone"), 1),
    ]


def test_a_number_or_a_day_is_counted_nowhere() -> None:
    assert counted(("-9,11,22", ("monday",))) == [
        (0, (7, 1, "5", 1, "monday"), 1),
        (0, (7, 2, "no", 1, "monday"), 1),
    ]


def test_a_question_not_shown_to_all_is_blank_where_it_says_so_and_else_not_there() -> None:
    count = AnswerCount(OPTIONS, {7: (1,)})
    count.add(7, 1, "-2,11", ("monday",))
    count.add(7, 1, "11", ("monday",))
    assert sorted(count.cells()) == [
        (0, (7, 1, "5", 1, "monday"), 2),
        (0, (7, 2, "", 1, "monday"), 1),
    ]


def test_a_response_without_any_answer_left_everything_empty() -> None:
    assert counted((None, ("monday",))) == [(0, (7, 1, "", 1, "monday"), 1), (0, (7, 2, "", 1, "monday"), 1)]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, 11, 12]), st.sampled_from([None, 21, 22]), st.sampled_from("ab"), st.booleans()
        )
    )
)
def test_any_responses_give_what_counting_one_by_one_gives(
    responses: list[tuple[int | None, int | None, str, bool]],
) -> None:
    expected: Counter[tuple[int, int, str, str]] = Counter()
    count = AnswerCount(OPTIONS, SHOWN)
    for first, second, place, is_turned in responses:
        given_options = [str(option) for option in (first, second) if option]
        count.add(7, 1, ",".join(reversed(given_options) if is_turned else given_options), (place, "all"))
        for question, option in ((1, first), (2, second)):
            for n, where in enumerate((place, "all")):
                expected[n, question, OPTIONS[option][1] if option else "", where] += 1
    found = {(n, question, value, str(place)): number for n, (_, question, value, _, place), number in count.cells()}
    assert found == expected
