"""The resident's form and the pages for stopping, whatever is sent to them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from survey_app.contacts.models import OptOut
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, InvitationState, InvitationToken, Message, TokenPurpose
from survey_app.invitations.operations import draw_invitations
from survey_app.kernel.tokens import token_digest
from survey_app.responses.given import LONGEST_TEXT
from survey_app.responses.models import Answer, AnswerText, ResponseChange, SurveyResponse
from survey_app.surveys.operations import publish_default_survey
from tests.conftest import PersonsClient
from tests.factories import NOON, RESIDENTS, make_contact, make_council, make_service
from tests.fuzz import nasty
from tests.fuzz.conftest import NEXT_DAY, hypothetical, stored, typed, whole, without_unseen

MINE, OTHERS, STOP = "a-token-of-mine", "a-token-of-another", "a-token-to-stop"
CHOICES = ("satisfaction", "timeliness", "resolved", "information", "professionalism")
TEXTS = ("why", "good", "improve")

tokens = nasty.instead_of(OTHERS, STOP, token_digest(MINE), MINE.upper(), MINE + " ", "1", other=nasty.sendable)
fields = st.dictionaries(
    st.one_of(st.sampled_from([*CHOICES, *TEXTS, "id", "invitation_id", "state", "is_test"]), nasty.sendable),
    st.lists(nasty.instead_of("5", "1", "dk", "na", "yes", other=nasty.sendable), min_size=1, max_size=3),
    max_size=8,
)


@pytest.fixture(autouse=True)
def _asked(app: Flask) -> None:
    """Two residents asked about a phone call each; the first one's links are MINE and STOP."""
    with transaction():
        make_council()
        publish_default_survey(NOON - timedelta(days=30))
        housing = make_service("housing", "Housing options")
        make_contact(housing)
        make_contact(housing, email=RESIDENTS["bryn"])
    draw_invitations(NEXT_DAY, "test")
    with transaction():
        mine, others = db.session.scalars(select(Invitation).order_by(Invitation.id))
        for invitation, token, purpose in (
            (mine, MINE, TokenPurpose.ANSWER),
            (others, OTHERS, TokenPurpose.ANSWER),
            (mine, STOP, TokenPurpose.OPT_OUT),
        ):
            digest = token_digest(token)
            db.session.add(
                InvitationToken(invitation=invitation, token_sha256=digest, purpose=purpose, created_at=NEXT_DAY)
            )


@contextmanager
def taken_back() -> Iterator[None]:
    """What an example stored goes again."""
    try:
        yield
    finally:
        with transaction():
            for model in (ResponseChange, AnswerText, Answer, SurveyResponse, OptOut):
                db.session.execute(delete(model))
            db.session.execute(
                update(Invitation).values(state=InvitationState.OPEN, answered_at=None, opted_out_at=None)
            )
            db.session.execute(update(Message).values(state="waiting"))


@pytest.fixture
def nonces(client: PersonsClient) -> dict[str, str]:
    """The nonce of each resident's page."""
    pages = {token: BeautifulSoup(client.get(f"/s/{token}").text, "html.parser") for token in (MINE, OTHERS)}
    return {token: str(page.select_one("input[name=nonce]")["value"]) for token, page in pages.items()}


def as_kept(text: str) -> str:
    """What a form keeps of a text: one Unicode form, plain line ends, nothing unseen."""
    plain = without_unseen(text).replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", plain).strip()


@hypothetical
@given(why=nasty.sendable, improve=nasty.sendable, rating=nasty.instead_of("5", "dk", other=nasty.sendable))
def test_what_is_written_is_stored_as_it_was_or_stands_in_the_page_again(
    client: PersonsClient, nonces: dict[str, str], why: str, improve: str, rating: str
) -> None:
    before = stored()
    with taken_back():
        sent = {"satisfaction": rating, "why": why, "improve": improve, "nonce": nonces[MINE]}
        answer = whole(client.post(f"/s/{MINE}", data=sent))
        if answer.status_code == 303:
            kept = db.session.scalars(select(AnswerText.raw).order_by(AnswerText.id)).all()
            assert list(kept) == [text for text in map(as_kept, (why, improve)) if text]
            assert rating in {"5", "dk"}
            assert "Thank you" in client.get(answer.location).text
            return
        assert answer.status_code == 422
        assert stored() == before
        assert as_kept(typed(answer, "why") or "") == as_kept(why)
        assert as_kept(typed(answer, "improve") or "") == as_kept(improve)
        for name, is_wrong in (
            ("satisfaction", rating not in {"1", "2", "3", "4", "5", "dk"}),
            ("why", len(as_kept(why)) > LONGEST_TEXT),
            ("improve", len(as_kept(improve)) > LONGEST_TEXT),
        ):
            assert (f'id="{name}-error"' in answer.text) == is_wrong


