"""How a survey's questions come onto pages, and how far somebody has got."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.responses.paging import Progress, Way, division, way_through
from survey_app.surveys.kinds import Paging
from survey_app.surveys.routing import Fact, Rule, always_shown
from survey_app.surveys.structure import Item, Route
from tests.surveys.routed import item, when, when_not
from tests.surveys.test_routing import answers, known_facts, rules_of_any_kind, surveys


def route(*items: Item, rules: tuple[Rule, ...] = ()) -> Route:
    return Route(items, rules, always_shown(items, rules))


ALIKE = route(
    item("overall", is_required=True),
    item("why"),
    item("resolved", page=3, is_required=True),
    item("improve", page=4),
)
ALL = dict.fromkeys(["overall", "why", "resolved", "improve"], "yes")


def pages(way: Way) -> list[tuple[str, ...]]:
    return [page.codes for page in way.pages]


@pytest.mark.parametrize(
    ("paging", "expected"),
    [
        (Paging.ONE_PAGE, [("overall", "why", "resolved", "improve")]),
        (Paging.PAGES, [("overall", "why"), ("resolved",), ("improve",)]),
        (Paging.ONE_QUESTION, [("overall",), ("why",), ("resolved",), ("improve",)]),
    ],
)
def test_each_question_is_on_one_page_in_its_order_and_no_page_is_empty(
    paging: Paging, expected: list[tuple[str, ...]]
) -> None:
    assert pages(way_through(ALIKE, paging, ALL, {})) == expected
    assert list(map(tuple, division(ALIKE, paging))) == expected


@pytest.mark.parametrize(
    ("given", "reached", "short_of"),
    [
        ({}, 1, 1),
        ({"overall": "4"}, 1, None),
        ({"overall": "4", "why": ""}, 2, 2),
        ({"overall": "4", "why": "", "improve": "x"}, 2, 2),
        ({"why": "x", "resolved": "yes", "improve": ""}, 1, 1),
        ({"overall": "", "why": "x", "resolved": "yes", "improve": ""}, 3, 1),
        ({"overall": "4", "why": "", "resolved": "yes"}, 3, None),
        ({"overall": "4", "why": "", "resolved": "yes", "improve": "", "another": "1"}, 3, None),
    ],
)
def test_who_passed_every_question_of_a_page_has_reached_the_next_and_nothing_is_sent_without_what_is_needed(
    given: dict[str, str], reached: int, short_of: int | None
) -> None:
    way = way_through(ALIKE, Paging.PAGES, given, {})
    assert (way.last, way.short_of(given)) == (reached, short_of)


def test_a_page_number_that_is_none_is_the_nearest() -> None:
    way = way_through(ALIKE, Paging.PAGES, ALL, {})
    assert [way.nearest(page) for page in (-(10**30), 0, 2, 4, 10**30)] == [1, 1, 2, 3, 3]


def test_what_was_sent_belongs_to_the_last_page_that_asks_it() -> None:
    way = way_through(ALIKE, Paging.PAGES, ALL, {})
    assert [way.furthest(codes) for codes in ({"why"}, {"overall", "improve"}, {"another"}, set())] == [1, 3, 1, 1]


def test_progress_counts_questions_and_the_time_to_the_end() -> None:
    way = way_through(ALIKE, Paging.PAGES, ALL, {})
    assert [way.progress(page) for page in (1, 2, 3)] == [Progress(1, 2, 4), Progress(3, 3, 4), Progress(4, 4, 4)]
    assert [way.is_last(page) for page in (1, 2, 3)] == [False, False, True]
    assert [Progress(first, first, 30).minutes_left for first in (1, 11, 21, 22)] == [3, 2, 1, 0]


ROUTED = route(
    item("a"),
    item("b"),
    item("c", show_if=when("b", "no")),
    item("d", show_if=when("c", "no")),
    item("e", page=2, show_if=when("a", "no")),
    item("f", page=3),
    rules=(Rule(2, None, when("b", "yes")),),
)


@pytest.mark.parametrize("paging", [Paging.ONE_PAGE, Paging.PAGES])
def test_a_question_that_depends_on_one_of_the_same_page_begins_the_next(paging: Paging) -> None:
    assert pages(way_through(ROUTED, paging, {}, {})) == [("a", "b")]
    assert pages(way_through(ROUTED, paging, {"a": "", "b": "no"}, {})) == [("a", "b"), ("c",)]


def test_what_depends_on_another_page_alone_stands_with_the_others() -> None:
    said = {"a": "no", "b": "no", "c": "no"}
    assert pages(way_through(ROUTED, Paging.ONE_PAGE, said, {})) == [("a", "b"), ("c",), ("d", "e", "f")]


def test_a_page_without_visible_questions_is_skipped_and_a_survey_may_end_early() -> None:
    assert pages(way_through(ROUTED, Paging.PAGES, {"a": "", "b": ""}, {})) == [("a", "b"), ("f",)]
    early = way_through(ROUTED, Paging.PAGES, {"a": "yes", "b": "yes"}, {})
    assert (pages(early), early.is_last(1), early.is_one_page) == ([("a", "b")], False, False)


def test_how_many_questions_there_are_is_said_to_be_at_most_while_it_depends_on_answers() -> None:
    way = way_through(ROUTED, Paging.PAGES, {"a": "yes", "b": "no", "c": "yes"}, {})
    assert [way.progress(page) for page in (1, 2, 3)] == [
        Progress(1, 2, 6, is_at_most=True),
        Progress(3, 3, 5, is_at_most=True),
        Progress(4, 4, 4),
    ]
    assert [way.is_last(page) for page in (1, 2, 3)] == [False, False, True]


def test_a_question_that_names_an_answer_of_the_same_page_begins_the_next() -> None:
    piped = route(item("a"), item("b", hint="You said {{answer.a}}"), item("c"))
    assert pages(way_through(piped, Paging.ONE_PAGE, {"a": "yes"}, {})) == [("a",), ("b", "c")]


def test_going_back_and_changing_an_answer_changes_what_follows() -> None:
    said = {"a": "yes", "b": "no", "c": "no", "d": "yes", "f": "yes"}
    assert pages(way_through(ROUTED, Paging.ONE_QUESTION, said, {}))[2:] == [("c",), ("d",), ("f",)]
    assert pages(way_through(ROUTED, Paging.ONE_QUESTION, said | {"b": ""}, {}))[2:] == [("f",)]


@given(surveys, rules_of_any_kind, answers, known_facts, st.sampled_from(Paging))
def test_every_question_of_the_path_is_on_one_page_and_no_other_question_is(
    items: list[Item], rules: list[Rule], said: dict[str, str], facts: dict[Fact, str], paging: Paging
) -> None:
    all_passed = {one.question.code: "" for one in items} | said
    way = route(*items, rules=tuple(rules))
    asked = [code for codes in pages(way_through(way, paging, all_passed, facts)) for code in codes]
    assert tuple(asked) == way.path(said, facts)
    assert all(pages(way_through(way, paging, said, facts)))


def test_nothing_of_two_pages_depends_on_a_fact_that_is_known() -> None:
    by_phone = route(item("a"), item("b", show_if=when(Fact.CHANNEL, "phone")), item("c", show_if=when_not("a", "no")))
    assert pages(way_through(by_phone, Paging.ONE_PAGE, {}, {Fact.CHANNEL: "phone"})) == [("a", "b")]
    assert pages(way_through(by_phone, Paging.ONE_PAGE, {}, {})) == [("a",)]
