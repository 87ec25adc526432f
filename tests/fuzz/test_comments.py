"""Whatever somebody writes as a comment: stored, redacted, judged, and shown as words and nothing else."""

from __future__ import annotations

from datetime import timedelta
from time import process_time

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from survey_app.comments.analysis import analyse
from survey_app.comments.models import Comment, CommentTheme
from survey_app.comments.operations import analyse_comments
from survey_app.comments.redaction import redact
from survey_app.comments.themes import default_code_frame
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, InvitationState, InvitationToken, TokenPurpose
from survey_app.invitations.operations import draw_invitations
from survey_app.kernel.tokens import token_digest
from survey_app.responses.given import LONGEST_TEXT, GivenAnswers
from survey_app.responses.models import Answer, AnswerText, ResponseChange, SurveyResponse
from survey_app.responses.operations import invited, record_response
from survey_app.surveys.kinds import TextType
from survey_app.surveys.operations import publish_default_survey
from tests.conftest import PersonsClient
from tests.factories import NOON, make_contact, make_council, make_invitation, make_service, make_user
from tests.fuzz import nasty
from tests.fuzz.conftest import NEXT_DAY, hypothetical, stored, typed, whole

MINE = "a-token-of-mine"
PERIOD = "/comments/?period=last-12-months"
LONG = 50_000
BOMBS = (
    "a" * 60 + "!",
    "0" * 40 + "x",
    "(((((((((((((((((((((((((",
    "a@" * 400,
    "Sarah and " * 300,
    "[name removed" * 100,
    "12 High 12 High " * 100,
    "1, " * 800,
    "www." * 500,
    "\u200d" * 2_000,
    "é\u0301" * 1_000,
    "🙂" * 2_000,
    "\u202eevil\u202c" * 200,
)
comments = st.one_of(nasty.sendable, st.sampled_from(BOMBS), st.lists(st.sampled_from(nasty.SAMPLES)).map(" ".join))
_FRAME = default_code_frame()


@given(text=st.one_of(nasty.any_text, comments), question=st.sampled_from([None, *TextType]))
@example(text="\x00", question=None)
def test_any_text_is_redacted_for_good_and_judged(text: str, question: TextType | None) -> None:
    analysis = analyse(text, question, _FRAME)
    shown = analysis.redacted.text
    assert redact(shown).text == shown
    assert "\x00" not in shown and "\u202e" not in shown
    assert -1 <= analysis.sentiment.polarity <= 1
    assert all(shown[reason.start : reason.end] for reason in analysis.sentiment.reasons)


@pytest.mark.parametrize(
    "piece", [*BOMBS, "word ", "not good ", "=1+1 ", "<b>", "' OR 1=1 --", "الخدمة ", "\x00 ", "I\n"]
)
def test_fifty_thousand_characters_are_answered_in_time(piece: str) -> None:
    started = process_time()
    analyse((piece * LONG)[:LONG], TextType.WHY, _FRAME)
    assert process_time() - started < 10  # of the processor, whatever else runs: catastrophic patterns take minutes


@pytest.fixture
def form(app: Flask, client: PersonsClient) -> str:
    """The nonce of the page of a resident who was asked about a phone call."""
    with transaction():
        make_council()
        publish_default_survey(NOON - timedelta(days=30))
        make_contact(make_service("housing", "Housing options"))
        make_user("cse_lead", email="lead@anyborough.example")
    draw_invitations(NEXT_DAY, "test")
    with transaction():
        mine = db.session.scalars(select(Invitation)).one()
        token = {"token_sha256": token_digest(MINE), "purpose": TokenPurpose.ANSWER, "created_at": NEXT_DAY}
        db.session.add(InvitationToken(invitation=mine, **token))
    page = BeautifulSoup(client.get(f"/s/{MINE}").text, "html.parser")
    return str(page.select_one("input[name=nonce]")["value"])


@pytest.fixture
def lead(app: Flask, form: str) -> PersonsClient:
    """The CSE lead, who reads comments."""
    app.test_client_class = PersonsClient
    browser = app.test_client()
    assert isinstance(browser, PersonsClient)
    browser.sign_in("lead@anyborough.example")
    return browser


def squeezed(text: str) -> str:
    """Without spaces, and without the brackets of markers, which the page shows in another way."""
    return "".join(text.replace("[", "").replace("]", "").split())


def take_back() -> None:
    with transaction():
        for model in (CommentTheme, Comment, ResponseChange, AnswerText, Answer, SurveyResponse):
            db.session.execute(delete(model))
        db.session.execute(update(Invitation).values(state=InvitationState.OPEN, answered_at=None))


@hypothetical
@given(written=comments)
@example(written="<script>alert(1)</script> {{ 7 * 7 }} '; DROP TABLE comment; --")
@example(written='=HYPERLINK("https://example.org";"x")')
def test_from_the_form_to_the_page_it_stays_words(
    app: Flask, client: PersonsClient, lead: PersonsClient, form: str, written: str
) -> None:
    before = stored()
    app.extensions["tries"].reset()  # one link may send so often
    try:
        answer = whole(client.post(f"/s/{MINE}", data={"satisfaction": "2", "why": written, "nonce": form}))
        if answer.status_code != 303:
            assert (answer.status_code, stored()) == (422, before)
            return
        analyse_comments(NEXT_DAY, "test")
        shown = {comment.reference: comment.redacted_text for comment in db.session.scalars(select(Comment))}
        for address, words in [(PERIOD, None), *((f"/comments/{each}", text) for each, text in shown.items())]:
            page = whole(lead.get(address))
            assert page.status_code == 200
            soup = BeautifulSoup(page.text, "html.parser")
            assert not [script for script in soup.find_all("script") if not script.get("src")]
            assert not soup.select("main svg[onload]")
            for said in soup.select("mark > .hidden"):
                said.decompose()
            assert squeezed(words or "") in squeezed(soup.text)
    finally:
        take_back()


def test_a_comment_that_is_too_long_for_the_form_is_kept_in_it(client: PersonsClient, form: str) -> None:
    before, written = stored(), ("Nobody rang me. " * LONG)[:LONG].strip()
    answer = whole(client.post(f"/s/{MINE}", data={"satisfaction": "2", "why": written, "nonce": form}))
    assert (answer.status_code, stored()) == (422, before)
    assert typed(answer, "why") == written
    assert len(written) > LONGEST_TEXT


def test_a_comment_of_fifty_thousand_characters_that_came_another_way_is_analysed_and_stops_no_other(
    lead: PersonsClient, form: str
) -> None:
    with transaction():
        survey, housing = publish_default_survey(NEXT_DAY), make_service("planning")
        for why in ("Sarah is kind. " * LONG, "Bins were missed"):
            given_ = GivenAnswers({"satisfaction": "2"}, {"why": why[:LONG]})
            record_response(invited(make_invitation(housing, survey, NEXT_DAY.date())), given_, now=NEXT_DAY)
    assert analyse_comments(NEXT_DAY, "test") == 2
    long, short = db.session.scalars(select(Comment).order_by(Comment.id))
    assert (long.removed, "Sarah" in long.redacted_text) == (["name"], False)
    assert short.redacted_text == "Bins were missed"
    assert whole(lead.get(PERIOD)).status_code == 200
