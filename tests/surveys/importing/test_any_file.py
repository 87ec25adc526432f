"""Whatever a file holds, it is read or refused with one sentence: never anything else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey_app.kernel.errors import InvalidInput
from survey_app.surveys.importing import read_answers, read_file
from survey_app.surveys.structure import SurveyStructure
from tests.surveys.importing.test_qualtrics import csv_of, imported, question

ODD_TEXT = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=12),
    st.sampled_from(
        ["<script>a</script>", "=1+1", "\u0000", "\ud800", "${q://QID1/x}", "{one} = 1", "QID1", "1", "true", "BL_1"]
    ),
)
KEYS = {
    "surveyjs": [
        *(
            "pages",
            "elements",
            "type",
            "name",
            "title",
            "choices",
            "value",
            "text",
            "visibleIf",
            "rows",
            "columns",
            "items",
        ),
        *(
            "rateMin",
            "rateMax",
            "rateValues",
            "isRequired",
            "default",
            "cy",
            "description",
            "inputType",
            "min",
            "locale",
        ),
    ],
    "qualtrics": [
        *(
            "SurveyElements",
            "SurveyEntry",
            "Element",
            "Payload",
            "BlockElements",
            "QuestionID",
            "QuestionType",
            "Selector",
        ),
        *(
            "Choices",
            "Answers",
            "ChoiceOrder",
            "RecodeValues",
            "Display",
            "Language",
            "DisplayLogic",
            "SkipLogic",
            "Flow",
        ),
        *("Type", "ID", "0", "1", "QuestionText", "AdditionalQuestions", "BranchLogic", "Validation", "Configuration"),
    ],
    "touchpoints": [
        *(
            "data",
            "attributes",
            "included",
            "type",
            "id",
            "answer_01",
            "answer_02",
            "question_type",
            "answer_field",
            "text",
        ),
        *("position", "question_options", "question_id", "created_at", "uuid", "response_count", "delivery_method"),
    ],
}
VALUES = {
    "surveyjs": ["radiogroup", "checkbox", "rating", "matrix", "panel", "comment", "boolean", "text", "multipletext"],
    "qualtrics": [
        "SQ",
        "BL",
        "FL",
        "MC",
        "Matrix",
        "TE",
        "SBS",
        "Slider",
        "RO",
        "NPS",
        "MAVR",
        "Question",
        "Branch",
        "FORM",
    ],
    "touchpoints": ["submissions", "questions", "checkbox", "radio_buttons", "thumbs_up_down_buttons", "textarea"],
}


def documents(shape: str) -> st.SearchStrategy[Any]:
    leaf = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), ODD_TEXT, st.sampled_from(VALUES[shape]),
    )  # fmt: skip
    keys = st.one_of(st.sampled_from(KEYS[shape]), ODD_TEXT)
    return st.recursive(
        leaf,
        lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=5)),
        max_leaves=25,
    )


def reads_or_says_why(content: bytes) -> None:
    try:
        assert read_file("x", content).structure.items
    except InvalidInput as refused:
        assert str(refused).strip()
        assert "\n" not in str(refused)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
@pytest.mark.parametrize("shape", KEYS)
def test_any_json_of_a_shape_is_read_or_refused_with_one_sentence(shape: str, data: st.DataObject) -> None:
    some = documents(shape)
    parts = st.lists(some, max_size=4)
    element = st.fixed_dictionaries({"Element": st.sampled_from(["SQ", "BL", "FL", "SO"]), "Payload": some})
    form = st.fixed_dictionaries({"response_count": some, "title": some})
    whole = {
        "surveyjs": st.fixed_dictionaries({"pages": st.lists(st.fixed_dictionaries({"elements": parts}), max_size=3)}),
        "qualtrics": st.fixed_dictionaries({"SurveyElements": st.lists(element, max_size=6)}),
        "touchpoints": st.fixed_dictionaries({"data": st.fixed_dictionaries({"attributes": form}), "included": parts}),
    }[shape]
    reads_or_says_why(json.dumps(data.draw(whole)).encode())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(ODD_TEXT, min_size=11, max_size=11), max_size=5))
def test_any_cells_below_the_headers_are_read_or_refused(rows: list[list[str]]) -> None:
    structure: SurveyStructure = imported(question("QID1"), question("QID2", "MC", "MAVR")).structure
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    content = csv_of(*(line.encode("utf-8", "ignore").decode() for line in lines))
    try:
        found = read_answers("x.csv", content, structure)
    except InvalidInput as refused:
        assert "\n" not in str(refused)
    else:
        codes = {item.question.code for item in structure.items}
        assert all({*answer.choices, *answer.values} <= codes for answer in found.answers)
