"""Who is asked what. The path holds no question whose condition does not hold, and always ends."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.routing import Comparison, Condition, Fact, Rule, Term, course, holds, path
from survey_app.surveys.structure import Item
from tests.surveys.routed import item, when, when_not

CODES = ["a", "b", "c", "d", "e", "f"]


@pytest.mark.parametrize(
    ("term", "given_to_a", "is_held"),
    [
        (Term("a", Comparison.IS, ("4", "5")), "5", True),
        (Term("a", Comparison.IS, ("4", "5")), "dk", False),
        (Term("a", Comparison.IS, ("4", "5")), "", False),
        (Term("a", Comparison.IS, ("yes",)), "no,yes", True),
        (Term("a", Comparison.IS_NOT, ("4", "5")), "3", True),
        (Term("a", Comparison.IS_NOT, ("4", "5")), "", True),
        (Term("a", Comparison.IS_NOT, ("yes",)), "no,yes", False),
        (Term("a", Comparison.IS_ANSWERED), "dk", True),
        (Term("a", Comparison.IS_ANSWERED), "", False),
        (Term("a", Comparison.IS_NOT_ANSWERED), "", True),
        (Term("a", Comparison.AT_LEAST, ("4",)), "4", True),
        (Term("a", Comparison.AT_LEAST, ("4",)), "3", False),
        (Term("a", Comparison.AT_LEAST, ("4",)), "dk", False),
        (Term("a", Comparison.AT_MOST, ("2",)), "2", True),
        (Term("a", Comparison.AT_MOST, ("2",)), "", False),
    ],
)
def test_a_term_holds_of_what_was_chosen_or_of_nothing(term: Term, given_to_a: str, is_held: bool) -> None:
    scores = {"a": {str(score): score for score in range(1, 6)}}
    assert holds(Condition((term,)), {"a": given_to_a}, {}, scores) is is_held
    assert holds(Condition((term,)), {} if given_to_a == "" else {"a": given_to_a}, {}, scores) is is_held


def test_a_number_is_compared_as_the_number_it_is_and_an_option_by_its_score_alone() -> None:
    at_least_ten = Condition((Term("a", Comparison.AT_LEAST, ("10",)),))
    assert [holds(at_least_ten, {"a": given}, {}) for given in ("9.5", "10", "1e1", "many")] == [
        False,
        True,
        True,
        False,
    ]
    assert not holds(at_least_ten, {"a": "10"}, {}, {"a": {}})


def test_all_terms_have_to_hold_or_any_and_what_is_known_of_a_contact_is_no_answer() -> None:
    both = Condition((Term("service", Comparison.IS, ("yes",)), Term(Fact.SERVICE, Comparison.IS, ("waste",))))
    either = replace(both, needs_all=False)
    said, known = {"service": "yes"}, {Fact.SERVICE: "waste"}
    assert [holds(both, *case) for case in ((said, known), (said, {}), ({}, known))] == [True, False, False]
    assert [holds(either, *case) for case in ((said, known), (said, {}), ({}, known), ({}, {}))] == [
        True,
        True,
        True,
        False,
    ]


def test_a_question_is_asked_when_its_condition_holds_and_what_was_given_off_the_path_has_no_say() -> None:
    items = [item("a"), item("b", show_if=when("a", "yes")), item("c", show_if=when("b", "yes"))]
    assert path(items, [], {}, {}) == ("a",)
    assert path(items, [], {"a": "yes", "b": "yes"}, {}) == ("a", "b", "c")
    assert path(items, [], {"a": "no", "b": "yes"}, {}) == ("a",)


def test_the_first_rule_of_a_page_that_holds_is_followed() -> None:
    items = [item(code, page=page) for page, code in enumerate("abcd", 1)]
    rules = [Rule(1, 3, when("a", "yes")), Rule(1, None, when_not("a", "no")), Rule(3, None)]
    assert path(items, rules, {"a": "yes"}, {}) == ("a", "c")
    assert path(items, rules, {}, {}) == ("a",)
    assert path(items, rules, {"a": "no"}, {}) == ("a", "b", "c")


def test_a_rule_that_leads_back_is_not_followed_and_one_past_the_last_page_ends_the_survey() -> None:
    items = [item(code, page=page) for page, code in enumerate("abc", 1)]
    assert path(items, [Rule(2, 1), Rule(2, 2)], {}, {}) == ("a", "b", "c")
    assert path(items, [Rule(1, 9)], {}, {}) == ("a",)


def test_what_is_asked_for_sure_and_what_may_be_depends_on_what_was_passed() -> None:
    items = [
        item("a"),
        item("b", show_if=when("a", "yes")),
        item("c", page=2, show_if=when(Fact.CHANNEL, "phone")),
        item("d", page=3),
    ]
    rules = [Rule(1, 3, when("a", "no"))]
    by_phone = {Fact.CHANNEL: "phone"}
    before = course(items, rules, {}, by_phone)
    assert (before.asked, before.possible) == (("a", "d"), ("a", "b", "c", "d"))
    after = course(items, rules, {"a": "no"}, by_phone)
    assert (after.asked, after.possible) == (("a", "d"), ("a", "d"))
    left_empty = course(items, rules, {"a": ""}, {})
    assert (left_empty.asked, left_empty.possible) == (("a", "d"), ("a", "d"))


def test_nothing_after_a_page_at_which_some_may_end_is_asked_for_sure() -> None:
    items = [item("a"), item("b", page=2)]
    ends = [Rule(1, None, when("a", "no"))]
    assert course(items, ends, {}, {}).asked == ("a",)
    assert course(items, ends, {}, {}).possible == ("a", "b")
    assert course(items, ends, {"a": "yes"}, {}).asked == ("a", "b")


terms = st.builds(
    Term,
    st.sampled_from([*CODES, "gone", Fact.CHANNEL]),
    st.sampled_from([Comparison.IS, Comparison.IS_NOT, Comparison.IS_ANSWERED, Comparison.IS_NOT_ANSWERED]),
    st.sampled_from([("yes",), ("no",), ("yes", "no"), ("phone",)]),
)
conditions = st.none() | st.builds(Condition, st.lists(terms, min_size=1, max_size=3).map(tuple), st.booleans())
pages = st.integers(1, 4)
surveys = st.lists(st.tuples(pages, conditions), min_size=1, max_size=len(CODES)).map(
    lambda places: [item(CODES[n], page=page, show_if=show_if) for n, (page, show_if) in enumerate(places)]
)
rules_of_any_kind = st.lists(st.builds(Rule, pages, st.none() | st.integers(1, 6), conditions), max_size=5)
answers = st.dictionaries(st.sampled_from(CODES), st.sampled_from(["yes", "no", ""]))
known_facts = st.sampled_from([{}, {Fact.CHANNEL: "phone"}])


@given(surveys, rules_of_any_kind, answers, known_facts)
def test_the_path_holds_no_question_whose_condition_does_not_hold_and_each_once_in_order(
    items: list[Item], rules: list[Rule], said: dict[str, str], facts: dict[Fact, str]
) -> None:
    on_path = path(items, rules, said, facts)
    order = [one.question.code for one in items]
    assert list(on_path) == [code for code in order if code in on_path]
    for n, one in enumerate(items):
        if one.question.code in on_path and one.show_if is not None:
            earlier = {code: said.get(code, "") for code in order[:n] if code in on_path}
            assert holds(one.show_if, earlier, facts)


@given(surveys, rules_of_any_kind, answers, known_facts)
def test_what_was_said_to_be_asked_for_sure_is_asked_and_nothing_that_was_not_said_to_be_possible(
    items: list[Item], rules: list[Rule], said: dict[str, str], facts: dict[Fact, str]
) -> None:
    on_path = path(items, rules, said, facts)
    for passed_so_far in range(len(items) + 1):
        passed = {code: said.get(code, "") for code in on_path[:passed_so_far]}
        ahead = course(items, rules, passed, facts)
        assert set(ahead.asked) <= set(on_path) <= set(ahead.possible)
    assert ahead.asked == ahead.possible == on_path


def test_a_text_with_a_comma_is_answered_and_no_more() -> None:
    items = [item("a", kind=QuestionKind.TEXT), item("b", show_if=Condition((Term("a", Comparison.IS_ANSWERED),)))]
    assert path(items, [], {"a": "yes, no"}, {}) == ("a", "b")
