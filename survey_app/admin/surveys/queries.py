"""What the pages of surveys read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import lazyload

from survey_app.extensions import db
from survey_app.organisation.channels import Channel, Mode
from survey_app.organisation.queries import all_services
from survey_app.responses.models import ResponseState, SurveyResponse
from survey_app.surveys.in_words import FactNames
from survey_app.surveys.kinds import VersionState
from survey_app.surveys.models import Question, Survey, SurveyEdit, SurveyVersion
from survey_app.surveys.routing import Fact

LANGUAGES = {"en": "English", "cy": "Welsh", "pl": "Polish", "ur": "Urdu", "pa": "Punjabi", "ro": "Romanian"}


def all_surveys() -> Sequence[Survey]:
    """Those that staff make; the kiosk's one question follows from them."""
    return db.session.scalars(
        select(Survey).where(Survey.is_for_kiosks.is_(False)).order_by(Survey.name, Survey.id)
    ).all()


def newest_versions() -> Mapping[int, SurveyVersion]:
    """What each survey asks now, by the survey's number in the database."""
    versions = select(SurveyVersion).where(SurveyVersion.state == VersionState.PUBLISHED)
    found = db.session.scalars(
        versions.order_by(SurveyVersion.published_at, SurveyVersion.id).options(lazyload(SurveyVersion.items))
    )
    return {version.survey_id: version for version in found}


def newest_edits() -> Mapping[int, SurveyEdit]:
    """The draft of each survey that has one."""
    newest = select(SurveyEdit.survey_id, func.max(SurveyEdit.revision).label("revision"))
    found = newest.group_by(SurveyEdit.survey_id).subquery()
    edits = select(SurveyEdit).join(
        found, (SurveyEdit.survey_id == found.c.survey_id) & (SurveyEdit.revision == found.c.revision)
    )
    return {edit.survey_id: edit for edit in db.session.scalars(edits)}


def answers_since(day: date) -> Mapping[int, int]:
    """How many answers that count each survey had since a day."""
    rows = db.session.execute(
        select(SurveyVersion.survey_id, func.count())
        .join(SurveyResponse, SurveyResponse.survey_version_id == SurveyVersion.id)
        .where(SurveyResponse.counts_on >= day, SurveyResponse.state == ResponseState.COUNTED)
        .group_by(SurveyVersion.survey_id)
    )
    return dict(iter(rows))


def question_codes() -> set[str]:
    """The codes of all questions that were ever published."""
    return set(db.session.scalars(select(Question.code)))


def fact_names() -> FactNames:
    """What is known of a contact, and what each value is called."""
    return {
        Fact.SERVICE: {service.code: service.name for service in all_services()},
        Fact.CHANNEL: {channel.value: channel.label for channel in Channel},
        Fact.LANGUAGE: LANGUAGES,
        Fact.MODE: {mode.value: mode.label for mode in Mode if mode is not Mode.IMPORTED},
    }
