"""A frozen figure under its short code: as it stood, and what running it again finds."""

from __future__ import annotations

import json

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select

from survey_app.extensions import db, transaction
from survey_app.kernel.clock import utc_now
from survey_app.measures.address import from_id
from survey_app.measures.models import FrozenPassport
from survey_app.measures.operations import freeze_passport
from survey_app.responses.models import ResponseState, SurveyResponse
from survey_app.responses.operations import withdraw
from tests.dashboards.conftest import Cast, SignIn

HEADLINE = "satisfaction~2024-04-01~2025-03-31"
PERIOD = from_id(HEADLINE).first, from_id(HEADLINE).last
HOUSING = f"{HEADLINE}~service.housing"


def frozen(figure_id: str = HEADLINE) -> FrozenPassport:
    with transaction():
        return freeze_passport(from_id(figure_id), now=utc_now())


def text_of(client: FlaskClient, code: str, arguments: str = "") -> str:
    page = client.get(f"/figures/{code}{arguments}")
    assert page.status_code == 200
    return BeautifulSoup(page.text, "html.parser").get_text(" ", strip=True)


def test_it_shows_the_figure_as_it_was_frozen_and_that_it_is_the_same(cast: Cast, sign_in: SignIn) -> None:
    kept = frozen()
    counts = json.loads(kept.document)["counts"]
    text = text_of(sign_in("lead"), kept.code)
    assert "Run again just now: the same figure, from the same rows." in text
    assert f"{counts['numerator']:,} in the numerator {counts['base']:,} in the base" in text
    assert f"Passport {kept.code}." in text
    assert "Hash matches" in text
    assert json.loads(kept.document)["rows"]["hash"] in text.replace(" ", "")


def test_after_a_withdrawal_it_says_which_and_keeps_the_figure(cast: Cast, sign_in: SignIn) -> None:
    kept = frozen()
    rows = json.loads(kept.document)["rows"]["count"]
    before = text_of(sign_in("lead"), kept.code).split("Run again")[0]
    answered = select(SurveyResponse).where(
        SurveyResponse.state == ResponseState.COUNTED, SurveyResponse.counts_on.between(*PERIOD)
    )
    with transaction():
        withdraw(db.session.scalars(answered.limit(1)).one(), now=utc_now())
    text = text_of(sign_in("lead"), kept.code)
    assert text.split("Run again")[0] == before
    assert f"1 of {rows} answers was withdrawn since; the figure was " in text
    assert "Hash differs" in text


def test_many_rows_are_counted_again_only_when_somebody_asks(cast: Cast, sign_in: SignIn) -> None:
    kept = frozen()
    document = json.loads(kept.document)
    document["rows"]["count"] = 100_001
    with transaction():
        kept.document = json.dumps(document)
    lead = sign_in("lead")
    text = text_of(lead, kept.code)
    assert "Not run again yet" in text and "It stands on 100,001 rows" in text
    assert "Run again: not the same" in text_of(lead, kept.code, "?again=1")


def test_a_figure_that_follows_other_rules_now_is_shown_by_its_counts(cast: Cast, sign_in: SignIn) -> None:
    kept = frozen()
    with transaction():
        kept.document = kept.document.replace("satisfaction@1", "satisfaction@0")
    text = text_of(sign_in("lead"), kept.code)
    assert "it follows satisfaction@0, and we compute satisfaction@1" in text
    assert "satisfaction@0, by measures@1" in text


def test_a_manager_opens_what_is_of_their_own_services_only(cast: Cast, sign_in: SignIn) -> None:
    manager = sign_in("manager")
    assert manager.get(f"/figures/{frozen().code}").status_code == 404
    assert "Housing options" in text_of(manager, frozen(HOUSING).code)


def test_an_unknown_code_is_a_missing_page(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in("lead").get("/figures/p1-0000").status_code == 404


def test_an_assessor_sees_no_figures_outside_the_evidence(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in("assessor").get(f"/figures/{frozen().code}").status_code == 403


def test_looking_stores_nothing(cast: Cast, sign_in: SignIn) -> None:
    code = frozen().code
    text_of(sign_in("lead"), code)
    assert db.session.query(FrozenPassport).count() == 1
