"""A scanner with a real browser opens the mailed link and sends the form before its resident does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread

from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select
from time_machine import TimeMachineFixture
from werkzeug.serving import make_server

from survey_app.extensions import db, transaction
from survey_app.invitations.models import InvitationToken, TokenPurpose
from survey_app.kernel.tokens import token_digest
from survey_app.measures.operations import fold_all
from survey_app.measures.queries.verifying import verify
from survey_app.responses.models import SurveyResponse
from survey_app.responses.operations.answers import given_in
from survey_app.surveys.operations import publish_default_survey
from tests.factories import NOON, make_council, make_invitation, make_service

TOKEN = "a-token-from-a-message"


@contextmanager
def served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_residents_answer_counts_once_after_a_scanner_has_sent_the_form_at_human_speed(
    app: Flask, browser: Browser, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(NOON, tick=False)
    with transaction():
        make_council()
        invitation = make_invitation(make_service(), publish_default_survey(NOON), NOON.date())
        digest = token_digest(TOKEN)
        db.session.add(
            InvitationToken(invitation=invitation, token_sha256=digest, purpose=TokenPurpose.ANSWER, created_at=NOON)
        )
    with served(app) as home:
        for rating, after in (("Very satisfied", timedelta(seconds=20)), ("Very dissatisfied", timedelta(minutes=5))):
            page = browser.new_page()
            page.goto(f"{home}/s/{TOKEN}?answer=5")
            page.get_by_role("radio", name=rating, exact=True).first.check()
            time_machine.shift(after)
            page.get_by_role("button", name="Send").click()
            expect(page.get_by_text("We have your answers.")).to_be_visible()
            page.close()
    response = db.session.scalars(select(SurveyResponse)).one()
    assert (response.state, given_in(response).choices) == ("counted", {"satisfaction": "1"})
    assert response.changed_at == NOON + timedelta(minutes=5, seconds=20)
    with transaction():
        fold_all()
    assert verify() == []
