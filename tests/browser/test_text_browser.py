"""A resident with a text browser: w3m knows neither style sheets nor scripts, and reads a page from top to bottom."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from survey_app.extensions import db, transaction
from survey_app.responses.models import ResponseState, SurveyResponse
from survey_app.responses.operations.answers import given_in
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.operations import publish_default_survey
from tests.browser.live import live
from tests.factories import NOON, make_council, make_link, make_service

MISSING = "no w3m: install it (Debian: `make chromium` as root installs both browsers)"
PATIENCE = 60  # seconds


@pytest.fixture
def version(app: Flask) -> SurveyVersion:
    with transaction():
        make_council()
        return publish_default_survey(NOON)


@pytest.fixture
def address(app: Flask, version: SurveyVersion) -> Iterator[str]:
    """Of the survey, on a live server."""
    with transaction():
        code = make_link(make_service("housing", "Housing options"), version).code
    with live(app) as home:
        yield f"{home}/o/{code}"


def w3m(*arguments: str | Path) -> str:
    found = shutil.which("w3m")
    if found is None:
        pytest.skip(MISSING)
    done = subprocess.run(
        [found, "-cols", "100", *arguments], capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    return done.stdout


def read(*arguments: str | Path) -> str:
    """What a text browser shows, each blank or new line as one blank."""
    return " ".join(w3m("-dump", *arguments).split())


def assert_in_this_order(page: str, texts: Sequence[str]) -> None:
    """Each of them is there, after the one before it."""
    place = 0
    for text in texts:
        assert text in page[place:], f"{text} is not read after {page[max(0, place - 80) : place]}"
        place = page.index(text, place) + len(text)


def send(address: str, folder: Path, **answers: str) -> str:
    """Fill in the form as w3m received it, press its button, and read the page that follows."""
    form = BeautifulSoup(w3m("-dump_source", address), "html.parser").select_one("main form")
    assert form is not None and not form.get("action")
    hidden = {str(field["name"]): str(field["value"]) for field in form.select("input[type=hidden]")}
    body = folder / "body"
    body.write_text(urlencode(hidden | answers))
    return read("-post", body, address)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")
def test_every_question_option_and_button_is_read_in_its_order(address: str, version: SurveyVersion) -> None:
    expected = ["Skip to the questions", "Anyborough Council", "housing options"]
    for item in version.items:
        question = item.question_version
        expected += [question.wording, *([] if item.is_required else ["(optional)"])]
        expected += [question.hint] if question.hint else []
        expected += [f"( ){option.label}" for option in question.options] or ["[ ]"]
    asks_for_nothing = "Leave this empty [ ]"  # hidden by the style sheet alone, and so named for who sees it
    expected += [asks_for_nothing, "Send", "You can stop at any time", "How we use your answers", "Accessibility"]
    page = read(address)
    assert_in_this_order(page, expected)
    assert page.count("( )") == sum(len(item.question_version.options) for item in version.items)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")
def test_what_is_missing_is_said_first_and_what_was_sent_is_thanked_and_counts(address: str, tmp_path: Path) -> None:
    words = "They rang me back."
    problem = ["There is a problem", "Select how satisfied you were", "Error: Select how satisfied you were", words]
    assert_in_this_order(send(address, tmp_path, why=words), problem)
    thanks = ["Thank you", "We have your answers.", "Reference", "What happens next", "If you want to complain"]
    assert_in_this_order(send(address, tmp_path, satisfaction="4", why=words), thanks)
    db.session.rollback()
    response = db.session.scalars(select(SurveyResponse)).one()
    given = given_in(response)
    assert (response.state, given.choices, given.texts) == (
        ResponseState.COUNTED,
        {"satisfaction": "4"},
        {"why": words},
    )
