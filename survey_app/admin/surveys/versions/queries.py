"""What the pages of versions read."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from survey_app.admin.surveys.drafts import Draft
from survey_app.admin.surveys.versions.editions import DRAFT, Edition
from survey_app.extensions import db
from survey_app.surveys.models import Survey, SurveyVersion
from survey_app.surveys.queries import structure_of


def versions_of(survey: Survey) -> Sequence[SurveyVersion]:
    """All that were published, the newest first."""
    found = select(SurveyVersion).where(SurveyVersion.survey_id == survey.id, SurveyVersion.published_at.is_not(None))
    return db.session.scalars(found.order_by(SurveyVersion.published_at.desc(), SurveyVersion.id.desc())).all()


def editions_of(draft: Draft, versions: Sequence[SurveyVersion]) -> list[Edition]:
    """The draft, where there is one, and its versions in the order in which they come."""
    editions = [Edition(DRAFT, draft.structure, {})] if draft.edit else []
    return editions + [
        Edition(
            version.label,
            structure_of(version),
            {item.question_version.question.code: item.question_version_id for item in version.items},
        )
        for version in versions
    ]
