"""May we contact you about your answers? Only who says so, for as long as it takes, by what they gave."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from time_machine import TimeMachineFixture

from survey_app.actions.models import FollowUpRules
from survey_app.extensions import db, transaction
from survey_app.responses.afterwards.operations import forget_consents
from survey_app.responses.afterwards.queries import consents_to_forget
from survey_app.responses.models import ContactConsent, SurveyResponse
from survey_app.responses.operations import withdraw
from tests.responses.afterwards.conftest import ANSWERED_AT, AT, OPEN_AT, send, words

THANKS, CONTACT = f"{AT}/thanks", f"{AT}/contact"
OPEN_THANKS, OPEN_CONTACT = f"{OPEN_AT}/thanks", f"{OPEN_AT}/contact"


def consent() -> ContactConsent:
    return db.session.scalars(select(ContactConsent).execution_options(populate_existing=True)).one()


def details() -> dict[str, str] | None:
    kept = consent().details
    return json.loads(kept) if kept else None


def test_yes_copies_what_we_know_encrypted_and_promises_a_day(response: SurveyResponse, client: FlaskClient) -> None:
    answer = send(client, CONTACT, form_at=THANKS, wanted="yes")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{THANKS}#contact")
    page = client.get(THANKS)
    assert "Saved. We will call or write by 16 March 2026." in words(page)  # two working days after Thursday the 12th
    assert "asha@example.org" not in page.text
    assert details() == {"email": "asha@example.org"}
    assert consent().keep_until == date(2026, 6, 10)
    stored = db.session.scalar(text("SELECT details FROM contact_consent"))
    assert stored is not None
    assert "asha" not in stored


def test_bank_holidays_are_no_working_days(
    response: SurveyResponse, client: FlaskClient, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(datetime(2026, 4, 2, 12, tzinfo=UTC), tick=False)  # the Thursday before Easter
    with transaction():
        response.submitted_at = datetime(2026, 4, 1, 12, tzinfo=UTC)
    send(client, CONTACT, form_at=THANKS, wanted="yes")
    assert "Saved. We will call or write by 8 April 2026." in words(client.get(THANKS))


def test_no_day_is_promised_where_nobody_will_call_by_one(open_response: SurveyResponse, client: FlaskClient) -> None:
    assert "We will call or write within" not in words(client.get(OPEN_THANKS)), "they are satisfied"
    send(client, OPEN_CONTACT, form_at=OPEN_THANKS, wanted="yes", reach="bryn@example.org")
    assert "Saved. We may call or write to you about your answers." in words(client.get(OPEN_THANKS))


def test_the_days_promised_are_those_of_the_rules(response: SurveyResponse, client: FlaskClient) -> None:
    assert "We will call or write within 2 working days." in words(client.get(THANKS))
    with transaction():
        db.session.add(FollowUpRules(first_contact_days=1, close_days=5))
    assert "We will call or write within 1 working day." in words(client.get(THANKS))
    send(client, CONTACT, form_at=THANKS, wanted="yes")
    assert "Saved. We will call or write by 13 March 2026." in words(client.get(THANKS))


def test_another_address_takes_the_place_of_what_we_know(response: SurveyResponse, client: FlaskClient) -> None:
    send(client, CONTACT, form_at=THANKS, wanted="yes", reach=" Asha@Work.example ")
    assert details() == {"email": "asha@work.example"}
    assert "work.example" not in client.get(THANKS).text
    send(client, CONTACT, form_at=THANKS, wanted="yes", reach="01632 960 123")
    assert details() == {"phone": "+441632960123"}


def test_no_deletes_what_was_given_before(response: SurveyResponse, client: FlaskClient) -> None:
    send(client, CONTACT, form_at=THANKS, wanted="yes")
    send(client, CONTACT, form_at=THANKS, wanted="no", reach="not read: they said no")
    assert "No: saved. We will not contact you." in words(client.get(THANKS))
    assert (consent().is_wanted, details()) == (False, None)


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, "Select yes or no"),
        ({"wanted": "maybe"}, "Select yes or no"),
        ({"wanted": "yes", "reach": "at home"}, "Type an e-mail address like name@example.org"),
        ({"wanted": "yes", "reach": "a" * 300 + "@example.org"}, "Type an e-mail address like name@example.org"),
    ],
)
def test_what_cannot_be_saved_comes_back_as_it_was_sent(
    response: SurveyResponse, client: FlaskClient, values: dict[str, str], wrong: str
) -> None:
    answer = send(client, CONTACT, form_at=THANKS, **values)
    assert answer.status_code == 422
    assert "<title>Error: Thank you" in answer.text
    assert wrong in words(answer)
    assert values.get("reach", "") in answer.text
    assert db.session.scalars(select(ContactConsent)).all() == []


def test_whom_we_do_not_know_says_how_to_reach_them(open_response: SurveyResponse, client: FlaskClient) -> None:
    answer = send(client, OPEN_CONTACT, form_at=OPEN_THANKS, wanted="yes")
    assert answer.status_code == 422
    assert "Type an e-mail address or a phone number, so that we can reach you" in words(answer)
    assert send(client, OPEN_CONTACT, form_at=OPEN_THANKS, wanted="yes", reach="bryn@example.org").status_code == 303
    assert details() == {"email": "bryn@example.org"}


def test_details_that_were_deleted_meanwhile_are_asked_for(response: SurveyResponse, client: FlaskClient) -> None:
    with transaction():
        assert response.invitation is not None
        assert response.invitation.contact.detail is not None
        response.invitation.contact.detail.email = None
    assert send(client, CONTACT, form_at=THANKS, wanted="yes").status_code == 422


def test_only_our_page_is_taken_and_what_was_chosen_stays(
    response: SurveyResponse, client: FlaskClient, time_machine: TimeMachineFixture
) -> None:
    form = client.get(AT).text.partition('name="nonce" value="')[2].partition('"')[0]
    answer = client.post(CONTACT, data={"nonce": form, "wanted": "yes", "reach": "bryn@example.org"})
    assert answer.status_code == 400, "the nonce of the survey is of another form"
    assert "bryn@example.org" in answer.text
    assert "press Save once more" in words(answer)
    ours = client.get(THANKS).text.partition('name="nonce" value="')[2].partition('"')[0]
    time_machine.shift(timedelta(hours=25))
    assert client.post(CONTACT, data={"nonce": ours, "wanted": "yes"}).status_code == 400
    assert db.session.scalars(select(ContactConsent)).all() == []


def test_it_is_too_late_once_the_time_for_changes_is_over(
    response: SurveyResponse, client: FlaskClient, time_machine: TimeMachineFixture
) -> None:
    send(client, CONTACT, form_at=THANKS, wanted="yes")
    time_machine.shift(timedelta(days=30))
    assert client.post(CONTACT, data={"wanted": "no"}).status_code == 303
    assert consent().is_wanted
    page = words(client.get(THANKS))
    assert "Saved. We will call or write by 16 March 2026." in page
    assert "Change this" not in page


def test_withdrawing_takes_it_back_as_well(response: SurveyResponse, client: FlaskClient) -> None:
    send(client, CONTACT, form_at=THANKS, wanted="yes")
    with transaction():
        withdraw(response, now=ANSWERED_AT)
    assert db.session.scalars(select(ContactConsent)).all() == []


def test_details_are_deleted_after_their_day_and_what_was_said_stays(
    response: SurveyResponse, client: FlaskClient
) -> None:
    send(client, CONTACT, form_at=THANKS, wanted="yes")
    last_day = ANSWERED_AT + timedelta(days=90)
    assert (consents_to_forget(last_day).waiting, forget_consents(last_day, "test")) == (0, 0)
    next_day = last_day + timedelta(days=1)
    assert consents_to_forget(next_day).waiting == 1
    assert [forget_consents(next_day, "test"), forget_consents(next_day, "test")] == [1, 0]
    assert (consent().is_wanted, details()) == (True, None)
