"""What is wrong with a survey as a whole is named in plain words, with its place; nothing is said of one in order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from survey_app.surveys.bank import Limits
from survey_app.surveys.checking import faults
from survey_app.surveys.default import DEFAULT_SURVEY
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.routing import Comparison, Condition, Fact, Rule, Term, path
from survey_app.surveys.structure import Item, SurveyStructure
from tests.surveys.routed import item, survey, when, when_not
from tests.surveys.test_routing import answers, known_facts, rules_of_any_kind, surveys

RESOLVED = item("resolved", kind=QuestionKind.YES_PARTLY_NO, wording="Was it resolved")
WRONG = item("wrong", kind=QuestionKind.TEXT, wording="What went wrong?")
AGE = item("age", kind=QuestionKind.NUMBER, wording="How long did it take?")
DAY = item("day", kind=QuestionKind.DATE, wording="When was it?")
SEVERAL = item("several", kind=QuestionKind.MULTIPLE_CHOICE, wording="Which of these?")


def sentences(structure: SurveyStructure) -> list[str]:
    return [str(fault) for fault in faults(structure)]


def test_nothing_is_said_of_a_survey_in_order() -> None:
    shown = replace(WRONG, show_if=when("resolved", "no", "partly"), page=2)
    end = item("end", page=3, hint="You used {{ service }} by {{channel}} on {{date}} and said {{answer.resolved}}.")
    rules = (Rule(1, 3, when("resolved", "yes")),)
    assert faults(survey(RESOLVED, shown, end, rules=rules, page_titles={2: "{{answer.resolved}}?"})) == []
    assert faults(DEFAULT_SURVEY) == []


def long(least: float, comparison: Comparison = Comparison.AT_LEAST, about: str = "age") -> Condition:
    return Condition((Term(about, comparison, (f"{least:g}",)),))


PLACE = "Question 2, “What went wrong?”: "
FAULTY = {
    "an option that is not there": (
        (RESOLVED, replace(WRONG, show_if=when("resolved", "Maybe"))),
        PLACE + "it is shown when ‘Was it resolved’ is ‘Maybe’, which is no answer to that question.",
    ),
    "an option that is not there, not chosen": (
        (RESOLVED, replace(WRONG, show_if=when_not("resolved", "yes", "Maybe"))),
        PLACE + "it is shown when ‘Was it resolved’ is not ‘Maybe’, which is no answer to that question.",
    ),
    "a question that is not there": (
        (RESOLVED, replace(WRONG, show_if=when("solved", "no"))),
        PLACE + "it depends on ‘solved’: there is no such question in this survey.",
    ),
    "a later question": (
        (AGE, replace(WRONG, show_if=when("resolved", "no")), RESOLVED),
        PLACE + "it depends on ‘Was it resolved’: that question is asked only later.",
    ),
    "itself": (
        (RESOLVED, replace(WRONG, show_if=Condition((Term("wrong", Comparison.IS_ANSWERED),)))),
        PLACE + "it depends on ‘What went wrong?’: nobody has answered a question before they see it.",
    ),
    "words compared with an option": (
        (WRONG, item("next", show_if=when("wrong", "yes"))),
        "Question 2, “Next”: it compares ‘What went wrong?’ with an answer, and that is answered by words: only "
        "whether it is answered can be asked.",
    ),
    "a number compared with an option": (
        (AGE, item("next", show_if=when("age", "3"))),
        "Question 2, “Next”: it compares ‘How long did it take?’ with an answer, and that is answered by a number: "
        "say which it has to be at least or at most.",
    ),
    "a day compared with a number": (
        (DAY, item("next", show_if=long(3, about="day"))),
        "Question 2, “Next”: it compares ‘When was it?’ with a number: none of its answers is a number or has a score.",
    ),
    "several options compared with a number": (
        (SEVERAL, item("next", show_if=long(3, about="several"))),
        "Question 2, “Next”: it compares ‘Which of these?’ with a number: none of its answers is a number or has a "
        "score.",
    ),
    "a score that no answer has": (
        (RESOLVED, replace(WRONG, show_if=long(9, about="resolved"))),
        PLACE + "it can never be shown: no answers lead to it.",
    ),
    "a number outside the limits": (
        (
            replace(AGE, question=replace(AGE.question, limits=Limits(most=5))),
            replace(WRONG, show_if=long(6)),
        ),
        PLACE + "it can never be shown: no answers lead to it.",
    ),
    "a first question that is not for all": (
        (item("first", show_if=when(Fact.CHANNEL, "phone")), RESOLVED),
        "Question 1, “First”: it has a condition, and the first question is asked of everybody.",
    ),
    "a channel that is none": (
        (RESOLVED, replace(WRONG, show_if=when(Fact.CHANNEL, "phone", "fax"))),
        PLACE + "it is shown when the channel is ‘fax’, and there is none.",
    ),
    "a condition that contradicts itself": (
        (
            RESOLVED,
            replace(WRONG, show_if=Condition((*when("resolved", "no").terms, *when("resolved", "yes").terms))),
        ),
        PLACE + "it can never be shown: no answers lead to it.",
    ),
    "a needed answer that nobody can give": (
        (
            replace(RESOLVED, is_required=True),
            item("how", is_required=True, show_if=Condition((Term("resolved", Comparison.IS_NOT_ANSWERED),))),
        ),
        "Question 2, “How”: it needs an answer, and can never be shown: no answers lead to it.",
    ),
    "a condition on a question that contradicts it": (
        (
            RESOLVED,
            item("how", show_if=when("resolved", "no")),
            item("then", show_if=Condition((*when("resolved", "yes").terms, *when("how", "yes").terms))),
        ),
        "Question 3, “Then”: it can never be shown: no answers lead to it.",
    ),
    "a page before the one that it follows": (
        (replace(RESOLVED, page=2), WRONG),
        PLACE + "it stands on page 1, after a question of page 2.",
    ),
    "an unknown pipe": (
        (RESOLVED, item("next", hint="About {{servce}}")),
        "Question 2, “Next”: {{servce}} stands in its words, and nothing of that name can be filled in.",
    ),
    "a pipe of words": (
        (WRONG, item("next", wording="You wrote {{answer.wrong}}")),
        "Question 2, “You wrote {{answer.wrong}}”: {{answer.wrong}} stands in its words, and what somebody wrote may "
        "be personal, and is never shown again.",
    ),
    "a pipe of a later answer": (
        (item("first", hint="{{answer.resolved}}"), RESOLVED),
        "Question 1, “First”: {{answer.resolved}} stands in its words, and that question is asked only later.",
    ),
    "a pipe of its own answer": (
        (item("first", hint="{{answer.first}}"),),
        "Question 1, “First”: {{answer.first}} stands in its words, and nobody has answered a question before they "
        "see it.",
    ),
    "a broken pipe": (
        (item("first", hint="About {{service}"),),
        "Question 1, “First”: {{ or }} stands alone in its words. A pipe is {{service}}, with both.",
    ),
    "a pipe in an answer": (
        (replace(RESOLVED, translations={"cy": {"options": {"yes": "{{service}}"}}}),),
        "Question 1, “Was it resolved”: {{ }} stands in one of its answers, and nothing is filled in there.",
    ),
    "a translated pipe": (
        (replace(RESOLVED, translations={"cy": {"hint": "{{gwasanaeth}}"}}),),
        "Question 1, “Was it resolved”: {{gwasanaeth}} stands in its words, and nothing of that name can be filled in.",
    ),
}


@pytest.mark.parametrize(("items", "sentence"), FAULTY.values(), ids=FAULTY)
def test_each_fault_of_a_question_is_named_with_its_place_and_once(items: tuple[Item, ...], sentence: str) -> None:
    (found,) = faults(survey(*items))
    assert (str(found), found.blocks_publishing) == (sentence, True)
    assert found.question in {one.question.code for one in items}


THREE = (RESOLVED, replace(WRONG, page=2), item("end", page=3))
RULES = {
    "back": ((Rule(2, 1),), "The rule after page 2: it leads back to page 1, and a survey only goes forward."),
    "to itself": ((Rule(2, 2),), "The rule after page 2: it leads to itself, and a survey only goes forward."),
    "to no page": (
        (Rule(2, 7, when("resolved", "no")),),
        "The rule after page 2: it leads to page 7, on which no question stands.",
    ),
    "from no page": ((Rule(8, None),), "The rule after page 8: there is no such page."),
    "on a later answer": (
        (Rule(1, 3, when("end", "no")),),
        "The rule after page 1: it depends on ‘End’: that question is asked only later.",
    ),
    "on an option that is not there": (
        (Rule(1, 3, when("resolved", "Maybe")),),
        "The rule after page 1: it is followed when ‘Was it resolved’ is ‘Maybe’, which is no answer to that question.",
    ),
    "that holds never": (
        (Rule(1, 3, Condition((*when("resolved", "no").terms, *when("resolved", "yes").terms))),),
        "The rule after page 1: it is never followed: no answers make its condition hold.",
    ),
    "after one that always holds": (
        (
            Rule(1, 3, when("resolved", "yes")),
            Rule(1, 2, when_not("resolved", "yes")),
            Rule(1, None, when("resolved", "no")),
        ),
        "The third rule after page 1: it is never reached: a rule before it always leads away first.",
    ),
    "said twice": (
        (Rule(1, 3, when("resolved", "yes")), Rule(1, 3, when("resolved", "yes"))),
        "The second rule after page 1: it is never followed: no answers make its condition hold.",
    ),
    "past a page": ((Rule(1, 3),), "Page 2: nobody can come to it: every way leads past it."),
}


@pytest.mark.parametrize(("rules", "sentence"), RULES.values(), ids=RULES)
def test_each_fault_of_a_rule_is_named_with_its_place_and_once(rules: tuple[Rule, ...], sentence: str) -> None:
    (found,) = faults(survey(*THREE, rules=rules))
    assert (str(found), found.blocks_publishing) == (sentence, True)


def test_a_title_may_hold_an_answer_of_an_earlier_page_alone() -> None:
    titles = {1: "{{answer.resolved}}", 2: "{{answer.resolved}}", 3: "{{answer.wrong}}"}
    assert sentences(survey(*THREE, page_titles=titles)) == [
        "The title of page 1: {{answer.resolved}} stands in its words, and that question is asked only later.",
        "The title of page 3: {{answer.wrong}} stands in its words, and what somebody wrote may be personal, and is "
        "never shown again.",
    ]


def test_a_page_without_questions_is_named_and_stands_in_nobodys_way() -> None:
    found = faults(survey(RESOLVED, item("end", page=3), page_titles={5: "Five"}))
    assert [(str(fault), fault.blocks_publishing, fault.page) for fault in found] == [
        ("Page 2: no question stands on it, so nobody sees it.", False, 2),
        ("Page 5: no question stands on it, so nobody sees it.", False, 5),
    ]


def test_a_survey_that_asks_nothing_is_no_survey() -> None:
    assert sentences(survey()) == ["The survey: it asks nothing. Add a question."]


def test_a_survey_with_more_ways_than_can_be_tried_is_believed() -> None:
    """Six pigeons sit in five holes, each in one of its own, when every question about them is answered with yes."""
    sits = {(pigeon, hole): f"sits_{pigeon}_{hole}" for pigeon in range(6) for hole in range(5)}
    housed = [[f"sits_{pigeon}_{hole}" for hole in range(5)] for pigeon in range(6)]
    alone = [[sits[one, hole], sits[other, hole]] for hole in range(5) for one in range(6) for other in range(one)]
    clauses = [Condition(tuple(term for code in codes for term in when(code, "yes").terms), False) for codes in housed]
    clauses += [Condition(tuple(term for code in codes for term in when(code, "no").terms), False) for codes in alone]
    asked = [item(f"clause_{n}", show_if=clause) for n, clause in enumerate(clauses)]
    all_yes = Condition(tuple(term for one in asked for term in when(one.question.code, "yes").terms))
    assert faults(survey(*map(item, sits.values()), *asked, replace(WRONG, show_if=all_yes))) == []


@given(surveys, rules_of_any_kind, answers, known_facts)
def test_what_is_said_never_to_be_come_to_is_on_nobodys_path(
    items: list[Item], rules: list[Rule], said: dict[str, str], facts: dict[Fact, str]
) -> None:
    never = {fault.question for fault in faults(survey(*items, rules=tuple(rules))) if "never be shown" in str(fault)}
    assert never.isdisjoint(path(items, rules, said, facts))


@given(surveys, st.data())
def test_a_fault_that_is_planted_is_found(items: list[Item], data: st.DataObject) -> None:
    ordered = [replace(one, page=n, show_if=None) for n, one in enumerate(items, 1)]
    n = data.draw(st.integers(0, len(ordered) - 1))
    later = data.draw(st.sampled_from([one.question.code for one in ordered[n:]] + ["gone"]))
    planted = [replace(ordered[n], show_if=when(later, "yes")), replace(ordered[n], show_if=when("a", "perhaps"))]
    assume(n > 0)  # the first question has a fault of its own
    for one in planted:
        (found,) = faults(survey(*ordered[:n], one, *ordered[n + 1 :]))
        assert (found.place.partition(",")[0], found.blocks_publishing) == (f"Question {n + 1}", True)
