"""Help explains the figures in the words of the pages; before the first answer, a page says what comes next."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from survey_app.dashboards.first_steps import Beginnings, first_steps
from survey_app.dashboards.wording import STATUS_TAGS
from survey_app.extensions import db, transaction
from survey_app.organisation.models import Service
from tests.factories import make_contact


def words_of(answer) -> str:
    return BeautifulSoup(answer.text, "html.parser").find("main").get_text(" ", strip=True)


def test_every_word_on_a_target_is_explained(sign_in):
    page = words_of(sign_in("lead").get("/help"))
    for _, words in STATUS_TAGS.values():
        assert words in page
    for words in ("Passport", "Provisional", "No change that we can show", "95% interval", "Fewer than 10 answers"):
        assert words in page


@pytest.mark.parametrize("person", ["lead", "manager", "assessor", "admin"])
def test_everybody_finds_help_from_their_pages_and_only_links_that_they_may_open(sign_in, person):
    client = sign_in(person)
    assert 'href="/help"' in client.get("/accounts/").text
    page = BeautifulSoup(client.get("/help").text, "html.parser")
    for link in page.find("section", id="begin").find_all("a"):
        assert client.get(link["href"]).status_code == 200, link["href"]


def test_help_is_for_staff(client):
    assert client.get("/help").location.startswith("/accounts/sign-in")


@pytest.mark.parametrize(
    ("there", "following"),
    [
        (Beginnings(has_council=False, services=0, contacts=0, sent=0, answers=0), "Set up the council"),
        (Beginnings(has_council=True, services=0, contacts=0, sent=0, answers=0), "Bring in the services"),
        (Beginnings(has_council=True, services=3, contacts=0, sent=0, answers=0), "Bring in contacts"),
        (Beginnings(has_council=True, services=3, contacts=9, sent=0, answers=0), "Start asking"),
        (Beginnings(has_council=True, services=3, contacts=9, sent=4, answers=0), "Wait for the first answer"),
    ],
)
def test_one_step_is_next(there, following):
    assert [step.title for step in first_steps(there) if step.is_next] == [following]


def test_with_answers_all_is_done():
    assert all(step.is_done for step in first_steps(Beginnings(True, services=3, contacts=9, sent=4, answers=1)))


class TestBeforeTheFirstAnswer:
    def test_an_administrator_goes_on_with_setting_up(self, sign_in):
        answer = sign_in("admin").get("/dashboards/")
        assert "Next: bring in contacts." in words_of(answer)
        link = BeautifulSoup(answer.text, "html.parser").find("a", string="Go on with setting up")
        assert link["href"] == "/admin/setup/"

    def test_others_read_that_they_do_not_have_to_do_anything(self, sign_in):
        page = words_of(sign_in("lead").get("/dashboards/"))
        assert "Next: bring in contacts." in page
        assert "You do not have to do anything." in page
        assert "Go on with setting up" not in page

    def test_what_was_done_is_marked(self, sign_in):
        with transaction():
            make_contact(db.session.scalars(select(Service)).first())
        page = BeautifulSoup(sign_in("admin").get("/dashboards/").text, "html.parser")
        steps = [item.get_text(" ", strip=True) for item in page.select(".first-steps li")]
        assert [step.endswith("Done") for step in steps] == [True, True, True, False, False]
        assert "Next" in steps[3]
