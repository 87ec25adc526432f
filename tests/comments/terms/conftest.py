"""A council with a survey and two services, before its first comment."""

from __future__ import annotations

import pytest

from survey_app.extensions import db
from survey_app.organisation.models import Service
from survey_app.surveys.models import SurveyVersion
from tests.databases import Database, Templates
from tests.factories import make_cast, make_survey


def make_asking_council() -> None:
    make_cast()
    make_survey()


@pytest.fixture
def template(templates: Templates, kind: str) -> Database:
    return templates.filled(kind, make_asking_council)


@pytest.fixture
def survey(app: object) -> SurveyVersion:
    return db.session.scalars(db.select(SurveyVersion)).one()


@pytest.fixture
def services(app: object) -> dict[str, Service]:
    return {service.code: service for service in db.session.scalars(db.select(Service))}
