"""A published version is frozen: what it asks is read once by a process, and shared by all requests after."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.exc import InvalidRequestError

from survey_app.extensions import db, transaction
from survey_app.kernel.clock import utc_now
from survey_app.responses.models import AnswerText
from survey_app.surveys.kinds import VersionState
from survey_app.surveys.models import Survey, SurveyVersion
from survey_app.surveys.operations import publish_default_survey
from survey_app.surveys.queries import newest_published
from tests.factories import make_survey
from tests.statements import statements


def wordings(version: SurveyVersion) -> list[tuple[str, list[str]]]:
    questions = [item.question_version for item in version.items]
    return [
        (f"{question.question.code} {question.wording}", [o.label for o in question.options]) for question in questions
    ]


def asked_now(survey_id: int) -> SurveyVersion:
    db.session.expunge_all()
    found = newest_published(db.session.get_one(Survey, survey_id))
    assert found is not None
    return found


def test_the_second_request_reads_the_version_and_none_of_its_questions(app: Flask) -> None:
    with transaction():
        version = make_survey()
    survey_id, expected = version.survey_id, wordings(version)
    assert wordings(asked_now(survey_id)) == expected
    with statements() as said:
        assert wordings(asked_now(survey_id)) == expected
    assert not [statement for statement in said if "FROM survey_item" in statement or "FROM option" in statement]


def test_a_version_that_was_never_committed_is_not_kept(app: Flask) -> None:
    survey_id = publish_default_survey(utc_now()).survey_id
    db.session.flush()
    assert wordings(asked_now(survey_id))
    db.session.rollback()
    assert app.extensions["kept_items"] == {}


def test_a_draft_is_read_anew_each_time(app: Flask) -> None:
    with transaction():
        version = make_survey()
        version.state = VersionState.DRAFT
    assert newest_published(version.survey) is None
    assert "kept_items" not in app.extensions


def test_a_row_that_takes_in_a_shared_question_is_refused_at_once(app: Flask) -> None:
    with transaction():
        survey_id = make_survey().survey_id
    question = asked_now(survey_id).items[0].question_version
    with pytest.raises(InvalidRequestError, match="already attached"):
        db.session.add(AnswerText(question_version=question, raw="It was fine."))
