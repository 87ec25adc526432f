"""A survey of another program is looked at first, and stored when somebody says so."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select, text
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from survey_app.extensions import db
from survey_app.kernel.clock import utc_now
from survey_app.responses.models import ResponseState, SurveyResponse
from survey_app.surveys.models import Survey, SurveyFile
from survey_app.surveys.operations.uploads import forget_survey_files
from survey_app.surveys.queries import newest_structure, survey_named
from survey_app.surveys.reading import read_survey
from tests.conftest import PersonsClient
from tests.factories import make_council, make_service
from tests.surveys.importing.test_qualtrics import csv_of, qsf, question, row

PAGE = "/admin/surveys/import"
SURVEYJS = {
    "title": "Repairs",
    "elements": [
        {"type": "radiogroup", "name": "done", "title": "Was it done?", "choices": ["yes", "no"]},
        {"type": "comment", "name": "why", "title": "<b>Why</b><script>steal()</script>", "visibleIf": "{done} = 'no'"},
        {"type": "signaturepad", "name": "sign", "title": "Sign here"},
    ],
}


@pytest.fixture
def lead(app: Flask, sign_in: Callable[..., PersonsClient]) -> PersonsClient:
    make_council()
    make_service()
    return sign_in("cse_lead")


def send(lead: PersonsClient, content: bytes, name: str = "mine.json", survey: str = "") -> TestResponse:
    token = BeautifulSoup(lead.get(PAGE).text, "html.parser").find("input", {"name": "csrf_token"})
    values = {"csrf_token": token["value"] if token else "", "survey": survey}
    boundary, body = encode_multipart(values | {"file": FileStorage(io.BytesIO(content), name)})
    return lead.post(PAGE, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def surveyjs() -> bytes:
    return json.dumps(SURVEYJS).encode()


def said(answer: TestResponse) -> str:
    main = BeautifulSoup(answer.text, "html.parser").main
    assert main is not None
    return " ".join(main.get_text(" ").split())


def surveys() -> int:
    db.session.expire_all()
    return db.session.scalar(select(func.count()).select_from(Survey)) or 0


def test_what_is_in_a_file_is_shown_before_anything_is_stored(lead: PersonsClient) -> None:
    answer = send(lead, surveyjs())
    assert answer.status_code == 303
    page = lead.get(answer.location)
    for words in (
        "Repairs: 2 questions",
        "Nothing is stored yet",
        "Was it done?",
        "Sign here",
        "nobody signs here",
        "Pages 2",
    ):
        assert words in said(page)
    assert "steal" not in page.text
    assert surveys() == 0
    stored = db.session.execute(text("SELECT content FROM survey_file")).scalar_one()
    assert "Repairs" not in stored  # encrypted


def test_one_press_makes_it_a_draft_and_forgets_the_file(lead: PersonsClient) -> None:
    address = send(lead, surveyjs()).location
    answer = lead.send_form(address)
    assert answer.location.endswith("/admin/surveys/repairs/")
    assert [item.question.wording for item in newest_structure(survey_named("repairs")).items] == [
        "Was it done?",
        "Why",
    ]
    assert "is a draft now" in said(lead.get(answer.location))
    assert lead.get(address).status_code == 404
    assert db.session.scalar(select(func.count()).select_from(SurveyFile)) == 0


def test_a_file_that_nobody_wants_is_forgotten_and_one_that_waits_an_hour_too(lead: PersonsClient) -> None:
    first, second = send(lead, surveyjs()).location, send(lead, surveyjs()).location
    assert "Nothing of it was stored" in said(lead.get(lead.send_form(f"{first}/forget", form_at=first).location))
    assert lead.get(first).status_code == 404
    assert forget_survey_files(utc_now(), "w") == 0
    assert forget_survey_files(utc_now() + timedelta(hours=1, minutes=1), "w") == 1
    assert lead.get(second).status_code == 404
    assert surveys() == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "it is empty"),
        (b"%PDF-1.7 \x00", "it is no text"),
        (b'{"pages": [', "it begins as JSON, but"),
        (b'{"pages": []}', "no question that can be asked here"),
        (b"x" * 10_000_001, "larger than any survey that can be uploaded"),
        (csv_of(row("R_1", "1,,,,")), "Import the survey itself first"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_at_the_field(lead: PersonsClient, content: bytes, sentence: str) -> None:
    answer = send(lead, content)
    assert answer.status_code == 422
    error = BeautifulSoup(answer.text, "html.parser").find(id="file-error")
    assert error is not None
    assert sentence in error.get_text()
    assert "What can be read" in said(answer)


def test_no_file_at_all_is_told_at_the_field(lead: PersonsClient) -> None:
    answer = lead.send_form(PAGE)
    assert answer.status_code == 422
    assert "Choose a file." in said(answer)


def test_answers_come_with_their_survey_or_after_it(lead: PersonsClient) -> None:
    lead.send_form(
        send(lead, qsf(question("QID1"), question("QID2", "MC", "MAVR"), question("QID3", "TE", "ML"))).location
    )
    csv = csv_of(row("R_1", "1,1,,1,Fine"), row("R_2", "2,,,,"), row("R_3", "2,,,,", finished="0"))
    address = send(lead, csv, "answers.csv", survey="s-sv-1").location
    page = said(lead.get(address))
    assert "S: 3 questions and 2 answers" in page
    assert "2024: 2" in page
    assert "never finished" in page
    lead.send_form(address)
    counted = select(func.count()).where(SurveyResponse.state == ResponseState.COUNTED)
    assert db.session.scalar(counted) == 2
    assert surveys() == 1  # the answers went into it
    lead.send_form(send(lead, csv, "answers.csv", survey="s-sv-1").location)
    assert db.session.scalar(counted) == 2  # each once


def test_years_and_days_that_nobody_knows_are_told(lead: PersonsClient, shared: Path) -> None:
    name = "sample_cx_responses_upload_with_bom.csv"
    address = send(lead, (shared / "samples" / "touchpoints" / name).read_bytes(), name).location
    assert "of an unknown day, in no figure: 4" in said(lead.get(address))
    lead.send_form(address)
    assert {state for (state,) in db.session.execute(select(SurveyResponse.state))} == {ResponseState.UNDATED}


def test_a_survey_is_taken_away_as_a_file_that_comes_in_again(lead: PersonsClient) -> None:
    lead.send_form(send(lead, surveyjs()).location)
    answer = lead.get("/admin/surveys/repairs/export.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="repairs.json"'
    structure, left_out = read_survey(json.loads(answer.text))
    assert (structure, left_out) == (newest_structure(survey_named("repairs")), [])
    again = send(lead, answer.data)
    assert "All of it comes along" in said(lead.get(again.location))


def test_thousands_of_questions_are_shown_in_part(lead: PersonsClient) -> None:
    many = {"title": "Long", "elements": [{"type": "comment", "name": f"q{n}"} for n in range(3_000)]}
    page = lead.get(send(lead, json.dumps(many).encode()).location)
    assert "The first 200 of 3,000" in said(page)
    assert len(page.data) < 300_000


@pytest.mark.parametrize("role", ["data_protection_officer"])
def test_who_may_not_edit_surveys_may_not_bring_one_along(
    app: Flask, sign_in: Callable[..., PersonsClient], role: str
) -> None:
    make_council()
    make_service()
    person = sign_in(role)
    assert person.get(PAGE).status_code == 403
    assert send(person, surveyjs()).status_code == 403
    assert person.get("/admin/surveys/x/export.json").status_code == 403
