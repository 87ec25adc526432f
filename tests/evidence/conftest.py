"""A council with a year of answers, its framework loaded, and small figures among them."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from survey_app.evidence.elements.operations import import_cse
from survey_app.extensions import db
from survey_app.measures.models import Target
from survey_app.statistics.target_status import Comparator
from tests.databases import Database, Templates
from tests.factories import NOON, make_answers, make_council, make_service, make_survey

MONTHS = [date(2025 + (month > 12), (month - 1) % 12 + 1, 10) for month in range(4, 16)]


@pytest.fixture
def template(templates: Templates, kind: str, request: pytest.FixtureRequest) -> Database:
    return templates.filled(kind, make_year) if "year" in request.fixturenames else templates.filled(kind)


@pytest.fixture
def year(app: Flask) -> None:
    """2025/26: 40 answers a month, 38 of them satisfied, and 9 in May of a small service; a target of over 90%.

    The year before: 36 answers a month, 33 of them satisfied.
    """


def make_year() -> None:
    make_council()
    survey, service = make_survey(), make_service()
    for day in MONTHS:
        make_answers(survey, service, day, {"satisfaction": "5", "timeliness": "4"}, 30)
        make_answers(survey, service, day, {"satisfaction": "4", "resolved": "yes"}, 8)
        make_answers(survey, service, day, {"satisfaction": "2", "timeliness": "dk"}, 2)
        before = day.replace(year=day.year - 1)
        make_answers(survey, service, before, {"satisfaction": "5"}, 33)
        make_answers(survey, service, before, {"satisfaction": "1"}, 3)
    small = make_service("registrars")
    make_answers(survey, small, date(2025, 5, 6), {"satisfaction": "5"}, 9)
    db.session.add(
        Target(
            measure="satisfaction",
            value=0.9,
            comparator=Comparator.OVER,
            valid_from=date(2025, 4, 1),
            entered_at=NOON,
        )
    )
    import_cse(now=NOON)
