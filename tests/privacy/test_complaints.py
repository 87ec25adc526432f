"""A complaint about data: made without a cookie, kept encrypted, acknowledged and answered."""

from __future__ import annotations

import email
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import policy
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from time_machine import TimeMachineFixture
from werkzeug.test import TestResponse

from survey_app.audit.models import AuditLine
from survey_app.extensions import db, transaction
from survey_app.kernel.errors import Refused
from survey_app.privacy.complaints import operations, queries
from survey_app.privacy.complaints.deadlines import Standing, acknowledge_by, days_left, standing
from survey_app.privacy.complaints.findings import Finding
from survey_app.privacy.complaints.presenters import headline_of
from survey_app.privacy.models import DataComplaint, LetterState
from tests.conftest import PersonsClient
from tests.factories import make_council, make_service, make_user
from tests.smtp import SmtpServer, smtp_server

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
FORM = "/privacy/complaint"
WORDS = "You wrote to Mrs Okafor at my old address."
ASHA = "asha@residents.example"


@pytest.fixture(autouse=True)
def at_noon(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def council(app: Flask) -> None:
    with transaction():
        make_council(data_protection_email="dpo@anyborough.example")


def nonce(client: FlaskClient, address: str = FORM) -> str:
    found = BeautifulSoup(client.get(address).text, "html.parser").find("input", {"name": "nonce"})
    assert found is not None
    return str(found["value"])


def complain(client: FlaskClient, body: str = WORDS, reply_to: str = ASHA, **more: str) -> TestResponse:
    return client.post(FORM, data={"nonce": nonce(client), "body": body, "reply_to": reply_to} | more)


def the_complaint() -> DataComplaint:
    return db.session.scalars(select(DataComplaint).execution_options(populate_existing=True)).one()


def make_complaint(*, reply_to: str = ASHA, language: str = "en") -> DataComplaint:
    with transaction():
        return operations.receive("AAAAACCCCC", WORDS, reply_to, language=language, now=NOW)


def outbox(app: Flask) -> list[email.message.EmailMessage]:
    folder = Path(app.extensions["settings"].instance_path) / "outbox"
    found = [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.glob("*.eml")]
    return sorted(found, key=lambda message: str(message["Message-ID"]))


def body_of(message: email.message.EmailMessage) -> str:
    part = message.get_body()
    assert part is not None
    return str(part.get_content())


# The public form


def test_a_complaint_comes_in_and_the_page_says_what_happens_by_when(council: None, client: FlaskClient) -> None:
    answer = complain(client)
    assert answer.status_code == 303
    page = client.get(answer.location)
    reference = the_complaint().reference
    assert f"{reference[:5]}-{reference[5:]}" in page.text
    assert "8 April 2026" in page.text  # 30 days that begin with 10 March
    assert "ico.org.uk/make-a-complaint" in page.text
    assert WORDS not in page.text
    assert "Set-Cookie" not in page.headers
    assert "Set-Cookie" not in answer.headers


def test_it_is_kept_encrypted(council: None, client: FlaskClient) -> None:
    complain(client)
    stored = db.session.execute(text("SELECT body, reply_to FROM data_complaint")).one()
    assert "Okafor" not in stored.body
    assert ASHA not in stored.reply_to
    assert (the_complaint().body, the_complaint().reply_to) == (WORDS, ASHA)


def test_the_form_asks_for_little_and_is_light(council: None, client: FlaskClient) -> None:
    page = client.get(FORM)
    fields = [field["name"] for field in BeautifulSoup(page.text, "html.parser").select("form [name]")]
    assert fields == ["nonce", "body", "reply_to", "home-page"]
    assert "<script" not in page.text
    assert "Set-Cookie" not in page.headers
    assert len(page.data) < 20_000


def test_a_complaint_without_words_is_refused_and_keeps_the_address(council: None, client: FlaskClient) -> None:
    page = complain(client, body="  ")
    assert page.status_code == 422
    assert "Write what went wrong" in page.text
    assert ASHA in page.text
    assert db.session.scalar(select(DataComplaint)) is None


def test_one_without_a_way_to_reach_its_person_is_taken(council: None, client: FlaskClient) -> None:
    page = client.get(complain(client, reply_to="").location)
    assert "You gave us no way to reach you" in page.text
    assert the_complaint().reply_to is None


def test_sent_twice_from_one_page_it_is_one_complaint(council: None, client: FlaskClient) -> None:
    sent = {"nonce": nonce(client), "body": WORDS, "reply_to": ASHA}
    first, second = client.post(FORM, data=sent), client.post(FORM, data=sent)
    assert first.location == second.location
    assert the_complaint().body == WORDS


def test_a_page_of_yesterday_keeps_what_was_typed(
    council: None, client: FlaskClient, time_machine: TimeMachineFixture
) -> None:
    old = nonce(client)
    time_machine.move_to(NOW + timedelta(hours=25), tick=False)
    page = client.post(FORM, data={"nonce": old, "body": WORDS, "reply_to": ASHA})
    assert page.status_code == 400
    assert "open for a long time" in page.text
    assert WORDS in page.text
    assert db.session.scalar(select(DataComplaint)) is None


def test_a_program_that_fills_every_field_is_asked_once_more_and_a_person_loses_nothing(
    council: None, client: FlaskClient
) -> None:
    page = complain(client, **{"home-page": "https://spam.example"})
    assert page.status_code == 400
    assert WORDS in page.text
    assert db.session.scalar(select(DataComplaint)) is None


def test_a_forged_note_shows_no_thank_you(council: None, client: FlaskClient) -> None:
    assert client.get(f"{FORM}/sent?of=WyJBIiwiMjAyNi0wMS0wMSIsdHJ1ZV0.forged").status_code == 302


def test_too_many_from_one_address_have_to_wait(council: None, client: FlaskClient) -> None:
    codes = [complain(client).status_code for _each in range(21)]
    assert codes == [303] * 20 + [429]


def test_markup_in_a_complaint_stays_text(council: None, client: FlaskClient) -> None:
    page = complain(client, body="<script>alert(1)</script>" + "x" * 5000)
    assert page.status_code == 422
    assert "<script>" not in page.text


@pytest.mark.parametrize(("language", "heading"), [("cy", "Cwyno am sut"), ("ur", "شکایت")])
def test_the_form_and_what_follows_are_in_the_readers_language(
    council: None, client: FlaskClient, language: str, heading: str
) -> None:
    address = f"{FORM}?lang={language}"
    assert heading in client.get(address).text
    answer = client.post(address, data={"nonce": nonce(client, address), "body": WORDS, "reply_to": ASHA})
    assert f"lang={language}" in answer.location
    assert the_complaint().language == language


@pytest.mark.parametrize("path", ["/privacy", "/accessibility", "/you-said-we-did"])
def test_public_pages_lead_to_the_form(council: None, client: FlaskClient, path: str) -> None:
    assert f'href="{FORM}' in client.get(path).text


# Letters


def test_the_council_is_told_without_a_word_of_it(app: Flask, council: None) -> None:
    found = make_complaint()
    assert operations.send_letters(NOW, "test") == 1
    (letter,) = outbox(app)
    assert letter["To"] == "dpo@anyborough.example"
    assert found.reference in body_of(letter)
    assert "8 April 2026" in body_of(letter)
    assert "Okafor" not in body_of(letter)
    assert ASHA not in body_of(letter)
    assert operations.send_letters(NOW, "test") == 0


def test_without_an_address_for_data_protection_nothing_waits_to_be_sent(app: Flask) -> None:
    with transaction():
        make_council()
    assert make_complaint().letter is None
    assert queries.letters_to_send(NOW).waiting == 0


def test_the_acknowledgement_is_in_their_language(app: Flask, council: None) -> None:
    found, officer = make_complaint(language="cy"), make_user("data_protection_officer")
    with transaction():
        operations.acknowledge(found, by_email=True, now=NOW, by=officer.id)
    assert operations.send_letters(NOW, "test") == 1  # the notice to the council is needless now
    (letter,) = outbox(app)
    assert letter["To"] == ASHA
    assert "Mae eich cwyn gyda ni" in letter["Subject"]
    assert the_complaint().letter_state is LetterState.SENT


def test_an_answer_goes_out_in_the_words_that_were_written(app: Flask, council: None) -> None:
    found, officer = make_complaint(), make_user("data_protection_officer")
    with transaction():
        operations.answer(found, Finding.UPHELD, "We used an old list. Sorry.", by_email=True, now=NOW, by=officer.id)
    operations.send_letters(NOW, "test")
    (letter,) = outbox(app)
    assert "We used an old list. Sorry." in body_of(letter)
    assert "ico.org.uk/make-a-complaint" in body_of(letter)
    assert "Okafor" not in body_of(letter)


def test_two_workers_send_a_letter_once(app: Flask, council: None) -> None:
    make_complaint()
    assert operations.send_letters(NOW, "one") + operations.send_letters(NOW, "two") == 1
    assert len(outbox(app)) == 1


@pytest.fixture
def server(app: Flask, council: None) -> Iterator[SmtpServer]:
    with smtp_server() as server:
        app.extensions["settings"] = replace(app.extensions["settings"], mail_url=server.url)
        yield server


def test_a_letter_that_is_refused_for_now_is_not_given_up_at_once(server: SmtpServer) -> None:
    make_complaint()
    server.refusal = "450 4.2.1 mailbox is busy"
    assert [operations.send_letters(NOW, "test") for _ in range(2)] == [1, 0]
    assert the_complaint().letter_state is LetterState.WAITING
    server.refusal = None
    assert operations.send_letters(NOW + timedelta(minutes=2), "test") == 1
    assert the_complaint().letter_state is LetterState.SENT


def test_a_letter_that_is_refused_for_good_has_failed(server: SmtpServer) -> None:
    make_complaint()
    server.refusal = "550 5.1.1 no such mailbox"
    assert operations.send_letters(NOW, "test") == 1
    assert (the_complaint().letter_state, the_complaint().last_error) == (LetterState.FAILED, "SMTP 550 5.1.1")
    assert queries.letters_to_send(NOW).failed == 1


def test_what_waits_for_the_council_keeps_nothing_from_its_person(server: SmtpServer) -> None:
    found, officer = make_complaint(), make_user("data_protection_officer")
    server.refusals["dpo@anyborough.example"] = "450 4.2.1 mailbox is busy"
    operations.send_letters(NOW, "test")
    with transaction():
        operations.acknowledge(found, by_email=True, now=NOW, by=officer.id)
    assert operations.send_letters(NOW, "test") == 1
    assert [letter["To"] for letter in server.taken] == [ASHA]


# What staff do


def test_only_who_handles_requests_sees_complaints(council: None, sign_in: Callable[..., PersonsClient]) -> None:
    make_complaint()
    make_service()
    address = "/data-protection/complaints/AAAAACCCCC"
    for role, *services in (("adviser", "housing"), ("service_manager", "housing"), ("cse_lead",), ("administrator",)):
        client = sign_in(role, *services)
        assert client.get(address).status_code == 403
        assert client.get("/data-protection/complaints/").status_code == 403
        assert client.post(f"{address}/words").status_code in (400, 403)
    officer = sign_in("data_protection_officer")
    assert officer.get(address).status_code == 200
    assert officer.get("/data-protection/complaints/AAAAAAAAAA").status_code == 404


def test_reading_one_is_a_press_of_a_button_and_written_down_without_words(
    council: None, sign_in: Callable[..., PersonsClient]
) -> None:
    make_complaint()
    address, officer = "/data-protection/complaints/AAAAACCCCC", sign_in("data_protection_officer")
    assert "Okafor" not in officer.get(address).text
    page = officer.send_form(f"{address}/words", form_at=address)
    assert WORDS in page.text
    assert ASHA in page.text
    assert page.headers["Cache-Control"] == "no-store"
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "complaint.read")).one()
    assert (line.subject, line.before, line.after) == ("AAAAACCCCC", None, None)


