"""The page of the coverage ledger: its sentence, its sum, each loss with its rows, within scope and without persons."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from survey_app.extensions import db
from survey_app.invitations.models import Invitation, InvitationState, Receipt
from survey_app.measures import operations
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Service
from survey_app.surveys.kinds import Paging
from tests.dashboards.conftest import Cast, SignIn
from tests.factories import make_answers, make_contacts, make_draft, make_invitation, make_service
from tests.statements import statements
from tests.test_templates import Inside

DAY = date(2024, 6, 1)
PAGE = "/coverage?period=2024/25"


def text_of(client: FlaskClient, address: str = PAGE, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return " ".join(Inside(answer.get_data(as_text=True)).text.split())


def soup_of(client: FlaskClient, address: str = PAGE) -> BeautifulSoup:
    return BeautifulSoup(client.get(address).text, "html.parser")


def ask(cast: Cast, service: Service, n: int, *, answered: int = 0, **facts: object) -> list[Invitation]:
    asked = [make_invitation(service, cast.survey, DAY, **facts) for _ in range(n)]
    for invitation in asked:
        invitation.contact.draw_outcome = "asked"
    for invitation in asked[:answered]:
        make_answers(cast.survey, service, DAY, {"satisfaction": "5"}, invitation_id=invitation.id)
    return asked


@pytest.fixture
def year(cast: Cast) -> Cast:
    """132 contacts of housing and 40 of waste, lost in every way that has a word on the page."""
    housing, waste = cast.housing, cast.waste
    ask(cast, housing, 50, answered=20)
    ask(cast, housing, 12, state=InvitationState.UNDELIVERABLE, undeliverable_reason=Receipt.PERMANENT_FAILURE)
    ask(cast, housing, 3, state=InvitationState.FAILED, sent_at=None)
    for outcome, n in {"no_address": 60, "sensitive": 4, "opted_out": 3}.items():
        make_contacts(housing, DAY, n, draw_outcome=outcome)
    make_contacts(waste, DAY, 40, draw_outcome="not_sampled", channel=Channel.WEB)
    db.session.commit()
    return cast


def test_the_sentence_and_the_sum_account_for_every_contact(year: Cast, sign_in: SignIn) -> None:
    text = text_of(sign_in("lead"))
    assert "Of 172 contacts, 65 were asked and 20 answered. Every contact is accounted for" in text
    assert "Adds up exactly 172 − 67 − 40 − 3 − 12 − 30 = 20 answered." in text
    assert "Response rate: answered, of those reached: 40.0% of 50" in text


def test_each_loss_stands_below_its_stage_with_its_rows(year: Cast, sign_in: SignIn) -> None:
    client = sign_in("lead")
    first, second = (figure.find("table") for figure in soup_of(client)("figure"))
    assert isinstance(first, Tag) and isinstance(second, Tag)
    rows = [[cell.text for cell in row(["th", "td"])] for row in first("tr")[1:]]
    assert rows == [
        ["Contacts", "172", ""],
        ["lost: No e-mail address or mobile number", "60", "34.9%"],
        ["lost: Other reasons together", "7", "4.1%"],
        ["Eligible", "105", "61.0% of contacts"],
        ["lost: Not drawn: random sample", "40", "38.1%"],
        ["Asked", "65", "61.9% of eligible"],
    ]
    links = [link["href"] for table in (first, second) for link in table("a")]
    assert len(links) == 5
    for link in links:
        listed = soup_of(client, str(link))
        assert listed("tbody")[0]("tr"), link
        assert "example.org" not in listed.text


def test_the_rows_of_a_loss_come_in_pages_and_by_service(year: Cast, sign_in: SignIn) -> None:
    client = sign_in("lead")
    address = "/coverage/eligible/no_address?period=2024/25"
    assert "1 to 50 of 60, newest first" in text_of(client, address)
    assert "ServiceContacts Housing options60" in text_of(client, address)
    assert len(soup_of(client, f"{address}&page=2")("tbody")[0]("tr")) == 10
    text_of(client, f"{address}&page=3", status=400)


@pytest.mark.parametrize("loss", ["eligible/sensitive", "eligible/other", "asked/nonsense", "nowhere/no_address"])
def test_small_sensitive_losses_and_unknown_ones_have_no_rows(year: Cast, sign_in: SignIn, loss: str) -> None:
    assert sign_in("lead").get(f"/coverage/{loss}?period=2024/25").status_code == 404


def test_the_page_says_what_to_do_next(year: Cast, sign_in: SignIn) -> None:
    text = text_of(sign_in("lead"))
    assert (
        "Ask for a mobile number or an e-mail address: 60 contacts left no way to ask; 60 of them from Housing" in text
    )
    assert "Fix 12 dead addresses: messages came back; 12 of them from Housing options." in text
    assert "Look at 3 messages that failed" in text
    assert "Were people hand-picked? It cannot be tested here." in text


def test_what_to_do_next_never_tells_a_loss_that_the_chart_keeps_together(year: Cast, sign_in: SignIn) -> None:
    ask(year, year.housing, 2, state=InvitationState.OPTED_OUT, sent_at=None)  # the 3 that failed join them
    db.session.commit()
    text = text_of(sign_in("lead"))
    assert "lost: Other reasons together57.5%" in text
    assert "Fix 12 dead addresses" in text
    assert "messages that failed" not in text


def test_a_manager_sees_the_ledger_of_their_services(year: Cast, sign_in: SignIn) -> None:
    client = sign_in("manager")
    assert "Of 132 contacts, 65 were asked" in text_of(client)
    text_of(client, "/coverage/asked/not_sampled?period=2024/25", status=404)
    text_of(client, f"{PAGE}&service=waste", status=404)


def test_who_may_not_see_results_does_not_see_the_ledger(year: Cast, sign_in: SignIn) -> None:
    client = sign_in("assessor")
    for address in (PAGE, "/coverage.csv?period=2024/25", "/coverage/eligible/no_address?period=2024/25"):
        assert client.get(address).status_code in {403, 404}
    assert "Coverage" not in text_of(client, "/evidence/")


def test_the_file_says_what_the_page_says(year: Cast, sign_in: SignIn) -> None:
    answer = sign_in("lead").get("/coverage.csv?period=2024/25&service=housing")
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [(row["stage"], row["count"]) for row in rows if not row["reason"]] == [
        ("contacts", "132"),
        ("eligible", "65"),
        ("asked", "65"),
        ("sent", "62"),
        ("delivered", "50"),
        ("answered", "20"),
    ]
    assert sum(int(row["count"]) for row in rows if row["reason"]) == 20 - 132
    assert "sensitive" not in {row["reason"] for row in rows}


def test_a_ledger_that_does_not_add_up_says_so_and_nothing_else(year: Cast, sign_in: SignIn) -> None:
    make_contacts(year.waste, DAY, 2, draw_outcome="asked")  # asked, and no invitation
    db.session.commit()
    text = text_of(sign_in("lead"))
    assert "The ledger does not add up: 2 contacts are missing." in text
    assert "Every contact is accounted for" not in text
    assert "Adds up exactly" not in text


def test_before_the_first_contact_the_page_says_what_comes_first(cast: Cast, sign_in: SignIn) -> None:
    assert "No contacts yet." in text_of(sign_in("lead"), "/coverage")


def test_contacts_that_still_run_are_said_to(cast: Cast, sign_in: SignIn) -> None:
    make_contacts(cast.housing, DAY, 12, draw_outcome=None)
    db.session.commit()
    text = text_of(sign_in("lead"))
    assert "Of 12 contacts, 0 were asked and 0 answered. Every contact is accounted for; some may still" in text
    assert "12 contacts wait for the draw" in text


def test_more_services_do_not_mean_more_statements(year: Cast, sign_in: SignIn) -> None:
    client = sign_in("lead")
    operations.fold_all()
    db.session.commit()
    client.get(PAGE)
    with statements() as few:
        client.get(PAGE)
    for n in range(5):
        make_contacts(make_service(f"new{n}"), DAY, 3, draw_outcome="no_address")
    db.session.commit()
    with statements() as many:
        client.get(PAGE)
    assert len(many) == len(few) < 40


def test_where_people_stop_is_told_of_surveys_of_more_than_one_page_alone(cast: Cast, sign_in: SignIn) -> None:
    make_contacts(cast.housing, DAY, 3)
    db.session.commit()
    lead = sign_in("lead")
    assert "Where do people stop?" not in text_of(lead)
    cast.survey.survey.paging = Paging.ONE_QUESTION
    for at in (1, 1, 2):
        make_draft(cast.survey, cast.housing, DAY, at=at)
    db.session.commit()
    text = text_of(lead)
    assert "and did not finish." in text and "3 saved a part" in text
    rows = soup_of(lead).find("caption", string="The question that people did not go beyond, the most first")
    assert rows is not None and rows.parent is not None
    cells = [[cell.text for cell in row.find_all(["th", "td"])] for row in rows.parent.tbody.find_all("tr")]
    assert [row[:2] for row in cells] == [["timeliness", "2"], ["resolved", "1"]]
