"""The pages on which alerts are read, acknowledged and decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from sqlalchemy import select

from survey_app.actions.followups.operations import open_follow_ups
from survey_app.actions.models import FollowUp, FollowUpSource
from survey_app.audit.models import AuditLine
from survey_app.comments.alerts.models import Alert, AlertOutcome
from survey_app.comments.alerts.operations import acknowledge, decide
from survey_app.comments.alerts.presenters import alerts_panel
from survey_app.comments.models import Comment
from survey_app.extensions import db, transaction
from survey_app.responses.afterwards.operations import set_support_text
from survey_app.responses.models import AnswerText, ContactConsent, ResponseState
from tests.comments.alerts.conftest import THREAT, Council
from tests.conftest import PersonsClient
from tests.factories import NOON, make_user
from tests.statements import statements

PAGE = "/comments/alerts/"
SignIn = Callable[..., PersonsClient]


@pytest.fixture
def lead(council: Council, client: PersonsClient) -> PersonsClient:
    """The CSE lead, on the day of NOON."""
    with time_machine.travel(NOON + timedelta(minutes=14), tick=False):
        assert client.sign_in("lead@anyborough.example").status_code == 302
        yield client


def words(client: PersonsClient, address: str) -> str:
    page = BeautifulSoup(client.get(address).text, "html.parser")
    main = page.find("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


def test_the_first_page_says_what_happens_and_what_to_do(lead: PersonsClient) -> None:
    shown = words(lead, PAGE)
    assert "No alert waits to be acknowledged." in shown
    assert "No alert yet" in shown
    assert "Nobody is told by e-mail of: Safeguarding" in shown
    assert BeautifulSoup(lead.get(PAGE).text, "html.parser").find("a", href="/comments/") is not None


def test_an_alert_is_listed_with_its_time_and_read_with_its_phrases_marked(
    council: Council, lead: PersonsClient
) -> None:
    alert = council.alert(f"Call me on 07700 900371. {THREAT} <b>")
    shown = words(lead, PAGE)
    assert "1 alert waits to be acknowledged." in shown
    assert "46 minutes left" in shown
    page = BeautifulSoup(lead.get(f"{PAGE}{alert.reference}").text, "html.parser")
    quote = page.find(class_="quote")
    assert quote is not None
    assert "900371" not in page.text
    assert "[phone number removed]" in quote.text
    assert "<b>" in quote.text
    assert any("stab you" in mark.text for mark in quote.find_all("mark"))


def test_what_is_no_comment_is_read_there_too_with_details_taken_out(council: Council, lead: PersonsClient) -> None:
    alert = council.alert(f"{THREAT} asha@example.org", state=ResponseState.QUARANTINED, quarantine_reason="speed")
    shown = words(lead, f"{PAGE}{alert.reference}")
    assert "[email address removed]" in shown
    assert "asha@example.org" not in shown


def test_to_acknowledge_is_timed_once_and_audited(council: Council, lead: PersonsClient) -> None:
    alert = council.alert()
    address = f"{PAGE}{alert.reference}"
    lead.get(address)
    assert alert.acknowledged_at is None  # opening a page changes nothing
    assert lead.send_form(f"{address}/acknowledge", form_at=address).status_code == 303
    db.session.expire_all()
    assert alert.acknowledged_at == NOON + timedelta(minutes=14)
    assert "Acknowledged" in words(lead, address)
    assert "acknowledged in 14 minutes" in words(lead, PAGE)
    assert lead.send_form(f"{address}/acknowledge", form_at=address).status_code == 303
    lines = db.session.scalars(select(AuditLine).where(AuditLine.action == "alert.acknowledged")).all()
    assert [line.subject for line in lines] == [alert.reference]


def test_a_decision_is_kept_without_its_note_in_the_audit_and_can_be_taken_back_for_an_hour(
    council: Council, lead: PersonsClient
) -> None:
    alert = council.alert()
    address = f"{PAGE}{alert.reference}"
    note = "Passed on to 07700 900371"
    assert lead.send_form(f"{address}/decide", form_at=address, outcome="false_alarm", note=note).status_code == 303
    db.session.expire_all()
    assert (alert.outcome, alert.note) == (AlertOutcome.FALSE_ALARM, "Passed on to [phone number removed]")
    assert alert.acknowledged_at is not None
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "alert.decided")).one()
    assert line.after == {"outcome": "false_alarm"}
    assert "False alarm" in words(lead, f"{PAGE}?state=decided")
    assert lead.send_form(f"{address}/undo", form_at=address).status_code == 303
    db.session.expire_all()
    assert (alert.outcome, alert.note, alert.decided_at) == (None, "", None)


def test_after_an_hour_a_decision_stands(council: Council, lead: PersonsClient) -> None:
    alert = council.alert()
    with transaction():
        decide(alert, AlertOutcome.REAL, "", now=NOON - timedelta(minutes=50), by=council.lead.id)
    address = f"{PAGE}{alert.reference}"
    assert "Take the decision back" not in words(lead, address)
    answer = lead.post(f"{address}/undo", data={"csrf_token": _token(lead, council)}, follow_redirects=True)
    assert "A decision can be taken back for an hour." in answer.text


def test_a_decision_that_says_nothing_is_refused_and_the_note_stays(council: Council, lead: PersonsClient) -> None:
    alert = council.alert()
    address = f"{PAGE}{alert.reference}"
    answer = lead.send_form(f"{address}/decide", form_at=address, note="Rang the duty team.")
    assert answer.status_code == 422
    assert "Say whether it was real." in answer.text
    assert "Rang the duty team." in answer.text


def test_a_withdrawn_answer_keeps_kind_and_times_without_words(council: Council, lead: PersonsClient) -> None:
    alert = council.alert()
    with transaction():
        for comment in db.session.scalars(select(Comment)):
            db.session.delete(comment)
        db.session.flush()
        for text in db.session.scalars(select(AnswerText)):
            db.session.delete(text)
    shown = words(lead, f"{PAGE}{alert.reference}")
    assert "Its words are gone" in shown
    assert "Threat to staff or others" in shown
    assert "I will" not in shown


def test_a_real_alert_opens_a_follow_up_where_its_person_wants_to_be_contacted(
    council: Council, lead: PersonsClient
) -> None:
    wanted, unwanted = council.alert(), council.alert(service="waste")
    with transaction():
        for alert, is_wanted in ((wanted, True), (unwanted, False)):
            alert.response.answers.clear()  # whatever the score
            details = '{"email": "asha@example.org"}' if is_wanted else None
            db.session.add(
                ContactConsent(
                    response_id=alert.response_id,
                    is_wanted=is_wanted,
                    details=details,
                    given_at=NOON,
                    keep_until=NOON.date() + timedelta(days=90),
                )
            )
    assert "They want to be contacted" in words(lead, f"{PAGE}{wanted.reference}")
    assert "They did not ask to be contacted" in words(lead, f"{PAGE}{unwanted.reference}")
    assert open_follow_ups(NOON, "worker") == 0
    with transaction():
        for alert in (wanted, unwanted):
            decide(alert, AlertOutcome.REAL, "", now=NOON, by=council.lead.id)
    assert open_follow_ups(NOON, "worker") == 1
    found = db.session.scalars(select(FollowUp)).one()
    assert (found.response_id, found.source) == (wanted.response_id, FollowUpSource.ALERT)
    assert f"Follow-up {found.reference}: New" in words(lead, f"{PAGE}{wanted.reference}")


def test_the_page_reminds_of_where_people_in_danger_are_sent(council: Council, lead: PersonsClient) -> None:
    alert = council.alert()
    with transaction():
        set_support_text(None, "Ring 999 if you are in danger.", "", now=NOON)
    assert "Ring 999 if you are in danger." in words(lead, f"{PAGE}{alert.reference}")


def test_figures_say_how_soon_and_how_often_for_nothing(council: Council, lead: PersonsClient) -> None:
    for place in range(12):
        alert = council.alert()
        with transaction():
            acknowledge(alert, now=NOON + timedelta(minutes=10 if place else 70), by=council.lead.id)
            outcome = AlertOutcome.FALSE_ALARM if place < 6 else AlertOutcome.REAL
            decide(alert, outcome, "", now=NOON + timedelta(minutes=80), by=council.lead.id)
    council.alert("I feel suicidal")
    shown = words(lead, PAGE)
    assert "Threat to staff or others 12 11 of 12, 91.7% 10 minutes 6 of 12, 50.0%" in shown
    assert "Self-harm or suicide 1 – – –" in shown
    assert "March 2026 1 12 13" in shown
    assert "6 of 12 decided were false alarms. Look at it" in shown


def test_a_share_of_fewer_than_ten_is_not_shown(council: Council, lead: PersonsClient) -> None:
    alert = council.alert()
    with transaction():
        decide(alert, AlertOutcome.FALSE_ALARM, "", now=NOON, by=council.lead.id)
    shown = words(lead, f"{PAGE}?state=all")
    assert "1 of 1" in shown
    assert "100.0%" not in shown


def test_what_waits_stands_first_by_when_it_is_due_and_what_was_decided_last_comes_after(
    council: Council, lead: PersonsClient
) -> None:
    decided = [council.alert(), council.alert()]
    with transaction():
        for minutes, alert in enumerate(decided):
            decide(alert, AlertOutcome.REAL, "", now=NOON + timedelta(minutes=minutes), by=council.lead.id)
    seen = council.alert()
    with transaction():
        acknowledge(seen, now=NOON, by=council.lead.id)
    later, sooner = council.alert("I was discriminated against"), council.alert("I feel suicidal")
    page = BeautifulSoup(lead.get(f"{PAGE}?state=all").text, "html.parser")
    shown = [str(link["href"]).removeprefix(PAGE) for link in page.select("table a")]
    assert shown == [alert.reference for alert in (sooner, later, seen, *reversed(decided))]


def test_filters_choose_and_say_when_nothing_is_there(council: Council, lead: PersonsClient) -> None:
    council.alert()
    assert "None of what is chosen" in words(lead, f"{PAGE}?kind=self_harm")
    assert "1 to 1 of 1" in words(lead, f"{PAGE}?kind=threat")
    assert lead.get(f"{PAGE}?state=lost").status_code == 400
    assert lead.get(f"{PAGE}AAAAAAAAAA").status_code == 404


def test_the_list_takes_as_many_statements_for_many_as_for_one(council: Council, lead: PersonsClient) -> None:
    def cost() -> int:
        with statements() as made:
            assert lead.get(PAGE).status_code == 200
        return len(made)

    council.alert()
    once = cost()
    for _ in range(9):
        council.alert(service="waste")
    assert cost() == once


@pytest.mark.parametrize("role", ["adviser", "service_manager", "assessor", "administrator"])
def test_nobody_else_reads_an_alert(council: Council, sign_in: SignIn, role: str) -> None:
    alert = council.alert()
    other = sign_in(role, *(["housing"] if role in {"adviser", "service_manager"} else []))
    for address in (PAGE, f"{PAGE}{alert.reference}"):
        assert other.get(address).status_code == 403
    for act in ("acknowledge", "decide", "undo"):
        assert other.post(f"{PAGE}{alert.reference}/{act}").status_code in {400, 403}
    db.session.expire_all()
    assert alert.acknowledged_at is None


def test_whoever_is_limited_to_services_reads_none_whatever_else_they_are(
    council: Council, client: PersonsClient
) -> None:
    """They would read what is said about them and their team, and nothing else."""
    council.alert()
    from survey_app.accounts.queries import role_by_name

    with transaction():
        user = make_user("service_manager", "housing", email="both@anyborough.example")
        lead_role = role_by_name("cse_lead")
        assert lead_role is not None
        user.roles.append(lead_role)
    client.sign_in("both@anyborough.example")
    assert client.get(PAGE).status_code == 403


def test_the_data_protection_officer_handles_alerts(council: Council, sign_in: SignIn) -> None:
    alert = council.alert()
    assert sign_in("data_protection_officer").get(f"{PAGE}{alert.reference}").status_code == 200


def test_one_sentence_stands_beside_the_comments(council: Council) -> None:
    assert alerts_panel(NOON) == ""
    council.set("safeguarding", inbox="duty@anyborough.example")
    alert = council.alert("My partner beats me")
    assert alerts_panel(NOON) == (
        "1 safeguarding alert this month went to the named inbox and 1 waits to be acknowledged."
    )
    with transaction():
        acknowledge(alert, now=NOON + timedelta(minutes=14), by=council.lead.id)
    assert alerts_panel(NOON) == (
        "1 safeguarding alert this month went to the named inbox and was acknowledged in 14 minutes."
    )
    assert alerts_panel(datetime(2026, 4, 1, 12, tzinfo=UTC)) == ""
    assert db.session.scalars(select(Alert)).one().sent_to == "duty@anyborough.example"


def _token(client: PersonsClient, council: Council) -> str:
    other = council.alert(service="waste")
    page = BeautifulSoup(client.get(f"{PAGE}{other.reference}").text, "html.parser")
    field = page.find("input", {"name": "csrf_token"})
    assert field is not None
    return str(field["value"])