@hypothetical
@given(sent=fields)
def test_missing_repeated_and_foreign_fields_store_a_whole_answer_or_nothing(
    client: PersonsClient, nonces: dict[str, str], sent: dict[str, list[str]]
) -> None:
    before = stored()
    with taken_back():
        answer = whole(client.post(f"/s/{MINE}", data={**sent, "nonce": nonces[MINE]}))
        after = stored()
        if answer.status_code == 303:
            assert after["survey_response"] == before["survey_response"] + 1
            assert not db.session.scalars(select(SurveyResponse.is_test)).one()
            questions = {change.question_version_id for change in db.session.scalars(select(ResponseChange))}
            assert after["response_change"] == len(questions)
        else:
            assert answer.status_code == 422
            assert after == before


@hypothetical
@given(guessed=nasty.sendable)
def test_without_the_pages_own_nonce_nothing_is_stored_and_nothing_typed_is_lost(
    app: Flask, client: PersonsClient, nonces: dict[str, str], guessed: str
) -> None:
    before = stored()
    app.extensions["tries"].reset()  # one link may send so often
    for wrong in (guessed, nonces[OTHERS], nonces[MINE][:-1]):
        sent = {"nonce": wrong, "satisfaction": "4", "why": "A long wait."}
        answer = whole(client.post(f"/s/{MINE}", data=sent))
        assert answer.status_code == 400
        assert "press Send once more" in answer.text
        assert typed(answer, "why") == "A long wait."
    assert stored() == before


@hypothetical
@given(token=tokens)
def test_a_token_that_is_none_opens_stores_and_stops_nothing(
    client: PersonsClient, nonces: dict[str, str], token: str
) -> None:
    before, sent = stored(), {"satisfaction": "5", "nonce": nonces[MINE]}
    for page in ("/s/", "/u/"):
        whole(client.get(page + quote(token, safe="")))
    if token == OTHERS:
        assert client.post(f"/s/{token}", data=sent).status_code == 400
    else:
        assert whole(client.post("/s/" + quote(token, safe=""), data=sent)).status_code in {308, 404, 405}
    assert stored() == before
    if token not in {OTHERS, STOP}:
        for page in ("/u/{}", "/u/{}/one-click"):
            assert whole(client.post(page.format(quote(token, safe="")))).status_code in {308, 404, 405}
        assert stored() == before


pairs = st.lists(st.tuples(st.sampled_from(["satisfaction", "why", "nonce"]), nasty.percent_encoded))
bodies = st.one_of(
    pairs.map(lambda sent: ("&".join(map("=".join, sent)).encode(), "application/x-www-form-urlencoded")),
    nasty.raw.map(lambda body: (b"--x\r\n" + body + b"\r\n--x--", "multipart/form-data; boundary=x")),
    st.tuples(
        nasty.raw,
        st.sampled_from(
            ["application/x-www-form-urlencoded", "application/json", "multipart/form-data", "text/csv; charset=é", ""]
        ),
    ),
)


@hypothetical
@given(sent=bodies)
def test_a_body_that_is_no_text_and_one_of_another_kind_store_nothing(
    client: PersonsClient, sent: tuple[bytes, str]
) -> None:
    before, (body, kind) = stored(), sent
    for page in (f"/s/{MINE}", "/s/nobody"):
        assert whole(client.post(page, data=body, content_type=kind)).status_code in {400, 404, 422}
    assert stored() == before


@hypothetical
@given(choice=nasty.percent_encoded)
def test_an_address_with_anything_behind_it_shows_the_form_and_chooses_nothing(
    client: PersonsClient, choice: str
) -> None:
    page = whole(client.get(f"/s/{MINE}?answer={choice}&{choice}"))
    assert page.status_code == 200
    assert ("checked" in page.text) == (choice in {"1", "2", "3", "4", "5"})


def test_an_address_in_no_encoding_is_no_fault_of_ours(client: PersonsClient) -> None:
    for address in (f"/s/{MINE}", "/accounts/sign-in", "/dashboards/", "/"):
        for query in ("a=\xff", "\xed\xa0\x80", "period=%ff&text=%00", "%", "&&==", "page=%EF%BF%BE"):
            assert whole(client.get(address, environ_overrides={"QUERY_STRING": query})).status_code in {200, 302}
    assert client.get("/s/a%00b").status_code == 404


def test_too_large_a_body_is_refused_before_anything_is_stored(client: PersonsClient, nonces: dict[str, str]) -> None:
    before, form = stored(), "application/x-www-form-urlencoded"
    long = urlencode({"satisfaction": "5", "nonce": nonces[MINE], "why": "x" * 1_000_001})
    part = f'--x\r\nContent-Disposition: form-data; name="why"\r\n\r\n{"x" * 600_000}\r\n--x--\r\n'
    for body, kind in ((long, form), (part, "multipart/form-data; boundary=x")):
        answer = whole(client.post(f"/s/{MINE}", data=body, content_type=kind))
        assert answer.status_code == 413
        assert "Make it shorter" in answer.text
    many = urlencode([("why", "x")] * 5_000 + [("nonce", nonces[MINE])])
    assert whole(client.post(f"/s/{MINE}", data=many, content_type=form)).status_code == 422
    assert stored() == before
