"""Whoever says stop is not asked again: however they say it, by whatever we know them, and only they."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select
from time_machine import TimeMachineFixture

from survey_app.audit.models import AuditLine
from survey_app.contacts.models import Contact, ContactDetail, OptOut
from survey_app.contacts.people import PersonKeys
from survey_app.contacts.queries import MOST_OF_ONE_PERSON
from survey_app.extensions import db, transaction
from survey_app.invitations.models import (
    Invitation,
    InvitationState,
    InvitationToken,
    Message,
    MessageKind,
    MessageState,
    TokenPurpose,
)
from survey_app.invitations.operations import (
    draw_invitations,
    record_stop,
    stop_asking,
    undo_recorded_stop,
)
from survey_app.kernel.tokens import token_digest
from survey_app.organisation.models import Service
from survey_app.surveys.models import SurveyVersion
from tests.conftest import PersonsClient
from tests.factories import NOON, RESIDENTS, make_contact, make_council, make_invitation, make_service, make_survey
from tests.threads import all_at_once

TODAY = NOON + timedelta(days=1)
TOKEN = "a-token-of-asha"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(autouse=True)
def _today(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(TODAY, tick=True)


@pytest.fixture
def housing(app: Flask) -> Service:
    with transaction():
        make_council()
        return make_service("housing", "Housing options")


@pytest.fixture
def survey(housing: Service) -> SurveyVersion:
    with transaction():
        return make_survey()


def asked(
    survey: SurveyVersion,
    service: Service,
    *,
    token: str | None = None,
    email: str = RESIDENTS["asha"],
    **facts: object,
) -> Invitation:
    """Somebody who was asked yesterday, with a reminder that waits."""
    with transaction():
        invitation = make_invitation(service, survey, NOON.date(), **facts)  # type: ignore[arg-type]
        detail = invitation.contact.detail
        assert detail is not None
        detail.email = detail.email_key = email
        db.session.add(
            Message(invitation=invitation, kind=MessageKind.REMINDER, due_at=TODAY, state=MessageState.WAITING)
        )
        if token:
            db.session.add(
                InvitationToken(
                    invitation=invitation,
                    token_sha256=token_digest(token),
                    purpose=TokenPurpose.OPT_OUT,
                    created_at=NOON,
                )
            )
        return invitation


def stands(invitation: Invitation) -> tuple[str, str]:
    """Where an invitation and its reminder stand."""
    db.session.rollback()
    found = db.session.get_one(Invitation, invitation.id, populate_existing=True)
    message = db.session.scalars(
        select(Message).where(Message.invitation_id == found.id), execution_options={"populate_existing": True}
    ).one()
    return found.state.value, message.state.value


def stops() -> list[str]:
    return list(db.session.scalars(select(OptOut.source).order_by(OptOut.id)))


def is_asked(service: Service, now: datetime = TODAY, **facts: object) -> bool:
    """Whether the next contact of somebody is asked about, as far as stops are concerned."""
    with transaction():
        contact = make_contact(service, occurred_at=now - timedelta(hours=3), **facts)  # type: ignore[arg-type]
    while draw_invitations(now, "test"):
        pass
    db.session.refresh(contact)
    assert contact.draw_outcome is not None
    return contact.draw_outcome != "opted_out"


class TestOneClick:
    """What RFC 8058 has a mail program do."""

    ADDRESS = f"/u/{TOKEN}/one-click"

    @pytest.mark.parametrize("as_file", [False, True], ids=["a form", "multipart"])
    def test_one_post_without_cookie_or_further_step_stops(
        self, client: PersonsClient, housing: Service, survey: SurveyVersion, as_file: bool
    ) -> None:
        invitation = asked(survey, housing, token=TOKEN)
        kind = "multipart/form-data" if as_file else "application/x-www-form-urlencoded"
        for _ in range(2):
            answer = client.post(self.ADDRESS, data=ONE_CLICK, content_type=kind, headers={"Origin": "null"})
            assert (answer.status_code, answer.text) == (200, "")
            assert not {"Set-Cookie", "Location"} & set(answer.headers.keys())
        assert stops() == ["one_click"]
        assert stands(invitation) == ("opted_out", "dropped")

    @pytest.mark.parametrize("method", ["get", "head", "options"])
    @pytest.mark.parametrize("address", [f"/u/{TOKEN}", ADDRESS])
    def test_looking_stops_nothing(
        self, client: PersonsClient, housing: Service, survey: SurveyVersion, method: str, address: str
    ) -> None:
        invitation = asked(survey, housing, token=TOKEN)
        assert client.open(address, method=method.upper(), data=ONE_CLICK).status_code < 400
        assert stops() == []
        assert stands(invitation) == ("open", "waiting")

    def test_it_works_for_years_when_closed_when_answered_and_when_the_details_are_gone(
        self, client: PersonsClient, housing: Service, survey: SurveyVersion, time_machine: TimeMachineFixture
    ) -> None:
        invitation = asked(survey, housing, token=TOKEN, state=InvitationState.ANSWERED)
        with transaction():
            detail = invitation.contact.detail
            assert detail is not None
            detail.email = None
        later = TODAY + timedelta(days=800)
        time_machine.move_to(later)
        assert client.post(self.ADDRESS, data=ONE_CLICK).status_code == 200
        assert stands(invitation)[0] == "answered"
        assert not is_asked(housing, later)

    def test_a_stop_holds_when_the_person_was_erased_before_it(
        self, client: PersonsClient, housing: Service, survey: SurveyVersion
    ) -> None:
        invitation = asked(survey, housing, token=TOKEN)
        with transaction():
            invitation.contact.detail = None
        assert client.post(self.ADDRESS, data=ONE_CLICK).status_code == 200
        assert stands(invitation) == ("opted_out", "dropped")
        assert stops() == []

    def test_an_unknown_token_gets_no_page_and_no_redirect(self, client: PersonsClient, housing: Service) -> None:
        answer = client.post("/u/nobody/one-click", data=ONE_CLICK)
        assert (answer.status_code, answer.text) == (404, "")


class TestWhoIsStopped:
    def test_all_that_waits_for_the_person_is_called_off_and_nothing_else(
        self, client: PersonsClient, housing: Service, survey: SurveyVersion
    ) -> None:
        this, other, over = (asked(survey, housing, token=token) for token in (TOKEN, None, None))
        somebody = asked(survey, housing, email=RESIDENTS["bryn"])
        with transaction():
            over.closes_at = TODAY
        client.post(f"/u/{TOKEN}")
        assert stands(this) == stands(other) == ("opted_out", "dropped")
        assert stands(somebody) == ("open", "waiting")
        assert stands(over)[0] == "open"  # what is over is not told anew

    def test_a_message_in_a_workers_hands_is_left_to_it(
        self, client: PersonsClient, housing: Service, survey: SurveyVersion
    ) -> None:
        invitation = asked(survey, housing, token=TOKEN)
        with transaction():
            message = db.session.scalars(select(Message)).one()
            message.claimed_by, message.claimed_until = "worker", TODAY + timedelta(minutes=4)
        client.post(f"/u/{TOKEN}")
        assert stands(invitation) == ("opted_out", "waiting")

    def test_who_stops_by_e_mail_is_not_asked_by_phone_or_as_a_customer(
        self, housing: Service, survey: SurveyVersion
    ) -> None:
        with transaction():
            contact = make_contact(housing, customer_ref="K7")
            assert contact.detail is not None
            contact.detail.phone_key = "her phone"
            record_stop(PersonKeys(email_key=RESIDENTS["asha"]), now=TODAY)
        assert not is_asked(housing, email=None, customer_ref="K7")
        with transaction():
            assert db.session.scalar(select(func.count()).where(OptOut.phone_key == "her phone")) == 1

    def test_a_number_that_many_share_stops_itself_alone(self, housing: Service, survey: SurveyVersion) -> None:
        with transaction():
            for number in range(MOST_OF_ONE_PERSON + 1):
                contact = make_contact(housing, email=f"guest{number}@example.org")
                assert contact.detail is not None
                contact.detail.phone_key = "the hostel"
            record_stop(PersonKeys(phone_key="the hostel"), now=TODAY)
        assert is_asked(housing, email="guest1@example.org")

    def test_many_stops_at_once_are_one(self, app: Flask, housing: Service, survey: SurveyVersion) -> None:
        invitation = asked(survey, housing)
        asked(survey, housing)
        invitation_id = invitation.id
        db.session.commit()

        def press() -> None:
            with transaction():
                stop_asking(db.session.get_one(Invitation, invitation_id), source="page", now=TODAY)

        all_at_once(app, *[press] * 4)
        assert stands(invitation) == ("opted_out", "dropped")
        assert set(stops()) == {"page"}


class TestPressedByMistake:
    def press(self, client: PersonsClient) -> str | None:
        """Press the button; the note with which that page can undo it."""
        field = BeautifulSoup(client.post(f"/u/{TOKEN}").text, "html.parser").find("input", {"name": "note"})
        return None if field is None else str(field["value"])

    def again(self, client: PersonsClient, note: str | None) -> tuple[int, str]:
        page = client.post(f"/u/{TOKEN}/again", data={"note": note or ""})
        heading = BeautifulSoup(page.text, "html.parser").h1
        assert heading is not None
        return page.status_code, heading.get_text()

    def test_the_same_page_undoes_it_and_what_waited_waits_again(
        self, client: PersonsClient, housing: Service, survey: SurveyVersion
    ) -> None:
        this, other = asked(survey, housing, token=TOKEN), asked(survey, housing)
        note = self.press(client)
        assert stands(this) == ("opted_out", "dropped")
        assert self.again(client, note) == (200, "We may ask you again")
        assert stands(this) == stands(other) == ("open", "waiting")
        assert stops() == []
        (line,) = db.session.scalars(select(AuditLine)).all()
        assert (line.action, line.actor_kind, line.before) == ("stop.undone", "resident", {"stops": 1})

    def test_undone_in_one_tab_is_not_undone_for_a_press_in_another(
        self, client: PersonsClient, housing: Service, survey: SurveyVersion
    ) -> None:
        asked(survey, housing, token=TOKEN)
        first = self.press(client)
        assert self.press(client) is None  # this tab did nothing that it could undo
        self.again(client, first)
        second = self.press(client)
        assert self.again(client, first) == (200, "We will not ask you again")
        assert self.again(client, second) == (200, "We may ask you again")
        assert self.again(client, second) == (200, "We may ask you again")

    def test_a_note_that_is_old_forged_or_of_another_token_undoes_nothing(
        self, client: PersonsClient, housing: Service, survey: SurveyVersion, time_machine: TimeMachineFixture
    ) -> None:
        asked(survey, housing, token=TOKEN)
        asked(survey, housing, token="of-bryn", email=RESIDENTS["bryn"])
        note = self.press(client)
        assert client.post("/u/of-bryn/again", data={"note": note}).status_code == 400
        assert client.post("/u/nobody/again", data={"note": note}).status_code == 404
        assert self.again(client, None)[0] == self.again(client, f"{note}x")[0] == 400
        time_machine.move_to(TODAY + timedelta(hours=2))
        assert self.again(client, note) == (400, "We will not ask you again")
        assert stops() == ["page"]

    def test_what_the_person_said_in_another_way_still_holds(
        self, client: PersonsClient, housing: Service, survey: SurveyVersion
    ) -> None:
        invitation = asked(survey, housing, token=TOKEN)
        note = self.press(client)
        client.post(f"/u/{TOKEN}/one-click", data=ONE_CLICK)
        assert self.again(client, note) == (200, "We will not ask you again")
        assert stands(invitation) == ("opted_out", "dropped")
        assert stops() == ["one_click"]

    def test_an_answer_that_came_meanwhile_stays(
        self, client: PersonsClient, housing: Service, survey: SurveyVersion
    ) -> None:
        invitation = asked(survey, housing, token=TOKEN, state=InvitationState.ANSWERED)
        self.again(client, self.press(client))
        assert stands(invitation)[0] == "answered"


def test_staff_undo_only_what_staff_wrote_down(app: Flask, housing: Service, survey: SurveyVersion) -> None:
    asha, bryn = asked(survey, housing), asked(survey, housing, email=RESIDENTS["bryn"])
    with transaction():
        stop_asking(bryn, source="page", now=NOON)
        for person in RESIDENTS.values():
            record_stop(PersonKeys(email_key=person), now=TODAY)
    assert stands(asha) == stands(bryn) == ("opted_out", "dropped")
    with transaction():
        for person in RESIDENTS.values():
            undo_recorded_stop(PersonKeys(email_key=person), now=TODAY)
    assert stands(asha) == ("open", "waiting")
    assert stands(bryn) == ("opted_out", "dropped")
    assert stops() == ["page"]
    assert db.session.scalar(select(func.count(ContactDetail.contact_id))) == 2
    assert db.session.scalar(select(func.count(Contact.id))) == 2
