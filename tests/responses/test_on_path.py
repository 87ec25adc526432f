"""A routed survey: each is asked what follows from their answers, and nothing else of them is stored or counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from time_machine import TimeMachineFixture

from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, InvitationToken, TokenPurpose
from survey_app.invitations.operations import fresh_code
from survey_app.kernel.tokens import token_digest
from survey_app.measures import operations as measures
from survey_app.measures.models import DayTally
from survey_app.measures.queries.verifying import verify
from survey_app.organisation.channels import Mode
from survey_app.responses.given import GivenAnswers
from survey_app.responses.models import Answer, SurveyDraft, SurveyResponse
from survey_app.responses.on_path import all_shown_on_path, on_path
from survey_app.responses.operations import facts_known, invited, withdraw
from survey_app.responses.operations.answers import given_in
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.models import Question, QuestionVersion
from survey_app.surveys.operations import publish_survey, start_survey
from survey_app.surveys.queries import route_of
from survey_app.surveys.routing import Fact, Rule
from tests.conftest import PersonsClient
from tests.factories import NOON, make_council, make_invitation, make_service
from tests.responses.test_drafts import ADDRESS, TOKEN, at, fields, heading, main_form, send
from tests.surveys.routed import item, survey, when

ROUTED = survey(
    item("satisfaction", kind=QuestionKind.SATISFACTION, asks="satisfaction", is_required=True, wording="How was it?"),
    item("why_bad", show_if=when("satisfaction", "2", "1"), wording="Was {{service}} slow?"),
    item("what", kind=QuestionKind.TEXT, show_if=when("why_bad", "yes"), wording="What was slow?"),
    item("called", page=2, show_if=when(Fact.CHANNEL, "phone"), wording="Did we ring back?"),
    item("end", page=3, is_required=True, wording="May we close this?"),
    rules=(Rule(1, None, when("satisfaction", "5")),),
    page_titles={2: "Your {{channel}}"},
)


@pytest.fixture(autouse=True)
def clock(time_machine: TimeMachineFixture) -> TimeMachineFixture:
    time_machine.move_to(NOON + timedelta(days=1), tick=False)
    return time_machine


@pytest.fixture
def invitation(app: Flask) -> Invitation:
    """Somebody who called about housing options, and is asked the routed survey."""
    make_council()
    version = publish_survey(start_survey(ROUTED, "Made", now=NOON), now=NOON - timedelta(days=30))
    invitation = make_invitation(make_service("housing", "Housing options"), version, NOON.date())
    db.session.add(
        InvitationToken(
            invitation=invitation, token_sha256=token_digest(TOKEN), purpose=TokenPurpose.ANSWER, created_at=NOON
        )
    )
    db.session.flush()
    return invitation


def stored() -> SurveyResponse:
    db.session.rollback()
    return db.session.scalars(select(SurveyResponse)).one()


def choices() -> Mapping[str, str]:
    return given_in(stored()).choices


def counts() -> dict[tuple[str, str], int]:
    """What the tallies hold, after a recount has agreed with them."""
    measures.fold_all()
    db.session.commit()
    assert verify() == []
    rows = db.session.execute(
        select(Question.code, DayTally.value, func.sum(DayTally.count))
        .join(QuestionVersion, QuestionVersion.id == DayTally.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .group_by(Question.code, DayTally.value)
    )
    return {(code, value): int(count) for code, value, count in rows if count}


@pytest.mark.usefixtures("invitation")
class TestAsResidentsMeetIt:
    def test_each_answer_decides_what_follows_and_the_button_says_what_it_does(self, client: PersonsClient) -> None:
        page = client.get(ADDRESS)
        assert "Question 1 of up to 5" in page.text
        assert [button.get_text(strip=True) for button in main_form(page).select("button")] == ["Continue"]
        page = send(client, page, satisfaction="2")
        assert at(page, "why_bad") or heading(page).startswith("Was housing options slow?")
        page = send(client, page, why_bad="yes")
        assert "What was slow?" in page.text
        assert "Did we ring back?" in page.text  # what depends on nothing before it stands beside it
        page = send(client, page, what="The queue", called="", end="yes")
        assert "We have your answers" in page.text
        given = given_in(stored())
        assert (given.choices, given.texts, given.left_empty) == (
            {"satisfaction": "2", "why_bad": "yes", "end": "yes"},
            {"what": "The queue"},
            ("called",),
        )

    def test_a_continue_after_which_nothing_follows_sends(self, client: PersonsClient) -> None:
        assert "We have your answers" in send(client, client.get(ADDRESS), satisfaction="5").text
        assert choices() == {"satisfaction": "5"}
        assert db.session.scalar(select(func.count(SurveyDraft.id))) == 0

    def test_what_is_posted_by_hand_off_the_path_is_never_stored(self, client: PersonsClient) -> None:
        page = client.get(ADDRESS)
        sent = fields(main_form(page)) | {"satisfaction": "5", "why_bad": "yes", "what": "x", "end": "no"}
        assert client.post(f"{ADDRESS}?page=1", data=sent).status_code == 303
        given = given_in(stored())
        assert (given.choices, given.texts, given.left_empty) == ({"satisfaction": "5"}, {}, ())

    def test_going_back_and_changing_an_answer_drops_what_is_off_the_path_only_at_the_end(
        self, client: PersonsClient
    ) -> None:
        page = send(client, send(client, client.get(ADDRESS), satisfaction="1"), why_bad="yes")
        page = send(client, send(client, page, "Back", what="Half a sentence"), "Back")
        changed = send(client, page, satisfaction="4")
        assert "What was slow?" not in changed.text
        again = send(client, send(client, send(client, changed, "Back"), satisfaction="1"), why_bad="yes")
        assert fields(main_form(again))["what"] == "Half a sentence"
        page = send(client, send(client, send(client, again, "Back"), "Back"), satisfaction="4")
        assert "We have your answers" in send(client, page, called="yes", end="yes").text
        given = given_in(stored())
        assert (given.choices, given.texts) == ({"satisfaction": "4", "called": "yes", "end": "yes"}, {})

    def test_a_needed_answer_is_asked_for_where_it_is_on_the_path(self, client: PersonsClient) -> None:
        page = send(client, send(client, client.get(ADDRESS), satisfaction="3"))
        assert (page.status_code, "Answer end" in page.text) == (422, True)

    def test_it_is_resumed_where_it_was_left(self, client: PersonsClient) -> None:
        send(client, client.get(ADDRESS), satisfaction="1")
        resumed = client.get(ADDRESS)
        assert heading(resumed).startswith("Was housing options slow?")
        draft = db.session.scalars(select(SurveyDraft)).one()
        assert draft.broke_off_at.question.code == "why_bad"

    def test_what_was_not_shown_is_not_left_empty_and_the_recount_agrees(
        self, client: PersonsClient, clock: TimeMachineFixture
    ) -> None:
        page = send(client, client.get(ADDRESS), satisfaction="1")
        send(client, send(client, page), called="yes", end="yes")
        assert counts() == {
            ("satisfaction", "1"): 1,
            ("why_bad", ""): 1,
            ("called", "yes"): 1,
            ("end", "yes"): 1,
        }
        clock.shift(timedelta(minutes=10))
        again = client.get(ADDRESS)
        clock.shift(timedelta(minutes=1))
        assert "We have your answers" in send(client, again, satisfaction="5").text
        assert choices() == {"satisfaction": "5"}
        assert counts() == {("satisfaction", "5"): 1}
        assert db.session.scalar(select(func.count(Answer.id))) == 1
        with transaction():
            withdraw(stored(), now=NOON + timedelta(days=1))
        assert counts() == {}


@pytest.mark.usefixtures("app")
def test_staff_who_try_it_out_see_the_pages_that_follow_and_nothing_is_stored(client: PersonsClient) -> None:
    make_council()
    publish_survey(start_survey(ROUTED, "Made", now=NOON), now=NOON - timedelta(days=30))
    make_service("housing", "Housing options")
    page = send(client, client.get("/s/test"), satisfaction="1")
    assert "slow?" in heading(page)
    page = send(client, page, why_bad="yes")
    assert "What was slow?" in page.text
    page = send(client, page, what="x", called="no", end="yes")
    assert page.request.path == "/s/test/sent"
    assert [db.session.scalar(select(func.count(model.id))) for model in (SurveyDraft, SurveyResponse)] == [0, 0]


def test_staff_see_when_each_question_is_asked_and_what_is_off_the_path_is_not_stored(
    invitation: Invitation, sign_in: Callable[..., PersonsClient]
) -> None:
    with transaction():
        code = fresh_code(invitation, NOON)
    adviser = sign_in("adviser", "housing")
    page = adviser.get(adviser.send_form("/assisted/", mode="phone", code=code).headers["Location"])
    assert "Ask this only if How was it? is Fairly dissatisfied or Very dissatisfied." in page.text
    assert "Leave this out if How was it? is Very satisfied." in page.text
    assert "up to 5 short questions" in page.text
    here = page.request.path
    assert adviser.send_form(here, satisfaction="3").status_code == 422  # the end is on the path, and needed
    entered = {"satisfaction": "5", "why_bad": "yes", "what": "Words", "called": "yes"}
    assert adviser.send_form(here, **entered).status_code == 303
    given = given_in(stored())
    assert (given.choices, given.texts, given.left_empty) == ({"satisfaction": "5"}, {}, ())


def test_what_a_text_message_changes_leaves_nothing_off_the_path_and_says_nothing_was_left_empty(
    invitation: Invitation,
) -> None:
    facts = facts_known(invited(invitation, mode=Mode.SMS))
    route = route_of(invitation.survey_version)
    said = GivenAnswers({"satisfaction": "5", "called": "yes"}, left_empty=("why_bad",))
    kept = on_path(route, said, facts)
    assert (kept.choices, kept.left_empty) == ({"satisfaction": "5"}, ())
    assert all_shown_on_path(route, GivenAnswers({"satisfaction": "2"}), facts).left_empty == (
        "why_bad",
        "called",
        "end",
    )
