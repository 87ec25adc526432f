"""What is sent: reminders to owners without a word about the person, and the question to the resident, once."""

from __future__ import annotations

import email
import re
from dataclasses import replace
from datetime import timedelta
from email import policy
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import get_babel
from sqlalchemy import select, text
from time_machine import TimeMachineFixture
from werkzeug.test import TestResponse

from survey_app.accounts.models import User
from survey_app.actions.followups.causes import CAUSES
from survey_app.actions.followups.notes import NoteKind
from survey_app.actions.followups.operations import (
    RuleFacts,
    ask_verdicts,
    close,
    remind_owners,
    set_rules,
    undo_close,
    write_note,
)
from survey_app.actions.followups.operations.acting import Closing
from survey_app.actions.followups.queries import reminders_due, verdicts_due
from survey_app.actions.models import FollowUp, FollowUpNote, FollowUpState, Outcome, Verdict
from survey_app.audit.models import AuditLine
from survey_app.extensions import db, transaction
from survey_app.responses.afterwards.operations import forbid_contact
from survey_app.responses.models import SurveyResponse
from tests.actions.followups.conftest import NOW, consent, the_follow_up
from tests.smtp import smtp_server
from tests.threads import all_at_once

FRIDAY, TUESDAY = NOW + timedelta(days=1), NOW + timedelta(days=5)  # the day before it is due, and the first day late
LATER = NOW + timedelta(hours=1)
PUT_RIGHT = Closing(Outcome.PUT_RIGHT, next(iter(CAUSES)))


def outbox(app: Flask) -> list[email.message.EmailMessage]:
    folder = Path(app.extensions["settings"].instance_path) / "outbox"
    found = [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.glob("*.eml")]
    return sorted(found, key=lambda message: str(message["Message-ID"]))


def words(page: TestResponse) -> str:
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def end(follow_up: FollowUp, manager: User, closing: Closing = PUT_RIGHT) -> None:
    with transaction():
        close(follow_up, closing, now=NOW, by=manager.id)


@pytest.fixture
def link(app: Flask, follow_up: FollowUp, manager: User, time_machine: TimeMachineFixture) -> str:
    """The page that Asha was sent an hour after her follow-up was closed as put right."""
    end(follow_up, manager)
    time_machine.move_to(LATER, tick=False)
    assert ask_verdicts(LATER, "test") == 1
    body = outbox(app)[0].get_body()
    assert body is not None
    found = re.search(r"/v/[\w-]{22}", body.get_content())
    assert found is not None
    return found[0]


def send(client: FlaskClient, link: str, verdict: str) -> TestResponse:
    nonce = BeautifulSoup(client.get(link).text, "html.parser").find("input", {"name": "nonce"})
    assert nonce is not None
    return client.post(link, data={"nonce": nonce["value"], "verdict": verdict})


def test_the_owner_is_written_to_the_day_before_and_when_it_is_late(app: Flask, follow_up: FollowUp) -> None:
    assert remind_owners(NOW, "test") == 0
    assert (reminders_due(FRIDAY).waiting, remind_owners(FRIDAY, "test"), remind_owners(FRIDAY, "test")) == (1, 1, 0)
    assert [remind_owners(TUESDAY, "test") for _ in range(2)] == [1, 0]
    assert remind_owners(TUESDAY + timedelta(days=9), "test") == 0
    before, late = outbox(app)
    assert str(before["Subject"]) == f"Due soon: follow-up {follow_up.reference}"
    assert str(late["Subject"]) == f"Late: follow-up {follow_up.reference}"
    assert str(before["To"]) == "manager@anyborough.example"
    for message in (before, late):
        assert f"/actions/follow-ups/{follow_up.reference}" in str(message.get_body())
        assert "asha" not in message.as_string().lower()


def test_after_the_first_call_what_is_due_is_closing_it(app: Flask, follow_up: FollowUp, manager: User) -> None:
    with transaction():
        write_note(follow_up, NoteKind.TRIED, "", now=NOW, by=manager.id)
    assert remind_owners(FRIDAY, "test") == 0
    assert remind_owners(NOW + timedelta(days=13), "test") == 1  # Wednesday the 25th
    assert "By then we have to finish it and close it." in str(outbox(app)[0].get_body())


def test_nobody_is_written_to_about_what_is_closed_or_nobodys(app: Flask, follow_up: FollowUp, manager: User) -> None:
    with transaction():
        follow_up.owner_id = None
    assert remind_owners(FRIDAY, "test") == 0
    with transaction():
        follow_up.owner_id = manager.id
    end(follow_up, manager)
    assert remind_owners(FRIDAY, "test") == 0
    assert outbox(app) == []


