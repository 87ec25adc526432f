"""An administrator chooses how much of a survey a page shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from survey_app.audit.models import AuditLine
from survey_app.extensions import db
from survey_app.responses.operations import by_link, save_draft
from survey_app.surveys.kinds import Paging
from survey_app.surveys.models import Survey, SurveyVersion
from survey_app.surveys.operations import publish_default_survey
from survey_app.surveys.structure import Item
from tests.conftest import PersonsClient
from tests.factories import NOON, make_council, make_link, make_service, publish_anew

PAGE, SURVEY = "/admin/survey-page/", "after-contact"
CHOICE = f"{SURVEY}-paging"


@pytest.fixture
def version(app: Flask) -> SurveyVersion:
    make_council()
    return publish_default_survey(NOON)


def main(page: str) -> str:
    found = BeautifulSoup(page, "html.parser").main
    assert found is not None
    return found.get_text(" ", strip=True)


def choose(client: PersonsClient, paging: str) -> str:
    sent = client.send_form(f"{PAGE}{SURVEY}", form_at=PAGE, **{CHOICE: paging})
    assert sent.status_code == 303
    return main(client.get(sent.location).text)


def test_a_choice_holds_at_once_is_audited_and_is_undone_by_choosing_again(
    version: SurveyVersion, sign_in: Callable[..., PersonsClient]
) -> None:
    client = sign_in("administrator")
    assert "10 questions on one page" in main(client.get(PAGE).text)
    divided = choose(client, "one_question")
    assert "10 questions on 10 pages" in divided and "its completion rate is counted from then on." in divided
    choose(client, "one_question")
    whole = choose(client, "one_page")
    assert "10 questions on one page" in whole and "completion rate" not in whole
    acts = db.session.scalars(
        select(AuditLine).where(AuditLine.action == "survey.paging changed").order_by(AuditLine.id)
    )
    changes = [(act.before, act.after) for act in acts]
    one_page, one_question = {"paging": "one_page"}, {"paging": "one_question"}
    assert changes == [(one_page, one_question), (one_question, one_page)]


def on_page(item: Item, page: int) -> Item:
    return replace(item, page=page)


def test_it_says_how_a_survey_is_divided_and_how_many_have_begun(
    version: SurveyVersion, sign_in: Callable[..., PersonsClient]
) -> None:
    pages = [1, 1, 1, 2, 2, 2, 2, 2, 3, 3]
    version = publish_anew(
        version.survey,
        lambda survey: replace(survey, items=tuple(map(on_page, survey.items, pages))),
    )
    link = make_link(make_service(), version)
    for key in ("one", "another"):
        until = NOON + timedelta(days=7)
        given = {"satisfaction": "4"}
        occasion = by_link(link, version, submission_key=key, at=NOON)
        save_draft(occasion, given, started_at=NOON, drops_at=until, now=NOON)
    page = main(sign_in("administrator").get(PAGE).text)
    assert "Page by page it has 3 pages, with questions 1 to 3, 4 to 8, 9 to 10." in page
    assert "2 people have begun and not sent it yet." in page


@pytest.mark.parametrize("wrong", ["", "three_questions"])
def test_what_is_no_choice_is_refused_where_it_stands(
    version: SurveyVersion, sign_in: Callable[..., PersonsClient], wrong: str
) -> None:
    page = sign_in("administrator").send_form(f"{PAGE}{SURVEY}", form_at=PAGE, **{CHOICE: wrong})
    assert page.status_code == 422
    assert "Choose how much a page shows." in page.text
    assert db.session.scalars(select(Survey.paging)).one() is Paging.ONE_PAGE


def test_only_who_manages_the_council_may_choose_and_a_survey_has_to_be_there(
    version: SurveyVersion, sign_in: Callable[..., PersonsClient]
) -> None:
    make_service()
    manager = sign_in("service_manager", "housing")
    assert manager.get(PAGE).status_code == 403
    assert manager.post(f"{PAGE}{SURVEY}", data={CHOICE: "pages"}).status_code in {400, 403}
    administrator = sign_in("administrator")
    assert administrator.send_form(f"{PAGE}none", form_at=PAGE, **{CHOICE: "pages"}).status_code == 404
    assert db.session.scalars(select(Survey.paging)).one() is Paging.ONE_PAGE


def test_before_a_survey_is_published_the_page_says_what_to_do(
    app: Flask, sign_in: Callable[..., PersonsClient]
) -> None:
    make_council()
    page = main(sign_in("administrator").get(PAGE).text)
    assert "No survey is published yet." in page
    assert "Go to setting up" in page
