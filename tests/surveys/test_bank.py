"""The question bank: every question can stand in a survey, and is found under one idea."""

from __future__ import annotations

from collections import Counter

from survey_app.organisation.channels import CustomerKind
from survey_app.surveys.bank import BANK, GROUPS, ICONS
from survey_app.surveys.kinds import MEASURED, QuestionKind
from survey_app.surveys.reading import read_survey
from survey_app.surveys.structure import Item, SurveyStructure, as_document

OFFERED = [question for group in GROUPS.values() for question in group]


def test_every_question_is_offered_once_with_those_of_the_default_survey() -> None:
    assert Counter(question.code for question in OFFERED).most_common(1)[0][1] == 1
    assert {question.code for question in BANK} <= {question.code for question in OFFERED}


def test_a_survey_of_the_whole_bank_travels_as_a_document_and_comes_back_the_same() -> None:
    whole = SurveyStructure("bank", "Bank", CustomerKind.RESIDENT, "", tuple(map(Item, OFFERED)))
    assert read_survey(as_document(whole)) == (whole, [])


def test_the_bank_has_every_kind_and_asks_every_measure_that_is_counted_from_answers() -> None:
    assert {question.kind for question in OFFERED} == set(QuestionKind)
    assert {question.asks for question in OFFERED} - {None} == set(MEASURED)


def test_icons_are_those_that_a_page_can_draw() -> None:
    icons = {choice.icon for question in OFFERED for choice in question.choices if choice.icon}
    assert icons == set(ICONS)
