"""The pages on which phrases are tried and kept, and inboxes are named."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select

from survey_app.audit.models import AuditLine
from survey_app.comments.alerts.models import Alert, AlertKind
from survey_app.comments.alerts.queries import kind_of
from survey_app.extensions import db, transaction
from survey_app.organisation.models import Service
from survey_app.settings import Settings
from tests.comments.alerts.conftest import THREAT, Council
from tests.comments.alerts.conftest import council as council  # noqa: PLC0414 - a fixture
from tests.conftest import PersonsClient
from tests.factories import NOON
from tests.smtp import parts

PAGE = "/admin/alerts/"
THREATS = f"{PAGE}threat"
SignIn = Callable[..., PersonsClient]
GIVEN = {"name": "Threats", "phrases": "stab*\nkill you", "exceptions": "", "minutes": "30", "is_active": "y"}


@pytest.fixture
def lead(council: Council, client: PersonsClient) -> Iterator[PersonsClient]:
    with time_machine.travel(NOON, tick=False):
        assert client.sign_in("lead@anyborough.example").status_code == 302
        yield client


def main(client: PersonsClient, address: str = THREATS, **form: str) -> str:
    answer = client.send_form(address, **form) if form else client.get(address)
    found = BeautifulSoup(answer.text, "html.parser").find("main")
    assert found is not None
    return " ".join(found.get_text(" ").split())


def test_before_anything_was_written_the_usual_kinds_are_shown_and_nothing_is_stored(lead: PersonsClient) -> None:
    shown = main(lead, PAGE)
    assert "6 kinds of alert are on, and nobody is told of any." in shown
    assert "Self-harm or suicide" in shown
    assert "Nobody is told: such alerts stand on the page of alerts alone." in main(lead)
    assert db.session.scalar(select(func.count(AlertKind.id))) == 0


def test_what_is_saved_holds_is_audited_without_addresses_and_is_undone_and_done_again(lead: PersonsClient) -> None:
    assert lead.send_form(THREATS, **GIVEN, inbox="Duty@anyborough.example").status_code == 303
    kind = kind_of("threat")
    assert (kind.name, kind.phrases, kind.inbox) == ("Threats", "stab*\nkill you", "duty@anyborough.example")
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "alerts.kind changed")).one()
    assert line.after is not None and line.after["has_inbox"] is True
    assert "duty@" not in str(line.after)
    assert lead.send_form(f"{THREATS}/undo", form_at=THREATS).status_code == 303
    db.session.expire_all()
    assert (kind_of("threat").name, kind_of("threat").inbox) == ("Threat to staff or others", "")
    lead.send_form(f"{THREATS}/undo", form_at=THREATS)
    db.session.expire_all()
    assert kind_of("threat").name == "Threats"


def test_new_phrases_hold_for_what_comes_and_raise_nothing_for_the_past(council: Council, lead: PersonsClient) -> None:
    council.write("The gate is broken.")
    council.work()
    lead.send_form(THREATS, **GIVEN | {"phrases": "gate"})
    council.work()
    assert db.session.scalar(select(func.count(Alert.id))) == 0
    assert council.alert("Another gate.").matched == ["gate"]


def test_phrases_are_tried_on_past_comments_and_nothing_is_stored_or_raised(
    council: Council, lead: PersonsClient
) -> None:
    for words in ("The gate is broken. Ring 07700 900371.", "Fine.", THREAT, "A gate, a gate!"):
        council.write(words)
    council.work()
    before = db.session.scalar(select(func.count(Alert.id)))
    shown = main(lead, THREATS, **GIVEN | {"phrases": "gate*", "try": "yes"})
    assert "These phrases would have found 2 comments since 10 March 2025." in shown
    assert "2 of them are new; 1 comment that are found now would not be." in shown
    assert "Tried on all 4 comments of these days." in shown
    assert "is broken. Ring [phone number removed]." in shown
    assert "900371" not in shown
    assert kind_of("threat").name == "Threat to staff or others"
    assert db.session.scalar(select(func.count(Alert.id))) == before


def test_who_may_not_read_comments_sees_how_many_and_none_of_them(council: Council, sign_in: SignIn) -> None:
    council.write("The gate is broken.")
    council.work()
    with time_machine.travel(NOON, tick=False):
        admin = sign_in("administrator")
        shown = main(admin, THREATS, **GIVEN | {"phrases": "gate*", "try": "yes"})
    assert "would have found 1 comment since" in shown
    assert "is broken" not in shown


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("phrases", "", "Without a phrase nothing is found."),
        ("phrases", "b!n bag", "cannot be matched"),
        ("phrases", "... me", "put ... between words"),
        ("exceptions", "a*", "too wide"),
        ("inbox", "duty", "Type an e-mail address"),
        ("other_inbox", "du ty@x", "Type an e-mail address"),
        ("minutes", "0", "Type a number of minutes from 1 to 10,080."),
        ("minutes", "soon", "Type a number of minutes"),
        ("minutes", "²", "Type a number of minutes"),
        ("name", "", "Name it."),
        ("inbox_service", "99999", "Choose one of the services."),
    ],
)
def test_what_cannot_be_taken_is_said_where_it_is_and_stays_as_typed(
    lead: PersonsClient, field: str, typed: str, says: str
) -> None:
    answer = lead.send_form(THREATS, **GIVEN | {"inbox": "kept@anyborough.example", field: typed})
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    message = page.find(id=f"{field}-error")
    assert message is not None
    assert says in message.text
    assert "kill you" in page.text or field == "phrases"
    assert db.session.scalar(select(func.count(AlertKind.id))) == 0


def test_a_service_without_an_inbox_and_one_inbox_twice_are_refused(council: Council, lead: PersonsClient) -> None:
    service = str(db.session.scalars(select(Service.id).limit(1)).one())
    assert "Say which inbox it is" in main(lead, THREATS, **GIVEN | {"inbox_service": service})
    twice = {"inbox": "a@anyborough.example", "other_inbox": "a@anyborough.example"}
    assert "This is the first inbox." in main(lead, THREATS, **GIVEN | twice)


def test_it_warns_that_nobody_is_told_of_comments_about_the_service_of_the_inbox(
    council: Council, lead: PersonsClient
) -> None:
    service = str(db.session.scalars(select(Service.id).limit(1)).one())
    lead.send_form(THREATS, **GIVEN, inbox="duty@anyborough.example", inbox_service=service)
    assert "Nobody is told of a comment about the service whose inbox this is" in main(lead)
    assert "No other inbox" in main(lead, PAGE)


def test_switched_off_it_says_what_that_means(council: Council, lead: PersonsClient) -> None:
    given = {name: value for name, value in GIVEN.items() if name != "is_active"}
    answer = lead.send_form(THREATS, **given, form_at=THREATS)
    assert answer.status_code == 303
    shown = main(lead)
    assert "Switched off: nothing of this kind is found any more." in shown
    assert "It is switched off: nothing is found." in shown
    council.write(THREAT)
    council.work()
    assert db.session.scalar(select(func.count(Alert.id))) == 0


def test_a_kind_of_the_councils_own_is_tried_added_and_found(council: Council, lead: PersonsClient) -> None:
    council.write("Legionella in the pool.")
    council.work()
    own = GIVEN | {"name": "Water safety", "phrases": "legionella"}
    tried = main(lead, f"{PAGE}new", **own, **{"try": "yes"})
    assert "would have found 1 comment" in tried
    answer = lead.send_form(f"{PAGE}new", **own)
    assert answer.headers["Location"] == f"{PAGE}water_safety"
    assert lead.send_form(f"{PAGE}new", **own).headers["Location"] == f"{PAGE}water_safety_2"
    council.write("Legionella again.")
    council.work()
    assert [alert.kind.code for alert in council.alerts()] == ["water_safety", "water_safety_2"]
    assert lead.send_form(f"{PAGE}water_safety/undo", form_at=f"{PAGE}water_safety").status_code == 303


def test_a_test_letter_goes_to_both_inboxes_and_says_that_it_is_one(council: Council, lead: PersonsClient) -> None:
    both = {"inbox": "duty@anyborough.example", "other_inbox": "other@anyborough.example"}
    lead.send_form(THREATS, **GIVEN | both)
    lead.send_form(f"{THREATS}/test", form_at=THREATS, buffered=True)
    assert sorted(to for to, _ in council.letters()) == sorted(both.values())
    assert "Nobody wrote anything." in parts(council.server.taken[0])["text/plain"]
    assert "A test is on its way to both inboxes." in main(lead)


def test_without_an_inbox_there_is_nothing_to_test(council: Council, lead: PersonsClient) -> None:
    lead.send_form(THREATS, **GIVEN)
    lead.send_form(f"{THREATS}/test", form_at=THREATS, buffered=True)
    assert "There is no inbox to write to." in main(lead)
    assert council.letters() == []


@pytest.mark.parametrize("role", ["adviser", "service_manager", "data_protection_officer", "assessor"])
def test_nobody_else_changes_them(app: Flask, settings: Settings, council: Council, sign_in: SignIn, role: str) -> None:
    other = sign_in(role, *(["housing"] if role in {"adviser", "service_manager"} else []))
    for address in (PAGE, THREATS, f"{PAGE}new"):
        assert other.get(address).status_code == 403


def test_an_unknown_kind_is_no_page(lead: PersonsClient) -> None:
    assert lead.get(f"{PAGE}lost").status_code == 404
    with transaction():
        assert db.session.scalar(select(func.count(AlertKind.id))) == 0
