"""The CSE lead names the headline of a year; late is kept and said, and nothing is rewritten."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from survey_app.accounts.roles import RoleName
from survey_app.extensions import db
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.periods import Period
from survey_app.measures.models import NamedHeadline

PAGE = "/admin/headline"


@pytest.fixture
def lead(sign_in):
    return sign_in(RoleName.CSE_LEAD)


def years() -> tuple[str, str]:
    running = Period.financial_year_of(london_day(utc_now()))
    return running.label, Period.financial_year(running.first.year + 1).label


def name(client, measure="satisfaction", year=None, reason="Our service plan promises it."):
    return client.send_form(PAGE, measure=measure, year=year or years()[1], reason=reason)


def text_of(answer) -> str:
    return BeautifulSoup(answer.text, "html.parser").find("main").get_text(" ", strip=True)


def test_before_one_is_named_the_page_says_until_when(lead):
    page = text_of(lead.get(PAGE))
    assert f"No headline is named for {years()[1]} yet. Name one by 31 March" in page
    assert "None yet." in page


def test_named_for_the_next_year_it_stands_alone(lead):
    assert name(lead).location == f"{PAGE}?done=named"
    page = text_of(lead.get(PAGE))
    assert f"Satisfaction is the headline of {years()[1]}. It was named in time." in page
    assert "Named before the year began: it stands alone" in page
    named = db.session.scalars(db.select(NamedHeadline)).one()
    assert named.named_by.endswith("@anyborough.example.org")
    assert f"{named.named_by}: Our service plan promises it." in page


def test_named_for_the_year_that_runs_it_is_kept_and_marked(lead):
    name(lead, year=years()[0])
    page = text_of(lead.get(PAGE))
    assert f"{years()[0]}: Satisfaction. Named after the year began" in page
    assert f"No headline is named for {years()[1]} yet." in page


def test_a_second_one_is_added_and_the_first_stays_in_the_list(lead):
    name(lead)
    name(lead, measure="easy")
    page = text_of(lead.get(PAGE))
    assert f"Ease is the headline of {years()[1]}." in page
    assert f"{years()[1]}: Satisfaction. Another one counts" in page


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"measure": "contacts"}, "Choose the measure."),
        ({"measure": ""}, "Choose the measure."),
        ({"year": "2019/20"}, "Choose the year."),
        ({"reason": "  "}, "Say why this measure, in one sentence."),
        ({"reason": "x" * 501}, "Shorten the reason to 500 characters or fewer."),
    ],
)
def test_what_will_not_do_is_said_and_kept(lead, given, words):
    answer = name(lead, **given)
    assert answer.status_code == 422
    assert words in text_of(answer)
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.find("textarea").text.strip() == given.get("reason", "Our service plan promises it.").strip()
    assert db.session.scalar(db.select(db.func.count()).select_from(NamedHeadline)) == 0


def test_the_same_again_is_refused_at_the_measure(lead):
    name(lead)
    answer = name(lead)
    assert answer.status_code == 422
    assert "Satisfaction is the headline of" in BeautifulSoup(answer.text, "html.parser").find(id="measure-error").text


@pytest.mark.parametrize("role", [RoleName.DATA_PROTECTION_OFFICER, RoleName.ASSESSOR])
def test_others_may_neither_see_nor_name(sign_in, role):
    client = sign_in(role)
    assert client.get(PAGE).status_code == 403
    assert 'href="/admin/headline"' not in client.get("/accounts/profile").text
