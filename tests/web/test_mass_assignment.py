"""A form sets what it asks for and nothing else, whatever else is sent with it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from time_machine import TimeMachineFixture

from survey_app.comments.models import Theme
from survey_app.extensions import Base, db, transaction
from survey_app.settings import PROJECT_ROOT
from tests.conftest import PersonsClient
from tests.factories import NOON, make_council, make_service, make_survey

# Drawn by lot or counted on, or the name by which the two are told apart.
OF_ITS_OWN = {"id", "reference", "code", "number", "public", "digest", "position", "name", "title", "heading"}
STATED = {"stated_target": "in 2 days", "stated_figure": "1 day", "stated_source": "Ours", "stated_on": "2026-01-01"}
FORMS: Mapping[str, tuple[str, str, str, dict[str, str], str]] = {
    # the table: who, the page with the form, where it goes, what is typed, the field by which the two are told apart
    "improvement": (
        "cse_lead",
        "/actions/improvements/new",
        "/actions/improvements/",
        {"heard": "Heard", "did": "Did", "done_on": "1/9/2025", "prompt": "survey", "services": "housing"},
        "title",
    ),
    "you_said_we_did": (
        "cse_lead",
        "/actions/published/new",
        "/actions/published/",
        {"said": "Said", "did": "Did"},
        "heading",
    ),
    "our_standard": (
        "cse_lead",
        "/actions/standards/new",
        "/actions/standards/",
        {"promise": "We answer.", "figure": "", **STATED},
        "heading",
    ),
    "api_key": ("administrator", "/admin/api-keys/", "/admin/api-keys/", {"scopes": "contacts:write"}, "name"),
    "open_link": ("administrator", "/admin/links/", "/admin/links/", {"kind": "open", "site": ""}, "name"),
}


# What a form takes is Python's, whichever database stands behind it.
pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def council(app: Flask, time_machine: TimeMachineFixture) -> Flask:
    time_machine.move_to(NOON, tick=False)
    app.config["WTF_CSRF_ENABLED"] = False
    with transaction():
        make_council()
        make_service("housing")
        make_survey()
        db.session.add(Theme(code="call_back", name="Call backs", keywords="call back"))
    return app


def rows_of(table: str) -> list[dict[str, Any]]:
    db.session.rollback()
    found = Base.metadata.tables[table]
    return [dict(row._mapping) for row in db.session.execute(select(found).order_by(*found.primary_key))]


@pytest.mark.parametrize("table", FORMS)
def test_columns_that_a_form_does_not_ask_for_are_not_set(
    council: Flask, sign_in: Callable[..., PersonsClient], table: str
) -> None:
    role, page, address, typed, name = FORMS[table]
    client, before = sign_in(role), len(rows_of(table))
    asked, chosen = fields_of(client.get(page).text)
    assert client.post(address, data=chosen | typed | {name: "One"}).status_code in (200, 303)
    assert len(rows_of(table)) == before + 1, "the form is not filled in as it should be"
    every_column = {column.name for each in Base.metadata.sorted_tables for column in each.columns}
    assert len(extra := dict.fromkeys(every_column - asked - typed.keys(), "1")) > 300
    assert client.post(address, data=extra | chosen | typed | {name: "Two"}).status_code in (200, 303)
    plain, filled = ({key: value for key, value in row.items() if key not in OF_ITS_OWN} for row in rows_of(table)[-2:])
    assert plain == filled


def fields_of(page: str) -> tuple[set[str], dict[str, str]]:
    """What the forms of a page ask for, and the first choice of each list."""
    soup = BeautifulSoup(page, "html.parser")
    asked = {str(field["name"]) for field in soup.find_all(["input", "select", "textarea"]) if field.get("name")}
    chosen = {}
    for field in soup.find_all("select"):
        values = [str(option.get("value", "")) for option in field.find_all("option")]
        chosen[str(field["name"])] = next((value for value in values if value), "")
    return asked, chosen


def test_no_code_takes_all_that_a_form_was_sent(app: Flask) -> None:
    """What is stored is named field by field: nothing is spread from a request into a row."""
    found = []
    for path in sorted((PROJECT_ROOT / "survey_app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr == "populate_obj":
                found.append(f"{path}:{node.lineno}")
            if isinstance(node, ast.Call):
                spread = [ast.unparse(each.value) for each in node.keywords if each.arg is None]
                if any(re.search(r"request\.(form|values|args|files|json)|form\.data$", words) for words in spread):
                    found.append(f"{path}:{node.lineno}")
    assert found == []
