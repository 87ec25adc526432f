"""New wordings of questions: their list, declaring that both can be compared, and what the overview says meanwhile."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from survey_app.extensions import db, transaction
from survey_app.measures.models import LineageBridge
from survey_app.surveys.models import SurveyVersion
from tests.dashboards.conftest import Cast, SignIn
from tests.factories import make_answers, make_new_wording
from tests.statements import statements

PAGE = "/dashboards/wordings/"
DECEMBER = datetime(2024, 12, 2, 9, tzinfo=UTC)
OVERVIEW = "/dashboards/?period=2024/25"


@pytest.fixture
def pair(cast: Cast) -> tuple[int, int]:
    """Satisfaction reads otherwise since December 2024; forty have answered since."""
    with transaction():
        newer = make_new_wording(cast.survey, "satisfaction", "How satisfied were you?", DECEMBER)
        make_answers(newer, cast.housing, date(2024, 12, 10), {"satisfaction": "5"}, 40)
        return cast.survey.items[0].question_version_id, newer.items[0].question_version_id


def text_of(client: FlaskClient, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200
    return BeautifulSoup(page.text, "html.parser").get_text(" ", strip=True)


def send(client: FlaskClient, url: str, *, form_at: str | None = None, **values: str) -> TestResponse:
    """Fill in the form of a page and press its button."""
    token = BeautifulSoup(client.get(form_at or url).text, "html.parser").find("input", {"name": "csrf_token"})
    assert token is not None
    return client.post(url, data={"csrf_token": str(token["value"]), **values})


def bridges() -> int:
    return db.session.scalar(select(func.count()).select_from(LineageBridge)) or 0


def test_without_a_new_wording_it_says_so(cast: Cast, sign_in: SignIn) -> None:
    text = text_of(sign_in("manager"), PAGE)
    assert "No question has been worded anew." in text
    assert "A translation is no new wording." in text


def test_a_new_wording_is_listed_with_both_and_offered_to_the_lead_only(pair: tuple[int, int], sign_in: SignIn) -> None:
    lead, manager = text_of(sign_in("lead"), PAGE), text_of(sign_in("manager"), PAGE)
    for text in (lead, manager):
        assert "1 new wording is not compared with the one before." in text
        assert "asked first in December 2024" in text
        assert "How satisfied were you?" in text
        assert "Nobody has said that both can be compared." in text
    assert "Compare them" in lead
    assert "Compare them" not in manager


def test_declaring_needs_a_reason_and_keeps_what_was_typed(pair: tuple[int, int], sign_in: SignIn) -> None:
    lead, here = sign_in("lead"), f"{PAGE}{pair[0]}-{pair[1]}"
    refused = send(lead, here, reason="  ")
    assert refused.status_code == 422
    assert "Say why the answers before and after can be compared." in refused.text
    long = send(lead, here, reason="y" * 1001)
    assert (long.status_code, "y" * 1001 in long.text, bridges()) == (422, True, 0)


def test_the_lead_declares_a_bridge_and_takes_it_back(pair: tuple[int, int], sign_in: SignIn) -> None:
    lead, here = sign_in("lead"), f"{PAGE}{pair[0]}-{pair[1]}"
    sent = send(lead, here, reason="Asked side by side.")
    assert (sent.status_code, sent.location) == (303, f"{PAGE}?done=declared")
    text = text_of(lead, sent.location)
    assert "Both wordings are compared from now on." in text
    assert "Asked side by side." in text
    assert send(lead, here, form_at=PAGE, reason="Again").status_code == 422
    assert send(lead, f"{here}/take-back", form_at=PAGE).location == f"{PAGE}?done=taken-back"
    assert bridges() == 0


def test_only_the_lead_declares(pair: tuple[int, int], sign_in: SignIn) -> None:
    here = f"{PAGE}{pair[0]}-{pair[1]}"
    for who in ("manager", "admin"):
        assert sign_in(who).get(here).status_code == 403
    for change in (f"{pair[1]}-{pair[0]}", "1", "a-b", f"{pair[0]}-{pair[1]}-", f"{'9' * 30}-1"):
        assert sign_in("lead").get(f"{PAGE}{change}").status_code == 404


def test_the_overview_marks_the_new_wording_and_compares_nothing_across_it(
    pair: tuple[int, int], sign_in: SignIn
) -> None:
    text = text_of(sign_in("lead"), OVERVIEW)
    assert "The wording of this question changed in December 2024" in text
    assert "New wording" in text


def test_a_declared_bridge_is_a_note_on_the_chart(pair: tuple[int, int], sign_in: SignIn) -> None:
    lead = sign_in("lead")
    send(lead, f"{PAGE}{pair[0]}-{pair[1]}", reason="Asked side by side.")
    text = text_of(lead, OVERVIEW)
    assert "The question was worded anew in December 2024; both wordings count as one, by our decision." in text
    assert "The wording of this question changed" not in text


def test_more_new_wordings_do_not_mean_more_statements(cast: Cast, sign_in: SignIn, pair: tuple[int, int]) -> None:
    lead = sign_in("lead")
    with statements() as few:
        text_of(lead, PAGE)
    with transaction():
        version = db.session.scalars(select(SurveyVersion).order_by(SurveyVersion.id.desc())).first()
        assert version is not None
        for number in range(4):
            version = make_new_wording(version, "timeliness", f"Was it done in time? ({number})", DECEMBER)
    with statements() as many:
        assert "5 new wordings" in text_of(lead, PAGE)
    assert len(many) == len(few) < 15