def test_it_is_acknowledged_answered_and_taken_back(
    council: None, sign_in: Callable[..., PersonsClient], time_machine: TimeMachineFixture
) -> None:
    make_complaint()
    address, officer = "/data-protection/complaints/AAAAACCCCC", sign_in("data_protection_officer")
    officer.send_form(f"{address}/acknowledge", form_at=address, way="hand")
    assert the_complaint().acknowledged_at == NOW
    time_machine.move_to(later := NOW + timedelta(minutes=30), tick=False)
    page = officer.send_form(
        f"{address}/answer", form_at=address, finding="partly", outcome="Sorry.", answer_way="hand"
    )
    assert page.status_code == 303
    found = the_complaint()
    assert (found.finding, found.outcome, found.answered_at) == (Finding.PARTLY, "Sorry.", later)
    assert found.keep_until == date(2026, 3, 10) + timedelta(days=730)
    officer.send_form(f"{address}/undo", form_at=address)
    found = the_complaint()
    assert (found.answered_at, found.outcome, found.keep_until, found.acknowledged_at) == (None, None, None, NOW)
    officer.send_form(f"{address}/undo", form_at=address)
    assert the_complaint().acknowledged_at is None


def test_an_answer_that_cannot_be_taken_keeps_what_was_typed(
    council: None, sign_in: Callable[..., PersonsClient]
) -> None:
    make_complaint(reply_to="01632 960123")
    address, officer = "/data-protection/complaints/AAAAACCCCC", sign_in("data_protection_officer")
    page = officer.send_form(f"{address}/answer", form_at=address, outcome="Our long answer.")
    assert page.status_code == 422
    assert "Choose what you found." in page.text
    assert "Our long answer." in page.text
    page = officer.send_form(
        f"{address}/answer", form_at=address, finding="upheld", outcome="Our long answer.", answer_way="email"
    )
    assert page.status_code == 422
    assert "They gave no e-mail address" in page.text
    assert "Our long answer." in page.text
    assert the_complaint().answered_at is None


