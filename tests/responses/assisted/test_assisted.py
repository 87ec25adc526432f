"""Staff enter answers for people on the phone and from paper: once, of whom nobody chose, and unseen afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from time_machine import TimeMachineFixture

from survey_app.audit.models import AuditLine
from survey_app.contacts.models import Contact
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, InvitationState
from survey_app.invitations.operations import fresh_code
from survey_app.kernel.clock import day_starts_at
from survey_app.organisation.channels import CustomerKind, Mode
from survey_app.organisation.models import Service
from survey_app.responses.afterwards.operations import set_support_text
from survey_app.responses.given import GivenAnswers
from survey_app.responses.links.operations import close_link, open_link
from survey_app.responses.models import AnswerText, LinkKind, OpenLink, SurveyDraft, SurveyResponse
from survey_app.responses.operations import invited, record_response, save_draft
from survey_app.responses.operations.answers import given_in
from survey_app.responses.presenters import reference_for_people
from survey_app.surveys.bank import GROUPS
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.operations import publish_default_survey, publish_survey, start_survey
from survey_app.surveys.structure import Item, SurveyStructure
from tests.conftest import PersonsClient
from tests.factories import NOON, make_cast, make_invitation, make_user

PAGE = "/assisted/"
NEXT_DAY = NOON + timedelta(days=1)
SignIn = Callable[..., PersonsClient]


@pytest.fixture(autouse=True)
def _on_the_next_day(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NEXT_DAY)


@pytest.fixture
def survey(app: Flask) -> SurveyVersion:
    with transaction():
        make_cast()
        return publish_default_survey(NOON)


@pytest.fixture
def invitation(survey: SurveyVersion) -> Invitation:
    """Asha was asked about her call about housing on 10 March, until 24 March."""
    with transaction():
        return make_invitation(service("housing"), survey, NOON.date())


@pytest.fixture
def code(invitation: Invitation) -> str:
    with transaction():
        return fresh_code(invitation, NEXT_DAY)


@pytest.fixture
def adviser(survey: SurveyVersion, sign_in: SignIn) -> PersonsClient:
    return sign_in("adviser", "housing")


def service(code: str) -> Service:
    return db.session.scalars(select(Service).where(Service.code == code)).one()


def contact_reference(invitation: Invitation) -> str:
    return db.session.scalars(select(Contact.reference).where(Contact.id == invitation.contact_id)).one()


def find(client: PersonsClient, mode: str = "phone", **typed: str) -> tuple[int, str]:
    """The status, and where it leads or what the page says at the fields."""
    answer = client.send_form(PAGE, mode=mode, **typed)
    if answer.status_code == 303:
        return 303, answer.headers["Location"]
    page = BeautifulSoup(answer.text, "html.parser")
    return answer.status_code, " ".join(error.text for error in page.select(".govuk-error-message"))


def opened(client: PersonsClient, mode: str = "phone", **typed: str) -> str:
    """The address of the entry page."""
    status, address = find(client, mode, **typed)
    assert status == 303, address
    return address


def words(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def stored() -> list[SurveyResponse]:
    return list(db.session.scalars(select(SurveyResponse).order_by(SurveyResponse.id)))


def make_card_link(survey: SurveyVersion, of_service: str = "housing", kind: LinkKind = LinkKind.OPEN) -> OpenLink:
    with transaction():
        return open_link(kind, "Reception", survey.survey, service(of_service), now=NOON - timedelta(days=60))


def test_an_adviser_reads_out_the_survey_of_a_code_and_stores_what_is_said(
    adviser: PersonsClient, invitation: Invitation, code: str
) -> None:
    address = opened(adviser, code=code.lower())
    page = adviser.get(address)
    for said in (
        "phone call on 10 March 2026 about housing options",
        "you can stop at any time",
        "Taking part is your",
    ):
        assert said in words(page.text)
    residents = BeautifulSoup(adviser.get(f"/s/{code}").text, "html.parser")
    theirs = [label.text for label in residents.select("label.choice")]
    ours = [label.text for label in BeautifulSoup(page.text, "html.parser").select(".govuk-radios__label")]
    assert ours == theirs and "I do not know" in ours
    assert not BeautifulSoup(page.text, "html.parser").select("main [checked]")
    answer = adviser.send_form(address, satisfaction="2", why="Nobody rang back.")
    assert answer.status_code == 303
    (response,) = stored()
    assert (response.mode, response.is_staff_entered, response.counts_on) == (Mode.PHONE, True, date(2026, 3, 10))
    assert (response.invitation_id, response.service_id) == (invitation.id, invitation.service_id)
    assert db.session.scalars(select(AnswerText.raw)).all() == ["Nobody rang back."]
    said = words(adviser.get(answer.headers["Location"]).text)
    assert reference_for_people(response.reference) in said
    assert "until 25 March 2026" in said and "within 5 working days" in said and "01632 960100" in said


def test_who_entered_an_answer_is_written_down_and_what_it_says_is_not(
    adviser: PersonsClient, invitation: Invitation, code: str
) -> None:
    adviser.send_form(opened(adviser, "paper", code=code), satisfaction="1", why="The roof leaks.")
    (response,) = stored()
    (line,) = db.session.scalars(select(AuditLine).where(AuditLine.action == "response.entered"))
    assert (line.subject, line.actor_kind, line.before, line.after) == (
        response.reference,
        "user",
        None,
        {"mode": "paper"},
    )
    assert line.actor_id is not None and line.actor_id.isdigit()
    assert response.mode is Mode.PAPER and response.is_staff_entered


def test_a_page_that_is_sent_twice_stores_one_answer_and_says_so(adviser: PersonsClient, code: str) -> None:
    address = opened(adviser, "paper", code=code)
    assert adviser.send_form(address, satisfaction="4").headers["Location"].endswith(address.replace("enter", "sent"))
    again = adviser.send_form(address, form_at=PAGE, satisfaction="1")
    (response,) = stored()
    assert [answer.option.code for answer in response.answers if answer.option] == ["4"]
    assert len(db.session.scalars(select(AuditLine).where(AuditLine.action == "response.entered")).all()) == 1
    said = words(adviser.get(again.headers["Location"]).text)
    assert f"had been sent before, as {reference_for_people(response.reference)}" in said
    assert adviser.get(address).status_code == 302, "the page leads to what became of it"


def test_who_has_answered_already_is_said_so_and_nothing_of_the_answer(
    adviser: PersonsClient, invitation: Invitation, code: str
) -> None:
    address = opened(adviser, code=code)
    with transaction():
        theirs = record_response(
            invited(invitation), GivenAnswers({"satisfaction": "5"}, {"why": "Lovely"}), now=NEXT_DAY
        )
    for page in (adviser.get(address), adviser.get(opened(adviser, reference=contact_reference(invitation)))):
        assert page.status_code == 409 and "This person has answered already" in page.text
        assert "Very satisfied" not in page.text and "Lovely" not in page.text
        assert reference_for_people(theirs.reference) not in page.text


def test_what_somebody_had_begun_is_not_shown_and_goes_once_they_have_answered(
    adviser: PersonsClient, invitation: Invitation, code: str
) -> None:
    with transaction():
        begun = {"satisfaction": "5", "why": "Lovely"}
        later = NEXT_DAY + timedelta(days=1)
        save_draft(invited(invitation), begun, started_at=NEXT_DAY, drops_at=later, now=NEXT_DAY)
    address = opened(adviser, code=code)
    page = adviser.get(address).text
    assert "Lovely" not in page and not BeautifulSoup(page, "html.parser").select("main [checked]")
    adviser.send_form(address, satisfaction="1")
    (response,) = stored()
    assert [answer.option.code for answer in response.answers if answer.option] == ["1"] and response.texts == []
    assert db.session.scalars(select(SurveyDraft)).all() == []


def test_an_answer_of_their_own_in_the_meantime_stays_and_what_was_typed_comes_back(
    adviser: PersonsClient, invitation: Invitation, code: str
) -> None:
    address = opened(adviser, code=code)
    form = BeautifulSoup(adviser.get(address).text, "html.parser")
    token = form.find("input", {"name": "csrf_token"})["value"]  # type: ignore[index]
    with transaction():
        record_response(invited(invitation), GivenAnswers({"satisfaction": "5"}), now=NEXT_DAY)
    typed = {"csrf_token": token, "satisfaction": "1", "why": "It took three weeks."}
    answer = adviser.post(address, data=typed)
    assert answer.status_code == 409 and "It took three weeks." in answer.text
    (response,) = stored()
    assert [row.option.code for row in response.answers if row.option] == ["5"] and not response.is_staff_entered


def test_a_form_with_a_fault_comes_back_with_all_that_was_entered(adviser: PersonsClient, code: str) -> None:
    address = opened(adviser, code=code)
    answer = adviser.send_form(address, why="It rains in.", timeliness="2", resolved="perhaps")
    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 422 and page.title is not None and page.title.text.startswith("Error: ")
    assert [link["href"] for link in page.select(".govuk-error-summary a")] == ["#satisfaction", "#resolved"]
    assert page.select_one("#why").text.strip() == "It rains in."  # type: ignore[union-attr]
    assert [box["value"] for box in page.select("input[name=timeliness][checked]")] == ["2"]
    assert stored() == []


def test_a_contact_of_another_service_and_one_that_nobody_was_asked_about_look_like_none(
    adviser: PersonsClient, survey: SurveyVersion, invitation: Invitation
) -> None:
    with transaction():
        elsewhere = make_invitation(service("waste"), survey, NOON.date())
        waiting = make_invitation(service("housing"), survey, NOON.date(), sent_at=None)
        wrong = make_invitation(service("housing"), survey, NOON.date(), state=InvitationState.VOID)
    found = {find(adviser, reference=contact_reference(one)) for one in (elsewhere, waiting, wrong)}
    found.add(find(adviser, reference="C-nobody"))
    ((status, said),) = found
    assert status == 404 and "Nobody was asked about a contact of your services" in said
    assert "staff have picked" in said, "it says why"
    assert find(adviser, reference=contact_reference(invitation))[0] == 303


def test_a_code_opens_its_survey_whichever_service_it_is_about(
    sign_in: SignIn, invitation: Invitation, code: str
) -> None:
    colleague = sign_in("adviser", "waste")
    assert "housing options" in colleague.get(opened(colleague, code=code)).text
    assert find(colleague, reference=contact_reference(invitation))[0] == 404


def test_an_address_works_only_for_whoever_looked_it_up(
    adviser: PersonsClient, sign_in: SignIn, code: str, time_machine: TimeMachineFixture
) -> None:
    address = opened(adviser, code=code)
    assert code not in address
    colleague = sign_in("adviser", "housing")
    assert [colleague.get(address).status_code, colleague.get(f"{address}x").status_code] == [404, 404]
    assert colleague.get(address.replace("enter", "sent")).status_code == 404
    assert adviser.get(address).status_code == 200


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({}, 422, "Enter the code, or else the contact’s reference"),
        ({"code": "7KQ4M 3HDRT", "reference": "C-1"}, 422, "not both"),
        ({"code": "7KQ4M 3HDRO"}, 422, "The letter O is never in a code"),
        ({"code": "7KQ4M 3HDRT"}, 404, "We do not know this code"),
        ({"code": "7KQ4 3HDR"}, 404, "We do not know this code"),
        ({"reference": "C" * 121}, 422, "Use 120 characters or fewer"),
        ({"mode": "web", "code": "7KQ4M 3HDRT"}, 422, "Say whether they are on the phone or wrote to us"),
    ],
)
def test_what_leads_nowhere_comes_back_as_it_was_typed_with_the_reason(
    adviser: PersonsClient, typed: dict[str, str], status: int, said: str
) -> None:
    answer = adviser.send_form(PAGE, **({"mode": "phone"} | typed))
    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == status and said in words(answer.text)
    for name in ("code", "reference"):
        assert page.select_one(f"#{name}")["value"] == typed.get(name, "")  # type: ignore[index]


def test_a_member_of_staff_who_tries_codes_is_kept_out_and_their_colleagues_are_not(
    adviser: PersonsClient, code: str, sign_in: SignIn
) -> None:
    wrong = code[:-1] + ("A" if code[-1] != "A" else "C")
    tries = [find(adviser, code=wrong)[0] for _ in range(21)]
    assert tries == [404] * 20 + [429]
    assert find(adviser, reference="C-nobody")[0] == 404, (
        "a reference is no code: it leads nowhere outside one's services"
    )
    assert find(sign_in("cse_lead"), code=wrong)[0] == 404


@pytest.mark.parametrize("role", ["data_protection_officer", "administrator", "assessor"])
def test_who_may_not_enter_answers_is_refused_everywhere(sign_in: SignIn, survey: SurveyVersion, role: str) -> None:
    client = sign_in(role)
    for address in (PAGE, "/assisted/enter/x", "/assisted/sent/x", "/assisted/not-now"):
        assert client.get(address).status_code == 403
    assert "Enter answers" not in client.get("/accounts/").text


@pytest.mark.parametrize("role", ["service_manager", "cse_lead"])
def test_who_may_enter_answers_finds_the_page_in_the_menu(sign_in: SignIn, survey: SurveyVersion, role: str) -> None:
    client = sign_in(role, *(["housing"] if role == "service_manager" else []))
    page = BeautifulSoup(client.get(PAGE).text, "html.parser")
    assert [link.text for link in page.select("nav.menu [aria-current=page]")] == ["Enter answers"]


def test_nobody_enters_an_answer_about_their_own_contact(
    app: Flask, survey: SurveyVersion, client: PersonsClient
) -> None:
    with transaction():
        user = make_user("adviser", "housing", email="sam@anyborough.example.org")
        mine = make_invitation(service("housing"), survey, NOON.date(), adviser_ref="Sam@anyborough.example.org")
    client.sign_in(user.email)
    page = client.get(opened(client, reference=contact_reference(mine)))
    assert page.status_code == 403 and "You handled this contact yourself" in page.text
    assert "Do not enter answers about your own contacts" in client.get(PAGE).text


def asked_so_many_days_ago(survey: SurveyVersion, days: int) -> tuple[Invitation, str]:
    """An invitation, open for 14 days, about a contact of so many days before 10 March; and its code."""
    with transaction():
        invitation = make_invitation(service("housing"), survey, NOON.date() - timedelta(days=days))
        return invitation, fresh_code(invitation, NEXT_DAY)


def test_a_survey_that_has_closed_is_not_answered_on_the_phone(adviser: PersonsClient, survey: SurveyVersion) -> None:
    _, code = asked_so_many_days_ago(survey, 20)
    page = adviser.get(opened(adviser, code=code))
    assert page.status_code == 410 and "This survey has closed" in page.text and "4 March 2026" in page.text


def test_a_card_that_was_written_in_time_counts_however_late_it_arrives(
    adviser: PersonsClient, survey: SurveyVersion
) -> None:
    invitation, code = asked_so_many_days_ago(survey, 40)  # of 29 January, until 12 February
    address = opened(adviser, "paper", code=code)
    for day, said in (
        ("13/2/2026", "open until 12 February 2026"),
        ("28/1/2026", "before 29 January 2026"),
        ("soon", "Enter the day on the card"),
    ):
        answer = adviser.send_form(address, satisfaction="4", **{"card-day": day})
        assert answer.status_code == 422 and said in words(answer.text)
    assert adviser.send_form(address, satisfaction="4", **{"card-day": "12/2/2026"}).status_code == 303
    (response,) = stored()
    assert response.counts_on == date(2026, 1, 29), "the day of the contact"
    assert response.submitted_at == day_starts_at(date(2026, 2, 12)), "when its person answered"
    assert response.received_at is not None and response.received_at >= NEXT_DAY
    assert db.session.get_one(Invitation, invitation.id).state is InvitationState.ANSWERED


def test_a_card_of_long_ago_is_not_entered(adviser: PersonsClient, survey: SurveyVersion) -> None:
    _, code = asked_so_many_days_ago(survey, 14 + 91)
    assert adviser.get(opened(adviser, "paper", code=code)).status_code == 410


def test_a_card_with_an_open_code_counts_on_the_day_that_is_written_on_it(
    adviser: PersonsClient, survey: SurveyVersion
) -> None:
    link = make_card_link(survey)
    address = opened(adviser, "paper", code=link.code)
    assert "Day written on the card" in adviser.get(address).text
    for day, said in (
        ("", "Enter the day"),
        ("12/3/2026", "not in the future"),
        ("10/12/2025", "before 11 December 2025"),
    ):
        answer = adviser.send_form(address, satisfaction="3", **{"card-day": day})
        assert answer.status_code == 422 and said in words(answer.text)
    answer = adviser.send_form(address, satisfaction="3", **{"card-day": "27/2/2026"})
    (response,) = stored()
    assert (response.mode, response.is_staff_entered, response.counts_on) == (Mode.PAPER, True, date(2026, 2, 27))
    assert (response.open_link_id, response.service_id, response.invitation_id) == (link.id, link.service_id, None)
    page = BeautifulSoup(adviser.get(answer.headers["Location"]).text, "html.parser")
    field = page.select_one("[autofocus]")
    assert field is not None and (field["id"], field["value"]) == ("code", link.code)
    assert [box["value"] for box in page.select("[checked]")] == ["paper"]
    assert reference_for_people(response.reference) in page.text


def test_an_open_code_is_for_cards_alone_and_for_ones_own_services(
    adviser: PersonsClient, survey: SurveyVersion
) -> None:
    link = make_card_link(survey)
    status, said = find(adviser, "phone", code=link.code)
    assert status == 422 and "Only a card that somebody filled in can be entered" in said
    for other in (make_card_link(survey, "waste"), make_card_link(survey, kind=LinkKind.KIOSK)):
        assert find(adviser, "paper", code=other.code)[0] == 404
    with transaction():
        close_link(db.session.get_one(OpenLink, link.id), now=NOON - timedelta(days=10))
    address = opened(adviser, "paper", code=link.code)
    late = adviser.send_form(address, satisfaction="3", **{"card-day": "1/3/2026"})
    assert late.status_code == 422 and "open until 28 February 2026" in late.text
    assert adviser.send_form(address, satisfaction="3", **{"card-day": "28/2/2026"}).status_code == 303


def test_a_form_of_another_site_stores_nothing(adviser: PersonsClient, code: str) -> None:
    answer = adviser.post(opened(adviser, code=code), data={"satisfaction": "1", "why": "Nobody rang back."})
    assert answer.status_code == 400 and "Nobody rang back." in answer.text
    assert stored() == []


def test_where_to_turn_in_danger_is_at_hand_on_the_phone(
    adviser: PersonsClient, invitation: Invitation, code: str
) -> None:
    with transaction():
        set_support_text(invitation.service_id, "Call 999 **now**.", "", now=NEXT_DAY)
    assert "Call 999 <strong>now</strong>." in adviser.get(opened(adviser, code=code)).text
    assert "Call 999" not in adviser.get(opened(adviser, "paper", code=code)).text


def test_who_would_rather_not_leaves_nothing_behind(adviser: PersonsClient, code: str) -> None:
    adviser.get(opened(adviser, code=code))
    page = adviser.get("/assisted/not-now")
    assert "Nothing was recorded" in page.text
    assert adviser.get("/admin/stops/").status_code == 200 and 'href="/admin/stops/"' in page.text
    assert stored() == []


def test_every_kind_of_question_is_entered_and_what_cannot_be_taken_stays(app: Flask, sign_in: SignIn) -> None:
    items = tuple(Item(question) for group in GROUPS.values() for question in group)
    with transaction():
        make_cast()
        draft = start_survey(SurveyStructure("bank", "Bank", CustomerKind.RESIDENT, "", items), "Made", now=NOON)
        invitation = make_invitation(service("housing"), publish_survey(draft, now=NOON), NOON.date())
        code = fresh_code(invitation, NEXT_DAY)
    client = sign_in("adviser", "housing")
    address = opened(client, code=code)
    typed = {
        "satisfaction": "5",
        "waited_minutes": "about 10",
        "first_told_on.day": "5",
        "first_told_on.month": "March",
        "first_told_on.year": "26",
        "ways_tried": "web",
        "matters_most.right": "1",
        "contact_reason.other": "A bin",
    }
    page = client.send_form(address, **typed)
    assert page.status_code == 422
    shown = BeautifulSoup(page.text, "html.parser")
    assert [error.text.split("Error:")[1].strip() for error in shown.select(".govuk-error-message")] == [
        "Enter one number in figures, like 10"
    ]
    assert shown.select("input[value=March]") and shown.select("input[value=web][checked]")
    assert client.send_form(address, **(typed | {"waited_minutes": "10"})).status_code == 303
    given = given_in(db.session.scalars(select(SurveyResponse)).one())
    assert given.values == {
        "waited_minutes": ("10",),
        "first_told_on": ("2026-03-05",),
        "ways_tried": ("web",),
        "matters_most": ("right",),
    }
    assert given.texts == {"contact_reason.other": "A bin"}
