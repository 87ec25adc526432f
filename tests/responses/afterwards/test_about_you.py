"""The optional questions about the person: none until the council asks, each can be passed over."""

from __future__ import annotations

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select

from survey_app.extensions import db, transaction
from survey_app.responses.models import EqualityAnswer, SurveyResponse
from survey_app.responses.operations import withdraw
from tests.responses.afterwards.conftest import ANSWERED_AT, AT, OPEN_AT, ask, send, words

THANKS, ABOUT_YOU = f"{AT}/thanks", f"{AT}/about-you"


def told() -> dict[str, str]:
    db.session.rollback()
    return {answer.question: answer.option for answer in db.session.scalars(select(EqualityAnswer))}


def test_nothing_is_asked_until_the_council_asks(response: SurveyResponse, client: FlaskClient) -> None:
    assert "optional question" not in client.get(THANKS).text
    answer = client.get(ABOUT_YOU)
    assert (answer.status_code, answer.headers["Location"]) == (302, THANKS)
    assert client.post(ABOUT_YOU, data={"age": "16_24"}).status_code == 303
    assert told() == {}


def test_the_page_says_why_and_chooses_nothing(response: SurveyResponse, client: FlaskClient) -> None:
    ask("sex", "age")
    assert "Answer 2 optional questions about you , to help us treat everyone fairly." in words(client.get(THANKS))
    page = client.get(ABOUT_YOU)
    assert "We ask to find out whether we treat everyone fairly." in words(page)
    legends = [legend.get_text(strip=True) for legend in BeautifulSoup(page.text, "html.parser").find_all("legend")]
    assert legends == ["What is your sex?", "What is your age?"]
    assert page.text.count("Prefer not to say") == 2
    assert "checked" not in page.text


def test_answers_are_kept_and_replaced_when_sent_again(response: SurveyResponse, client: FlaskClient) -> None:
    ask("age", "sex", "disability", "disability_effect")
    answer = send(client, ABOUT_YOU, age="16_24", disability="yes", disability_effect="a_lot")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{THANKS}#about-you")
    assert told() == {"age": "16_24", "disability": "yes", "disability_effect": "a_lot"}
    assert "Saved: your answers about yourself." in words(client.get(THANKS))
    assert "checked" not in client.get(ABOUT_YOU).text, "whoever has the link does not learn it"
    send(client, ABOUT_YOU, sex="prefer_not", disability="no", disability_effect="a_lot")
    assert told() == {"sex": "prefer_not", "disability": "no"}
    send(client, ABOUT_YOU)
    assert told() == {}


def test_what_is_none_of_the_answers_is_refused(response: SurveyResponse, client: FlaskClient) -> None:
    ask("age", "sex")
    answer = send(client, ABOUT_YOU, age="17", sex="female")
    assert answer.status_code == 422
    assert "Select one of the answers shown" in words(answer)
    assert answer.text.count(" checked") == 1
    assert told() == {}


def test_only_our_page_is_taken(response: SurveyResponse, client: FlaskClient) -> None:
    ask("age")
    answer = client.post(ABOUT_YOU, data={"nonce": "made up", "age": "16_24"})
    assert answer.status_code == 400
    assert answer.text.count(" checked") == 1
    assert told() == {}


def test_an_open_answer_can_tell_as_much(open_response: SurveyResponse, client: FlaskClient) -> None:
    ask("age")
    assert send(client, f"{OPEN_AT}/about-you", age="75_over").headers["Location"] == f"{OPEN_AT}/thanks#about-you"
    assert told() == {"age": "75_over"}


def test_withdrawing_takes_it_back_as_well(response: SurveyResponse, client: FlaskClient) -> None:
    ask("age")
    send(client, ABOUT_YOU, age="16_24")
    with transaction():
        withdraw(response, now=ANSWERED_AT)
    assert told() == {}


def test_the_privacy_page_names_what_is_asked(response: SurveyResponse, client: FlaskClient) -> None:
    assert "optional questions" not in client.get("/privacy").text
    assert "until 90 days after you told us" in words(client.get("/privacy"))
    ask("age", "religion")
    assert "optional questions after the survey (age, religion)" in words(client.get("/privacy")).replace(" (", " (")
