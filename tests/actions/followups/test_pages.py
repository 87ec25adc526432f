"""The queue, the board and the page of one: in scope alone, no details without an audit line, nothing on GET."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from time_machine import TimeMachineFixture
from werkzeug.test import TestResponse

from survey_app.accounts.models import User
from survey_app.actions.followups.operations import close, open_follow_ups
from survey_app.actions.followups.operations.acting import Closing
from survey_app.actions.followups.queries import details_of, follow_up_in
from survey_app.actions.models import FollowUp, FollowUpRules, FollowUpState, Outcome, Verdict
from survey_app.audit.models import AuditLine
from survey_app.extensions import db, transaction
from survey_app.kernel.errors import Refused
from survey_app.organisation.models import Service
from survey_app.organisation.scope import EVERYTHING
from survey_app.surveys.models import SurveyVersion
from tests.actions.followups.conftest import NOW, answer, consent, the_follow_up
from tests.conftest import PersonsClient
from tests.factories import make_service, make_user
from tests.statements import statements
from tests.threads import all_at_once

QUEUE = "/actions/follow-ups/"
SignIn = Callable[..., PersonsClient]


def words(page: TestResponse) -> str:
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def acts() -> list[tuple[str, object]]:
    """What was done about follow-ups; what was set beforehand is left out."""
    are = AuditLine.action.like("follow-up.%"), AuditLine.action.not_like("% changed")
    lines = db.session.scalars(select(AuditLine).where(*are).order_by(AuditLine.id))
    return [(line.action, line.after) for line in lines]


@pytest.fixture
def client(app: Flask, manager: User) -> PersonsClient:
    """The manager of housing, signed in."""
    app.test_client_class = PersonsClient
    found = app.test_client()
    assert isinstance(found, PersonsClient)
    found.sign_in(manager.email)
    return found


@pytest.fixture
def at(follow_up: FollowUp) -> str:
    return f"{QUEUE}{follow_up.reference}"


def test_the_first_visit_says_how_a_follow_up_comes_about(client: PersonsClient) -> None:
    page = words(client.get(QUEUE))
    assert "No follow-up is open." in page
    assert "Nobody is contacted without that." in page


def test_the_queue_shows_what_is_late_first_and_what_nobody_owns_before_it(
    client: PersonsClient,
    follow_up: FollowUp,
    survey: SurveyVersion,
    housing: Service,
    time_machine: TimeMachineFixture,
) -> None:
    with transaction():
        newer = answer(survey, housing, "2")
    consent(newer)
    open_follow_ups(NOW, "test")
    with transaction():
        second = db.session.scalars(select(FollowUp).where(FollowUp.response_id == newer.id)).one()
        second.owner_id = None
        second.close_due_on += timedelta(days=30)
        second.first_contact_at = NOW
    time_machine.move_to(NOW + timedelta(days=6))
    client.sign_in("manager@anyborough.example")
    page = client.get(QUEUE)
    rows = [row.get_text(" ", strip=True) for row in BeautifulSoup(page.text, "html.parser").select("tbody tr")]
    assert rows[0].startswith(second.reference)
    assert "Nobody" in rows[0]
    assert rows[1].startswith(follow_up.reference)
    assert "2 working days late: was due on Monday 16 March" in rows[1]
    assert "1 follow-up is late. 2 are open, and nobody owns 1 of them." in words(page)
    assert second.reference not in client.get(f"{QUEUE}?mine=yes&late=yes&service=housing").text
    assert "None for this choice." in words(client.get(f"{QUEUE}?state=closed"))
    assert client.get(f"{QUEUE}?state=lost").status_code == 400
    board = words(client.get(f"{QUEUE}?view=board"))
    assert "New 2" in board
    assert "In touch 0" in board


def test_who_waits_too_long_needs_attention_on_the_overview(
    client: PersonsClient, follow_up: FollowUp, time_machine: TimeMachineFixture
) -> None:
    assert "follow-up is late" not in words(client.get("/dashboards/"))
    time_machine.move_to(NOW + timedelta(days=6))
    client.sign_in("manager@anyborough.example")
    page = client.get("/dashboards/")
    assert "1 follow-up is late" in words(page)
    assert "/actions/follow-ups/?late=yes" in page.text


def test_the_page_of_a_service_tells_of_its_own_follow_ups_alone(
    client: PersonsClient, follow_up: FollowUp, time_machine: TimeMachineFixture
) -> None:
    with transaction():
        make_service("waste")
        make_user("cse_lead", email="lead@anyborough.example")
    time_machine.move_to(NOW + timedelta(days=6))
    client.sign_in("lead@anyborough.example")
    own, other = (client.get(f"/dashboards/services/{code}") for code in ("housing", "waste"))
    assert "1 follow-up is late" in words(own) and "follow-up is late" not in words(other)
    assert "/actions/follow-ups/?late=yes&amp;service=housing" in own.text


def test_missing_and_forbidden_look_alike(sign_in: SignIn, follow_up: FollowUp, at: str) -> None:
    with transaction():
        make_service("waste")
    other = sign_in("service_manager", "waste")
    missing, forbidden = other.get(f"{QUEUE}AAAAAAAA"), other.get(at)
    assert (missing.status_code, forbidden.status_code) == (404, 404)
    assert words(missing) == words(forbidden)
    assert follow_up.reference not in other.get(QUEUE).text
    token = BeautifulSoup(other.get("/accounts/profile").text, "html.parser").find("input", {"name": "csrf_token"})
    assert token is not None
    for act in ("details", "notes", "close", "open", "owner", "verdict", "complaint", "complaint/extend"):
        assert other.post(f"{at}/{act}", data={"csrf_token": token["value"], "owner": "1"}).status_code == 404
    assert sign_in("data_protection_officer").get(at).status_code == 403
    assert acts() == [("follow-up.opened", {"source": "low_score"})]


def test_details_are_shown_after_a_press_alone_and_each_look_is_written_down(client: PersonsClient, at: str) -> None:
    assert "asha@example.org" not in client.get(at).text
    assert client.get(f"{at}/details").status_code == 405
    shown = client.send_form(f"{at}/details", form_at=at)
    assert "asha@example.org" in shown.text
    client.send_form(f"{at}/details", form_at=at)
    assert [action for action, _ in acts()].count("follow-up.details shown") == 2
    assert "asha" not in str(acts())


def test_trying_keeps_the_promise_and_reaching_them_is_being_in_touch(client: PersonsClient, at: str) -> None:
    page = client.send_form(f"{at}/notes", form_at=at, what="tried", text="Asha’s voicemail")
    assert page.status_code == 303
    found = the_follow_up()
    assert (found.state, found.first_contact_at) == (FollowUpState.NEW, NOW)
    assert "closing due in 10 working days" in words(client.get(at))
    client.send_form(f"{at}/notes", form_at=at, what="reached", text="")
    assert the_follow_up().state is FollowUpState.IN_TOUCH
    assert "Asha’s voicemail" in client.get(at).text
    assert "voicemail" not in str(acts())
    empty = client.send_form(f"{at}/notes", form_at=at, what="note", text=" ")
    assert (empty.status_code, "Say in a few words what was done." in words(empty)) == (422, True)


def test_closing_says_outcome_and_cause_and_can_be_undone_within_the_hour(
    client: PersonsClient, at: str, time_machine: TimeMachineFixture
) -> None:
    nothing = client.send_form(f"{at}/close", form_at=at, closing_text="typed")
    assert nothing.status_code == 422
    assert "Choose how it ended." in words(nothing)
    assert "typed" in nothing.text
    ending = {"outcome": "put_right", "cause": "waited", "closing_text": "Paid on the day"}
    client.send_form(f"{at}/close", form_at=at, **ending)
    found = the_follow_up()
    assert (found.state, found.outcome, found.cause) == (FollowUpState.CLOSED, Outcome.PUT_RIGHT, "waited")
    assert found.verdict_due_at == NOW + timedelta(hours=1)
    assert found.keep_until == (NOW + timedelta(days=30)).date()
    client.send_form(f"{at}/open", form_at=at)
    again = the_follow_up()
    assert (again.state, again.outcome, again.verdict_due_at) == (FollowUpState.NEW, None, None)
    assert again.keep_until == (NOW + timedelta(days=90)).date()
    client.send_form(f"{at}/close", form_at=at, **ending)
    time_machine.move_to(NOW + timedelta(hours=1))
    client.send_form(f"{at}/open", form_at=at)
    assert the_follow_up().state is FollowUpState.CLOSED
    assert "Write a note instead." in words(client.get(at))


def test_it_is_given_only_to_somebody_who_follows_up_there(client: PersonsClient, at: str, housing: Service) -> None:
    with transaction():
        lead = make_user("cse_lead")
        make_service("waste")
        stranger = make_user("adviser", "waste")
    client.send_form(f"{at}/owner", form_at=at, owner=str(lead.id))
    assert the_follow_up().owner_id == lead.id
    client.send_form(f"{at}/owner", form_at=at, owner=str(stranger.id))
    assert the_follow_up().owner_id == lead.id
    assert acts()[-1] == ("follow-up.owner set", {"owner": lead.id})


def test_a_complaint_has_its_dates_and_its_place_in_the_councils_system(client: PersonsClient, at: str) -> None:
    with transaction():
        db.session.add(FollowUpRules(complaints_url="https://complaints.example/{reference}"))
    client.send_form(
        f"{at}/close", form_at=at, outcome="complaint", cause="decision", complaint_reference="C/77", closing_text=""
    )
    page = client.get(at)
    assert "https://complaints.example/C%2F77" in page.text
    assert "Stage 1: acknowledge it 19 March 2026" in words(page)
    assert "Local Government and Social Care Ombudsman" in words(page)
    assert "Stage 1: acknowledge it" in words(client.get(QUEUE))
    client.send_form(f"{at}/complaint", form_at=at, step="1.acknowledged", done_on="2026-03-12")
    client.send_form(f"{at}/complaint/extend", form_at=at, days="5")
    assert the_follow_up().complaint_dates == {"1.acknowledged": "2026-03-12", "1.extended": 5}
    assert "Reply, with 5 working days more 2 April 2026" in words(client.get(at)).replace("reply", "Reply")
    client.send_form(f"{at}/complaint", form_at=at, step="2.asked", done_on="2026-03-12")
    assert "This step is not open." in words(client.get(at))
    client.send_form(f"{at}/complaint/back", form_at=at)
    assert the_follow_up().complaint_dates == {"1.extended": 5}


def test_what_they_say_on_the_phone_is_written_down_and_no_opens_it_again_once(client: PersonsClient, at: str) -> None:
    for _ in range(2):
        client.send_form(f"{at}/close", form_at=at, outcome="explained", cause="decision", closing_text="")
        client.send_form(f"{at}/verdict", form_at=at, verdict="no")
    found = the_follow_up()
    assert (found.state, found.verdict) == (FollowUpState.CLOSED, Verdict.NO)
    assert found.reopened_at == NOW
    assert [action for action, _ in acts()].count("follow-up.verdict told") == 2


def test_of_two_who_close_it_at_once_the_second_is_refused(app: Flask, follow_up: FollowUp, manager: User) -> None:
    reference, by, outcomes = follow_up.reference, manager.id, []
    db.session.commit()

    def end() -> None:
        with transaction():
            found = follow_up_in(reference, EVERYTHING)
            try:
                close(found, Closing(Outcome.EXPLAINED, "waited"), now=NOW, by=by)
                outcomes.append("closed")
            except Refused as problem:
                outcomes.append(problem.message)

    all_at_once(app, end, end)
    assert sorted(outcomes) == ["Somebody has closed it already.", "closed"]


def test_the_share_closed_in_time_is_hidden_below_ten(
    client: PersonsClient, follow_up: FollowUp, survey: SurveyVersion, housing: Service
) -> None:
    def close_some(n: int) -> None:
        with transaction():
            for response in [answer(survey, housing, "1") for _ in range(n)]:
                db.session.add(
                    FollowUp(
                        reference=f"R{response.id}",
                        response_id=response.id,
                        service_id=housing.id,
                        state=FollowUpState.CLOSED,
                        outcome=Outcome.EXPLAINED,
                        keep_until=NOW.date(),
                        opened_at=NOW - timedelta(days=5),
                        contact_due_on=NOW.date(),
                        close_due_on=NOW.date(),
                        closed_at=NOW,
                    )
                )

    close_some(9)
    assert "2025/26 Hidden: fewer than 10 fewer than 10" in words(client.get(QUEUE))
    close_some(1)
    assert "2025/26 100.0% 10 72.2% to 100.0%" in words(client.get(QUEUE))


def test_the_pages_ask_for_little_however_many_there_are(
    client: PersonsClient, survey: SurveyVersion, housing: Service, at: str
) -> None:
    def asked(address: str) -> int:
        with statements() as found:
            assert client.get(address).status_code == 200
        return len(found)

    pages = (QUEUE, f"{QUEUE}?view=board", at)
    few = [asked(page) for page in pages]
    with transaction():
        for response in [answer(survey, housing, "1") for _ in range(5)]:
            consent(response)
    open_follow_ups(NOW, "test")
    assert [asked(page) for page in pages] == few
    assert all(n <= most for n, most in zip(few, (20, 25, 20), strict=True)), few


def test_details_stay_encrypted_while_pages_are_shown(client: PersonsClient, at: str, follow_up: FollowUp) -> None:
    assert details_of(the_follow_up()) == {"email": "asha@example.org"}
    for page in (QUEUE, f"{QUEUE}?view=board", at):
        assert "asha" not in client.get(page).text
