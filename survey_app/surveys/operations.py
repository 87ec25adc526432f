"""Making and publishing surveys."""

from __future__ import annotations

from datetime import datetime

from survey_app.extensions import db
from survey_app.kernel.errors import Refused
from survey_app.surveys.bank import (
    BANK,
    DEFAULT_LENGTH,
    DEFAULT_REQUIRED,
    DEFAULT_SURVEY_CODE,
    DEFAULT_SURVEY_NAME,
    BankQuestion,
)
from survey_app.surveys.kinds import VersionState
from survey_app.surveys.models import Option, Question, QuestionVersion, Survey, SurveyItem, SurveyVersion
from survey_app.surveys.queries import question_by_code, survey_by_code


def publish_default_survey(now: datetime) -> SurveyVersion:
    """The default post-contact survey, made and published at the first call, found at the next."""
    survey = survey_by_code(DEFAULT_SURVEY_CODE)
    if survey is None:
        survey = Survey(code=DEFAULT_SURVEY_CODE, name=DEFAULT_SURVEY_NAME)
        version = SurveyVersion(label="1.0", length_sentence=DEFAULT_LENGTH)
        version.items = [
            SurveyItem(
                question_version=_first_wording(question), position=n, is_required=question.code in DEFAULT_REQUIRED
            )
            for n, question in enumerate(BANK, 1)
        ]
        survey.versions.append(version)
        db.session.add(survey)
        publish(version, now)
    return survey.versions[-1]


def publish(version: SurveyVersion, now: datetime) -> None:
    """Freeze a draft: from now on residents may be asked it, and nothing in it changes."""
    if version.published_at is not None:
        raise Refused("This version has been published already. Make a new version to change it.")
    version.state = VersionState.PUBLISHED
    version.published_at = now
    db.session.flush()


def _first_wording(bank: BankQuestion) -> QuestionVersion:
    lineage = question_by_code(bank.code) or Question(code=bank.code, asks=bank.asks)
    return QuestionVersion(
        question=lineage,
        kind=bank.kind,
        text_type=bank.text_type,
        wording=bank.wording,
        short_label=bank.short_label,
        hint=bank.hint,
        missing_message=bank.missing_message,
        options=[
            Option(position=n, code=c.code, label=c.label, score=c.score, is_substantive=c.is_substantive)
            for n, c in enumerate(bank.choices, 1)
        ],
    )
