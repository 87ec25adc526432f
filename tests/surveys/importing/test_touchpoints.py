"""Touchpoints: forms and the CSV of what people thought, with answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from survey_app.surveys.importing import Imported, read_file
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.routing import Comparison, Condition, Term

HEADER = (
    "external_id,question_1,positive_effectiveness,positive_ease,positive_other,negative_ease,negative_other,question_4"
)


def _csv(*rows: str, header: str = HEADER) -> Imported:
    return read_file("t.csv", "\n".join([header, *rows]).encode())


def _why(found: Imported) -> str:
    return "\n".join(f"{one.what}: {one.why}" for one in found.left_out)


def test_a_form_that_nobody_here_wrote_comes_along_with_its_answers(shared: Path) -> None:
    found = read_file("form.json", (shared / "samples" / "touchpoints" / "form.json").read_bytes())
    assert found.structure.name == "Custom Open-ended Title"
    (item,) = found.structure.items
    assert item.question.kind is QuestionKind.TEXT
    assert len(found.answers) == 9
    assert found.answers[0].texts == {item.question.code: "Body text"}
    assert found.answers[0].submitted_at == datetime(2021, 1, 28, 21, 34, 0, 175_000, tzinfo=UTC)
    assert "Of 102 answers that the form counts" in _why(found)
    assert "answer_01: its wording" in _why(found)


def test_a_csv_with_a_mark_in_front_gives_thumbs_drivers_and_texts(shared: Path) -> None:
    name = "sample_cx_responses_upload_with_bom.csv"
    found = read_file(name, (shared / "samples" / "touchpoints" / name).read_bytes())
    thumbs, positive, negative, text = found.structure.items
    assert [choice.code for choice in thumbs.question.choices] == ["up", "down"]
    assert len(positive.question.choices) == len(negative.question.choices) == 7
    assert positive.show_if == Condition((Term(thumbs.question.code, Comparison.IS, ("up",)),))
    assert negative.show_if == Condition((Term(thumbs.question.code, Comparison.IS, ("down",)),))
    assert len(found.answers) == 4
    first, second = found.answers[:2]
    assert first.choices == {thumbs.question.code: "up"}
    assert first.values[positive.question.code] == (
        *("effectiveness", "ease", "efficiency", "transparency", "humanity", "employee"),
    )
    assert first.texts == {text.question.code: "alright"}
    assert second.texts == {}
    assert second.submitted_at is None


def test_cells_that_are_no_answers_are_counted_by_column(shared: Path) -> None:
    name = "sample_cx_responses_upload_head200.csv"
    found = read_file(name, (shared / "samples" / "touchpoints" / name).read_bytes())
    assert len(found.answers) == 199  # each of them wrote something
    assert all(not answer.choices and not answer.values for answer in found.answers)
    assert "“positive_ease”: 199 answers: it is neither 0 nor 1" in _why(found)


@pytest.mark.parametrize(("cell", "code"), [("1", "up"), ("0", "down"), ("Yes", "up"), ("thumbs_down", "down")])
def test_thumbs_are_read_however_they_are_written(cell: str, code: str) -> None:
    (answer,) = _csv(f"7,{cell},1,0,,0,null,null").answers
    assert list(answer.choices.values()) == [code]
    assert list(answer.values.values()) == [("effectiveness",)]
    assert answer.texts == {}


def test_points_instead_of_thumbs_are_a_choice_of_five() -> None:
    found = _csv("7,4,1,,,,,=1+1", "8,2,,,,1,,")
    assert [choice.code for choice in found.structure.items[0].question.choices] == ["1", "2", "3", "4", "5"]
    assert [list(answer.choices.values()) for answer in found.answers] == [["4"], ["2"]]
    assert list(found.answers[0].texts.values()) == ["=1+1"]  # text is text


def test_days_doubled_and_broken_rows() -> None:
    header = HEADER + ",created_at,mood"
    found = _csv("1,1,,,,,,x,13/02/2024,5", "1,1,,,,,,y,14/02/2024,5", "2,1", header=header)
    assert [answer.submitted_at for answer in found.answers] == [datetime(2024, 2, 13)]  # noqa: DTZ001
    assert "twice" in _why(found)
    assert "the row has 2 columns" in _why(found)
    assert "mood" in _why(found)


def test_a_form_with_its_questions_asks_them() -> None:
    document = {
        "data": {"attributes": {"name": "F", "delivery_method": "modal"}},
        "included": [
            {"id": "3", "type": "questions", "attributes": {"text": "Trust?", "question_type": "thumbs_up_down_buttons",
             "answer_field": "answer_01", "position": 1, "is_required": True}},
            {"id": "4", "type": "questions", "attributes": {"text": "Which?", "question_type": "checkbox",
             "answer_field": "answer_02", "position": 2}},
            {"id": "5", "type": "questions", "attributes": {"text": "State", "question_type": "states_dropdown"}},
            {"type": "question_options", "attributes": {"text": "A, b", "value": "a", "question_id": 4, "position": 1}},
            {"type": "question_options", "attributes": {"text": "C", "value": "c", "question_id": 4, "position": 2}},
            {"type": "submissions", "id": "1",
             "attributes": {"answer_01": "1", "answer_02": "A, b,C", "ip_address": "10.0.0.1"}},
            {"type": "submissions", "id": "2", "attributes": {"answer_01": "0", "flagged": True}},
        ],
    }  # fmt: skip
    found = read_file("f.json", json.dumps(document).encode())
    assert [item.question.kind.value for item in found.structure.items] == ["thumbs", "multiple_choice"]
    (answer,) = found.answers
    assert answer.choices == {"f_answer_01": "up"}
    assert answer.values == {"f_answer_02": ("a", "c")}
    for name in ("State", "flagged", "ip_address"):
        assert name in _why(found)
    assert "10.0.0.1" not in repr(found)
