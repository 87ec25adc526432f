"""A resident opens the link, answers, and is thanked: once, whatever happens in between."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial

import pytest
from bs4 import BeautifulSoup
from flask import Flask, has_request_context
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from time_machine import TimeMachineFixture
from werkzeug.test import TestResponse

from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, InvitationState, InvitationToken, TokenPurpose
from survey_app.invitations.operations import draw_invitations
from survey_app.kernel.tokens import token_digest
from survey_app.responses.models import Answer, AnswerText, ResponseChange, SurveyResponse
from survey_app.surveys.operations import publish_default_survey
from tests.factories import NOON, make_contact, make_council, make_service
from tests.statements import statements
from tests.threads import all_at_once

NEXT_DAY = NOON + timedelta(days=1)
TOKEN = "a-token-from-a-message"
ADDRESS = f"/s/{TOKEN}"
THANKS = f"{ADDRESS}/thanks"


@pytest.fixture(autouse=True)
def _on_the_next_day(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NEXT_DAY)


@pytest.fixture
def invitation(app: Flask) -> Invitation:
    """One resident asked about a phone call, with a link whose token we know."""
    with transaction():
        make_council()
        publish_default_survey(NOON - timedelta(days=30))
        make_contact(make_service("housing", "Housing options"))
    draw_invitations(NEXT_DAY, "test")
    with transaction():
        invitation = db.session.scalars(select(Invitation)).one()
        add_token(invitation, TOKEN)
    return invitation


def add_token(invitation: Invitation, token: str) -> None:
    db.session.add(
        InvitationToken(
            invitation=invitation, token_sha256=token_digest(token), purpose=TokenPurpose.ANSWER, created_at=NEXT_DAY
        )
    )


def nonce_of(page: TestResponse) -> str:
    field = BeautifulSoup(page.text, "html.parser").find("input", attrs={"name": "nonce"})
    assert field is not None
    return str(field["value"])


def without_nonce(page: TestResponse) -> str:
    return re.sub(r'(name="nonce" value=)"[^"]+"', r"\1", page.text)


def send(client: FlaskClient, address: str = ADDRESS, **answers: str) -> TestResponse:
    """Open the page and press Send on it."""
    return client.post(address, data={"nonce": nonce_of(client.get(address)), **answers})


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def checked(page: TestResponse) -> list[str]:
    found = BeautifulSoup(page.text, "html.parser").find_all("input", attrs={"type": "radio", "checked": True})
    return [str(field["value"]) for field in found]


def test_the_page_asks_about_this_contact_and_chooses_nothing_for_anybody(
    invitation: Invitation, client: FlaskClient
) -> None:
    page = client.get(ADDRESS)
    text = BeautifulSoup(page.text, "html.parser").get_text(" ", strip=True)
    assert "About your phone call on 10 March 2026 about housing options" in text
    assert checked(page) == []
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "<script" not in page.text


@pytest.mark.parametrize("code", ["4", "dk"])
def test_a_rating_in_the_link_only_preselects(invitation: Invitation, client: FlaskClient, code: str) -> None:
    page = client.get(f"{ADDRESS}?answer={code}")
    assert checked(page) == [code]
    assert "You chose this answer in our e-mail" in page.text
    assert count(SurveyResponse) == 0


@pytest.mark.parametrize("code", ["9", "", "<script>", "5 OR 1=1"])
def test_a_rating_that_is_none_is_left_out(invitation: Invitation, client: FlaskClient, code: str) -> None:
    page = client.get(ADDRESS, query_string={"answer": code})
    assert checked(page) == []
    assert "<script" not in page.text


def test_scanners_open_every_link_and_nothing_is_stored(invitation: Invitation, client: FlaskClient) -> None:
    with statements() as said:
        for _ in range(5):
            client.head(ADDRESS)
        for code in "5432154321":
            client.get(f"{ADDRESS}?answer={code}", headers={"Sec-Purpose": "prefetch"})
    assert said
    assert not [sql for sql in said if re.match(r"\s*(INSERT|UPDATE|DELETE)", sql, re.I)]


def test_an_answer_is_stored_with_its_facts_and_its_lines_in_the_change_feed(
    invitation: Invitation, client: FlaskClient
) -> None:
    answer = send(client, satisfaction="4", timeliness="na", resolved="yes", why="Rang back the same day.", improve=" ")
    assert (answer.status_code, answer.headers["Location"]) == (303, THANKS)
    response = db.session.scalars(select(SurveyResponse)).one()
    assert (response.service_id, response.channel, response.counts_on) == (
        invitation.service_id,
        invitation.channel,
        NOON.date(),
    )
    chosen = {a.option.code for a in db.session.scalars(select(Answer)) if a.option}
    assert chosen == {"4", "na", "yes"}
    assert [text.raw for text in db.session.scalars(select(AnswerText))] == ["Rang back the same day."]
    feed = sorted(db.session.scalars(select(ResponseChange.value).where(ResponseChange.delta == 1)))
    assert feed == ["", "", "", "", "", "4", "na", "yes"]
    db.session.refresh(invitation)
    assert invitation.state is InvitationState.ANSWERED


def test_what_somebody_wrote_is_encrypted_in_the_database(invitation: Invitation, client: FlaskClient) -> None:
    send(client, satisfaction="1", why="My name is on this one")
    (stored,) = db.session.execute(db.text("SELECT raw FROM answer_text")).one()
    assert "My name" not in stored


def test_the_thank_you_has_a_reference_and_says_how_to_complain(invitation: Invitation, client: FlaskClient) -> None:
    send(client, satisfaction="5")
    page = client.get(THANKS).text
    reference = db.session.scalars(select(SurveyResponse.reference)).one()
    assert f"{reference[:5]}-{reference[5:]}" in page
    assert "This survey is not a complaint." in page
    assert "https://anyborough.example/complain" in page
    assert "10 working days" in page


def test_one_page_sent_again_is_stored_once_and_leads_to_the_same_thank_you(
    invitation: Invitation, client: FlaskClient
) -> None:
    nonce = nonce_of(client.get(ADDRESS))
    for _ in range(3):
        answer = client.post(ADDRESS, data={"nonce": nonce, "satisfaction": "5"})
        assert (answer.status_code, answer.headers["Location"]) == (303, THANKS)
    assert count(SurveyResponse) == 1
    assert [a.option.code for a in db.session.scalars(select(Answer)) if a.option] == ["5"]


def test_after_an_answer_the_form_stands_there_again_and_shows_nothing_of_it(
    invitation: Invitation, client: FlaskClient
) -> None:
    send(client, satisfaction="2", why="My own words")
    page = client.get(ADDRESS)
    assert "We have an answer from this link, given on 11 March 2026 at 12:00." in page.text
    assert "the new answer replaces it" in page.text
    assert checked(page) == []
    assert "My own words" not in page.text
    reference = db.session.scalars(select(SurveyResponse.reference)).one()
    assert reference[:5] not in page.text


def test_once_the_days_for_changes_are_over_the_page_says_that_it_was_answered(
    invitation: Invitation, client: FlaskClient, time_machine: TimeMachineFixture
) -> None:
    nonce = nonce_of(client.get(ADDRESS))
    client.post(ADDRESS, data={"nonce": nonce, "satisfaction": "2"})
    time_machine.move_to(NEXT_DAY + timedelta(days=60))
    page = client.get(ADDRESS)
    assert "The time to change it is over" in page.text
    assert not BeautifulSoup(page.text, "html.parser").find("form")
    assert "The time to change it is over" in client.post(ADDRESS, data={"nonce": nonce, "satisfaction": "5"}).text
    assert [a.option.code for a in db.session.scalars(select(Answer)) if a.option] == ["2"]


def test_without_an_answer_the_address_of_the_thanks_leads_to_the_form(
    invitation: Invitation, client: FlaskClient
) -> None:
    answer = client.get(THANKS)
    assert answer.location == ADDRESS
    assert client.get("/s/nobody/thanks").status_code == 404


def test_every_link_of_an_invitation_opens_the_same_answer(invitation: Invitation, client: FlaskClient) -> None:
    with transaction():
        add_token(invitation, "the-reminder")
    send(client, satisfaction="5")
    page = without_nonce(client.get(THANKS))
    assert "We have your answers" in page
    assert without_nonce(client.get("/s/the-reminder/thanks")).replace("the-reminder", TOKEN) == page
    assert "We have an answer from this link" in client.get("/s/the-reminder").text


def test_the_page_leads_to_the_button_that_stops_all_surveys(invitation: Invitation, client: FlaskClient) -> None:
    link = BeautifulSoup(client.get(ADDRESS).text, "html.parser").find("a", string="Stop asking me")
    assert link is not None
    assert "Stop asking me</button>" in client.get(str(link["href"])).text


def test_left_out_the_first_question_is_named_where_it_stands_and_nothing_typed_is_lost(
    invitation: Invitation, client: FlaskClient
) -> None:
    page = send(client, why="I had to ring twice <b>before</b> that.", resolved="no")
    assert page.status_code == 422
    soup = BeautifulSoup(page.text, "html.parser")
    assert soup.title is not None
    assert soup.title.get_text().startswith("Error:")
    summary = soup.select_one(".errors a")
    assert summary is not None
    assert summary["href"] == "#satisfaction"
    assert summary.get_text() == "Select how satisfied you were, or select ‘I do not know’"
    assert soup.select_one("#satisfaction") is not None
    kept = soup.select_one("textarea#why")
    assert kept is not None
    assert kept.get_text().strip() == "I had to ring twice <b>before</b> that."
    assert checked(page) == ["no"]
    assert count(SurveyResponse) == 0


def test_while_somebody_else_writes_a_page_is_read_and_checked_all_the_same(
    invitation: Invitation, client: FlaskClient
) -> None:
    nonce = nonce_of(client.get(ADDRESS))
    with db.engine.begin() as writer:  # has the write lock of SQLite
        writer.exec_driver_sql("UPDATE council SET name = 'Another name'")
        assert client.post(ADDRESS, data={"nonce": nonce, "satisfaction": "9"}).status_code == 422
        assert client.post(ADDRESS, data={"nonce": "none", "satisfaction": "4"}).status_code == 400
        writer.rollback()
    assert client.post(ADDRESS, data={"nonce": nonce, "satisfaction": "4"}).status_code == 303
    assert count(SurveyResponse) == 1


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"satisfaction": "6"}, "Select one of the answers shown"),
        ({"satisfaction": "5", "resolved": "maybe"}, "Select one of the answers shown"),
        ({"satisfaction": "5", "why": "x" * 5001}, "Shorten what you wrote to 5,000 characters or fewer"),
    ],
)
def test_what_was_not_offered_is_refused(
    invitation: Invitation, client: FlaskClient, answers: dict[str, str], message: str
) -> None:
    page = send(client, **answers)
    assert page.status_code == 422
    assert message in page.text
    assert count(SurveyResponse) == 0


def test_a_field_that_is_no_question_is_not_stored(invitation: Invitation, client: FlaskClient) -> None:
    send(client, satisfaction="5", state="withdrawn", service_id="99", is_test="1")
    response = db.session.scalars(select(SurveyResponse)).one()
    assert (response.state, response.service_id, response.is_test) == ("counted", invitation.service_id, False)


@pytest.mark.parametrize("nonce", ["", "forged", "WyJhIiwxXQ.aaaa.bbbb"])
def test_without_the_pages_nonce_nothing_is_stored_and_nothing_typed_is_lost(
    invitation: Invitation, client: FlaskClient, nonce: str
) -> None:
    page = client.post(ADDRESS, data={"nonce": nonce, "satisfaction": "5", "why": "Kept words"})
    assert page.status_code == 400
    assert "We kept what you wrote" in page.text
    assert "Kept words" in page.text
    assert checked(page) == ["5"]
    assert count(SurveyResponse) == 0


def test_the_nonce_of_another_invitation_does_not_serve(invitation: Invitation, client: FlaskClient) -> None:
    with transaction():
        add_token(invitation, "other")
    nonce = nonce_of(client.get("/s/other"))
    assert client.post(ADDRESS, data={"nonce": nonce, "satisfaction": "5"}).status_code == 400


def test_a_page_that_stood_open_for_two_days_is_sent_at_the_second_press(
    invitation: Invitation, client: FlaskClient, time_machine: TimeMachineFixture
) -> None:
    nonce = nonce_of(client.get(ADDRESS))
    time_machine.move_to(NEXT_DAY + timedelta(days=2))
    page = client.post(ADDRESS, data={"nonce": nonce, "satisfaction": "5"})
    assert page.status_code == 400
    again = client.post(ADDRESS, data={"nonce": nonce_of(page), "satisfaction": checked(page)[0]})
    assert again.status_code == 303
    assert count(SurveyResponse) == 1


def test_a_closed_survey_says_so_and_takes_nothing(
    invitation: Invitation, client: FlaskClient, time_machine: TimeMachineFixture
) -> None:
    nonce = nonce_of(client.get(ADDRESS))
    time_machine.move_to(NEXT_DAY + timedelta(days=15))
    page = client.get(ADDRESS)
    assert page.status_code == 410
    assert "This survey has closed" in page.text
    client.post(ADDRESS, data={"nonce": nonce, "satisfaction": "5"})
    assert count(SurveyResponse) == 0


def test_nobody_is_thanked_for_what_could_not_be_stored(
    invitation: Invitation, client: FlaskClient, app: Flask
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    nonce = nonce_of(client.get(ADDRESS))

    def fail(_session: object) -> None:
        if has_request_context():
            raise OSError("disk full")

    event.listen(db.session, "before_commit", fail)
    try:
        page = client.post(ADDRESS, data={"nonce": nonce, "satisfaction": "5"})
    finally:
        event.remove(db.session, "before_commit", fail)
    assert page.status_code == 500
    assert count(SurveyResponse) == 0
    assert "Thank you" not in client.get(ADDRESS).text


@pytest.mark.parametrize(
    "text", ["\x00null\x00", "\U0001f600", "\u202eright to left", "e\u0301", "=1+1", "'; DROP TABLE answer"]
)
def test_strange_texts_are_stored_as_text(invitation: Invitation, client: FlaskClient, text: str) -> None:
    assert send(client, satisfaction="5", why=text).status_code == 303
    (stored,) = db.session.scalars(select(AnswerText)).all()
    assert "\x00" not in stored.raw
    assert stored.raw


def test_when_storing_fails_what_was_typed_comes_back_and_can_be_sent_again(
    client: FlaskClient, invitation: Invitation
) -> None:
    feed = ResponseChange.__table__
    feed.drop(db.engine)  # type: ignore[attr-defined]
    answer = send(client, satisfaction="5", why="It took four weeks.")
    assert answer.status_code == 500
    page = BeautifulSoup(answer.text, "html.parser")
    assert "Nothing of what you sent was stored." in answer.text
    assert "It took four weeks." in page.find("p", class_="kept").text
    feed.create(db.engine)  # type: ignore[attr-defined]
    assert count(SurveyResponse) == 0
    fields = {field["name"]: field.text.removeprefix("\n") for field in page.find("form").find_all("textarea")}
    assert client.post(ADDRESS, data=fields).status_code == 303
    assert count(SurveyResponse) == 1
    assert db.session.scalars(select(AnswerText)).one().raw == "It took four weeks."


def test_fifty_submits_at_once_store_one_answer_and_all_are_thanked(app: Flask, invitation: Invitation) -> None:
    with transaction():
        add_token(invitation, "the-reminder")
    answers = {"satisfaction": "5", "why": "They rang me back."}
    forms = {link: answers | {"nonce": nonce_of(app.test_client().get(link))} for link in (ADDRESS, "/s/the-reminder")}
    seen: list[tuple[int, str]] = []

    def press_send(link: str) -> None:
        answer = app.test_client().post(link, data=forms[link], follow_redirects=True)
        seen.append((answer.status_code, "We have your answers." if "We have your answers." in answer.text else ""))

    db.session.commit()
    all_at_once(app, *[partial(press_send, link) for link in forms] * 25)
    assert seen == [(200, "We have your answers.")] * 50
    assert (count(SurveyResponse), count(Answer), count(AnswerText)) == (1, 1, 1)
    shown = len([item for item in invitation.survey_version.items if item.question_version.kind != "text"])
    assert count(ResponseChange) == shown
