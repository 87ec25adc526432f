"""Every kind of question is asked, checked, stored, read again, changed and taken back; nothing typed is lost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from time_machine import TimeMachineFixture
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from survey_app.comments.operations import analyse_comments
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, InvitationToken, TokenPurpose
from survey_app.invitations.operations import draw_invitations
from survey_app.kernel.tokens import token_digest
from survey_app.measures.queries.cells import cells_of_answers
from survey_app.organisation.channels import CustomerKind
from survey_app.responses.kiosk.asking import asked_at_a_kiosk, why_refused
from survey_app.responses.kiosk.presenters import screens
from survey_app.responses.models import (
    Answer,
    AnswerText,
    ContactConsent,
    LinkKind,
    ResponseChange,
    ResponseState,
    SurveyResponse,
)
from survey_app.responses.operations.answers import given_in, quarantine, release, withdraw
from survey_app.surveys.bank import BANK, BankQuestion, Choice, Limits, named
from survey_app.surveys.kinds import Paging, QuestionKind, TextType
from survey_app.surveys.operations import publish_survey, start_survey
from survey_app.surveys.structure import Item, SurveyStructure
from tests.factories import NOON, make_contact, make_council, make_link, make_service

NEXT_DAY = NOON + timedelta(days=1)
TOKEN = "a-token-from-a-message"
ADDRESS = f"/s/{TOKEN}"
ABC = (named("a", "Apples"), named("b", "Bread"), named("c", "Cheese"))


def question(code: str, kind: QuestionKind, *choices: Choice, **facts: Any) -> BankQuestion:
    return BankQuestion(code, kind, f"Wording of {code}?", code, choices=choices, **facts)


OTHER = named("x", "Other", is_other=True)
EVERYTHING = (
    BANK[0],
    question("recommend", QuestionKind.NPS, *(Choice(str(n), str(n), n) for n in range(11))),
    question("thumbs", QuestionKind.THUMBS, named("up", "Good", icon="thumb_up"), named("down", "Bad")),
    question("where", QuestionKind.SINGLE_CHOICE, *ABC, OTHER),
    question(
        "which",
        QuestionKind.MULTIPLE_CHOICE,
        *ABC,
        OTHER,
        Choice("none", "None of these", is_outside=True),
        limits=Limits(most=3),
    ),
    question("order", QuestionKind.RANKING, *ABC, Choice("dk", "I do not know", is_outside=True)),
    question("waited", QuestionKind.NUMBER, limits=Limits(least=0, most=600, unit="minutes", decimals=1)),
    question("since", QuestionKind.DATE),
    question("place", QuestionKind.SHORT_TEXT),
    question("better", QuestionKind.TEXT, text_type=TextType.IMPROVE),
    question("contact", QuestionKind.CONSENT, named("yes", "Yes"), named("no", "No")),
)
GIVEN = {
    "satisfaction": "5",
    "recommend": "10",
    "thumbs": "up",
    "where": "x",
    "where.other": "On the bus",
    "which": ["", "c", "a"],
    "order": "",
    "order.b": "1",
    "order.a": "2",
    "waited": "12,5",
    "since": "",
    "since.day": "1",
    "since.month": "march",
    "since.year": "26",
    "place": "The library",
    "better": "Open longer",
    "contact": "yes",
}


@pytest.fixture(autouse=True)
def _on_the_next_day(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NEXT_DAY)


@pytest.fixture
def invitation(app: Flask) -> Invitation:
    """Somebody who is asked every kind of question."""
    return ask(*map(Item, EVERYTHING))


def ask(*items: Item, paging: Paging = Paging.ONE_PAGE) -> Invitation:
    with transaction():
        make_council()
        survey = start_survey(
            SurveyStructure("everything", "Everything", CustomerKind.RESIDENT, "", items), "Made", now=NOON
        )
        survey.paging = paging
        publish_survey(survey, now=NOON - timedelta(days=30))
        make_contact(make_service("housing", "Housing options"))
    draw_invitations(NEXT_DAY, "test")
    with transaction():
        invitation = db.session.scalars(select(Invitation)).one()
        token = token_digest(TOKEN)
        db.session.add(
            InvitationToken(invitation=invitation, token_sha256=token, purpose=TokenPurpose.ANSWER, created_at=NEXT_DAY)
        )
    return invitation


def send(client: FlaskClient, answers: dict[str, Any], address: str = ADDRESS) -> TestResponse:
    form = parsed(client.get(address))
    nonce = form.find("input", attrs={"name": "nonce"})
    assert nonce is not None
    return client.post(address, data=MultiDict({"nonce": nonce["value"], **answers}))


def parsed(page: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(page.text, "html.parser")


def errors(page: TestResponse) -> list[tuple[str, str]]:
    """Where each line of the summary leads, and what it says. Each leads to a control of the page."""
    soup = parsed(page)
    found = [(str(link["href"])[1:], link.text) for link in soup.select(".errors a")]
    assert all(soup.find(id=to) is not None for to, _ in found)
    return found


def response() -> SurveyResponse:
    return db.session.scalars(select(SurveyResponse).order_by(SurveyResponse.id.desc()).limit(1)).one()


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_every_kind_of_answer_is_stored_and_read_again_as_it_was_given(
    client: FlaskClient, invitation: Invitation
) -> None:
    page = send(client, GIVEN)
    assert page.status_code == 303, errors(page)
    given = given_in(response())
    assert given.choices == {
        "satisfaction": "5",
        "recommend": "10",
        "thumbs": "up",
        "where": "x",
        "contact": "yes",
    }
    assert given.values == {"which": ("a", "c"), "order": ("b", "a"), "waited": ("12.5",), "since": ("2026-03-01",)}
    assert given.texts == {"where.other": "On the bus", "place": "The library", "better": "Open longer"}
    ranks = {a.option.code: a.rank for a in response().answers if a.rank is not None and a.option is not None}
    assert ranks == {"b": 1, "a": 2}
    assert [answer.number for answer in response().answers if answer.number is not None] == [12.5]
    assert [answer.day for answer in response().answers if answer.day is not None] == [date(2026, 3, 1)]


def test_only_what_is_tallied_has_lines_in_the_feed_and_only_texts_that_say_what_they_answer_become_comments(
    client: FlaskClient, invitation: Invitation
) -> None:
    send(client, GIVEN)
    lines = db.session.scalars(select(ResponseChange)).all()
    items = response().survey_version.items
    questions = {item.question_version_id: item.question_version.question.code for item in items}
    said = {questions[line.question_version_id]: line.value for line in lines}
    assert said == {"satisfaction": "5", "recommend": "10", "thumbs": "up", "where": "x"}
    assert analyse_comments(NEXT_DAY, "test") == 1
    cells = cells_of_answers(date(2026, 3, 1))[None]
    assert {(questions[cell[1]], cell[2]): number for cell, number in cells.items()} == dict.fromkeys(said.items(), 1)


def test_the_same_sent_again_changes_nothing_and_another_answer_replaces_all_kinds(
    client: FlaskClient, invitation: Invitation, time_machine: TimeMachineFixture
) -> None:
    send(client, GIVEN)
    before = response().changed_at
    send(client, GIVEN)
    assert response().changed_at == before
    time_machine.move_to(NEXT_DAY + timedelta(hours=2))
    other = {"satisfaction": "5", "which": ["", "none"], "order": "dk", "waited": "", "since": "", "place": ""}
    send(client, other)
    assert count(SurveyResponse) == 1
    given = given_in(response())
    assert given.values == {"which": ("none",), "order": ("dk",)}
    assert given.texts == {}
    assert given.choices == {"satisfaction": "5"}


def test_held_and_released_and_taken_back_answers_of_all_kinds_leave_nothing(
    client: FlaskClient, invitation: Invitation
) -> None:
    send(client, GIVEN)
    with transaction():
        before = given_in(response())
        quarantine(response(), "to be looked at", now=NEXT_DAY)
        release(response(), now=NEXT_DAY, by=1)
        assert given_in(response()) == before
    with transaction():
        withdraw(response(), now=NEXT_DAY)
    assert response().state is ResponseState.WITHDRAWN
    assert [count(model) for model in (Answer, AnswerText, ContactConsent)] == [0, 0, 0]


def test_what_is_chosen_on_pages_is_kept_and_can_be_taken_away_again(client: FlaskClient, app: Flask) -> None:
    ask(*(Item(question, page=n) for n, question in enumerate(EVERYTHING, 1)), paging=Paging.PAGES)
    order = [question.code for question in EVERYTHING]
    for page, code in enumerate(order, 1):
        sent = {name: value for name, value in GIVEN.items() if name.partition(".")[0] == code}
        assert send(client, sent, f"{ADDRESS}?page={page}").status_code == 303
        if code == "since":
            again = parsed(client.get(f"{ADDRESS}?page={order.index('which') + 1}"))
            assert [box["value"] for box in again.select("input[checked]")] == ["a", "c"]
            again = parsed(client.get(f"{ADDRESS}?page={order.index('since') + 1}"))
            assert [box["value"] for box in again.select(".day input")] == ["1", "3", "2026"]
            again = parsed(client.get(f"{ADDRESS}?page={order.index('order') + 1}"))
            assert [box["value"] for box in again.select("option[selected]")] == ["2", "1"]
            send(client, {"which": ""}, f"{ADDRESS}?page={order.index('which') + 1}")
    assert given_in(response()).values == {"order": ("b", "a"), "waited": ("12.5",), "since": ("2026-03-01",)}
    assert given_in(response()).texts["where.other"] == "On the bus"


@pytest.mark.parametrize(
    ("sent", "where", "words"),
    [
        ({"which": ["a", "none"]}, "which", "Select ‘None of these’ or other answers, not both"),
        ({"which": ["a", "b", "c", "x"]}, "which", "Select at most 3 answers"),
        ({"which": "zz"}, "which", "Select one of the answers shown"),
        ({"where": "a", "where.other": "Bus"}, "where", "You wrote something at ‘Other’: select that answer"),
        ({"where.other": "B" * 201}, "where.other", "Shorten what you wrote to 200 characters or fewer"),
        ({"place": "B" * 201}, "place", "Shorten what you wrote to 200 characters or fewer"),
        ({"order.a": "1", "order.b": "1"}, "order.b", "You gave number 1 to both Apples and Bread"),
        ({"order.a": "1", "order.b": "3"}, "order.b", "Nothing has number 2"),
        ({"order.a": "9"}, "order", "Choose a number from the list"),
        ({"order.a": "1", "order": "dk"}, "order", "Select ‘I do not know’ or other answers, not both"),
        ({"waited": "about 10"}, "waited", "Enter one number in figures, like 10"),
        ({"waited": "601"}, "waited", "Enter 600 or less"),
        ({"waited": "-1"}, "waited", "Enter 0 or more"),
        ({"waited": "1.25"}, "waited", "Round your number: at most 1 after the point"),
        ({"since.day": "1"}, "since.month", "Enter a month and a year"),
        ({"since.day": "x", "since.month": "1", "since.year": "2026"}, "since", "Enter a day from 1 to 31"),
        ({"since.day": "1", "since.month": "13", "since.year": "2026"}, "since.month", "Enter a month as a number"),
        ({"since.day": "31", "since.month": "April", "since.year": "2026"}, "since", "Enter a date that is in the"),
        ({"recommend": "11"}, "recommend", "Select one of the answers shown"),
        ({"contact": "maybe"}, "contact", "Select one of the answers shown"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_control_and_stays_as_it_was_typed(
    client: FlaskClient, invitation: Invitation, sent: dict[str, Any], where: str, words: str
) -> None:
    page = send(client, {"satisfaction": "5", "better": "Keep this", **sent})
    assert page.status_code == 422
    assert [to for to, _ in errors(page)] == [where]
    assert errors(page)[0][1].startswith(words)
    soup = parsed(page)
    shown = {str(box["value"]) for box in soup.select("input[value], option[selected]")}
    typed = [value for several in sent.values() for value in ([several] if isinstance(several, str) else several)]
    assert {value for value in typed if value not in ("zz", "11", "9", "maybe")} <= shown
    assert soup.select_one("textarea#better").text.strip() == "Keep this"  # type: ignore[union-attr]
    assert count(SurveyResponse) == 0


def test_what_is_written_at_other_chooses_it(client: FlaskClient, invitation: Invitation) -> None:
    send(client, {"satisfaction": "5", "where.other": "A bus", "which": ["", "a"], "which.other": "Salt"})
    given = given_in(response())
    assert given.choices["where"] == "x"
    assert given.values["which"] == ("a", "x")
    assert given.texts == {"where.other": "A bus", "which.other": "Salt"}


def test_a_needed_answer_of_several_controls_is_asked_for_at_the_first(client: FlaskClient, app: Flask) -> None:
    asked = [one for one in EVERYTHING if one.kind in (QuestionKind.DATE, QuestionKind.RANKING, QuestionKind.NUMBER)]
    needed = [BankQuestion(**(vars(one) | {"missing_message": f"Say {one.code}"})) for one in asked]
    ask(Item(BANK[0]), *(Item(one, is_required=True) for one in needed))
    page = send(client, {"satisfaction": "5"})
    assert errors(page) == [("order", "Say order"), ("waited", "Say waited"), ("since", "Say since")]


def test_what_no_page_of_ours_sends_is_refused_without_harm(client: FlaskClient, invitation: Invitation) -> None:
    page = send(client, {"satisfaction": "5", "since": "no day", "order": "b,a", "which": "a,b", "waited": "NaN"})
    assert errors(page) == [("waited", "Enter one number in figures, like 10")]


def test_a_matrix_stands_under_one_heading_and_each_question_has_its_own_legend(
    client: FlaskClient, app: Flask
) -> None:
    rows = [question(code, QuestionKind.AGREEMENT, *BANK[2].choices) for code in ("polite", "quick")]
    ask(Item(BANK[0]), *(Item(row, stem="How far do you agree?") for row in rows), Item(EVERYTHING[2]))
    soup = parsed(client.get(ADDRESS))
    group = soup.select_one(".matrix[role=group]")
    assert group is not None
    assert soup.find(id=str(group["aria-labelledby"])).text == "How far do you agree?"  # type: ignore[union-attr]
    assert [legend.text.strip() for legend in group.select("legend")] == [
        "Wording of polite? (optional)",
        "Wording of quick? (optional)",
    ]
    assert len(soup.select("h1")) == 1


def test_a_yes_in_the_survey_lets_us_contact_whoever_we_know_how_to_reach_and_the_last_word_holds(
    client: FlaskClient, invitation: Invitation, time_machine: TimeMachineFixture
) -> None:
    send(client, GIVEN)
    consent = db.session.scalars(select(ContactConsent)).one()
    assert consent.is_wanted
    assert "asha@example.org" in (consent.details or "")
    thanks = client.get(f"{ADDRESS}/thanks").text
    assert "Saved. We" in thanks
    assert "asha@example.org" not in thanks
    time_machine.move_to(NEXT_DAY + timedelta(hours=2))
    send(client, GIVEN | {"contact": "no"})
    db.session.expire_all()
    assert not consent.is_wanted
    assert consent.details is None


def test_a_yes_by_an_open_link_asks_on_the_thank_you_how_to_reach_them(client: FlaskClient, app: Flask) -> None:
    invitation = ask(*map(Item, EVERYTHING))
    with transaction():
        link = make_link(invitation.service, invitation.survey_version)
    sent = send(client, GIVEN, f"/o/{link.code}")
    assert count(ContactConsent) == 0
    thanks = parsed(client.get(sent.location))
    assert [box["value"] for box in thanks.select("input[name=wanted][checked]")] == ["yes"]


def test_a_kiosk_asks_what_one_tap_answers_and_takes_nothing_else(app: Flask) -> None:
    invitation = ask(*map(Item, EVERYTHING))
    version = invitation.survey_version
    asked = [question.question.code for question in asked_at_a_kiosk(version)]
    assert asked == ["satisfaction", "recommend", "thumbs", "where"]
    assert why_refused(version, {"satisfaction": "5", "where": "x"}) is None
    assert why_refused(version, {"satisfaction": "5", "contact": "yes"}) == "a question is not asked here"
    with transaction():
        link = make_link(invitation.service, version, LinkKind.KIOSK)
    screen = next(screen for screen in screens(version, link) if screen.name == "thumbs")
    assert [choice.code for choice in screen.choices] == ["up", "down"]
