"""A council defines its own measures: seen before it is kept, changed only as a new version, open to whom it may be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey_app.extensions import db
from survey_app.measures.own.models import OwnMeasure
from tests.conftest import PersonsClient
from tests.factories import make_answers, make_council, make_service, make_survey

QUESTION = "post-contact-satisfaction"
NEW = f"/admin/measures/new?question={QUESTION}"
DAY = date(2025, 6, 10)
TYPED = {
    "label": "Very satisfied",
    "code": "very_satisfied",
    "words": "Answers very satisfied overall.",
    "unit": "share",
    "better": "higher",
    **{f"option_{place}": part for place, part in enumerate(["counts", *["base"] * 4, "outside", "outside"])},
}


@pytest.fixture
def lead(sign_in: Callable[..., PersonsClient]) -> PersonsClient:
    make_council()
    survey, service = make_survey(), make_service("waste")
    make_answers(survey, service, DAY, {"satisfaction": "5"}, 12)
    make_answers(survey, service, DAY, {"satisfaction": "4"}, 18)
    make_answers(survey, service, DAY, {"satisfaction": "dk"}, 3)
    return sign_in("cse_lead")


def send(client: PersonsClient, do: str = "preview", *, version: int = 0, **changes: str) -> TestResponse:
    values: dict[str, Any] = TYPED | {"question": QUESTION, "based_on": str(version)} | changes
    return client.send_form("/admin/measures/preview", form_at=NEW, do=do, **values)


def main_of(answer: TestResponse) -> str:
    main = BeautifulSoup(answer.text, "html.parser").find("main")
    assert main is not None
    return main.get_text(" ", strip=True)


def stored() -> list[tuple[str, int, str]]:
    rows = db.session.scalars(select(OwnMeasure).order_by(OwnMeasure.id)).all()
    return [(row.code, row.version, row.options["4"]) for row in rows]


class TestNewMeasure:
    def test_the_first_page_offers_every_question_with_options(self, lead: PersonsClient) -> None:
        page = lead.get("/admin/measures/")
        assert "No measures of your own." in main_of(page)
        assert NEW in page.text
        assert "why" not in {link.get_text() for link in BeautifulSoup(page.text, "html.parser").find_all("a")}

    def test_the_form_begins_as_most_measures_are(self, lead: PersonsClient) -> None:
        page = BeautifulSoup(lead.get(NEW).text, "html.parser")
        chosen = [option["value"] for option in page.select("main select option[selected]")]
        assert chosen == ["counts", "counts", "base", "base", "base", "outside", "outside"]

    def test_the_figure_is_seen_before_anything_is_kept(self, lead: PersonsClient) -> None:
        answer = send(lead)
        text = main_of(answer)
        assert answer.status_code == 200
        assert "Very satisfied would be 40.0% (12 of 30), 1 April 2025 to 31 March 2026. Not kept yet." in text
        assert "5 12 Counts" in text and "4 18 In the base only" in text and "I do not know 3 Outside the base" in text
        assert stored() == []

    def test_going_back_keeps_what_was_typed(self, lead: PersonsClient) -> None:
        page = BeautifulSoup(send(lead, "change", label="Delighted").text, "html.parser")
        field = page.find("input", {"name": "label"})
        assert field is not None and field["value"] == "Delighted"
        assert [option["value"] for option in page.select("main select option[selected]")][0:2] == ["counts", "base"]

    def test_once_kept_it_has_a_page_a_passport_and_a_place_in_the_list(self, lead: PersonsClient) -> None:
        answer = send(lead, "save")
        assert (answer.status_code, answer.location) == (303, "/admin/measures/?done=very_satisfied")
        assert stored() == [("very_satisfied", 1, "base")]
        assert "Kept." in main_of(lead.get(answer.location))
        assert "40.0%" in main_of(lead.get("/dashboards/measures/very_satisfied?period=2025%2F26"))
        assert "40.0%" in main_of(lead.get("/figures/very_satisfied~2025-04-01~2026-03-31"))

    def test_pressed_twice_it_is_kept_once(self, lead: PersonsClient) -> None:
        send(lead, "save")
        answer = send(lead, "save")
        assert answer.status_code == 409
        assert "There is a measure called very_satisfied already." in main_of(answer)
        assert len(stored()) == 1

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"code": "Very Satisfied"}, "small letters"),
            ({"code": "satisfaction"}, "every council has"),
            ({"label": ""}, "3 to 60"),
            ({"words": "x"}, "3 to 500"),
            ({"unit": "days"}, "Choose what the figure is."),
            ({"unit": "net_share"}, "counts against"),
            ({"better": "faster"}, "Choose which way is better."),
            ({"option_0": "base"}, "at least one option that counts"),
            ({"option_1": "half"}, "Choose what “4” counts as."),
        ],
    )
    @pytest.mark.parametrize("do", ["preview", "save"])
    def test_what_makes_no_measure_is_said_where_it_is_wrong(
        self, lead: PersonsClient, changes: dict[str, str], message: str, do: str
    ) -> None:
        answer = send(lead, do, **changes)
        assert answer.status_code == 422
        page = BeautifulSoup(answer.text, "html.parser")
        (wrong,) = page.select(".govuk-error-message")
        assert message in wrong.get_text()
        assert (
            page.select_one(f".govuk-error-summary a[href='#{next(iter(changes))}']")
            or "unit" in changes
            or ("option_0" in answer.text)
        )
        assert stored() == []

    def test_a_question_without_answers_has_no_figure_to_show(self, lead: PersonsClient) -> None:
        answer = send(lead, question="post-contact-timeliness", code="in_time")
        assert "nobody answered the question last year" in main_of(answer)

    def test_a_small_figure_is_hidden_before_it_is_kept_as_everywhere(
        self, sign_in: Callable[..., PersonsClient]
    ) -> None:
        make_council()
        make_answers(make_survey(), make_service("waste"), DAY, {"satisfaction": "5"}, 8)
        text = main_of(send(sign_in("cse_lead")))
        assert "fewer than 10 answers were given last year" in text
        assert "100.0%" not in text and " 8 " not in text


class TestChange:
    def test_a_change_makes_a_new_version_and_shows_the_old_one(self, lead: PersonsClient) -> None:
        send(lead, "save")
        answer = send(lead, "save", version=1, option_1="counts")
        assert answer.status_code == 303
        assert stored() == [("very_satisfied", 1, "base"), ("very_satisfied", 2, "counts")]
        text = main_of(lead.get("/admin/measures/very_satisfied"))
        assert "Change Very satisfied on the question" in text
        assert "Counts: 5, 4. In the base only: 3, 2, 1." in text
        assert "Counts: 5. In the base only: 4, 3, 2, 1." in text

    def test_a_version_that_somebody_made_meanwhile_is_not_lost(self, lead: PersonsClient) -> None:
        send(lead, "save")
        send(lead, "save", version=1, option_1="counts")
        answer = send(lead, "save", version=1, option_2="counts", label="Mine")
        assert answer.status_code == 409
        assert "Somebody has made version 2 of very_satisfied meanwhile." in main_of(answer)
        field = BeautifulSoup(answer.text, "html.parser").find("input", {"name": "label"})
        assert field is not None and field["value"] == "Mine"
        assert len(stored()) == 2

    def test_a_version_that_is_no_number_is_refused(self, lead: PersonsClient) -> None:
        assert send(lead, "save", based_on="first").status_code == 409
        assert stored() == []


class TestWho:
    @pytest.mark.parametrize(
        ("role", "status"), [("cse_lead", 200), ("administrator", 200), ("data_protection_officer", 403)]
    )
    def test_leads_and_administrators_define_measures(
        self, lead: PersonsClient, sign_in: Callable[..., PersonsClient], role: str, status: int
    ) -> None:
        client = sign_in(role)
        for address in ("/admin/measures/", NEW):
            assert client.get(address).status_code == status

    @pytest.mark.parametrize("address", ["/admin/measures/nothing", "/admin/measures/new?question=nothing"])
    def test_what_is_none_is_not_found(self, lead: PersonsClient, address: str) -> None:
        assert lead.get(address).status_code == 404