def test_what_an_e_mail_has_told_them_is_not_taken_back(app: Flask, council: None) -> None:
    found, officer = make_complaint(), make_user("data_protection_officer")
    with transaction():
        operations.acknowledge(found, by_email=True, now=NOW, by=officer.id)
    operations.send_letters(NOW, "test")
    with pytest.raises(Refused, match="no longer"):
        operations.undo(the_complaint(), now=NOW, by=officer.id)


def test_a_letter_that_waits_is_called_off_with_its_step(app: Flask, council: None) -> None:
    found, officer = make_complaint(), make_user("data_protection_officer")
    with transaction():
        operations.acknowledge(found, by_email=True, now=NOW, by=officer.id)
    with transaction():
        operations.undo(found, now=NOW + timedelta(minutes=1), by=officer.id)
    assert operations.send_letters(NOW, "test") == 0
    assert outbox(app) == []


def test_after_an_hour_nothing_is_taken_back(app: Flask, council: None) -> None:
    found, officer = make_complaint(), make_user("data_protection_officer")
    with transaction():
        operations.acknowledge(found, by_email=False, now=NOW, by=officer.id)
    with pytest.raises(Refused):
        operations.undo(found, now=NOW + timedelta(hours=1), by=officer.id)


def test_nothing_is_done_twice(app: Flask, council: None) -> None:
    found, officer = make_complaint(), make_user("data_protection_officer")
    with transaction():
        operations.answer(found, Finding.UPHELD, "Sorry.", by_email=False, now=NOW, by=officer.id)
    with pytest.raises(Refused):
        operations.acknowledge(found, by_email=False, now=NOW, by=officer.id)
    with pytest.raises(Refused):
        operations.answer(found, Finding.UPHELD, "Sorry.", by_email=False, now=NOW, by=officer.id)


