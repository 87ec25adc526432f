"""When a follow-up opens: a low score that counts, and a person who asked for it. Never without."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from survey_app.accounts.models import User
from survey_app.accounts.operations import deactivate
from survey_app.actions.followups.notes import NoteKind
from survey_app.actions.followups.operations import (
    RuleFacts,
    forget_details,
    open_follow_ups,
    open_for_alert,
    set_owner,
    set_rules,
    write_note,
)
from survey_app.actions.followups.queries import details_of, follow_ups_to_open, owners_by_service
from survey_app.actions.models import FollowUp, FollowUpNote, FollowUpSource, FollowUpState, Outcome
from survey_app.audit.models import AuditLine
from survey_app.extensions import db, transaction
from survey_app.invitations.models import InvitationToken, TokenPurpose
from survey_app.kernel.errors import Refused
from survey_app.kernel.tokens import token_digest
from survey_app.organisation.models import Service
from survey_app.responses.afterwards.operations import allow_contact, forbid_contact
from survey_app.responses.models import ContactConsent, ResponseState, SurveyResponse
from survey_app.responses.operations import withdraw
from survey_app.surveys.models import SurveyVersion
from survey_app.web.templates import day
from tests.actions.followups.conftest import DAY, EMAIL, NOW, all_follow_ups, answer, consent, the_follow_up
from tests.factories import NOON, make_invitation, make_service, make_user
from tests.threads import all_at_once, overtaken

RULES = RuleFacts(
    is_on=True, highest_score=2, first_contact_days=2, close_days=10, asks_for_verdict=True, complaints_url=""
)


def test_a_low_score_with_consent_opens_one_for_the_owner(follow_up: FollowUp, manager: User) -> None:
    assert (follow_up.state, follow_up.source) == (FollowUpState.NEW, FollowUpSource.LOW_SCORE)
    assert follow_up.owner_id == manager.id
    assert follow_up.contact_due_on == date(2026, 3, 16)  # two working days after Thursday
    assert follow_up.close_due_on == date(2026, 3, 26)
    assert follow_up.remind_on == date(2026, 3, 13)  # the working day before
    assert details_of(follow_up) == EMAIL
    stored = db.session.scalar(text("SELECT details FROM follow_up"))
    assert stored is not None
    assert "asha" not in stored
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "follow-up.opened")).one()
    assert (line.subject, line.after) == (follow_up.reference, {"source": "low_score"})
    assert open_follow_ups(NOW, "test") == 0


def test_a_consent_wakes_the_job_once_it_is_stored(app: Flask, response: SurveyResponse) -> None:
    consent(response)
    assert ("open_follow_ups",) in [task.args for task in app.extensions["huey"].pending()]


@pytest.mark.parametrize("score", ["3", "5", "dk", ""])
def test_no_other_answer_opens_one(survey: SurveyVersion, housing: Service, score: str) -> None:
    with transaction():
        response = answer(survey, housing, score)
    consent(response)
    assert (follow_ups_to_open(NOW).waiting, open_follow_ups(NOW, "test"), all_follow_ups()) == (0, 0, [])


def test_none_opens_without_consent(response: SurveyResponse) -> None:
    assert open_follow_ups(NOW, "test") == 0
    with transaction():
        forbid_contact(response, now=NOW)
        assert open_for_alert(response, now=NOW) is None
    assert open_follow_ups(NOW, "test") == 0
    assert all_follow_ups() == []


@pytest.mark.parametrize("facts", [{"state": ResponseState.QUARANTINED}, {"is_test": True}])
def test_an_answer_that_does_not_count_opens_none(
    survey: SurveyVersion, housing: Service, facts: dict[str, object]
) -> None:
    with transaction():
        response = answer(survey, housing, "1", **facts)
    consent(response)
    with transaction():
        assert open_for_alert(response, now=NOW) is None
    assert open_follow_ups(NOW, "test") == 0


def test_the_rules_say_whose_score_is_low_and_by_when(response: SurveyResponse, survey: SurveyVersion) -> None:
    with transaction():
        set_rules(RuleFacts(**vars(RULES) | {"is_on": False}), now=NOW)
    consent(response)
    assert (follow_ups_to_open(NOW).waiting, open_follow_ups(NOW, "test")) == (0, 0)
    with transaction():
        set_rules(RuleFacts(**vars(RULES) | {"highest_score": 1, "first_contact_days": 1, "close_days": 5}), now=NOW)
    assert (follow_ups_to_open(NOW).waiting, open_follow_ups(NOW, "test")) == (1, 1)
    assert (the_follow_up().contact_due_on, the_follow_up().close_due_on) == (date(2026, 3, 13), date(2026, 3, 19))


def test_the_nearest_service_above_says_whose_it_is(app: Flask, survey: SurveyVersion, housing: Service) -> None:
    with transaction():
        below = make_service("repairs", "Repairs", parent_id=housing.id)
        first = make_user("cse_lead")
        set_owner(housing.id, first.id, now=NOW)
        response = answer(survey, below, "2")
    consent(response)
    open_follow_ups(NOW, "test")
    assert the_follow_up().owner_id == first.id
    with transaction():
        deactivate(first, NOON)
    assert owners_by_service() == {}, "who left owns nothing"


def test_an_alert_opens_one_whatever_the_score_and_only_once(survey: SurveyVersion, housing: Service) -> None:
    with transaction():
        response = answer(survey, housing, "5")
    consent(response)
    with transaction():
        opened = open_for_alert(response, now=NOW)
    assert opened is not None
    assert opened.source is FollowUpSource.ALERT
    with transaction():
        assert open_for_alert(response, now=NOW) is opened
    assert len(all_follow_ups()) == 1


def test_taking_consent_back_closes_it_and_deletes_the_details_at_once(
    follow_up: FollowUp, response: SurveyResponse
) -> None:
    with transaction():
        forbid_contact(response, now=NOW)
    found = the_follow_up()
    assert (found.state, found.outcome, found.remind_on) == (FollowUpState.CLOSED, Outcome.NOT_WANTED, None)
    assert db.session.scalar(text("SELECT details FROM follow_up")) is None


def test_withdrawing_the_answer_deletes_what_staff_wrote_too(
    follow_up: FollowUp, response: SurveyResponse, manager: User
) -> None:
    with transaction():
        write_note(follow_up, NoteKind.REACHED, "Asha Khan, call after six", now=NOW, by=manager.id)
        withdraw(response, now=NOW + timedelta(minutes=5))
    found = the_follow_up()
    assert (found.state, details_of(found)) == (FollowUpState.CLOSED, {})
    notes = db.session.scalars(select(FollowUpNote).where(FollowUpNote.what == NoteKind.REACHED)).all()
    assert [note.text for note in notes] == [""]
    assert db.session.scalars(select(ContactConsent)).all() == []


def test_saying_it_again_gives_the_newest_details_and_opens_it_anew(
    follow_up: FollowUp, response: SurveyResponse
) -> None:
    consent(response, {"phone": "+441632960123"})
    assert details_of(the_follow_up()) == {"phone": "+441632960123"}
    with transaction():
        forbid_contact(response, now=NOW)
        allow_contact(response, {"phone": "+441632960999"}, now=NOW)
    found = the_follow_up()
    assert (found.state, found.outcome, details_of(found)) == (FollowUpState.NEW, None, {"phone": "+441632960999"})
    assert len(all_follow_ups()) == 1


def test_details_go_after_their_day_and_what_became_of_it_stays(follow_up: FollowUp, manager: User) -> None:
    last = NOW + timedelta(days=90)
    assert forget_details(last, "test") == 0
    assert [forget_details(last + timedelta(days=1), "test") for _ in range(2)] == [1, 0]
    assert (details_of(the_follow_up()), the_follow_up().state) == ({}, FollowUpState.NEW)
    with pytest.raises(Refused, match="no note about them is kept any more"):
        write_note(the_follow_up(), NoteKind.NOTE, "Asha rang", now=last, by=manager.id)


def test_of_two_workers_one_opens_it(app: Flask, response: SurveyResponse) -> None:
    consent(response)
    all_at_once(app, *[lambda: open_follow_ups(NOW, "test")] * 2)
    assert len(all_follow_ups()) == 1


def test_who_says_no_at_that_moment_is_not_followed_up(app: Flask, response: SurveyResponse) -> None:
    consent(response)
    response_id = response.id
    db.session.commit()

    def say_no() -> None:
        with transaction():
            found = db.session.get(SurveyResponse, response_id)
            assert found is not None
            forbid_contact(found, now=NOW)

    overtaken(app, lambda: open_follow_ups(NOW, "test"), say_no, after="FROM survey_response JOIN contact_consent")
    assert [found.state for found in all_follow_ups()] in ([], [FollowUpState.CLOSED])
    assert db.session.scalar(text("SELECT count(details) FROM follow_up")) == 0


def test_who_was_asked_sees_until_when_what_they_gave_is_kept(
    client: FlaskClient, response: SurveyResponse, survey: SurveyVersion, housing: Service
) -> None:
    def said() -> str:
        return " ".join(client.get("/asked/of-asha").text.split())

    with transaction():
        invitation = make_invitation(housing, survey, DAY)
        digest = token_digest("of-asha")
        db.session.add(
            InvitationToken(invitation=invitation, token_sha256=digest, purpose=TokenPurpose.OPT_OUT, created_at=NOW)
        )
        response.invitation_id = invitation.id
    assert "kept in a copy of its own" not in said()
    consent(response)
    assert open_follow_ups(NOW, "test") == 1
    until = the_follow_up().keep_until
    assert f"kept in a copy of its own, for that alone. We delete it after {day(until)}." in said()
    with transaction():
        forbid_contact(response, now=NOW)
    assert "kept in a copy of its own" not in said()
