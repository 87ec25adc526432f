"""What is true of a survey as a whole."""

from __future__ import annotations

from dataclasses import replace

from survey_app.surveys.bank import BANK
from survey_app.surveys.default import DEFAULT_SURVEY
from survey_app.surveys.structure import Item


def test_a_matrix_is_one_question_however_many_rows_it_has() -> None:
    rows = tuple(Item(question, stem="How far do you agree?") for question in BANK[2:5])
    assert replace(DEFAULT_SURVEY, items=(Item(BANK[0]), *rows, Item(BANK[1]))).question_count == 3
    on_the_next_page = (*rows, replace(rows[0], page=2))
    assert replace(DEFAULT_SURVEY, items=on_the_next_page).question_count == 2
    assert replace(DEFAULT_SURVEY, items=()).question_count == 0
    assert DEFAULT_SURVEY.question_count == 10
