"""How many statements an assessor's pages take: the same, whatever the framework holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from survey_app.evidence import queries
from survey_app.evidence.assessors.operations import mark_element, write_comment
from survey_app.evidence.assessors.walk import Mark
from survey_app.evidence.models import AssessorAccess, ExhibitKind
from survey_app.extensions import db
from survey_app.measures.address import make_query
from tests.conftest import PersonsClient
from tests.evidence.test_pins import LATER, YEAR, pin
from tests.statements import statements

ELEMENT = "/evidence/cse/1.3.1"
PAGES = {
    "/evidence/sitting/cse": 16,
    ELEMENT: 60,
    "/evidence/exhibits/E01": 22,
    "/evidence/exhibits/E01/rows": 32,
}


@pytest.fixture
def counted(year: None, sign_in: Callable[..., PersonsClient]) -> Callable[[], dict[str, int]]:
    pin("1.3.1", kind=ExhibitKind.CHART)
    db.session.commit()
    assessor = sign_in("assessor")
    write_comment(queries.element_by_number("cse", "1.3.1"), "Why?", author=access().user, is_question=True, now=LATER)
    db.session.commit()

    def count() -> dict[str, int]:
        found = {}
        for page in PAGES:
            db.session.expire_all()
            with statements() as made:
                assert assessor.get(page).status_code == 200
            found[page] = len(made)
        return found

    count()  # whatever is read once a process
    return count


def access() -> AssessorAccess:
    return db.session.scalars(select(AssessorAccess)).one()


def test_they_are_few_and_do_not_grow_with_what_a_framework_holds(
    app: Flask, counted: Callable[[], dict[str, int]]
) -> None:
    few = counted()
    numbers = [element.number for element in queries.framework_by_code("cse").elements]
    for measure in ("timeliness", "resolved", "satisfaction"):
        pin(*numbers, query=make_query(measure, *YEAR))
    for number in numbers:
        element = queries.element_by_number("cse", number)
        mark_element(access(), element, Mark.DONE, now=LATER)
        write_comment(element, "And why this?", author=access().user, is_question=True, now=LATER)
    db.session.commit()
    many = counted()
    for page, most in PAGES.items():
        assert many[page] <= most, (page, few[page], many[page])
    del few[ELEMENT], many[ELEMENT]  # it counts each figure that stands there once more, as it is today
    assert many == few
