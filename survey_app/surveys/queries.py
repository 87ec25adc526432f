"""Reading surveys."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from survey_app.extensions import db
from survey_app.organisation.channels import CustomerKind
from survey_app.surveys.kinds import VersionState
from survey_app.surveys.models import Question, QuestionVersion, Survey, SurveyVersion


def survey_by_code(code: str) -> Survey | None:
    return db.session.scalar(select(Survey).where(Survey.code == code))


def question_by_code(code: str) -> Question | None:
    return db.session.scalar(select(Question).where(Question.code == code))


def published_version(customer_kind: CustomerKind = CustomerKind.RESIDENT) -> SurveyVersion | None:
    """The newest published version of the survey for these customers; businesses get the residents' one."""
    kinds = {customer_kind} | ({CustomerKind.RESIDENT} if customer_kind is CustomerKind.BUSINESS else set())
    return db.session.scalar(
        select(SurveyVersion)
        .join(Survey)
        .where(Survey.customer_kind.in_(kinds), SurveyVersion.state == VersionState.PUBLISHED)
        .order_by(SurveyVersion.published_at.desc(), SurveyVersion.id.desc())
        .limit(1)
    )


def question_versions(ids: Collection[int]) -> dict[int, QuestionVersion]:
    """These versions of questions, by their number in the database."""
    found = db.session.scalars(select(QuestionVersion).where(QuestionVersion.id.in_(ids)))
    return {version.id: version for version in found}