def test_two_workers_send_one_reminder_and_one_question(app: Flask, follow_up: FollowUp, manager: User) -> None:
    db.session.commit()
    all_at_once(app, *[lambda: remind_owners(FRIDAY, "test-a"), lambda: remind_owners(FRIDAY, "test-b")])
    assert len(outbox(app)) == 1
    end(the_follow_up(), manager)
    db.session.commit()
    all_at_once(app, *[lambda: ask_verdicts(LATER, "test-a"), lambda: ask_verdicts(LATER, "test-b")])
    assert len(outbox(app)) == 2


def test_a_question_that_is_refused_for_now_goes_out_minutes_later_and_one_refused_for_good_is_written_down(
    app: Flask, follow_up: FollowUp, manager: User
) -> None:
    end(follow_up, manager)
    with smtp_server() as server:
        app.extensions["settings"] = replace(app.extensions["settings"], mail_url=server.url)
        server.refusal = "450 4.2.1 mailbox is busy"
        assert [ask_verdicts(LATER, "test") for _ in range(2)] == [1, 0]
        server.refusal = "550 5.1.1 no such mailbox"
        assert [ask_verdicts(LATER + timedelta(minutes=minute), "test") for minute in (1, 2, 3)] == [0, 1, 0]
    row = the_follow_up()
    assert (row.verdict_due_at, row.verdict_token_sha256, row.attempts) == (None, None, 0)
    notes = db.session.scalars(select(FollowUpNote.text)).all()
    assert notes.count("The e-mail that asks whether it was put right could not be sent.") == 1


def test_a_closing_that_was_undone_is_not_asked_about(app: Flask, follow_up: FollowUp, manager: User) -> None:
    end(follow_up, manager)
    assert (ask_verdicts(NOW, "test"), verdicts_due(NOW).waiting) == (0, 0)
    with transaction():
        undo_close(follow_up, now=NOW + timedelta(minutes=59), by=manager.id)
    assert ask_verdicts(LATER, "test") == 0
    assert outbox(app) == []


@pytest.mark.parametrize("outcome", [Outcome.COMPLAINT, Outcome.NOT_REACHED, Outcome.NOT_WANTED])
def test_other_endings_are_not_asked_about(app: Flask, follow_up: FollowUp, manager: User, outcome: Outcome) -> None:
    end(follow_up, manager, Closing(outcome, "other", "Said so."))
    assert ask_verdicts(LATER, "test") == 0


def test_nobody_is_asked_whom_we_only_know_by_phone_or_where_the_rules_say_no(
    app: Flask, follow_up: FollowUp, response: SurveyResponse, manager: User
) -> None:
    consent(response, {"phone": "+441632960123"})
    end(follow_up, manager)
    assert ask_verdicts(LATER, "test") == 0
    with transaction():
        undo_close(follow_up, now=NOW, by=manager.id)
        facts = RuleFacts(
            is_on=True, highest_score=2, first_contact_days=2, close_days=10, asks_for_verdict=False, complaints_url=""
        )
        set_rules(facts, now=NOW)
    consent(response)
    end(follow_up, manager)
    assert ask_verdicts(LATER, "test") == 0


def test_the_question_holds_a_link_and_nothing_of_what_was_said(app: Flask, link: str) -> None:
    message = outbox(app)[0]
    assert (str(message["To"]), str(message["Subject"])) == ("asha@example.org", "Was it put right?")
    assert "You told us that you were not satisfied with housing options" in str(message.get_body())
    stored = db.session.scalar(text("SELECT verdict_token_sha256 FROM follow_up"))
    assert stored is not None
    assert link.removeprefix("/v/") not in stored
    assert "asha" not in str(db.session.scalars(select(AuditLine.after)).all())


def test_the_question_comes_in_the_language_of_the_answer_where_it_is_translated(
    app: Flask, follow_up: FollowUp, manager: User, tmp_path: Path
) -> None:
    folder = tmp_path / "cy" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = Catalog(locale="cy")
    catalogue.add("Was it put right?", "A gafodd ei unioni?")
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    get_babel(app).translation_directories = [str(tmp_path)]
    with transaction():
        follow_up.response.answered_in = "cy"
    end(follow_up, manager)
    assert ask_verdicts(LATER, "test") == 1
    (message,) = outbox(app)
    assert str(message["Subject"]) == "A gafodd ei unioni?"
    assert "with housing options" in str(message.get_body()), "what is not translated stays English"