def test_the_list_says_what_is_due_first(council: None, sign_in: Callable[..., PersonsClient]) -> None:
    officer, by = sign_in("data_protection_officer"), make_user("data_protection_officer").id
    for reference, days in (("ANSWERED", 40), ("NEW", 1), ("LATE", 35), ("KNOWN", 20)):
        with transaction():
            operations.receive(reference, WORDS, ASHA, language="en", now=NOW - timedelta(days=days))
    with transaction():
        operations.answer(queries.complaint("ANSWERED"), Finding.TAKEN_BACK, "x", by_email=False, now=NOW, by=by)
        operations.acknowledge(queries.complaint("KNOWN"), by_email=False, now=NOW, by=by)
    page = BeautifulSoup(officer.get("/data-protection/complaints/").text, "html.parser")
    assert [row.get_text() for row in page.select("tbody th")] == ["LATE", "NEW", "KNOWN", "ANSWERED"]
    words = page.get_text(" ", strip=True)
    assert "2 complaints have to be acknowledged. The first by 4 March 2026" in words
    assert "6 days late" in words
    assert "4 in the last 12 months" in words
    assert "1 answered, half of them within 40 days" in words
    assert "The person took it back: 1" in words


# Rules


@pytest.mark.parametrize(
    ("received", "by"), [(date(2026, 3, 10), date(2026, 4, 8)), (date(2028, 2, 1), date(2028, 3, 1))]
)
def test_the_day_of_receipt_is_the_first_of_thirty(received: date, by: date) -> None:
    assert acknowledge_by(received) == by


@pytest.mark.parametrize(
    ("day", "words", "stands"),
    [
        (7, "1 day left", Standing.TO_ACKNOWLEDGE),
        (8, "today is the last day", Standing.TO_ACKNOWLEDGE),
        (9, "1 day late", Standing.LATE),
        (20, "12 days late", Standing.LATE),
    ],
)
def test_days_are_counted_to_the_last(day: int, words: str, stands: Standing) -> None:
    by, today = date(2026, 4, 8), date(2026, 4, day)
    assert days_left(by, today) == words
    assert standing(by=by, is_acknowledged=False, is_answered=False, today=today) is stands


def test_the_headline_says_the_most_pressing_first() -> None:
    assert headline_of(0, 0, None)[0] == "No complaint waits."
    assert headline_of(1, 2, date(2026, 4, 8)) == (
        "One complaint has to be acknowledged.",
        "The first by 8 April 2026. 2 complaints have to be answered after that.",
    )
    assert headline_of(0, 1, None)[0] == "One complaint has to be answered."
