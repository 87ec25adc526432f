"""A council's first day: an empty database, a mail server, and the first administrator at the door."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from survey_app.accounts.queries import first_link
from survey_app.extensions import db, transaction
from survey_app.organisation.models import Council
from survey_app.settings import Settings
from survey_app.surveys.operations import publish_default_survey
from tests.conftest import PersonsClient
from tests.factories import PASSWORD, make_council
from tests.smtp import SmtpServer, smtp_server

COUNCIL = {
    "name": "Anyborough Council",
    "nation": "England",
    "postal_address": "Town Hall, Anyborough AB1 2CD",
    "complaint_url": "https://anyborough.example/complaints",
    "complaint_phone": "01632 960100",
}
ADMIN = {
    "name": "Sam Okafor",
    "email": "sam@anyborough.example",
    "password": PASSWORD,
    "password_again": PASSWORD,
}
FIRST_PAGE = "/accounts/first/"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def settings(settings: Settings, server: SmtpServer) -> Settings:
    object.__setattr__(settings, "mail_url", server.url)
    return settings


@pytest.fixture
def first_page(app: Flask) -> str:
    """The path that the server printed."""
    return first_link("")


@pytest.fixture
def admin(client: PersonsClient, first_page: str) -> PersonsClient:
    """The first administrator, signed in; there is no council yet."""
    assert client.send_form(first_page, **ADMIN).status_code == 303
    return client


@pytest.fixture
def council(app: Flask, admin: PersonsClient) -> Council:
    """A council that is there and asks nobody yet."""
    assert admin.send_form("/admin/setup/council", **COUNCIL).status_code == 303
    return db.session.query(Council).one()


@pytest.fixture
def older_council(app: Flask) -> Council:
    """A council that was set up long ago, by the command line."""
    with transaction():
        found = make_council()
        publish_default_survey(found.created_at)
    return found


def upload(
    client: PersonsClient, url: str, field: str, content: bytes, name: str, *, form_at: str | None = None
) -> TestResponse:
    """Choose a file in the form at `form_at` (or `url`) and send it."""
    token = BeautifulSoup(client.get(form_at or url).text, "html.parser").find("input", {"name": "csrf_token"})
    assert token is not None
    values = {"csrf_token": token["value"], field: FileStorage(io.BytesIO(content), name)}
    boundary, body = encode_multipart(values)  # in memory: the client would leave a large one in an open file
    return client.post(url, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def error_of(answer: TestResponse, field: str) -> str:
    """What the page says at a field."""
    page = BeautifulSoup(answer.text, "html.parser")
    message = page.find(id=f"{field}-error")
    assert message is not None, f"nothing is wrong with {field}: {page.get_text(' ', strip=True)[:400]}"
    assert page.title is not None and page.title.text.startswith("Error: ")
    return message.get_text(" ", strip=True).removeprefix("Error: ")


def typed_in(answer: TestResponse, field: str) -> str:
    """What stands in a field of the page."""
    found = BeautifulSoup(answer.text, "html.parser").find(id=field)
    assert found is not None
    return str(found["value"]) if found.name == "input" else found.text


def heading(answer: TestResponse) -> str:
    found = BeautifulSoup(answer.text, "html.parser").find("h1")
    assert found is not None
    return " ".join(found.text.split())


def said(client: PersonsClient, url: str) -> str:
    """What a page says was just done."""
    found = BeautifulSoup(client.get(url).text, "html.parser").find(class_="said")
    return "" if found is None else found.text
