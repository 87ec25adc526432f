"""A council decides what it asks people about themselves, and where they can turn in danger."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from survey_app.audit.models import AuditLine
from survey_app.extensions import db
from survey_app.responses.afterwards.queries import questions_about_you, support_text_for, support_texts
from survey_app.responses.models import EqualityQuestion
from tests.conftest import PersonsClient
from tests.factories import make_council, make_service

INDEX, AGE, SUPPORT = "/admin/afterwards/", "/admin/afterwards/questions/age", "/admin/afterwards/support"
TEXT = {"service": "", "body": "In danger, call 999.", "exit_url": "https://www.example.org/weather"}
SignIn = Callable[..., PersonsClient]


@pytest.fixture
def admin(sign_in: SignIn) -> PersonsClient:
    make_council()
    make_service("housing")
    return sign_in("administrator")


def filled(client: PersonsClient, address: str) -> dict[str, str]:
    """What the form of a page holds as it stands."""
    form = BeautifulSoup(client.get(address).text, "html.parser").select_one("main form[action]")
    assert form is not None
    texts = {field["name"]: field.get("value", "") for field in form.select("input[type=text]")}
    chosen = {field["name"]: field["value"] for field in form.select("input[checked]")}
    return {str(name): str(value) for name, value in (texts | chosen).items()}


def asked() -> list[str]:
    db.session.rollback()
    return [item.code for item in questions_about_you()]


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditLine.action).where(AuditLine.action != "user.signed in")))


def test_a_question_is_asked_once_the_council_confirms_its_policy(admin: PersonsClient) -> None:
    assert "Nobody is asked about themselves." in admin.get(INDEX).text
    assert "appropriate policy document" in admin.get(INDEX).text
    values = filled(admin, AGE) | {"is_asked": "yes"}
    answer = admin.send_form(AGE, **values)
    assert answer.status_code == 422
    assert "Confirm that the council has an appropriate policy document" in answer.text
    assert asked() == []
    assert admin.send_form(AGE, **values, has_policy="y").status_code == 303
    assert asked() == ["age"]
    row = db.session.get(EqualityQuestion, "age")
    assert row is not None
    assert (row.wording, row.options) == (None, None), "the standard words are not stored"
    assert "equality.question changed" in acts()
    admin.send_form(AGE, **values | {"is_asked": "no"})
    assert asked() == []


def test_words_change_and_answers_keep_their_codes(admin: PersonsClient) -> None:
    values = filled(admin, AGE) | {"is_asked": "yes", "has_policy": "y"}
    values |= {
        "wording": "How old are you?",
        "option-16_24": "Up to 24",
        "option-75_over": "",
        "more": "75 to 84\n85+\n",
    }
    assert admin.send_form(AGE, **values).status_code == 303
    db.session.rollback()
    item = questions_about_you()[0]
    assert item.wording == "How old are you?"
    assert next(iter(item.options.items())) == ("16_24", "Up to 24")
    assert list(item.options.items())[-2:] == [("75-to-84", "75 to 84"), ("85", "85+")]
    assert "75_over" not in item.options
    admin.send_form(AGE, **filled(admin, AGE) | {"is_asked": "no"})
    assert "How old are you?" in admin.get(AGE).text, "switched off it keeps its words"


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"wording": " "}, "Type the question."),
        ({"wording": "x" * 301}, "Use 300 characters or fewer."),
        ({"more": "16 TO 24"}, "Two answers are the same."),
        ({"more": "x" * 121}, "Use 120 characters or fewer for each answer."),
        ({f"option-{code}": "" for code in ("16_24", "25_34", "35_44", "45_54", "55_64", "65_74")}, "at least two"),
        ({"is_asked": "perhaps"}, "Choose one of the two."),
    ],
)
def test_what_cannot_be_asked_comes_back(admin: PersonsClient, values: dict[str, str], wrong: str) -> None:
    answer = admin.send_form(AGE, **filled(admin, AGE) | values)
    assert answer.status_code == 422
    assert wrong in answer.text
    assert db.session.scalars(select(EqualityQuestion)).all() == []


def test_questions_change_places_among_those_that_are_asked(admin: PersonsClient) -> None:
    for code in ("religion", "age", "sex"):
        page = f"/admin/afterwards/questions/{code}"
        admin.send_form(page, **filled(admin, page) | {"is_asked": "yes", "has_policy": "y"})
    assert asked() == ["age", "sex", "religion"], "the usual order, however they were switched on"
    admin.send_form("/admin/afterwards/questions/religion/up", form_at=INDEX)
    assert asked() == ["age", "religion", "sex"]
    admin.send_form("/admin/afterwards/questions/age/up", form_at=INDEX)
    assert asked() == ["age", "religion", "sex"]
    admin.send_form("/admin/afterwards/questions/age/down", form_at=INDEX)
    assert asked() == ["religion", "age", "sex"]


def test_a_text_for_those_in_danger_is_seen_first_and_then_published(admin: PersonsClient) -> None:
    preview = admin.send_form(SUPPORT, **TEXT, do="preview")
    assert "Not published yet." in preview.text
    assert "https://www.example.org/weather" in preview.text
    assert support_texts() == []
    assert TEXT["body"] in admin.send_form(SUPPORT, **TEXT, do="change").text
    assert admin.send_form(SUPPORT, **TEXT, do="publish").status_code == 303
    admin.send_form(SUPPORT, **TEXT | {"service": "housing", "body": "Call the duty officer."}, do="publish")
    admin.send_form(SUPPORT, **TEXT | {"body": "Call 999 or 112."}, do="publish")
    db.session.rollback()
    assert [text.body for text in support_texts()] == ["Call 999 or 112.", "Call the duty officer."]
    assert acts().count("support.text changed") == 3
    page = admin.get(INDEX).text
    assert "Where to turn in danger stands above every survey." in page


def test_a_text_is_removed_and_can_be_put_back(admin: PersonsClient) -> None:
    admin.send_form(SUPPORT, **TEXT, do="publish")
    text = support_texts()[0]
    admin.send_form(f"/admin/afterwards/support/{text.id}/remove", form_at=INDEX)
    db.session.rollback()
    assert support_text_for(1) is None
    undo = BeautifulSoup(admin.get(INDEX).text, "html.parser").find("a", string="Undo")
    assert undo is not None
    assert TEXT["body"] in admin.get(str(undo["href"])).text
    assert admin.send_form("/admin/afterwards/support/99/remove", form_at=INDEX).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "http://www.example.org",
        "https://weather",
        "javascript:alert(1)",
        "https://me@example.org",
        "https://exa mple.org",
        "https://[",
        "//example.org",
        "data:text/html,x",
    ],
)
def test_the_way_out_leads_to_a_plain_https_page_or_nowhere(admin: PersonsClient, address: str) -> None:
    answer = admin.send_form(SUPPORT, **TEXT | {"exit_url": address}, do="publish")
    assert answer.status_code == 422
    assert "begins with https://" in answer.text
    assert support_texts() == []


@pytest.mark.parametrize("values", [{"body": "  "}, {"body": "x" * 2001}, {"service": "nowhere"}])
def test_a_text_that_cannot_be_shown_comes_back(admin: PersonsClient, values: dict[str, str]) -> None:
    assert admin.send_form(SUPPORT, **TEXT | values, do="publish").status_code == 422
    assert support_texts() == []


@pytest.mark.parametrize("who", [("cse_lead",), ("service_manager", "housing"), ("assessor",)])
def test_only_who_manages_the_council_may(admin: PersonsClient, sign_in: SignIn, who: tuple[str, ...]) -> None:
    client = sign_in(*who)
    for address in (INDEX, AGE, SUPPORT):
        assert client.get(address).status_code == 403


def test_an_unknown_question_is_not_found(admin: PersonsClient) -> None:
    assert admin.get("/admin/afterwards/questions/shoe_size").status_code == 404
