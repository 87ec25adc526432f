"""A survey in pages: what was given on each is kept by the server until all is sent, or its time is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from sqlalchemy import func, select
from time_machine import TimeMachineFixture
from werkzeug.test import TestResponse

from survey_app.extensions import db
from survey_app.invitations.models import Invitation, InvitationToken, TokenPurpose
from survey_app.kernel.clock import utc_now
from survey_app.kernel.tokens import token_digest
from survey_app.responses.jobs import DROP_DRAFTS
from survey_app.responses.models import AnswerText, OpenLink, ResponseState, SurveyDraft, SurveyResponse
from survey_app.responses.operations.answers import given_in
from survey_app.responses.views import TRAP
from survey_app.surveys.kinds import Paging
from survey_app.surveys.operations import publish_default_survey
from survey_app.surveys.structure import SurveyStructure
from tests.conftest import PersonsClient
from tests.factories import NOON, make_council, make_invitation, make_link, make_service, publish_anew
from tests.statements import statements
from tests.threads import all_at_once

TOKEN = "a-token-from-a-message"
ADDRESS = f"/s/{TOKEN}"


@pytest.fixture(autouse=True)
def clock(time_machine: TimeMachineFixture) -> TimeMachineFixture:
    time_machine.move_to(NOON + timedelta(days=1), tick=False)
    return time_machine


@pytest.fixture
def invitation(app: Flask) -> Invitation:
    """Somebody who is asked question by question, by a link that we know."""
    make_council()
    version = publish_default_survey(NOON - timedelta(days=30))
    version.survey.paging = Paging.ONE_QUESTION
    invitation = make_invitation(make_service("housing", "Housing options"), version, NOON.date())
    db.session.add(
        InvitationToken(
            invitation=invitation, token_sha256=token_digest(TOKEN), purpose=TokenPurpose.ANSWER, created_at=NOON
        )
    )
    db.session.flush()
    return invitation


@pytest.fixture
def link(invitation: Invitation) -> OpenLink:
    return make_link(invitation.service, invitation.survey_version)


@pytest.fixture
def client(client: PersonsClient) -> PersonsClient:
    """It keeps nothing between two pages but what stands in them: it has no cookies."""
    client._cookies = None
    return client


def main_form(page: TestResponse) -> Tag:
    found = BeautifulSoup(page.text, "html.parser").select("main form")[-1]
    assert found.select_one("input[name=nonce]") is not None
    return found


def fields(form: Tag) -> dict[str, str]:
    """What a browser would send of it as it stands."""
    texts = {str(area["name"]): area.get_text().removeprefix("\n") for area in form.select("textarea")}
    inputs = form.select("input[type=hidden], input[type=text], input[type=radio][checked]")
    return texts | {str(field["name"]): str(field["value"]) for field in inputs}


def send(client: PersonsClient, page: TestResponse, button: str = "", **answers: str) -> TestResponse:
    """Fill in the form of a page and press a button of it, and see the page that follows."""
    form = main_form(page)
    pressed = next(each for each in form.select("button") if button in each.get_text())
    address = urljoin(page.request.url, str(pressed.get("formaction") or form.get("action") or page.request.url))
    return client.post(address, data=fields(form) | answers, follow_redirects=True)


def heading(page: TestResponse) -> str:
    found = BeautifulSoup(page.text, "html.parser").h1
    assert found is not None
    return found.get_text(" ", strip=True)


def wording(code: str) -> str:
    version = db.session.scalars(select(Invitation)).first()
    assert version is not None
    asked = {item.question_version.question.code: item.question_version for item in version.survey_version.items}
    return asked[code].wording


def at(page: TestResponse, code: str) -> bool:
    return heading(page).startswith(wording(code))


def drafts() -> list[SurveyDraft]:
    db.session.rollback()
    return list(db.session.scalars(select(SurveyDraft)))


def answered() -> list[SurveyResponse]:
    db.session.rollback()
    return list(db.session.scalars(select(SurveyResponse)))


def to_the_end(client: PersonsClient, page: TestResponse, **answers: str) -> TestResponse:
    while "Continue</button>" in page.text:
        asked = main_form(page).select("input[type=radio], textarea")[0]["name"]
        page = send(client, page, **{name: value for name, value in answers.items() if name == asked})
    return page


@pytest.mark.usefixtures("invitation")
class TestOneQuestionAPage:
    def test_each_page_asks_one_question_and_says_how_far_one_is(self, client: PersonsClient) -> None:
        page = client.get(ADDRESS)
        assert "Question 1 of 10" in page.text
        assert "to go" not in page.text
        assert "Back</button>" not in page.text
        assert len(main_form(page).select("fieldset, textarea")) == 1
        page = send(client, page, satisfaction="4")
        assert "Question 2 of 10. Less than a minute to go" in page.text
        assert "Back</button>" in page.text
        assert "Set-Cookie" not in page.headers

    def test_all_that_was_given_on_its_pages_is_one_answer_and_the_draft_is_gone(self, client: PersonsClient) -> None:
        last = to_the_end(client, client.get(ADDRESS), satisfaction="4", why="They rang me back.", resolved="yes")
        assert "Question 10 of 10" in last.text
        assert answered() == []
        assert "We have your answers" in send(client, last, "Send").text
        (response,) = answered()
        given = given_in(response)
        assert (given.choices, given.texts) == ({"satisfaction": "4", "resolved": "yes"}, {"why": "They rang me back."})
        assert drafts() == []

    def test_what_a_machine_sends_ends_no_draft(self, client: PersonsClient) -> None:
        last = to_the_end(client, client.get(ADDRESS), satisfaction="4", why="They rang me back.")
        for _ in range(2):  # held, and the same again
            client.post(f"{ADDRESS}?page=10", data=fields(main_form(last)) | {TRAP: "https://example.com"})
            assert [response.state for response in answered()] == [ResponseState.QUARANTINED]
            assert len(drafts()) == 1
        assert "We have your answers" in send(client, client.get(ADDRESS), "Send").text
        counted = [response for response in answered() if response.state is ResponseState.COUNTED]
        assert [given_in(response).texts for response in counted] == [{"why": "They rang me back."}]
        assert drafts() == []

    def test_whoever_resumes_what_a_machine_began_answers_for_no_machine(self, client: PersonsClient) -> None:
        first = client.get(ADDRESS)
        client.post(f"{ADDRESS}?page=1", data=fields(main_form(first)) | {"satisfaction": "1", TRAP: "x"})
        resumed = send(client, client.get(ADDRESS), "Back")
        assert at(resumed, "satisfaction")
        send(client, to_the_end(client, resumed, satisfaction="4"), "Send")
        assert [(response.state, given_in(response).choices) for response in answered()] == [
            (ResponseState.COUNTED, {"satisfaction": "4"})
        ]
        assert drafts() == []

    def test_going_back_loses_nothing_and_needs_nothing(self, client: PersonsClient) -> None:
        page = send(client, client.get(ADDRESS), satisfaction="4")
        page = send(client, page, "Back", why="Half a sentence")
        assert at(page, "satisfaction")
        assert fields(main_form(page))["satisfaction"] == "4"
        page = send(client, page, satisfaction="2")
        assert fields(main_form(page))["why"] == "Half a sentence"
        third = send(client, page)
        assert at(send(client, send(client, third, "Back"), "Back"), "satisfaction")

    def test_a_question_that_needs_an_answer_holds_up_and_keeps_what_was_typed(self, client: PersonsClient) -> None:
        page = send(client, client.get(ADDRESS))
        assert page.status_code == 422
        assert "Select how satisfied you were" in page.text
        page = send(client, send(client, page, satisfaction="3"), why="x" * 5001)
        assert page.status_code == 422
        assert "5,000 characters or fewer" in page.text
        assert fields(main_form(page))["why"] == "x" * 5001

    def test_nobody_gets_past_a_page_by_its_address(self, client: PersonsClient) -> None:
        for number in ("2", "10", "99999999999999999999", "-1", "x", ""):
            assert at(client.get(f"{ADDRESS}?page={number}"), "satisfaction")

    def test_the_last_page_sent_first_is_kept_and_leads_to_the_question_that_it_lacks(
        self, client: PersonsClient
    ) -> None:
        nonce = fields(main_form(client.get(ADDRESS)))["nonce"]
        sent = {"nonce": nonce, "improve": "Answer the phone."}
        page = client.post(f"{ADDRESS}?page=10", data=sent, follow_redirects=True)
        assert at(page, "satisfaction")
        assert "Select how satisfied you were" in page.text
        assert answered() == []
        last = to_the_end(client, send(client, page, satisfaction="1"))
        send(client, last, "Send")
        assert "Answer the phone." in [text.raw for text in db.session.scalars(select(AnswerText))]

    def test_what_was_not_offered_is_refused_and_what_is_no_question_is_not_kept(self, client: PersonsClient) -> None:
        first = client.get(ADDRESS)
        assert send(client, first, satisfaction="6").status_code == 422
        assert drafts() == []
        page = send(client, first, satisfaction="5", timeliness="9", state="x")
        assert page.status_code == 422
        assert drafts() == []
        send(client, first, satisfaction="5", state="x")
        (draft,) = drafts()
        assert draft.answers == '{"satisfaction": "5"}'

    def test_the_tap_in_the_message_is_on_the_first_page_and_not_kept_before_somebody_goes_on(
        self, client: PersonsClient
    ) -> None:
        page = client.get(f"{ADDRESS}?answer=4")
        assert fields(main_form(page))["satisfaction"] == "4"
        assert "You chose this answer in our e-mail" in page.text
        assert drafts() == []
        send(client, page)
        again = client.get(f"{ADDRESS}?answer=2")
        assert at(again, "satisfaction")
        assert fields(main_form(again))["satisfaction"] == "2"

    def test_who_had_the_whole_survey_open_when_it_was_divided_sends_it_whole(
        self, client: PersonsClient, invitation: Invitation
    ) -> None:
        invitation.survey_version.survey.paging = Paging.ONE_PAGE
        page = client.get(ADDRESS)
        invitation.survey_version.survey.paging = Paging.ONE_QUESTION
        send(client, page, "Send", satisfaction="4", improve="Nothing")
        (response,) = answered()
        assert given_in(response).texts == {"improve": "Nothing"}

    def test_who_was_half_through_when_it_came_onto_one_page_finds_all_there(
        self, client: PersonsClient, invitation: Invitation
    ) -> None:
        send(client, send(client, client.get(ADDRESS), satisfaction="4"), why="Kept words")
        invitation.survey_version.survey.paging = Paging.ONE_PAGE
        page = client.get(ADDRESS)
        assert fields(main_form(page))["why"] == "Kept words"
        send(client, page, "Send")
        assert given_in(answered()[0]).choices == {"satisfaction": "4"}
        assert drafts() == []

    def test_a_page_that_stood_open_when_all_came_onto_one_is_added_to_what_was_kept(
        self, client: PersonsClient, invitation: Invitation
    ) -> None:
        page = send(client, send(client, client.get(ADDRESS), satisfaction="4"), why="Kept words")
        invitation.survey_version.survey.paging = Paging.ONE_PAGE
        send(client, page, delivery="2")
        (response,) = answered()
        assert given_in(response).choices == {"satisfaction": "4", "delivery": "2"}
        assert given_in(response).texts == {"why": "Kept words"}

    def test_a_test_goes_through_all_pages_and_keeps_nothing(self, client: PersonsClient) -> None:
        page = client.get("/s/test")
        for _ in range(9):
            page = send(client, page, "Continue", satisfaction="4")
        assert "The test has worked" in send(client, page, "Send").text
        assert (drafts(), answered()) == ([], [])


def divided_after_three(survey: SurveyStructure) -> SurveyStructure:
    items = (replace(item, page=1 if n < 3 else 7) for n, item in enumerate(survey.items))
    return replace(survey, items=tuple(items))


def test_a_survey_goes_page_by_page_as_it_is_divided(client: PersonsClient, invitation: Invitation) -> None:
    survey = invitation.survey_version.survey
    survey.paging = Paging.PAGES
    invitation.survey_version = publish_anew(survey, divided_after_three)
    page = client.get(ADDRESS)
    assert "Questions 1 to 3 of 10" in page.text
    page = send(client, page, satisfaction="5")
    assert "Questions 4 to 10 of 10" in page.text
    assert "We have your answers" in send(client, page, "Send").text


@pytest.mark.usefixtures("invitation")
class TestGoingOnLater:
    def test_the_same_link_opens_where_one_had_got_to_and_says_so(self, client: PersonsClient) -> None:
        page = send(client, send(client, client.get(ADDRESS), satisfaction="4"), why="Kept words")
        assert "You had got to" not in page.text
        page = client.get(ADDRESS)
        closes_on = db.session.scalars(select(Invitation.closes_at)).one() - timedelta(seconds=1)
        until = f"{closes_on.day} {closes_on:%B %Y}"
        assert f"You had got to question 3. Your answers so far are kept until {until}." in page.text
        assert fields(main_form(client.get(f"{ADDRESS}?page=2")))["why"] == "Kept words"

    def test_who_starts_again_finds_nothing_kept(self, client: PersonsClient) -> None:
        send(client, client.get(ADDRESS), satisfaction="4")
        page = client.get(ADDRESS)
        again = BeautifulSoup(page.text, "html.parser").select("main form")[0]
        assert "Start again" in again.get_text()
        address = urljoin(ADDRESS, str(again["action"]))
        assert client.post(address, data={"nonce": "forged"}).status_code == 400
        assert len(drafts()) == 1
        page = client.post(address, data=fields(again), follow_redirects=True)
        assert at(page, "satisfaction")
        assert "satisfaction" not in fields(main_form(page))
        assert drafts() == []

    def test_a_page_that_stood_open_for_two_days_loses_nothing(
        self, client: PersonsClient, clock: TimeMachineFixture
    ) -> None:
        page = send(client, client.get(ADDRESS), satisfaction="4")
        clock.move_to(utc_now() + timedelta(days=2), tick=False)
        page = send(client, page, why="Kept words")
        assert page.status_code == 400
        assert "check it and press Continue once more" in page.text
        assert at(send(client, page), "resolved") or "Question 3 of 10" in client.get(ADDRESS).text
        assert "Kept words" in (drafts()[0].answers or "")

    def test_an_answer_that_was_sent_is_never_shown(self, client: PersonsClient) -> None:
        send(client, to_the_end(client, client.get(ADDRESS), satisfaction="2", why="My own words"), "Send")
        for address in (ADDRESS, f"{ADDRESS}?page=2", f"{ADDRESS}?page=10"):
            page = client.get(address)
            assert at(page, "satisfaction")
            assert "satisfaction" not in fields(main_form(page))
            assert "My own words" not in page.text

    def test_what_is_kept_is_encrypted(self, client: PersonsClient) -> None:
        send(client, send(client, client.get(ADDRESS), satisfaction="4"), why="My name is on this one")
        db.session.rollback()
        (stored,) = db.session.execute(db.text("SELECT answers FROM survey_draft")).one()
        assert "My name" not in stored


@pytest.mark.usefixtures("invitation")
class TestSentAtTheSameMoment:
    def test_two_pages_are_both_kept(self, app: Flask, client: PersonsClient) -> None:
        nonce = fields(main_form(client.get(ADDRESS)))["nonce"]

        def page(number: int, **given: str) -> Callable[[], object]:
            sent = {"nonce": nonce, **given}
            return lambda: app.test_client().post(f"{ADDRESS}?page={number}", data=sent)

        all_at_once(app, *[page(1, satisfaction="4"), page(2, why="Kept words"), page(3, resolved="partly")] * 3)
        (draft,) = drafts()
        assert [word in (draft.answers or "") for word in ('"4"', "Kept words", "partly")] == [True] * 3

    def test_the_last_page_pressed_ten_times_is_one_answer_with_all_that_was_given(
        self, app: Flask, client: PersonsClient
    ) -> None:
        last = to_the_end(client, client.get(ADDRESS), satisfaction="4", why="Kept words")
        sent, address = fields(main_form(last)), last.request.url
        seen: list[str] = []

        def press_send() -> None:
            seen.append(app.test_client().post(address, data=sent).location)

        all_at_once(app, *[press_send] * 10)
        assert set(seen) == {f"{ADDRESS}/thanks"}
        (response,) = answered()
        given = given_in(response)
        assert (given.choices, given.texts) == ({"satisfaction": "4"}, {"why": "Kept words"})
        assert drafts() == []


class TestByAnOpenLink:
    def test_the_further_pages_have_an_address_of_their_own_where_one_can_go_on(
        self, client: PersonsClient, link: OpenLink
    ) -> None:
        first = client.get(f"/o/{link.code}")
        page = send(client, first, satisfaction="4")
        address = page.request.path
        assert address.startswith(f"/o/{link.code}/d/")
        key = address.split("/")[-1]
        assert [draft.key for draft in drafts()] == [token_digest(key)]
        assert "To go on later, keep the address of this page." in page.text
        assert "You had got to question 2." in client.get(address).text
        assert "You had got to" not in client.get(f"/o/{link.code}").text
        assert send(client, first, satisfaction="4").request.path == address  # pressed twice
        sent = send(client, to_the_end(client, client.get(address), why="Kept words"), "Send")
        assert sent.request.path == f"/o/{link.code}/{key}/thanks"
        (response,) = answered()
        assert given_in(response).texts == {"why": "Kept words"}
        assert drafts() == []
        assert client.get(address).location == f"/o/{link.code}/{key}/thanks"

    def test_an_address_that_is_none_leads_to_the_first_page(self, client: PersonsClient, link: OpenLink) -> None:
        other = make_link(link.service, link.survey.versions[0], name="Town hall")
        page = send(client, client.get(f"/o/{link.code}"), satisfaction="4")
        key = page.request.path.split("/")[-1]
        assert client.get(f"/o/{link.code}/d/{key[::-1]}").location == f"/o/{link.code}"
        for wrong in (f"/o/{other.code}/d/{key}", f"/o/{link.code}/d/{'x' * 5000}", f"/o/{link.code}/d/a%00b"):
            assert client.get(wrong).status_code == 404
            assert client.post(wrong, data=fields(main_form(page))).status_code == 404


class TestDropping:
    def test_when_an_invitation_closes_only_where_its_person_broke_off_stays(
        self, client: PersonsClient, invitation: Invitation, clock: TimeMachineFixture
    ) -> None:
        send(client, send(client, client.get(ADDRESS), satisfaction="4"), why="Kept words")
        clock.move_to(invitation.closes_at - timedelta(seconds=1), tick=False)
        assert DROP_DRAFTS.step(utc_now(), "worker") == 0
        clock.move_to(invitation.closes_at, tick=False)
        assert DROP_DRAFTS.backlog is not None
        assert DROP_DRAFTS.backlog(utc_now()).waiting == 1
        assert DROP_DRAFTS.step(utc_now(), "worker") == 1
        assert DROP_DRAFTS.step(utc_now(), "worker") == 0
        (draft,) = drafts()
        third = invitation.survey_version.items[2]
        assert (draft.answers, draft.drops_at, draft.broke_off_at_id) == (None, None, third.question_version_id)
        assert client.get(ADDRESS).status_code == 410

    def test_by_an_open_link_a_week_without_activity_is_the_end(
        self, client: PersonsClient, link: OpenLink, clock: TimeMachineFixture
    ) -> None:
        page = send(client, client.get(f"/o/{link.code}"), satisfaction="4")
        address = page.request.path
        clock.move_to(utc_now() + timedelta(days=6), tick=False)
        page = send(client, client.get(address), why="Kept words")
        clock.move_to(utc_now() + timedelta(days=6), tick=False)
        assert DROP_DRAFTS.step(utc_now(), "worker") == 0
        assert "Kept words" in client.get(f"{address}?page=2").text
        clock.move_to(utc_now() + timedelta(days=1), tick=False)
        assert DROP_DRAFTS.step(utc_now(), "worker") == 1
        assert client.get(address).location == f"/o/{link.code}"
        assert [draft.answers for draft in drafts()] == [None]

    def test_of_a_change_that_was_not_finished_nothing_stays_beside_the_answer(
        self, client: PersonsClient, invitation: Invitation, clock: TimeMachineFixture
    ) -> None:
        send(client, to_the_end(client, client.get(ADDRESS), satisfaction="2"), "Send")
        send(client, client.get(ADDRESS), satisfaction="5")
        assert len(drafts()) == 1
        clock.move_to(utc_now() + timedelta(days=60), tick=False)
        assert DROP_DRAFTS.step(utc_now(), "worker") == 1
        assert drafts() == []
        assert [given_in(each).choices for each in answered()] == [{"satisfaction": "2"}]


@pytest.mark.usefixtures("invitation")
class TestMachines:
    def test_the_field_that_people_do_not_see_holds_the_answer_of_the_page_that_was_sent_with_it(
        self, client: PersonsClient
    ) -> None:
        last = to_the_end(client, client.get(ADDRESS), satisfaction="4")
        trap = main_form(last).select_one(".trap input")
        assert trap is not None
        assert (trap["tabindex"], trap["autocomplete"]) == ("-1", "off")
        assert "We have your answers" in send(client, last, "Send", **{str(trap["name"]): "https://spam.example"}).text
        (response,) = answered()
        assert (response.state, response.quarantine_reason) == (ResponseState.QUARANTINED, "hidden_field")

    def test_pages_opened_and_sent_again_and_again_store_nothing_on_get(self, client: PersonsClient) -> None:
        send(client, client.get(ADDRESS), satisfaction="4")
        before = db.session.scalar(select(func.max(SurveyDraft.saved_at)))
        for address in (
            ADDRESS,
            f"{ADDRESS}?page=1",
            f"{ADDRESS}?back=1",
            f"{ADDRESS}?again=1",
            f"{ADDRESS}?missing=1",
        ):
            assert client.get(address).status_code == 200
        assert len(drafts()) == 1
        assert db.session.scalar(select(func.max(SurveyDraft.saved_at))) == before


class TestStatements:
    @pytest.mark.parametrize(("paging", "opened", "sent"), [(Paging.ONE_PAGE, 6, 9), (Paging.ONE_QUESTION, 6, 4)])
    def test_opening_a_page_and_sending_it_take_few(
        self, client: PersonsClient, invitation: Invitation, paging: Paging, opened: int, sent: int
    ) -> None:
        invitation.survey_version.survey.paging = paging
        db.session.commit()
        with statements() as to_open:
            page = client.get(ADDRESS)
        with statements() as to_send:
            answer = client.post(ADDRESS, data=fields(main_form(page)) | {"satisfaction": "4"})
        assert answer.status_code == 303
        assert (len(to_open), len(to_send)) == (opened, sent)

    def test_by_an_open_link_as_well(self, client: PersonsClient, link: OpenLink) -> None:
        address = f"/o/{link.code}"
        link.survey.paging = Paging.ONE_PAGE
        db.session.commit()
        with statements() as to_open:
            page = client.get(address)
        with statements() as to_send:
            client.post(address, data=fields(main_form(page)) | {"satisfaction": "4"})
        assert (len(to_open), len(to_send)) == (7, 7)
