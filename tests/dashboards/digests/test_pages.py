"""The page of one's own digests."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import TimeMachineFixture

from survey_app.accounts.models import User
from survey_app.dashboards.digests.operations import MOST_DIGESTS, begin_digest
from survey_app.dashboards.digests.queries import DigestChoice
from survey_app.dashboards.models import Digest, DigestLetter, Rhythm
from survey_app.extensions import db, transaction
from survey_app.organisation.channels import Channel
from tests.dashboards.conftest import Cast, SignIn
from tests.statements import statements
from tests.test_templates import Inside

NOW = datetime(2024, 11, 11, 12, 0, tzinfo=UTC)
PAGE = "/dashboards/digests/"


@pytest.fixture(autouse=True)
def _on_monday(app: Flask, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)
    app.config["WTF_CSRF_ENABLED"] = False


def words(client: FlaskClient, address: str = PAGE) -> str:
    return " ".join(Inside(client.get(address).get_data(as_text=True)).text.split())


def test_somebody_begins_one_has_it_sent_stops_it_and_takes_that_back(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("manager")
    assert "No figures come to you by e-mail yet." in words(client)
    data = {"rhythm": "weekly", "service": "housing", "channel": "email"}
    for _ in range(2):  # the same choice twice is one digest
        assert client.post(PAGE, data=data).status_code == 303
    (digest,) = db.session.scalars(select(Digest))
    assert "1 digest comes to you by e-mail." in (text := words(client))
    assert "Housing options, e-mail" in text and "Next: 18 November 2024. Last: none yet." in text
    assert client.post(f"{PAGE}{digest.reference}/now").status_code == 303
    assert "Next: on its way." in words(client)
    answer = client.post(f"{PAGE}{digest.reference}/now")
    assert answer.status_code == 409 and "on its way already" in answer.get_data(as_text=True)
    stopped = client.post(f"{PAGE}{digest.reference}/stop").location
    assert "Stopped: no more letters of it." in words(client, stopped)
    client.post(f"{PAGE}{digest.reference}/go-on")
    assert "1 digest comes to you by e-mail." in words(client)


def test_the_preview_reads_as_the_letter_and_keeps_nothing(cast: Cast, sign_in: SignIn) -> None:
    text = words(sign_in("lead"), f"{PAGE}preview?rhythm=weekly&service=&channel=")
    assert "4 November 2024 to 10 November 2024" in text and "70 of 78 answers" in text
    assert "Better All services." in text and "There are 2 comments to quote from" in text
    assert not db.session.scalars(select(DigestLetter)).all()
    assert "Nobody answered in December 2023." not in text


@pytest.mark.parametrize(
    "asked",
    ["rhythm=hourly", "rhythm=weekly&service=waste", "rhythm=weekly&service=nowhere", "rhythm=weekly&channel=x"],
)
def test_what_cannot_be_sent_is_refused_at_its_field(cast: Cast, sign_in: SignIn, asked: str) -> None:
    client = sign_in("manager")
    answer = client.get(f"{PAGE}preview?{asked}")
    assert answer.status_code == 400 and "There is a problem" in answer.get_data(as_text=True)
    data = dict(pair.split("=") for pair in asked.split("&"))
    assert client.post(PAGE, data=data).status_code == 422
    assert not db.session.scalars(select(Digest)).all()


def test_another_person_s_digest_is_as_if_it_were_not_there(cast: Cast, sign_in: SignIn) -> None:
    lead = db.session.scalars(select(User).where(User.email == "lead@anyborough.example")).one()
    with transaction():
        digest = begin_digest(DigestChoice(Rhythm.WEEKLY), lead, now=NOW)
    client = sign_in("manager")
    for act in ("now", "stop", "go-on"):
        assert client.post(f"{PAGE}{digest.reference}/{act}").status_code == 404
    assert "All services" not in words(client).split("Get one")[0]


def test_an_eleventh_is_refused_and_what_was_chosen_stays(cast: Cast, sign_in: SignIn) -> None:
    lead = db.session.scalars(select(User).where(User.email == "lead@anyborough.example")).one()
    choices = [DigestChoice(rhythm, None, channel) for rhythm in Rhythm for channel in Channel][:MOST_DIGESTS]
    with transaction():
        for choice in choices:
            begin_digest(choice, lead, now=NOW)
    client = sign_in("lead")
    answer = client.post(PAGE, data={"rhythm": "monthly", "service": "waste", "channel": ""})
    assert answer.status_code == 422 and "Stop one first" in answer.get_data(as_text=True)
    with statements() as asked:
        client.get(PAGE)
    assert len(asked) < 25  # however many there are


def test_only_those_who_may_see_results_open_it(cast: Cast, sign_in: SignIn, client: FlaskClient) -> None:
    assert sign_in("assessor").get(PAGE).status_code == 403
    assert client.get(PAGE).status_code == 302
    assert PAGE in sign_in("lead").get("/dashboards/more").get_data(as_text=True)