def test_the_page_is_in_the_language_of_the_answer_too(client: FlaskClient, follow_up: FollowUp, link: str) -> None:
    with transaction():
        the_follow_up().response.answered_in = "cy"
    page = client.get(link)
    assert 'lang="cy"' in page.text
    assert "Was it put right?" not in page.text
    assert 'lang="en-GB"' in client.get(f"{link}?lang=en").text
    with transaction():
        the_follow_up().response.answered_in = "en-easy"
    assert client.get(link).status_code == 200
    assert 'lang="pl"' in client.get("/v/unknown?lang=pl").text


def test_opening_the_page_changes_nothing_and_sets_no_cookie(client: FlaskClient, link: str) -> None:
    for _ in range(2):
        page = client.get(link)
        assert page.status_code == 200
        assert "Set-Cookie" not in page.headers
        assert "<script" not in page.text
    assert the_follow_up().verdict is None


@pytest.mark.parametrize("verdict", [Verdict.YES, Verdict.PARTLY])
def test_yes_and_partly_are_kept_and_the_last_word_holds(client: FlaskClient, link: str, verdict: Verdict) -> None:
    assert send(client, link, "partly").status_code == 303
    assert send(client, link, verdict).status_code == 303
    found = the_follow_up()
    assert (found.verdict, found.state) == (verdict, FollowUpState.CLOSED)
    assert "Saved. Was it put right?" in words(client.get(link))


def test_no_opens_it_again_with_new_days_and_only_once(
    app: Flask, client: FlaskClient, link: str, manager: User, time_machine: TimeMachineFixture
) -> None:
    assert send(client, link, "no").status_code == 303
    found = the_follow_up()
    assert (found.state, found.verdict, found.reopened_at) == (FollowUpState.NEW, Verdict.NO, LATER)
    assert "We will call or write to you by 16 March 2026" in words(client.get(link))
    with transaction():
        close(found, PUT_RIGHT, now=LATER, by=manager.id)
    again_at = LATER + timedelta(hours=1)
    time_machine.move_to(again_at, tick=False)
    assert ask_verdicts(again_at, "test") == 1
    assert client.get(link).status_code == 404, "the newest message's link holds"
    body = str(next(message for message in outbox(app) if "verdict" in str(message["Message-ID"])).get_body())
    newest = re.search(r"/v/[\w-]{22}", body)
    assert newest is not None
    assert send(client, newest[0], "no").status_code == 303
    assert the_follow_up().state is FollowUpState.CLOSED
    page = words(client.get(newest[0]))
    assert "you can now make a complaint" in page
    assert "Make a complaint" in page


def test_what_is_not_our_form_is_refused_and_keeps_what_was_chosen(
    client: FlaskClient, link: str, time_machine: TimeMachineFixture
) -> None:
    foreign = client.post(link, data={"verdict": "yes"})
    assert (foreign.status_code, "press Send once more" in words(foreign)) == (400, True)
    assert BeautifulSoup(foreign.text, "html.parser").find("input", {"value": "yes", "checked": True}) is not None
    nothing = send(client, link, "maybe")
    assert (nothing.status_code, "Choose yes, partly or no" in words(nothing)) == (422, True)
    assert "<title>Error: " in nothing.text
    assert the_follow_up().verdict is None


def test_the_link_ends_after_thirty_days_and_when_consent_is_taken_back(
    client: FlaskClient, link: str, response: SurveyResponse, time_machine: TimeMachineFixture
) -> None:
    page = client.get(link)
    time_machine.move_to(LATER + timedelta(days=30), tick=False)
    assert "The time to answer is over" in words(client.get(link))
    nonce = BeautifulSoup(page.text, "html.parser").find("input", {"name": "nonce"})
    assert nonce is not None
    client.post(link, data={"nonce": nonce["value"], "verdict": "no"})
    assert the_follow_up().verdict is None
    time_machine.move_to(LATER, tick=False)
    with transaction():
        forbid_contact(response, now=LATER)
    assert client.get(link).status_code == 404
    assert (the_follow_up().outcome, the_follow_up().state) == (Outcome.PUT_RIGHT, FollowUpState.CLOSED)


@pytest.mark.parametrize("address", ["/v/short", f"/v/{'a' * 22}"])
def test_an_unknown_link_says_so(client: FlaskClient, follow_up: FollowUp, address: str) -> None:
    page = client.get(address)
    assert (page.status_code, "We do not know this link" in words(page)) == (404, True)
    assert client.post(address, data={"verdict": "yes"}).status_code == 404
