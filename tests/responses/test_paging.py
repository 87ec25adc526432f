"""How a survey's questions come onto pages, and how far somebody has got."""

from __future__ import annotations

import pytest

from survey_app.responses.paging import Progress, Step, Way, way_through
from survey_app.surveys.kinds import Paging

STEPS = [Step("overall", 1, True), Step("why", 1, False), Step("resolved", 3, True), Step("improve", 4, False)]


@pytest.fixture
def way() -> Way:
    return way_through(STEPS, Paging.PAGES)


@pytest.mark.parametrize(
    ("paging", "pages"),
    [
        (Paging.ONE_PAGE, (("overall", "why", "resolved", "improve"),)),
        (Paging.PAGES, (("overall", "why"), ("resolved",), ("improve",))),
        (Paging.ONE_QUESTION, (("overall",), ("why",), ("resolved",), ("improve",))),
    ],
)
def test_each_question_is_on_one_page_in_its_order_and_no_page_is_empty(
    paging: Paging, pages: tuple[tuple[str, ...], ...]
) -> None:
    assert way_through(STEPS, paging).pages == pages


@pytest.mark.parametrize(
    ("given", "reached", "short_of"),
    [
        ({}, 1, 1),
        ({"overall": "4"}, 1, 2),
        ({"overall": "4", "why": ""}, 2, 2),
        ({"overall": "4", "why": "", "improve": "x"}, 2, 2),
        ({"why": "x", "resolved": "yes", "improve": ""}, 1, 1),
        ({"overall": "", "why": "x", "resolved": "yes", "improve": ""}, 3, 1),
        ({"overall": "4", "why": "", "resolved": "yes"}, 3, None),
        ({"overall": "4", "why": "", "resolved": "yes", "improve": "", "another": "1"}, 3, None),
    ],
)
def test_who_passed_every_question_of_a_page_has_reached_the_next_and_nothing_is_sent_without_what_is_needed(
    way: Way, given: dict[str, str], reached: int, short_of: int | None
) -> None:
    assert (way.reached(given), way.short_of(given)) == (reached, short_of)


def test_a_page_number_that_is_none_is_the_nearest(way: Way) -> None:
    assert [way.nearest(page) for page in (-(10**30), 0, 2, 4, 10**30)] == [1, 1, 2, 3, 3]


def test_what_was_sent_belongs_to_the_last_page_that_asks_it(way: Way) -> None:
    assert [way.furthest(codes) for codes in ({"why"}, {"overall", "improve"}, {"another"}, set())] == [1, 3, 1, 1]


def test_progress_counts_questions_and_the_time_to_the_end(way: Way) -> None:
    assert [way.progress(page) for page in (1, 2, 3)] == [Progress(1, 2, 4), Progress(3, 3, 4), Progress(4, 4, 4)]
    assert [Progress(first, first, 30).minutes_left for first in (1, 11, 21, 22)] == [3, 2, 1, 0]
