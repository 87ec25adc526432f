"""However a survey is edited, its conditions, rules, pages and translations fit together."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.kernel.errors import NotFound, Refused
from survey_app.surveys.bank import BankQuestion, Choice
from survey_app.surveys.codes import answer_code, question_code, survey_code
from survey_app.surveys.default import DEFAULT_SURVEY
from survey_app.surveys.editing import (
    InUse,
    add_question,
    begin_page,
    conditions,
    copy_question,
    item_named,
    join_page,
    last_page,
    move_question,
    move_to_page,
    remove_question,
    remove_rule,
    replace_question,
    set_condition,
    set_facts,
    set_page_titles,
    set_rule,
)
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.reading import read_survey
from survey_app.surveys.routing import Comparison, Condition, Fact, Rule, Term
from survey_app.surveys.structure import Item, SurveyStructure, as_document

WELSH = {"cy": {"wording": "Pa mor fodlon?", "options": {"5": "Bodlon iawn", "4": "Eithaf bodlon"}}}
UNHAPPY = Condition((Term("satisfaction", Comparison.IS, ("1", "2")),))


def survey() -> SurveyStructure:
    """Satisfaction on page 1, why (of the unhappy) and resolved on page 2, what to improve on page 3."""
    by_code = {item.question.code: item for item in DEFAULT_SURVEY.items}
    items = (
        replace(by_code["satisfaction"], translations=WELSH),
        replace(by_code["why"], page=2, show_if=UNHAPPY),
        replace(by_code["resolved"], page=2),
        replace(by_code["improve"], page=3),
    )
    return replace(
        DEFAULT_SURVEY,
        items=items,
        page_titles={2: "What happened", 3: "What next"},
        translations={"cy": {"length_sentence": "Pedwar cwestiwn.", "page_titles": {"2": "Beth", "3": "Nesaf"}}},
        rules=(Rule(1, 3, Condition((Term("satisfaction", Comparison.AT_LEAST, ("4",)),))), Rule(2, None)),
    )


def codes(structure: SurveyStructure) -> list[tuple[str, int]]:
    return [(item.question.code, item.page) for item in structure.items]


NEW = Item(BankQuestion("visits", QuestionKind.NUMBER, "How often did you call?", "Calls"))


def test_a_question_is_added_after_another_or_at_the_end_of_a_page() -> None:
    assert codes(add_question(survey(), NEW, after="why"))[2] == ("visits", 2)
    assert codes(add_question(survey(), replace(NEW, page=2)))[3] == ("visits", 2)
    assert codes(add_question(survey(), replace(NEW, page=9)))[-1] == ("visits", 4), "the next page, never a gap"
    with pytest.raises(Refused, match="code why already"):
        add_question(survey(), survey().items[1])


def test_the_ends_of_a_page_are_crossed_one_step_at_a_time() -> None:
    down = move_question(survey(), "why", up=False)
    assert codes(down)[1:3] == [("resolved", 2), ("why", 2)]
    across = move_question(down, "why", up=False)
    assert codes(across)[2:] == [("why", 3), ("improve", 3)]
    assert move_question(across, "improve", up=False) == across, "the last stays where it is"


def test_a_page_goes_with_its_last_question_and_titles_and_rules_follow_their_pages() -> None:
    joined = move_question(survey(), "improve", up=True)
    assert codes(joined)[2:] == [("resolved", 2), ("improve", 2)]
    assert joined.page_titles == {2: "What happened"}
    assert [(rule.after_page, rule.go_to) for rule in joined.rules] == [(1, None), (2, None)]
    assert joined.translations["cy"]["page_titles"] == {"2": "Beth"}


def test_a_page_is_begun_at_a_question_and_joined_again_without_a_trace() -> None:
    divided = begin_page(survey(), "resolved")
    assert codes(divided) == [("satisfaction", 1), ("why", 2), ("resolved", 3), ("improve", 4)]
    assert divided.page_titles == {2: "What happened", 4: "What next"}
    assert [(rule.after_page, rule.go_to) for rule in divided.rules] == [(1, 4), (3, None)]
    assert join_page(divided, 3) == survey()
    with pytest.raises(InUse, match="page 1 or to page 2"):
        join_page(divided, 2)
    with pytest.raises(NotFound):
        join_page(divided, 1)


def test_a_stale_title_of_a_page_is_stale_wherever_the_page_goes() -> None:
    before = replace(
        survey(), translated_from={"cy": {"length_sentence": "a", "page_titles.2": "b", "page_titles.3": "c"}}
    )
    divided = begin_page(before, "resolved")
    assert divided.translated_from["cy"] == {"length_sentence": "a", "page_titles.2": "b", "page_titles.4": "c"}
    assert join_page(divided, 3) == before
    joined = move_question(before, "improve", up=True)
    assert joined.translated_from == {"cy": {"length_sentence": "a", "page_titles.2": "b"}}


def test_what_another_question_a_rule_or_a_text_needs_is_not_removed() -> None:
    with pytest.raises(InUse, match="decides about “Why that answer” and where to go after page 1"):
        remove_question(survey(), "satisfaction")
    piped = replace_question(survey(), "improve", reworded("improve", "You said {{answer.resolved}}. What else?"))
    with pytest.raises(InUse, match="the text of “What could be better”"):
        remove_question(piped, "resolved")
    assert codes(remove_question(survey(), "why"))[1] == ("resolved", 2)


def test_an_answer_that_a_condition_needs_is_not_taken_away() -> None:
    question = survey().items[0].question
    fewer = tuple(choice for choice in question.choices if choice.code != "1")
    without = replace(survey().items[0], question=replace(question, choices=fewer))
    with pytest.raises(InUse, match="“Very dissatisfied” is needed: it decides about “Why that answer”"):
        replace_question(survey(), "satisfaction", without)


def reworded(code: str, wording: str) -> Item:
    item = item_named(survey(), code)
    return replace(item, question=replace(item.question, wording=wording))


def test_a_translation_stays_with_its_text_and_goes_with_it() -> None:
    changed = replace_question(survey(), "satisfaction", reworded("satisfaction", "How happy were you?"))
    assert changed.items[0].translations == WELSH
    question = survey().items[0].question
    shorter = replace(survey().items[0], question=replace(question, choices=question.choices[1:]))
    without = replace_question(set_rule(survey(), 0, Rule(1, 3)), "satisfaction", shorter)
    assert without.items[0].translations["cy"]["options"] == {"4": "Eithaf bodlon"}
    titled = set_page_titles(survey(), {2: "What happened"})
    assert titled.translations["cy"]["page_titles"] == {"2": "Beth"}
    said = set_facts(survey(), name="After", length_sentence="", bsl_url="")
    assert "length_sentence" not in said.translations["cy"]


def test_asking_something_else_takes_the_conditions_along_and_begins_a_new_code() -> None:
    piped = replace_question(survey(), "improve", reworded("improve", "You said {{answer.satisfaction}}. What else?"))
    item = item_named(piped, "satisfaction")
    other = replace_question(piped, "satisfaction", replace(item, question=replace(item.question, code="happiness")))
    assert other.items[0].question.code == "happiness"
    assert {term.about for _, condition in conditions(other) for term in condition.terms} == {"happiness"}
    assert other.items[-1].question.wording == "You said {{answer.happiness}}. What else?"
    with pytest.raises(Refused, match="code why already"):
        replace_question(piped, "satisfaction", replace(item, question=replace(item.question, code="why")))


def test_a_copy_stands_behind_its_question_and_feeds_no_measure() -> None:
    copied = copy_question(survey(), "satisfaction", "satisfaction_2")
    assert codes(copied)[:2] == [("satisfaction", 1), ("satisfaction_2", 1)]
    assert copied.items[1].question.asks is None and copied.items[0].question.asks == "satisfaction"


@pytest.mark.parametrize(("about", "value"), [("nowhere", "1"), ("satisfaction", "9")], ids=["a question", "an answer"])
def test_a_condition_asks_only_for_what_is_there(about: str, value: str) -> None:
    condition = Condition((Term(about, Comparison.IS, (value,)),))
    with pytest.raises(Refused, match="does not have"):
        set_condition(survey(), "improve", condition)
    with pytest.raises(Refused, match="does not have"):
        set_rule(survey(), None, Rule(1, 2, condition))


def test_a_question_with_the_name_of_a_fact_is_not_that_fact() -> None:
    service = Item(BankQuestion("service", QuestionKind.NUMBER, "Which?", "Which"))
    of_the_fact = Condition((Term(Fact.SERVICE, Comparison.IS, ("housing",)),))
    structure = set_condition(add_question(survey(), service), "improve", of_the_fact)
    assert "service" not in {code for code, _ in codes(remove_question(structure, "service"))}


def test_codes_are_made_of_words_and_never_twice() -> None:
    assert question_code("Was it “Easy” to reach us?") == "was_it_easy_to_reach_us"
    assert question_code("3 wishes", {"q_3_wishes"}) == "q_3_wishes_2"
    assert question_code("Data") == "data_2", "the form has that name for itself"
    assert question_code("کیا") == "q" and answer_code("ہاں", {"a"}) == "a_2"
    assert survey_code("Café visits!") == "cafe-visits"


Change = Callable[[SurveyStructure, int, int], SurveyStructure]
CHANGES: list[Change] = [
    lambda s, a, b: add_question(
        s, replace(NEW, page=b, question=replace(NEW.question, code=question_code("visits", _taken(s))))
    ),
    lambda s, a, b: copy_question(s, _one(s, a), question_code(_one(s, a), _taken(s))),
    lambda s, a, b: remove_question(s, _one(s, a)),
    lambda s, a, b: move_question(s, _one(s, a), up=b % 2 == 0),
    lambda s, a, b: move_to_page(s, _one(s, a), b),
    lambda s, a, b: begin_page(s, _one(s, a)),
    lambda s, a, b: join_page(s, b),
    lambda s, a, b: set_page_titles(s, {a: "One", b: "Another"}),
    lambda s, a, b: set_rule(s, None, Rule(1 + a % last_page(s), b or None, UNHAPPY)),
    lambda s, a, b: remove_rule(s, a),
    lambda s, a, b: set_condition(s, _one(s, a), Condition((Term(_one(s, b), Comparison.IS_ANSWERED),))),
    lambda s, a, b: replace_question(s, _one(s, a), _with_fewer_answers(item_named(s, _one(s, a)))),
]


def _one(structure: SurveyStructure, number: int) -> str:
    return structure.items[number % len(structure.items)].question.code


def _taken(structure: SurveyStructure) -> set[str]:
    return {code for code, _ in codes(structure)}


def _with_fewer_answers(item: Item) -> Item:
    choices: tuple[Choice, ...] = item.question.choices
    return replace(item, question=replace(item.question, choices=choices[1:] if len(choices) > 4 else choices))


@given(st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 7), st.integers(0, 7)), max_size=25))
def test_after_any_edits_all_that_is_named_is_there_and_the_document_is_read_again(
    edits: list[tuple[Change, int, int]],
) -> None:
    structure = survey()
    for change, a, b in edits:
        with suppress(Refused, NotFound, ZeroDivisionError):
            structure = change(structure, a, b)
    named = [code for code, _ in codes(structure)]
    pages = [page for _, page in codes(structure)]
    assert len(set(named)) == len(named)
    assert pages == sorted(pages) and sorted(set(pages)) == list(range(1, last_page(structure) + 1))
    for _, condition in conditions(structure):
        for term in condition.terms:
            assert term.about in named
            answers = {choice.code for choice in item_named(structure, term.about).question.choices}
            assert answers.issuperset(term.values)
    places = {*pages, None}
    assert all(rule.after_page in places and rule.go_to in places for rule in structure.rules)
    assert set(structure.page_titles) <= set(pages)
    if structure.items:
        assert read_survey(as_document(structure)) == (structure, [])
