"""SurveyJS: what its creator saves becomes a draft of ours, and what does not fit is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from survey_app.kernel.errors import InvalidInput
from survey_app.surveys.importing import Imported, read_file
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.routing import Comparison, Condition, Term
from survey_app.surveys.structure import Item


def _imported(document: object) -> Imported:
    return read_file("a.json", json.dumps(document).encode())


def _items(*elements: dict[str, Any], **survey: Any) -> dict[str, Item]:
    """The items of a survey called "s", by the end of their code."""
    items = _imported({"title": "s", "elements": elements, **survey}).structure.items
    return {item.question.code.removeprefix("s_"): item for item in items}


def _why(found: Imported) -> str:
    return "\n".join(f"{one.what}: {one.why}" for one in found.left_out)


def test_a_survey_that_nobody_here_wrote_comes_along_with_its_conditions(shared: Path) -> None:
    file = shared / "samples" / "surveyjs" / "surveyjs_docs_multipage_feedback.json"
    structure = read_file(file.name, file.read_bytes()).structure
    satisfaction, why, nps, neutral, low = structure.items
    assert [item.page for item in structure.items] == [1, 2, 2, 3, 4]
    assert satisfaction.is_required
    assert nps.question.kind is QuestionKind.NPS
    assert [choice.score for choice in nps.question.choices] == list(range(11))
    code = satisfaction.question.code
    assert low.show_if == Condition((Term(code, Comparison.IS, ("2", "1")),))  # =< 2
    assert neutral.show_if == Condition((Term(code, Comparison.IS, ("3",)),))
    assert why.show_if == Condition((Term(code, Comparison.IS, ("5", "4")), Term(code, Comparison.IS, ("4",))))


def test_every_kind_of_question_has_its_own() -> None:
    choices = [{"value": 1, "text": "One"}, "two|Second", 3]
    items = _items(
        {"type": "radiogroup", "name": "radio", "choices": choices, "hasOther": True},
        {"type": "dropdown", "name": "down", "choices": choices},
        {"type": "checkbox", "name": "check", "choices": choices, "showNoneItem": True},
        {"type": "tagbox", "name": "tag", "choices": choices},
        {"type": "ranking", "name": "rank", "choices": choices},
        {"type": "comment", "name": "what could be better"},
        {"type": "text", "name": "line"},
        {"type": "text", "name": "number", "inputType": "number", "min": 1, "max": 9},
        {"type": "text", "name": "day", "inputType": "date"},
        {"type": "boolean", "name": "yes"},
        {"type": "rating", "name": "stars"},
        {"type": "rating", "name": "effort", "rateMax": 7, "minRateDescription": "Very difficult",
         "maxRateDescription": "Very easy"},
        {"type": "rating", "name": "values", "rateValues": [1, {"value": 2, "text": "b"}]},
        {"name": "untyped"},
    )  # fmt: skip
    assert {code: item.question.kind.value for code, item in items.items()} == {
        "radio": "single_choice",
        "down": "single_choice",
        "check": "multiple_choice",
        "tag": "multiple_choice",
        "rank": "ranking",
        "what_could_be_better": "text",
        "line": "short_text",
        "number": "number",
        "day": "date",
        "yes": "single_choice",
        "stars": "single_choice",
        "effort": "effort",
        "values": "single_choice",
        "untyped": "short_text",
    }
    radio = items["radio"].question.choices
    assert [(one.code, one.label) for one in radio[:3]] == [("1", "One"), ("two", "Second"), ("3", "3")]
    assert radio[3].is_other
    assert items["check"].question.choices[3].is_outside
    assert (items["number"].question.limits.least, items["number"].question.limits.most) == (1, 9)
    assert [choice.score for choice in items["effort"].question.choices] == [7, 6, 5, 4, 3, 2, 1]


def test_five_answers_about_satisfaction_are_the_scale_of_ours() -> None:
    labels = ["Very satisfied", "Satisfied", "Neither satisfied nor dissatisfied", "Dissatisfied", "Very dissatisfied"]
    choices = [{"value": n, "text": text} for n, text in enumerate([*labels, "Don't know"])]
    question = _items({"type": "radiogroup", "name": "q", "choices": choices})["q"].question
    assert question.kind is QuestionKind.SATISFACTION
    assert [choice.score for choice in question.choices] == [5, 4, 3, 2, 1, None]


def test_a_matrix_is_its_rows_under_one_heading() -> None:
    matrix = {"type": "matrix", "name": "m", "title": "About us", "columns": ["Yes", "No"], "rows": ["A", "B"]}
    items = _items({**matrix, "isAllRowRequired": True})
    assert [(item.stem, item.question.wording, item.is_required) for item in items.values()] == [
        ("About us", "A", True),
        ("About us", "B", True),
    ]


def test_texts_in_several_languages_are_translations() -> None:
    item = _items(
        {
            "type": "radiogroup",
            "name": "q",
            "title": {"default": "Colour?", "cy": "Lliw?", "pt-br": "Cor?"},
            "choices": [{"value": "r", "text": {"default": "Red", "cy": "Coch"}}, "b"],
        }
    )["q"]
    assert item.question.wording == "Colour?"
    assert item.translations == {
        "cy": {"wording": "Lliw?", "options": {"r": "Coch"}},
        "pt-br": {"wording": "Cor?"},
    }


ONE = {"type": "radiogroup", "name": "one", "choices": [1, 2, 3]}
MANY = {"type": "checkbox", "name": "many", "choices": ["a", "b", "c"]}
AGE = {"type": "text", "name": "age", "inputType": "number"}


@pytest.mark.parametrize(
    ("expression", "terms", "needs_all"),
    [
        ("{one} = 2", [("one", "is", ("2",))], True),
        ("{one} == '2'", [("one", "is", ("2",))], True),
        ("2 = {one}", [("one", "is", ("2",))], True),
        ("{one} <> 2", [("one", "is_not", ("2",))], True),
        ("{one} != 2 AND {many} contains 'a'", [("one", "is_not", ("2",)), ("many", "is", ("a",))], True),
        ("{one} >= 2", [("one", "is", ("2", "3"))], True),
        ("2 > {one}", [("one", "is", ("1",))], True),
        ("{one} anyof [1, '3']", [("one", "is", ("1", "3"))], True),
        ("{many} allof ['a','b']", [("many", "is", ("a",)), ("many", "is", ("b",))], True),
        ("{many} notcontains 'a' or {one} empty", [("many", "is_not", ("a",)), ("one", "is_not_answered", ())], False),
        ("({one} = 1) || ({one} = 3)", [("one", "is", ("1",)), ("one", "is", ("3",))], False),
        ("not ({one} = 1 or {one} = 3)", [("one", "is_not", ("1",)), ("one", "is_not", ("3",))], True),
        ("{age} > 17", [("age", "at_least", ("18",))], True),
        ("{age} =< 17.5", [("age", "at_most", ("17.5",))], True),
        ("{many} notempty", [("many", "is_answered", ())], True),
    ],
)
def test_conditions_are_said_in_ours(
    expression: str, terms: list[tuple[str, str, tuple[str, ...]]], *, needs_all: bool
) -> None:
    items = _items(ONE, MANY, AGE, {"type": "comment", "name": "last", "visibleIf": expression})
    wanted = tuple(Term(f"s_{name}", Comparison(how), values) for name, how, values in terms)
    assert items["last"].show_if == Condition(wanted, needs_all)


@pytest.mark.parametrize(
    "expression",
    [
        "{one} = 1 and ({age} > 5 or {many} notempty)",
        "{one} = 9",
        "{nobody} = 1",
        "iif({one} = 1, 'a', 'b') = 'a'",
        "{one} = {many}",
        "{one} =",
        "((((",
        "{last} = 1",
        "today() > 5",
        "{one} = 'a' ? 1",
    ],
)
def test_a_condition_that_cannot_be_said_is_named_and_its_question_always_asked(expression: str) -> None:
    last = {"type": "comment", "name": "last", "visibleIf": expression}
    found = _imported({"title": "s", "elements": [ONE, MANY, AGE, last]})
    assert found.structure.items[-1].show_if is None
    assert "“last” (page 1)" in _why(found)


def test_a_condition_on_the_same_page_begins_a_new_one_for_the_server_decides() -> None:
    items = _items(ONE, AGE, {"type": "comment", "name": "last", "visibleIf": "{one} = 1"}, MANY)
    assert [item.page for item in items.values()] == [1, 1, 2, 2]


def test_conditions_of_pages_and_panels_hold_for_all_inside() -> None:
    inner = {"type": "panel", "visibleIf": "{many} contains 'a'", "elements": [{"type": "comment", "name": "deep"}]}
    pages = [{"elements": [ONE, MANY]}, {"visibleIf": "{one} = 1", "elements": [inner, {**AGE}]}]
    deep, age = _imported({"title": "s", "pages": pages}).structure.items[2:]
    assert deep.show_if == Condition((Term("s_one", Comparison.IS, ("1",)), Term("s_many", Comparison.IS, ("a",))))
    assert age.show_if == Condition((Term("s_one", Comparison.IS, ("1",)),))


def test_what_has_no_place_is_named_with_its_question_and_why() -> None:
    found = _imported(
        {
            "title": "s",
            "triggers": [{"type": "complete"}],
            "completedHtml": "<b>Thanks</b>",
            "elements": [
                ONE,
                {"type": "paneldynamic", "name": "children", "title": "Your children"},
                {"type": "file", "name": "photo"},
                {"type": "signaturepad", "name": "sign"},
                {"type": "image", "name": "pic"},
                {"type": "expression", "name": "sum"},
                {"type": "html", "name": "intro", "html": "<script>alert(1)</script>"},
                {"type": "matrixdropdown", "name": "table"},
                {"type": "holodeck", "name": "new"},
                {"type": "comment", "name": "why", "requiredIf": "{one} = 1", "isRequired": True},
                {"type": "radiogroup", "name": "lonely", "choices": ["a"]},
            ],
        }
    )
    said = _why(found)
    for name in (
        *("triggers", "completedHtml", "Your children", "photo", "sign", "pic", "sum", "intro", "table", "new"),
        *("“why” (page 1): requiredIf", "“why” (page 1): required", "lonely"),
    ):
        assert name in said
    assert len(found.structure.items) == 2


def test_html_is_cleaned_and_pipes_become_ours() -> None:
    found = _imported(
        {
            "title": "<b>s</b>",
            "elements": [
                ONE,
                {"type": "comment", "name": "x", "title": "<p onclick='x()'>You said {one}</p><script>a()</script>"},
                {"type": "comment", "name": "y", "title": "Dear {name}"},
            ],
        }
    )
    assert found.structure.name == "s"
    assert found.structure.items[1].question.wording == "You said {{answer.s_one}}"
    assert found.structure.items[2].question.wording == "Dear …"
    assert "{name}" in _why(found)
    assert "a script" in _why(found)


def test_old_spellings_are_read() -> None:
    rating = {"type": "rating", "name": "r", "rateMinimum": 2, "rateMaximum": 4}
    items = _items(ONE, rating, {"type": "comment", "name": "z", "visibleif": "{one} = 1"})
    assert [choice.code for choice in items["r"].question.choices] == ["2", "3", "4"]
    assert items["z"].show_if


def test_hostile_names_and_numbers_of_questions_are_borne() -> None:
    twice = [ONE, {**ONE, "title": "again"}]
    odd = [{"type": "comment", "name": "=cmd|' /C calc'!A0\ud800\u0000"}, {"type": "comment", "name": "data"}]
    found = _imported({"title": "\ud800", "elements": [*twice, *odd]})
    assert len(found.structure.items) == 3
    assert "same name" in _why(found)
    many = [{"type": "comment", "name": f"q{n}", "visibleIf": "{one} = 1"} for n in range(10_000)]
    assert len(_imported({"title": "s", "elements": [ONE, *many]}).structure.items) == 10_001


def test_panels_without_end_are_refused() -> None:
    panel: dict[str, Any] = ONE
    for _ in range(30):
        panel = {"type": "panel", "elements": [panel]}
    with pytest.raises(InvalidInput, match="panels in each other"):
        _imported({"elements": [panel]})


def test_a_survey_without_a_question_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no question that can be asked"):
        _imported({"pages": []})
