"""What holds for every form and file, whatever was sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as examples
from sqlalchemy import Connection, String, event, func, select
from time_machine import TimeMachineFixture
from werkzeug.test import TestResponse

from survey_app.evidence.elements.operations import import_cse
from survey_app.extensions import Base, db
from tests.conftest import PersonsClient
from tests.factories import NOON, make_answers, make_council, make_service, make_survey

NEXT_DAY = NOON + timedelta(days=1)
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
Counts = dict[str, int]

# An app and a database serve all examples of a test: each example leaves them as it found them.
hypothetical = examples(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def _on_the_next_day(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NEXT_DAY)


def _texts(parameters: object) -> Iterator[str]:
    """The texts among a statement's parameters; what is stored as bytes may hold anything."""
    if isinstance(parameters, str):
        yield parameters
    elif isinstance(parameters, Mapping):
        yield from _texts(list(parameters.values()))
    elif isinstance(parameters, list | tuple):
        for each in parameters:
            yield from _texts(each)


@pytest.fixture(autouse=True)
def _nothing_that_a_database_refuses(request: pytest.FixtureRequest) -> Iterator[None]:
    """SQLite takes text that PostgreSQL does not: null bytes, and more characters than a column has."""
    if "app" not in request.fixturenames:
        yield
        return
    app: Flask = request.getfixturevalue("app")
    sent: list[str] = []

    def look(_connection: Connection, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
        if any(map(UNSEEN.search, (statement, *_texts(parameters)))):
            sent.append(statement)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", look)
        yield
        event.remove(db.engine, "before_cursor_execute", look)
        assert not sent, "text that cannot be stored went to the database"
        assert too_long() == []


def too_long() -> list[str]:
    """The columns that hold more characters than they promise."""
    return [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String)
        and column.type.length
        and (db.session.scalar(select(func.max(func.length(column)))) or 0) > column.type.length
    ]


def stored() -> Counts:
    """How many rows each table has."""
    db.session.rollback()
    tables = Base.metadata.sorted_tables
    counts = db.session.execute(select(*(select(func.count()).select_from(t).scalar_subquery() for t in tables))).one()
    db.session.rollback()
    return {table.name: number for table, number in zip(tables, counts, strict=True)}


def whole(answer: TestResponse) -> TestResponse:
    """The answer, if it is one that a person can use: no fault of ours, and a page that no character breaks."""
    assert answer.status_code < 500, f"{answer.request.path}: {answer.status_code}"
    assert not UNSEEN.search(answer.text)
    if answer.mimetype == "text/html" and answer.text:
        page = BeautifulSoup(answer.text, "html.parser")
        assert "<script>alert" not in answer.text
        assert "<svg onload" not in answer.text
        assert answer.status_code in (301, 302, 303) or page.find("h1") is not None
    return answer


def typed(answer: TestResponse, name: str) -> str | None:
    """What stands in the text field or area of this name again."""
    field = BeautifulSoup(answer.text, "html.parser").find(["input", "textarea"], attrs={"name": name})
    if field is None:
        return None
    if field.name == "input":
        return str(field.get("value", ""))
    return field.get_text().removeprefix("\n")  # HTML drops the line end after the tag


def without_unseen(text: str) -> str:
    return UNSEEN.sub("", text)


@pytest.fixture
def anyborough(app: Flask) -> None:
    """A council with answers in two years, a service too small to show, and its framework."""
    make_council()
    survey, housing, small = make_survey(), make_service("housing"), make_service("registrars")
    for day in (date(2024, 5, 10), date(2025, 5, 10), date(2026, 2, 10)):
        make_answers(survey, housing, day, {"satisfaction": "5", "timeliness": "4"}, 18)
        make_answers(survey, housing, day, {"satisfaction": "2"}, 3)
    make_answers(survey, small, date(2026, 2, 11), {"satisfaction": "4"}, 4)
    import_cse(now=NOON)
    db.session.commit()


@pytest.fixture
def lead(anyborough: None, sign_in: Callable[..., PersonsClient]) -> PersonsClient:
    """A CSE lead, who may do the most with a form."""
    return sign_in("cse_lead")
