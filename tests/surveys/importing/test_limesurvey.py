"""LimeSurvey's surveys as ours: every type of question, conditions, languages; what has no place is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from survey_app.kernel.errors import InvalidInput
from survey_app.surveys.checking import faults
from survey_app.surveys.importing import Imported, read_file
from survey_app.surveys.kinds import QuestionKind, TextType
from survey_app.surveys.reading import parse_survey
from survey_app.surveys.routing import Comparison, Condition, Term
from survey_app.surveys.structure import Item, as_document
from tests.surveys.importing.lime import SID, Asked, answered, document, survey, survey_tables

AGREE = {
    "A1": "Strongly agree",
    "A2": "Agree",
    "A3": "Neither agree nor disagree",
    "A4": "Disagree",
    "A5": "Strongly disagree",
    "A6": "Don't know",
}
TWO = {"A1": "First", "A2": "Second"}


def read(*questions: Asked, **tables: list[dict[str, object]]) -> Imported:
    found = read_file("bins.lss", survey(*questions, **tables))
    assert parse_survey(json.dumps(as_document(found.structure)))[0] == found.structure
    assert not [str(fault) for fault in faults(found.structure) if fault.blocks_publishing]
    return found


def items(*questions: Asked) -> list[Item]:
    return list(read(*questions).structure.items)


def left(found: Imported) -> list[str]:
    return [one.what for one in found.left_out]


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        (Asked("5", "Q"), ["single_choice"]),
        (Asked("L", "Q", answers=TWO), ["single_choice"]),
        (Asked("!", "Q", answers=TWO), ["single_choice"]),
        (Asked("O", "Q", answers=TWO), ["single_choice", "text"]),
        (Asked("Y", "Q"), ["single_choice"]),
        (Asked("G", "Q"), ["single_choice"]),
        (Asked("M", "Q", rows=TWO), ["multiple_choice"]),
        (Asked("P", "Q", rows=TWO), ["multiple_choice", "short_text", "short_text"]),
        (Asked("R", "Q", answers=TWO), ["ranking"]),
        (Asked("R", "Q", rows=TWO), ["ranking"]),
        (Asked("A", "Q", rows=TWO), ["single_choice"] * 2),
        (Asked("B", "Q", rows=TWO), ["single_choice"] * 2),
        (Asked("C", "Q", rows=TWO), ["single_choice"] * 2),
        (Asked("E", "Q", rows=TWO), ["single_choice"] * 2),
        (Asked("F", "Q", rows=TWO, answers=TWO), ["single_choice"] * 2),
        (Asked("F", "Q", rows=TWO, answers=AGREE), ["agreement"] * 2),
        (Asked("H", "Q", rows=TWO, answers=TWO), ["single_choice"] * 2),
        (Asked("1", "Q", rows=TWO, answers=TWO, others=AGREE), ["single_choice"] * 2 + ["agreement"] * 2),
        (Asked("K", "Q", rows=TWO), ["number"] * 2),
        (Asked("Q", "Q", rows=TWO), ["short_text"] * 2),
        (Asked(":", "Q", rows=TWO, columns=TWO), ["number"] * 4),
        (Asked(":", "Q", rows=TWO, columns=TWO, attributes={"multiflexible_checkbox": "1"}), ["multiple_choice"] * 2),
        (Asked(";", "Q", rows=TWO, columns=TWO), ["short_text"] * 4),
        (Asked("N", "Q"), ["number"]),
        (Asked("D", "Q"), ["date"]),
        (Asked("S", "Q"), ["short_text"]),
        (Asked("T", "Q"), ["text"]),
        (Asked("U", "Q"), ["text"]),
    ],
    ids=lambda one: one.type if isinstance(one, Asked) else "",
)
def test_each_type_of_question_is_a_kind_of_ours(asked: Asked, kinds: list[str]) -> None:
    assert [item.question.kind.value for item in items(asked)] == kinds


@pytest.mark.parametrize("asked", [Asked("X", "Q"), Asked("*", "Q"), Asked("|", "Q"), Asked("I", "Q"), Asked("?", "Q")])
def test_what_cannot_be_asked_is_named(asked: Asked) -> None:
    found = read(asked, Asked("T", "OTHER"))
    assert "question Q “What?”" in left(found)
    assert len(found.structure.items) == 1


def test_the_rows_of_an_array_stand_under_one_stem() -> None:
    rows = items(Asked("F", "Q1", "How far do you agree?", {"SQ1": "On time", "SQ2": "Polite"}, answers=AGREE))
    assert [(row.question.code, row.question.wording, row.stem) for row in rows] == [
        ("bins_777_q1_sq1", "On time", "How far do you agree?"),
        ("bins_777_q1_sq2", "Polite", "How far do you agree?"),
    ]
    assert [(choice.code, choice.score) for choice in rows[0].question.choices] == [
        *(("A1", 5), ("A2", 4), ("A3", 3), ("A4", 2), ("A5", 1), ("A6", None)),
    ]


def test_groups_are_pages_and_help_is_a_hint_and_mandatory_is_required() -> None:
    tables = survey_tables(
        [
            Asked("L", "Q1", "<b>How</b> was it?<br>Really?", answers=TWO, help="<i>Be honest</i>"),
            Asked("L", "Q2", answers=TWO, group=1, column={"mandatory": "Y"}),
            Asked("T", "Q3", "What could we improve?", group=1, column={"mandatory": "Y"}),
        ],
        groups=[{"group_name": "Start"}, {"group_name": "<b>The end</b>"}],
    )
    found = read_file("x", document(tables))
    first, second, third = found.structure.items
    assert found.structure.page_titles == {1: "Start", 2: "The end"}
    assert (first.question.wording, first.question.hint, first.page) == ("How was it?\nReally?", "Be honest", 1)
    assert (second.is_required, second.page, third.is_required) == (True, 2, False)
    assert third.question.text_type is TextType.IMPROVE
    assert "required (Q3)" in left(found)


def test_other_and_none_of_these_keep_their_sense() -> None:
    attributes = {"exclude_all_others": "SQ3", "other_replace_text": "Something else", "max_answers": "2"}
    rows = {"SQ1": "Bins", "SQ2": "Roads", "SQ3": "Nothing", "SQ4": "Don’t know"}
    question = items(Asked("M", "Q", rows=rows, attributes=attributes, column={"other": "Y"}))[0].question
    assert [(one.code, one.is_substantive, one.is_other) for one in question.choices] == [
        ("SQ1", True, False),
        ("SQ2", True, False),
        ("SQ3", False, False),
        ("SQ4", False, False),
        ("other", True, True),
    ]
    assert question.choices[-1].label == "Something else"
    assert question.limits.most == 2


ONE = Asked("L", "Q1", answers={"1": "Low", "2": "Middle", "3": "High"})
SEVERAL = Asked("M", "Q2", rows={"SQ1": "Bins", "SQ2": "Roads"})
NUMBER = Asked("N", "Q3", attributes={"num_value_int_only": "1"})
Q1, Q2, Q3 = "bins_777_q1", "bins_777_q2", "bins_777_q3"

NEITHER = Condition((Term(Q1, Comparison.IS_NOT, ("1",)), Term(Q2, Comparison.IS_NOT, ("SQ1",))))
SIX_TO_TEN = Condition((Term(Q3, Comparison.AT_LEAST, ("6",)), Term(Q3, Comparison.AT_MOST, ("10",))))


@pytest.mark.parametrize(
    ("relevance", "condition"),
    [
        ("1", None),
        ('Q1.NAOK == "2"', Condition((Term(Q1, Comparison.IS, ("2",)),))),
        ('(("2" == Q1))', Condition((Term(Q1, Comparison.IS, ("2",)),))),
        ("{Q1 eq 2}", Condition((Term(Q1, Comparison.IS, ("2",)),))),
        ('777X5X100.NAOK != "2"', Condition((Term(Q1, Comparison.IS_NOT, ("2",)),))),
        ('Q1 == "1" or Q1 == "2"', Condition((Term(Q1, Comparison.IS, ("1", "2")),))),
        ("Q1 >= 2", Condition((Term(Q1, Comparison.IS, ("2", "3")),))),
        ("2 > Q1", Condition((Term(Q1, Comparison.IS, ("1",)),))),
        ("is_empty(Q1.NAOK)", Condition((Term(Q1, Comparison.IS_NOT_ANSWERED),))),
        ('!is_empty(Q1) && Q1 != ""', Condition((Term(Q1, Comparison.IS_ANSWERED),))),
        ('not (Q1 == "1" or Q2_SQ1 == "Y")', NEITHER),
        ('777X5X200SQ2.NAOK == "Y"', Condition((Term(Q2, Comparison.IS, ("SQ2",)),))),
        ("Q3 > 5 and Q3 <= 10", SIX_TO_TEN),
        ("Q3 == 4", Condition((Term(Q3, Comparison.AT_LEAST, ("4",)), Term(Q3, Comparison.AT_MOST, ("4",))))),
        (
            'Q1 == "1" || (Q3 >= 2)',
            Condition((Term(Q1, Comparison.IS, ("1",)), Term(Q3, Comparison.AT_LEAST, ("2",))), needs_all=False),
        ),
    ],
)  # fmt: skip
def test_conditions_that_ours_can_say_are_translated(relevance: str, condition: Condition | None) -> None:
    *_, last = items(ONE, SEVERAL, NUMBER, Asked("T", "LAST", column={"relevance": relevance}))
    assert last.show_if == condition


@pytest.mark.parametrize(
    "relevance",
    [
        'count(Q2) > 1', 'Q1 == "9"', 'Q1 == Q3', 'LATER == "A1"', '(Q1 == "1" and Q3 > 1) or Q3 == 9', 'Q3 + 1 > 2',
        'regexMatch("/x/", Q1)', '(' * 200 + 'Q1 == "1"' + ')' * 200, 'Q1 ==', '"', 'TOKEN:EMAIL == "x"', 'Q3 != 4',
    ],
)  # fmt: skip
def test_conditions_that_ours_cannot_say_are_named_and_the_question_is_for_all(relevance: str) -> None:
    late = Asked("L", "LATER", answers=TWO)
    found = read(ONE, SEVERAL, NUMBER, Asked("T", "LAST", column={"relevance": relevance}), late)
    assert found.structure.items[3].show_if is None
    assert [what for what in left(found) if what.startswith("condition of LAST")]


def test_the_condition_of_a_group_holds_for_its_questions() -> None:
    groups = [{"group_name": "A"}, {"group_name": "B", "grelevance": 'Q1 == "1"'}]
    own = Asked("T", "OWN", group=1, column={"relevance": "Q3 >= 2"})
    tables = survey_tables([ONE, SEVERAL, NUMBER, own], groups=groups)
    terms = (Term(Q1, Comparison.IS, ("1",)), Term(Q3, Comparison.AT_LEAST, ("2",)))
    assert read_file("x", document(tables)).structure.items[-1].show_if == Condition(terms)


def test_conditions_of_the_older_editor_are_read_where_there_is_no_equation() -> None:
    def row(field: str, value: str, method: str = "==", scenario: int = 1) -> dict[str, object]:
        return {"qid": 400, "cfieldname": field, "method": method, "value": value, "scenario": scenario}

    asked = (ONE, SEVERAL, NUMBER, Asked("T", "LAST", column={"relevance": ""}))
    rows = [row("777X5X100", "1"), row("777X5X100", "2"), row("777X5X200", "SQ1"), row("777X5X300", "3", ">=")]
    terms = (
        Term(Q1, Comparison.IS, ("1", "2")),
        Term(Q2, Comparison.IS, ("SQ1",)),
        Term(Q3, Comparison.AT_LEAST, ("3",)),
    )
    assert read(*asked, conditions=rows).structure.items[-1].show_if == Condition(terms)
    either = [row("777X5X100", "1"), row("+777X5X200SQ1", "Y", scenario=2)]
    found = read(*asked, conditions=either).structure.items[-1].show_if
    assert found == Condition((Term(Q1, Comparison.IS, ("1",)), Term(Q2, Comparison.IS, ("SQ1",))), needs_all=False)
    assert read(*asked, conditions=[row("777X5X300", "@777X5X100@")]).structure.items[-1].show_if is None


def test_earlier_answers_are_piped_and_other_expressions_are_named() -> None:
    text = "You said {Q1.shown}, {INSERTANS:777X5X300}, {TOKEN:FIRSTNAME}{if(Q1 == 1, {Q1}, 'x')}."
    found = read(ONE, SEVERAL, NUMBER, Asked("T", "LAST", text))
    wording = found.structure.items[-1].question.wording
    assert wording.startswith(f"You said {{{{answer.{Q1}}}}}, {{{{answer.{Q3}}}}}, ")
    assert "TOKEN" not in wording and "if(" not in wording
    assert "expression {TOKEN:FIRSTNAME} in the text of LAST" in left(found)


OLD = """<?xml version="1.0" encoding="UTF-8"?>
<document><LimeSurveyDocType>Survey</LimeSurveyDocType><DBVersion>155.5</DBVersion>
<languages><language>de</language><language>en</language><language>cy</language></languages>
<groups><rows>
<row><gid>1</gid><sid>7</sid><group_name>Seite</group_name><group_order>0</group_order><language>de</language></row>
<row><gid>1</gid><sid>7</sid><group_name>Page</group_name><group_order>0</group_order><language>en</language></row>
</rows></groups>
<questions><rows>
<row><qid>1</qid><parent_qid>0</parent_qid><gid>1</gid><type>L</type><title>Q1</title><question>Wie?</question>
<help>Hilfe</help><other>N</other><mandatory>N</mandatory><question_order>1</question_order><language>de</language></row>
<row><qid>1</qid><parent_qid>0</parent_qid><gid>1</gid><type>L</type><title>Q1</title><question>How?</question>
<help>Help</help><other>N</other><mandatory>N</mandatory><question_order>1</question_order><language>en</language></row>
<row><qid>1</qid><parent_qid>0</parent_qid><gid>1</gid><type>L</type><title>Q1</title><question>Sut?</question>
<help></help><other>N</other><mandatory>N</mandatory><question_order>1</question_order><language>cy</language></row>
</rows></questions>
<answers><rows>
<row><qid>1</qid><code>a</code><answer>gut</answer><sortorder>1</sortorder><language>de</language></row>
<row><qid>1</qid><code>a</code><answer>good</answer><sortorder>1</sortorder><language>en</language></row>
<row><qid>1</qid><code>b</code><answer>schlecht</answer><sortorder>2</sortorder><language>de</language></row>
<row><qid>1</qid><code>b</code><answer>bad</answer><sortorder>2</sortorder><language>en</language></row>
</rows></answers>
<surveys><rows>
<row><sid>7</sid><language>de</language><additional_languages>en cy</additional_languages></row>
</rows></surveys>
<surveys_languagesettings><rows>
<row><surveyls_language>de</surveyls_language><surveyls_title>Umfrage</surveyls_title></row>
<row><surveyls_language>en</surveyls_language><surveyls_title>Survey</surveyls_title></row>
</rows></surveys_languagesettings></document>"""


def test_an_old_file_has_its_languages_in_its_rows_and_english_comes_first() -> None:
    structure = read_file("old.lss", OLD.encode()).structure
    (item,) = structure.items
    assert (structure.code, structure.name, structure.languages) == ("survey-7", "Survey", ["en", "cy", "de"])
    assert (item.question.wording, item.question.hint) == ("How?", "Help")
    assert item.translations == {
        "de": {"wording": "Wie?", "hint": "Hilfe", "options": {"a": "gut", "b": "schlecht"}},
        "cy": {"wording": "Sut?"},
    }
    assert structure.translations == {"de": {"page_titles": {"1": "Seite"}}}


def test_a_survey_without_english_says_so() -> None:
    german = OLD.replace("<language>en</language>", "<language>fr</language>").replace(">en cy<", ">fr<")
    found = read_file("old.lss", german.encode())
    assert found.structure.items[0].question.wording == "Wie?"
    assert "English text" in left(found)


def test_nothing_is_dropped_without_a_word() -> None:
    attributes = {"array_filter": "Q0", "random_order": "1", "em_validation_q": "x > 1", "cssclass": "big"}
    found = read(
        Asked("L", "Q1", "A<script>x</script>", answers=TWO, attributes=attributes, column={"preg": "/x/"}),
        Asked("L", "Q2", answers=TWO, column={"mandatory": "S"}),
        Asked("L", "Q3", answers={"A": "Alone"}),
        Asked("T", "Q4", attributes={"hidden": "1"}),
        quota=[{"id": 1, "name": "Full"}],
        assessments=[{"id": 1}],
        defaultvalues=[{"qid": 100, "defaultvalue": "A1"}],
        plugin_things=[{"id": 1}],
    )
    assert set(left(found)) >= {
        *("answers shown or not by an earlier answer (Q1)", "answers in another order for everybody (Q1)"),
        *("a check of the answer (Q1)", "settings of questions (cssclass)", "a pattern for the answer (Q1)"),
        *("a script (Q1)", "a reminder to answer (soft mandatory) (Q2)", "question Q3 “What?”", "question Q4 “What?”"),
        *("quotas", "assessments", "default answer (Q1)", "table plugin_things", "settings of the survey"),
    }


def test_codes_that_are_there_twice_are_told_apart() -> None:
    found = items(Asked("T", "q1"), Asked("T", "Q1"), Asked("L", "Q-1", answers={"a b": "X", "a_b": "Y"}))
    assert [item.question.code for item in found] == ["bins_777_q1", "bins_777_q1_2", "bins_777_q_1"]
    assert [choice.code for choice in found[2].question.choices] == ["a_b", "a_b_2"]


LATER_NAMES = {
    "Q100": "A2",
    "Q200_S201": "Y",
    "Q200_S202": "N",
    "Q200_Cother": "A lamp",
    "Q300_S301": "A1",
    "Q400_S401-0": "A1",
    "Q400_S401-1": "A2",
    "Q500_S501_S502": "4.50",
    "Q600_S601": "R2",
    "Q600_S602": "R1",
    "Q700": "2025-03-04 10:20:00",
    "Q800": "Hello",
    "Q800_Ccomment": "lost",
    "Q900": "file",
}
EARLIER_NAMES = {
    "_777X5X100": "A2",
    "_777X5X200SQ1": "Y",
    "_777X5X200SQ2": "",
    "_777X5X200other": "A lamp",
    "_777X5X300SQ1": "A1",
    "_777X5X400SQ1-0": "A1",
    "_777X5X400SQ1-1": "A2",
    "_777X5X500SQ1_C1": "4.50",
    "_777X5X6001": "R2",
    "_777X5X6002": "R1",
    "_777X5X700": "2025-03-04 10:20:00",
    "_777X5X800": "Hello",
    "_777X5X800comment": "lost",
    "_777X5X900": "file",
}


@pytest.mark.parametrize("names", [LATER_NAMES, EARLIER_NAMES], ids=["since 7", "before"])
def test_answers_are_read_by_the_old_and_the_new_names_of_fields(names: dict[str, str]) -> None:
    asked = survey(
        Asked("L", "Q1", answers=TWO),
        Asked("M", "Q2", rows={"SQ1": "Bins", "SQ2": "Roads"}, column={"other": "Y"}),
        Asked("F", "Q3", rows={"SQ1": "Row"}, answers=TWO),
        Asked("1", "Q4", rows={"SQ1": "Row"}, answers=TWO, others=TWO),
        Asked(":", "Q5", rows={"SQ1": "Row"}, columns={"C1": "Column"}),
        Asked("R", "Q6", rows={"R1": "One", "R2": "Two"}),
        Asked("D", "Q7"),
        Asked("T", "Q8"),
        Asked("|", "Q9"),
    )
    row = {"id": 9, "submitdate": "2025-01-02 03:04:05", "startlanguage": "cy", "ipaddr": "192.0.2.1", **names}
    found = read_file("bins.lsa", answered(asked, [row]))
    (answer,) = found.answers
    assert answer.key == f"limesurvey {SID} 9 2025-01-02 03:04:05"
    assert str(answer.submitted_at) == "2025-01-02 03:04:05"
    assert answer.language == "cy"
    assert answer.choices == {
        "bins_777_q1": "A2",
        "bins_777_q3_sq1": "A1",
        "bins_777_q4_sq1_1": "A1",
        "bins_777_q4_sq1_2": "A2",
    }
    assert answer.values == {
        "bins_777_q2": ("SQ1", "other"),
        "bins_777_q5_sq1_c1": ("4.5",),
        "bins_777_q6": ("R2", "R1"),
        "bins_777_q7": ("2025-03-04",),
    }
    assert answer.texts == {"bins_777_q2.other": "A lamp", "bins_777_q8": "Hello"}
    assert "answers to Q9: 1" in left(found)
    assert [what for what in left(found) if "comment: 1" in what]
    assert "192.0.2.1" not in repr(found)


def test_what_is_no_answer_to_its_question_is_counted() -> None:
    asked = survey(
        Asked("L", "Q1", answers=TWO), Asked("N", "Q2"), Asked("D", "Q3"), Asked("T", "Q4", column={"encrypted": "Y"})
    )
    row = {"id": 1, "submitdate": "2025-01-02 03:04:05", "_777X5X100": "A9", "_777X5X200": "many", "_777X5X300": "soon"}
    found = read_file("bins.lsa", answered(asked, [row | {"_777X5X400": "c2VjcmV0"}]))
    assert (found.answers[0].choices, found.answers[0].values, found.answers[0].texts) == ({}, {}, {})
    lost = [f"answers to {code}: 1" for code in ("bins_777_q1", "bins_777_q2", "bins_777_q3", "Q4")]
    assert set(left(found)) >= set(lost)


@pytest.mark.parametrize(
    ("name", "questions", "kinds"),
    [
        ("citric_survey.lss", 3, {QuestionKind.TEXT, QuestionKind.SINGLE_CHOICE}),
        ("citric_answers.lss", 6, {QuestionKind.MULTIPLE_CHOICE, QuestionKind.SINGLE_CHOICE}),
        ("citric_limesurvey_survey_432535.lss", 2, {QuestionKind.SINGLE_CHOICE, QuestionKind.TEXT}),
        ("citric_group.lsg", 2, {QuestionKind.SINGLE_CHOICE, QuestionKind.TEXT}),
        ("citric_free_text.lsq", 1, {QuestionKind.TEXT}),
    ],
)
@pytest.mark.shared
def test_real_files_are_read(shared: Path, name: str, questions: int, kinds: set[QuestionKind]) -> None:
    found = read_file(name, (shared / "samples/limesurvey" / name).read_bytes())
    assert len(found.structure.items) == questions
    assert {item.question.kind for item in found.structure.items} == kinds
    assert found.structure.languages == ["en"]
    assert not faults(found.structure)
    if name == "citric_survey.lss":
        assert found.structure.page_titles == {1: "First Group", 2: "Second Group"}
        assert "question G02Q03 “Please upload a text file”" in left(found)


def test_a_document_that_is_no_survey_is_refused() -> None:
    for kind in ("Responses", "Tokens", "Label set"):
        with pytest.raises(InvalidInput, match="no survey, group or question"):
            read_file("x.lsr", document({"responses": [{"id": 1}]}, kind=kind))
    with pytest.raises(InvalidInput, match="holds no question"):
        read_file("x.lss", survey())
