"""Whoever gave an answer and has no link any more has it deleted by its reference; nobody sees what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select
from time_machine import TimeMachineFixture

from survey_app.audit.models import AuditLine
from survey_app.extensions import db, transaction
from survey_app.invitations.models import InvitationState
from survey_app.measures.operations import fold_all
from survey_app.measures.queries.verifying import verify
from survey_app.organisation.channels import Mode
from survey_app.organisation.models import Service
from survey_app.responses.given import GivenAnswers
from survey_app.responses.models import Answer, AnswerText, ResponseState, SurveyResponse
from survey_app.responses.operations import invited, quarantine, record_response
from survey_app.responses.presenters import reference_for_people
from survey_app.surveys.operations import publish_default_survey
from tests.conftest import PersonsClient
from tests.factories import NOON, make_cast, make_invitation, make_user

PAGE = "/admin/withdrawals/"
SAID = GivenAnswers({"satisfaction": "1"}, {"why": "Nobody rang back."})
SignIn = Callable[..., PersonsClient]


@pytest.fixture(autouse=True)
def _much_later(time_machine: TimeMachineFixture) -> None:
    """When its own link takes nothing back any more."""
    time_machine.move_to(NOON + timedelta(days=60))


@pytest.fixture
def on_paper(app: Flask) -> SurveyResponse:
    """What Asha wrote on the card that came with her letter about housing, on 10 March 2026; staff entered it."""
    with transaction():
        make_cast()
        housing = db.session.scalars(select(Service).where(Service.code == "housing")).one()
        invitation = make_invitation(housing, publish_default_survey(NOON), NOON.date())
        asha = invited(invitation, mode=Mode.PAPER, is_staff_entered=True, submission_key="card")
        return record_response(asha, SAID, now=NOON)


def words(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def left() -> tuple[list[str], Mapping[str, int]]:
    """The states of what is stored, and how much of what it said is left."""
    db.session.rollback()
    states = db.session.scalars(select(SurveyResponse.state).order_by(SurveyResponse.id)).all()
    rows = {
        table.__name__: db.session.scalar(select(func.count()).select_from(table)) for table in (Answer, AnswerText)
    }
    return list(states), {name: count or 0 for name, count in rows.items()}


def counts_are_right() -> bool:
    with transaction():
        fold_all()
    return verify() == []


def test_the_answer_of_a_reference_is_deleted_for_its_person_and_never_shown(
    on_paper: SurveyResponse, sign_in: SignIn
) -> None:
    officer, spelled, number = sign_in("data_protection_officer"), reference_for_people(on_paper.reference), on_paper.id
    typed = f" {spelled.lower()} "
    found = officer.send_form(PAGE, reference=typed)
    assert found.status_code == 303
    asking = officer.get(found.location).text
    assert f"Delete the answer {spelled}? It is about Housing options, 10 March 2026." in words(asking)
    assert left() == (["counted"], {"Answer": 1, "AnswerText": 1})  # to ask changes nothing
    for _ in range(2):
        deleted = officer.send_form(found.location)
        assert (deleted.status_code, deleted.location) == (303, found.location)
    gone = officer.get(found.location).text
    assert f"{spelled} is deleted. It counts no more." in words(gone)
    assert "Nobody rang back" not in asking + gone and "issatisfied" not in asking + gone

    assert left() == (["withdrawn"], {"Answer": 0, "AnswerText": 0})
    withdrawn = db.session.get_one(SurveyResponse, number)
    assert withdrawn.salt is None and withdrawn.invitation is not None
    assert withdrawn.invitation.state is InvitationState.OPEN
    lines = db.session.scalars(select(AuditLine).where(AuditLine.action == "response.withdrawn")).all()
    assert [(line.subject, line.actor_kind, line.before, line.after) for line in lines] == [
        (withdrawn.reference, "user", None, None)
    ]
    assert counts_are_right()


def test_what_is_held_of_the_same_invitation_goes_with_it(on_paper: SurveyResponse, sign_in: SignIn) -> None:
    with transaction():
        quarantine(on_paper, "too_fast", now=NOON)
        assert on_paper.invitation is not None
        second = record_response(invited(on_paper.invitation), SAID, now=NOON)
    sign_in("administrator").send_form(f"{PAGE}{second.reference}")
    assert left()[0] == [ResponseState.WITHDRAWN] * 2
    assert counts_are_right()


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ("", 422, "Enter the reference of their answer"),
        ("7KQ4M-3HDR", 422, "A reference has 10 letters and digits"),
        ("7KQ4M-3HDR!", 422, "A reference has 10 letters and digits"),
        ("7KQ4M-3HDRT", 404, "We have no answer with this reference"),
    ],
)
def test_what_leads_nowhere_comes_back_as_it_was_typed(
    on_paper: SurveyResponse, sign_in: SignIn, typed: str, status: int, said: str
) -> None:
    answer = sign_in("data_protection_officer").send_form(PAGE, reference=typed)
    page = BeautifulSoup(answer.text, "html.parser")
    assert (answer.status_code, page.select_one("title") is not None) == (status, True)
    assert said in words(answer.text)
    field = page.select_one("input[name=reference]")
    assert field is not None and field.get("value", "") == typed


def test_an_answer_of_other_services_looks_like_none(
    on_paper: SurveyResponse, client: PersonsClient, sign_in: SignIn
) -> None:
    """A data protection officer who is an adviser of waste as well sees waste only: one limited role is enough."""
    with transaction():
        user = make_user("data_protection_officer")
        waste = make_user("adviser", "waste")
        user.roles.extend(waste.roles)
        user.services.extend(waste.services)
    client.sign_in(user.email)
    theirs, none = PAGE + on_paper.reference, f"{PAGE}7KQ4M3HDRT"
    typed = [words(client.send_form(PAGE, reference=address[len(PAGE) :]).text) for address in (theirs, none)]
    assert typed[0] == typed[1] and "We have no answer with this reference" in typed[0]
    for address in (theirs, none):
        answers = [client.get(address), client.send_form(address, form_at=PAGE)]
        assert [answer.status_code for answer in answers] == [404] * 2
        assert all(address not in answer.text for answer in answers)
    assert left()[0] == ["counted"]


@pytest.mark.parametrize("role", ["adviser", "service_manager", "cse_lead", "assessor"])
def test_nobody_deletes_what_they_do_not_like_about_their_own_service(
    on_paper: SurveyResponse, sign_in: SignIn, role: str
) -> None:
    client = sign_in(role, *(["housing"] if role in ("adviser", "service_manager") else []))
    address = PAGE + on_paper.reference
    assert [client.get(PAGE).status_code, client.get(address).status_code] == [403] * 2
    assert client.post(address).status_code in (400, 403)
    assert left()[0] == ["counted"]
    if role != "assessor":
        assert "the data protection officer does it" in words(client.get("/admin/stops/").text)
