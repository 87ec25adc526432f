"""A resident types the code of a letter, a card or an e-mail, and nobody finds one by trying."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import TimeMachineFixture

from survey_app.extensions import db, transaction
from survey_app.invitations.codes import CODE_LENGTH, grouped, read_code, what_is_wrong
from survey_app.invitations.models import Invitation, InvitationToken
from survey_app.invitations.operations import fresh_code
from survey_app.kernel.tokens import CODE_ALPHABET, token_digest
from survey_app.responses.given import GivenAnswers
from survey_app.responses.operations import invited, record_response
from survey_app.settings import Settings
from survey_app.surveys.operations import publish_default_survey
from tests.factories import NOON, make_council, make_invitation, make_service

NEXT_DAY = NOON + timedelta(days=1)


@pytest.fixture(autouse=True)
def _on_the_next_day(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NEXT_DAY)


@pytest.fixture
def invitation(app: Flask) -> Invitation:
    with transaction():
        make_council()
        return make_invitation(make_service(), publish_default_survey(NOON), date(2026, 3, 10))


@pytest.fixture
def code(invitation: Invitation) -> str:
    with transaction():
        return fresh_code(invitation, NEXT_DAY)


def enter(client: FlaskClient, typed: str, address: str = "127.0.0.1") -> int:
    return client.post("/s", data={"code": typed}, environ_base={"REMOTE_ADDR": address}).status_code


@pytest.mark.parametrize(
    "write",
    [
        str,
        str.lower,
        grouped,
        lambda code: f" {code[:5]}-{code[5:]} ",
        " ".join,
        lambda code: f"{code[:4]}\u2013{code[4:]}.",
    ],
)
def test_a_code_leads_to_its_survey_in_any_way_of_writing_it(
    client: FlaskClient, code: str, write: Callable[[str], str]
) -> None:
    answer = client.post("/s", data={"code": write(code)})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/s/{code}")
    assert "Overall, how satisfied were you" in client.get(answer.headers["Location"]).text
    assert client.get(f"/s/{code.lower()}").status_code == 200
    assert "Stop asking me" in client.get(f"/u/{code}").text


def test_the_page_asks_for_the_code_as_a_page_for_everybody_should(client: FlaskClient, app: Flask) -> None:
    page = client.get("/s")
    field = BeautifulSoup(page.text, "html.parser").find(id="code")
    assert field is not None
    wanted = {"autocomplete": "off", "inputmode": "text", "spellcheck": "false", "type": "text"}
    assert {name: field[name] for name in wanted} == wanted
    assert BeautifulSoup(page.text, "html.parser").find("label", attrs={"for": "code"}) is not None
    assert (page.headers["X-Robots-Tag"], page.headers["Cache-Control"]) == ("noindex", "no-store")
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ("", 422, "Enter the code from our letter"),
        ("7KQ4M", 422, "A code has 10 letters and digits, or 8 on a poster. You entered 5"),
        ("7KQ4M 3HDRO", 422, "The letter O is never in a code. Look again: it may be D or Q"),
        ("7KQ4M 3HDR1", 422, "The digit 1 is never in a code. Look again: it may be J or 7"),
        ("7KQ4M 3HDR<", 422, "A code has letters and digits only"),
        ("7KQ4M 3HDRT", 404, "We do not know this code"),
    ],
)
def test_what_is_no_code_of_ours_comes_back_as_it_was_typed_with_the_reason(
    client: FlaskClient, invitation: Invitation, typed: str, status: int, words: str
) -> None:
    page = client.post("/s", data={"code": typed})
    text = BeautifulSoup(page.text, "html.parser")
    assert page.status_code == status
    assert text.title is not None and text.title.text.startswith("Error: ")
    assert [link["href"] for link in text.select(".errors a")] == ["#code"]
    assert words in text.select_one("#code-error").text  # type: ignore[union-attr]
    assert text.select_one("#code")["value"] == typed  # type: ignore[index]


def test_a_code_of_something_over_shows_the_usual_page_of_its_state(
    client: FlaskClient, invitation: Invitation, code: str, time_machine: TimeMachineFixture
) -> None:
    with transaction():
        record_response(invited(invitation), GivenAnswers({"satisfaction": "5"}), now=NEXT_DAY)
    assert enter(client, code) == 303
    assert "We have an answer from this link" in client.get(f"/s/{code}").text
    with transaction():
        other = make_invitation(invitation.service, invitation.survey_version, date(2026, 3, 9))
        late = fresh_code(other, NEXT_DAY)
    time_machine.move_to(NEXT_DAY + timedelta(days=20))
    assert enter(client, late) == 303
    assert client.get(f"/s/{late}").status_code == 410


def test_of_a_code_the_database_keeps_what_cannot_be_tried_out_without_the_key(code: str) -> None:
    kept = db.session.scalars(select(InvitationToken.token_sha256)).all()
    assert code not in kept and token_digest(code) not in kept


def test_whoever_tries_codes_from_one_address_is_kept_out_there_alone(
    client: FlaskClient, code: str, invitation: Invitation
) -> None:
    wrong = [code[:-1] + character for character in CODE_ALPHABET if character != code[-1]]
    tries = [enter(client, typed) for typed in wrong[:8]]
    tries += [client.get(f"/s/{typed}").status_code for typed in wrong[8:16]]
    tries += [client.post(f"/u/{typed}").status_code for typed in wrong[16:18]]
    tries += [client.get(f"/asked/{typed}").status_code for typed in wrong[18:20]]
    assert tries == [404] * 20
    assert enter(client, wrong[20]) == 429
    assert client.get(f"/s/{code}").status_code == 429, "a right code would tell that it is right"
    page = client.post("/s", data={"code": code})
    assert "Wait 60 minutes, then try again." in page.text and "stay valid" in page.text
    assert enter(client, code, "192.0.2.7") == 303
    assert client.get("/s/no-code-but-a-link-of-old").status_code == 404, "links are not kept out"


def test_wrong_codes_from_everywhere_are_counted_together_and_right_ones_are_not(
    settings: Settings, make_app: Callable[[Settings], Flask], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey_app.invitations.views.WRONG_CODES_IN_ALL", "30 per hour")
    client = make_app(settings).test_client()
    wrong = code[:-1] + ("A" if code[-1] != "A" else "C")
    tries = [enter(client, typed, f"192.0.2.{n}") for n in range(30) for typed in (code, wrong)]
    assert tries == [303, 404] * 30
    assert enter(client, wrong, "192.0.2.99") == 429


def test_a_code_is_read_only_where_it_can_be_one() -> None:
    assert read_code("7kq4m-3hdrt") == "7KQ4M3HDRT"
    assert read_code("７ＫＱ４Ｍ３ＨＤＲＴ") == "7KQ4M3HDRT"
    assert [read_code(typed) for typed in ("", "7KQ4M3HDR", "7KQ4M3HDRTT", "7KQ4M3HDR0", "ß" * 10, "\x00" * 10)] == [
        None
    ] * 6
    assert CODE_LENGTH == 10 and "5" not in what_is_wrong("7KQ4M3HDR")


def test_no_page_with_a_token_in_its_address_lets_codes_be_tried_without_end(
    app: Flask, client: FlaskClient, code: str
) -> None:
    """Whoever adds such a page calls limit_wrong_codes() for it."""
    wrong = code[:-1] + ("A" if code[-1] != "A" else "C")
    assert [enter(client, wrong) for _ in range(21)][-1] == 429
    tried = {}
    for rule in app.url_map.iter_rules():
        if "token" in rule.arguments and rule.endpoint.partition(".")[0] in ("invitations", "responses"):
            for method in {"GET", "POST"} & (rule.methods or set()):
                address = rule.rule.replace("<token>", wrong)
                tried[method, rule.rule] = client.open(address, method=method).status_code
    assert tried.pop(("GET", "/u/<token>/one-click")) == 302, "it only leads to another"
    assert len(tried) >= 7 and set(tried.values()) == {429}
