"""The page of published tables: who may publish, what everybody reads, and what the files hold."""

from __future__ import annotations

import csv
import io

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from survey_app.kernel.periods import Period
from survey_app.measures.queries.published import editions
from survey_app.organisation.channels import Channel
from tests.dashboards.conftest import Cast, SignIn
from tests.dashboards.test_overview import DAYS
from tests.factories import make_answers
from tests.statements import statements

PAGE = "/dashboards/tables?year=2024/25"
YEAR = Period.parse("2024/25")


@pytest.fixture(autouse=True)
def no_tokens(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


def text_of(client: FlaskClient, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(BeautifulSoup(answer.get_data(as_text=True), "html.parser").get_text(" ").split())


def form_of(client: FlaskClient, address: str = PAGE) -> dict[str, str]:
    page = BeautifulSoup(client.get(address).get_data(as_text=True), "html.parser")
    fields = page.select("form[method=post][action='/dashboards/tables'] input")
    return {field["name"]: field["value"] for field in fields}


def published(lead: FlaskClient) -> None:
    answer = lead.post("/dashboards/tables", data=form_of(lead))
    assert (answer.status_code, answer.location) == (
        303,
        "/dashboards/tables?measure=satisfaction&year=2024/25&published=1",
    )


def test_before_the_first_edition_the_page_shows_what_it_would_print(cast: Cast, sign_in: SignIn) -> None:
    text = text_of(sign_in("lead"))
    assert "No tables of Satisfaction 2024/25 are published. Edition 1 is ready below" in text
    assert "89.9% (567 of 631)" in text, "560 happy and 7 of licensing, of 624 and 7"
    assert "Licensing [c]" in text and "Planning [c]" in text, "the small one and the next smallest"
    assert "90.9%" not in text


def test_publishing_lets_out_what_was_shown(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    published(lead)
    text = text_of(lead, f"{PAGE}&published=1")
    assert "Edition 1 is published." in text
    assert "Nothing has moved by enough to be printed anew: edition 1 stands." in text
    assert "Next edition" not in text and not form_of(lead)
    assert len(editions("satisfaction", YEAR)) == 1


def test_pressed_twice_it_is_published_once(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    form = form_of(lead)
    lead.post("/dashboards/tables", data=form)
    again = lead.post("/dashboards/tables", data=form)
    assert again.status_code == 409
    assert "Nothing was published." in again.get_data(as_text=True)
    assert len(editions("satisfaction", YEAR)) == 1


def test_the_next_edition_stands_beside_the_published_one(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    published(lead)
    make_answers(cast.survey, cast.housing, DAYS[0], {"satisfaction": "5"}, 20, channel=Channel.EMAIL)
    make_answers(cast.survey, cast.waste, DAYS[0], {"satisfaction": "5"}, 3, channel=Channel.EMAIL)
    text = text_of(lead)
    assert "89.9% (567 of 631) 87.3% to 92.0% 90.2% (590 of 654)" in text
    assert "as in edition 1, unchanged until the next edition" in text
    assert "Publish edition 2" in text


def test_a_manager_reads_what_is_published_and_nothing_before(cast: Cast, sign_in: SignIn) -> None:
    manager = sign_in("manager")
    assert "567 of 631" not in text_of(manager)
    published(sign_in("lead"))
    text = text_of(manager)
    assert "567 of 631" in text and "Next edition" not in text
    assert manager.post("/dashboards/tables", data={}).status_code == 403


def test_the_file_of_an_edition_is_for_everybody(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    published(lead)
    answer = lead.get("/dashboards/tables.csv?measure=satisfaction&year=2024/25&edition=1")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="satisfaction-2024-25-edition-1.csv"'
    notes, _, table = answer.data.decode("utf-8-sig").partition("\r\n\r\n")
    assert "[c] Confidential" in notes and "[u] Low reliability" in notes and "p1-" in notes
    rows = list(csv.DictReader(io.StringIO(table)))
    whole = next(row for row in rows if row["table"] == "All answers")
    assert (whole["numerator"], whole["base"], float(whole["value"])) == ("567", "631", pytest.approx(567 / 631))
    hidden = next(row for row in rows if row["group"] == "Licensing")
    assert {hidden[name] for name in ("numerator", "base", "value", "low", "high", "symbol")} == {"[c]"}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"{PAGE}&measure=nps", 400),
        (f"{PAGE}&measure=happiness", 400),
        ("/dashboards/tables?year=2024-05", 400),
        ("/dashboards/tables.csv?measure=satisfaction&year=2024/25&edition=1", 404),
        ("/dashboards/tables.csv?measure=satisfaction&year=2024/25&edition=x", 404),
    ],
)
def test_what_cannot_be_shown_is_said(cast: Cast, sign_in: SignIn, address: str, status: int) -> None:
    assert sign_in("lead").get(address).status_code == status


def test_before_the_first_answer_the_first_steps_are_shown(app: Flask, sign_in: SignIn) -> None:
    assert sign_in("lead").get("/dashboards/tables").location == "/dashboards/"


def test_the_page_takes_few_statements(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    with statements() as seen:
        lead.get(PAGE)
    assert len(seen) <= 30
