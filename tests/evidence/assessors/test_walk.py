"""One sitting: all elements in order, what is left, and where it goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from survey_app.evidence.assessors.walk import Go, Mark, Stop, Walk
from survey_app.evidence.models import ElementMark
from survey_app.extensions import db
from tests.conftest import PersonsClient

SITTING = "/evidence/sitting/cse"
STOPS = [Stop(n, f"1.{n}", f"Element {n}", "One") for n in (1, 2, 3, 4)]


def test_a_mark_leads_to_the_next_that_is_left_and_round_the_end() -> None:
    walk = Walk(STOPS, {2: Mark.DONE, 4: Mark.LATER})
    assert walk.progress == "1 of 4 done, 1 to come back to"
    assert walk.beside("1.1", Go.DONE) == STOPS[2]
    assert walk.beside("1.4", Go.LATER) == STOPS[0]
    assert (walk.beside("1.1", Go.PREVIOUS), walk.beside("1.4", Go.NEXT)) == (None, None)
    assert walk.beside("1.2", Go.NEXT) == STOPS[2]
    assert walk.resume_at == STOPS[0]


def test_what_is_to_come_back_to_is_left_when_nothing_else_is() -> None:
    marks = {1: Mark.DONE, 2: Mark.LATER, 3: Mark.DONE, 4: Mark.DONE}
    assert Walk(STOPS, marks).resume_at == STOPS[1]
    assert Walk(STOPS, marks).beside("1.4", Go.DONE) is None
    assert Walk(STOPS, marks | {2: Mark.DONE}).resume_at is None


def test_the_walk_goes_on_where_it_was_left(app: Flask, year: None, sign_in: Callable[..., PersonsClient]) -> None:
    assessor = sign_in("assessor")
    assert "0 of 57 done." in assessor.get(SITTING).text
    assert "1 of 57" in assessor.get("/evidence/cse/1.1.1").text
    for number, go, there in (
        ("1.1.1", "done", "1.1.2"),
        ("1.1.2", "later", "1.1.3"),
        ("1.1.3", "previous", "1.1.2"),
        ("1.1.2", "next", "1.1.3"),
        ("1.1.1", "previous", None),
    ):
        at = f"/evidence/cse/{number}"
        answer = assessor.send_form(f"{SITTING}/{number}", form_at=at, go=go)
        assert answer.location == (f"/evidence/cse/{there}" if there else SITTING)
    page = assessor.get(SITTING).text
    assert "1 of 57 done, 1 to come back to." in page and "Continue at 1.1.3" in page
    assert assessor.get("/evidence/sitting/").location == SITTING
    assessor.send_form(f"{SITTING}/1.1.2", form_at="/evidence/cse/1.1.2", go="done")
    assert set(db.session.scalars(select(ElementMark.mark))) == {"done"}


def test_a_press_that_is_none_is_refused(year: None, sign_in: Callable[..., PersonsClient]) -> None:
    assessor = sign_in("assessor")
    assert assessor.send_form(f"{SITTING}/1.1.1", form_at="/evidence/cse/1.1.1", go="away").status_code == 400
    assert assessor.send_form(f"{SITTING}/9.9.9", form_at="/evidence/cse/1.1.1", go="done").status_code == 404


@pytest.mark.parametrize("role", ["cse_lead", "administrator"])
def test_staff_do_not_walk(year: None, sign_in: Callable[..., PersonsClient], role: str) -> None:
    person = sign_in(role)
    assert person.get(SITTING).status_code == 403
    assert "Your walk" not in person.get("/evidence/cse/1.1.1").text
