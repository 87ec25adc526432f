"""A CSE lead sees what each version changed, any two side by side, and the survey as a resident meets it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from survey_app.extensions import db
from survey_app.measures.operations import declare_bridge
from survey_app.measures.queries.standing import read_lineage
from survey_app.organisation.models import Service
from survey_app.responses.models import SurveyDraft, SurveyResponse
from survey_app.surveys.default import DEFAULT_SURVEY
from survey_app.surveys.kinds import Paging
from survey_app.surveys.models import Survey
from survey_app.surveys.operations import begin_draft, publish_default_survey, save_draft, start_survey
from survey_app.surveys.queries import structure_in
from survey_app.surveys.routing import Comparison, Condition, Term
from survey_app.surveys.structure import SurveyStructure
from tests.conftest import PersonsClient
from tests.factories import NOON, make_answers, make_council, make_service, publish_anew
from tests.statements import statements

HERE = "/admin/surveys/after-contact/"
VERSIONS, PREVIEW = f"{HERE}versions/", f"{HERE}preview/"
LATER = NOON + timedelta(days=30)


@pytest.fixture
def housing(app: Flask) -> Service:
    make_council()
    return make_service("housing")


@pytest.fixture
def lead(housing: Service, sign_in: Callable[..., PersonsClient]) -> PersonsClient:
    return sign_in("cse_lead")


@pytest.fixture
def survey(housing: Service) -> Survey:
    """With 40 answers to its first version, and one of the second, which words satisfaction otherwise."""
    first = publish_default_survey(NOON)
    make_answers(first, housing, date(2026, 3, 11), {"satisfaction": "5"}, 40)
    second = publish_anew(first.survey, reworded("How satisfied are you with what we did?"), LATER)
    make_answers(second, housing, date(2026, 4, 15), {"satisfaction": "4"}, 1)
    return first.survey


def reworded(wording: str) -> Callable[[SurveyStructure], SurveyStructure]:
    def change(survey: SurveyStructure) -> SurveyStructure:
        first, *rest = survey.items
        return replace(survey, items=(replace(first, question=replace(first.question, wording=wording)), *rest))

    return change


def divided(survey: SurveyStructure) -> SurveyStructure:
    """Satisfaction on page 1; on page 2, of the very dissatisfied, why; on page 3 one more: also in Welsh."""
    by_code = {item.question.code: item for item in survey.items}
    first, why, last = (by_code[code] for code in ("satisfaction", "why", "timeliness"))
    first = replace(
        first,
        question=replace(first.question, wording="How was it?"),
        translations={
            "cy": {"wording": "Sut oedd hi?", "options": {"1": "Anfodlon iawn"}},
            "zz": {"wording": "Of a language that nobody knows"},
            "en-easy": {"wording": "Was it good?", "picture": "0" * 64, "picture_alt": "A thumb"},
        },
    )
    why = replace(
        why,
        question=replace(why.question, wording="You said {{answer.satisfaction}}. Why?"),
        translations={"cy": {"wording": "Dywedoch {{answer.satisfaction}}. Pam?"}},
        show_if=Condition((Term("satisfaction", Comparison.IS, ("1",)),)),
        page=2,
    )
    last = replace(last, question=replace(last.question, wording="Was it quick?"), page=3)
    return replace(survey, items=(first, why, last))


def drafted(survey: Survey, change: Callable[[SurveyStructure], SurveyStructure]) -> None:
    edit = begin_draft(survey, now=LATER)
    save_draft(survey, change(structure_in(edit)), revision=edit.revision, what="Changed", now=LATER)


def page_of(answer: TestResponse) -> BeautifulSoup:
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "html.parser")


def words(tag: Tag | None) -> str:
    assert tag is not None
    return " ".join(tag.get_text(" ").split())


def test_the_list_has_the_draft_on_top_and_says_what_each_version_changed(lead: PersonsClient, survey: Survey) -> None:
    drafted(survey, lambda structure: replace(structure, items=structure.items[:-1]))
    rows = [words(row) for row in page_of(lead.get(VERSIONS)).select("tbody tr")]
    assert [row.split(" Look")[0][:11] for row in rows] == ["The draft D", "Version 2.0", "Version 1.0"]
    assert "nobody is asked it" in rows[0]
    assert "none yet 1 question taken out." in rows[0]
    assert "Asked now" in rows[1]
    assert "1 1 question reworded." in rows[1]
    assert "40 The first version." in rows[2]


def test_a_survey_that_was_never_published_says_so(lead: PersonsClient) -> None:
    start_survey(DEFAULT_SURVEY, "Made", now=NOON)
    assert "was never published" in words(page_of(lead.get(VERSIONS)).h1)


def test_two_versions_stand_side_by_side_with_words_for_what_went_and_came(lead: PersonsClient, survey: Survey) -> None:
    page = page_of(lead.get(f"{VERSIONS}1.0/2.0"))
    assert words(page.h1) == "1 question reworded. 1 trend breaks: Overall satisfaction."
    row = page.select_one("table.compare tbody tr")
    assert row is not None
    was, now = row.select("td")
    assert "[taken out: were ]" in words(was)
    assert "[put in: are ]" in words(now)
    assert not was.select("ins")
    assert not now.select("del")
    assert "no figure is compared across it" in words(page.main)
    assert page.select("a[href='/dashboards/wordings/']")


def test_a_bridge_is_said_and_nothing_breaks(lead: PersonsClient, survey: Survey) -> None:
    (turn,) = read_lineage().turns()
    declare_bridge(*turn.versions, "Asked side by side.", now=LATER)
    page = page_of(lead.get(f"{VERSIONS}1.0/2.0"))
    assert words(page.h1) == "1 question reworded. No trend breaks."
    assert "somebody declared that both wordings can be compared" in words(page.main)


def test_the_draft_is_compared_before_it_is_published(lead: PersonsClient, survey: Survey) -> None:
    drafted(survey, reworded("<script>alert(1)</script>"))
    page = page_of(lead.get(f"{VERSIONS}2.0/draft"))
    assert "1 trend breaks: Overall satisfaction." in words(page.h1)
    assert "Once the draft is published" in words(page.main)
    assert "<script>alert" not in str(page.main)


def test_what_is_the_same_says_so_and_what_is_not_there_is_not_found(lead: PersonsClient, survey: Survey) -> None:
    assert words(page_of(lead.get(f"{VERSIONS}1.0/1.0")).h1).startswith("Nothing differs.")
    for gone in ("1.0/9.0", "draft/1.0", "1.0/%3Cb%3E"):
        assert lead.get(f"{VERSIONS}{gone}").status_code == 404
    assert lead.get(f"{VERSIONS}?from=1.0&to=2.0").location == f"{VERSIONS}1.0/2.0"
    assert lead.get(f"{VERSIONS}?from=1.0&to=no").status_code == 200
    assert lead.get("/admin/surveys/none/versions/").status_code == 404


def test_the_list_reads_as_little_for_many_versions_as_for_few(lead: PersonsClient, survey: Survey) -> None:
    lead.get(VERSIONS)
    with statements() as few:
        lead.get(VERSIONS)
    for n in range(3):
        publish_anew(survey, reworded(f"Happy {n}?"), LATER + timedelta(days=n + 1))
    lead.get(VERSIONS)
    with statements() as many:
        lead.get(VERSIONS)
    assert len(many) == len(few)


def test_only_those_who_make_surveys_see_them(
    survey: Survey, sign_in: Callable[..., PersonsClient], client: PersonsClient
) -> None:
    officer = sign_in("data_protection_officer")
    for address in (VERSIONS, f"{VERSIONS}1.0/2.0", PREVIEW, f"{PREVIEW}1.0/"):
        assert officer.get(address).status_code == 403
        assert client.get(address).status_code == 302


class TestPreview:
    """A survey as a resident meets it: the very page, in a frame."""

    def test_the_frame_holds_the_page_of_a_resident(self, lead: PersonsClient, survey: Survey) -> None:
        drafted(survey, reworded("How was it, all in all?"))
        around = lead.get(PREVIEW)
        frame = page_of(around).iframe
        assert frame is not None
        inside = lead.get(str(frame["src"]))
        assert "How was it, all in all?" in inside.text
        assert "About your phone call on" in inside.text  # of an example contact
        assert "frame-src 'self'" in around.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in around.headers["Content-Security-Policy"]
        assert "frame-ancestors 'self'" in inside.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in inside.headers

    def test_an_older_version_can_be_looked_at(self, lead: PersonsClient, survey: Survey) -> None:
        frame = page_of(lead.get(f"{PREVIEW}?edition=1.0")).iframe
        assert frame is not None
        assert DEFAULT_SURVEY.items[0].question.wording in lead.get(str(frame["src"])).text
        assert lead.get(f"{PREVIEW}?edition=7.0").status_code == 404

    def test_it_is_tried_out_to_its_end_and_nothing_is_kept(self, lead: PersonsClient, survey: Survey) -> None:
        survey.paging = Paging.ONE_QUESTION
        before, address = stored(), f"{PREVIEW}2.0/"
        page = lead.get(address)
        refused = press(lead, address, page)
        assert refused.status_code == 422
        assert DEFAULT_SURVEY.items[0].question.missing_message in refused.text
        for n in range(1, len(DEFAULT_SURVEY.items) + 1):
            given = {"satisfaction": "2"} if n == 1 else {}
            answer = press(lead, address, page, **given)
            assert answer.status_code == 303, n
            address = urljoin(address, str(answer.location))
            page = lead.get(address)
        assert "Nothing was stored or counted." in page.text
        assert stored() == before

    def test_every_page_can_be_opened(self, lead: PersonsClient, survey: Survey) -> None:
        survey.paging = Paging.ONE_QUESTION
        frame = page_of(lead.get(f"{PREVIEW}?page=3&width=wide")).iframe
        assert frame is not None
        assert DEFAULT_SURVEY.items[2].question.wording in lead.get(str(frame["src"])).text
        assert "preview-wide" in frame["class"]

    def test_a_draft_is_tried_out_in_each_language_with_what_depends_on_an_answer(
        self, lead: PersonsClient, survey: Survey
    ) -> None:
        survey.paging = Paging.PAGES
        drafted(survey, divided)
        around = page_of(lead.get(f"{PREVIEW}?page=2"))
        assert around.iframe is not None
        assert "Was it quick?" in lead.get(str(around.iframe["src"])).text  # nobody who answers nothing comes to page 2
        offered = words(around.select_one(".preview-choices"))
        assert "Language English Welsh Easy Read Page" in offered
        compared = words(page_of(lead.get(f"{VERSIONS}2.0/draft")).main)
        assert "Picture beside it (Easy Read)" in compared and "Wording (Welsh)" in compared
        pages = [words(link) for link in around.select(".preview-choices div:last-child li")]
        assert pages == ["1", "2"]
        for language, asked, chosen, follows in [
            ("en", "How was it?", "Very dissatisfied", "You said Very dissatisfied."),
            ("cy", "Sut oedd hi?", "Anfodlon iawn", "Dywedoch Anfodlon iawn."),
        ]:
            frame = page_of(lead.get(f"{PREVIEW}?lang={language}")).iframe
            assert frame is not None
            address = str(frame["src"])
            page = lead.get(address, headers={"Accept-Language": "cy"})
            assert asked in page.text and chosen in page.text and f'<html lang="{language}' in page.text
            for number, given in enumerate([{"satisfaction": "1"}, {"why": "Slow"}], 1):
                address = urljoin(address, str(press(lead, address, page, **given).location))
                page = lead.get(address, headers={"Accept-Language": "cy"})
                assert (follows in page.text) is (number == 1), address
            assert f'<html lang="{language}' in page.text
            end = press(lead, address, page)
            assert f"sent?lang={language}" in str(end.location)

    def test_two_drafts_are_never_mixed(self, lead: PersonsClient, survey: Survey) -> None:
        other = start_survey(replace(divided(DEFAULT_SURVEY), code="other"), "Made", now=NOON)
        drafted(survey, reworded("How was it, all in all?"))
        for _ in range(2):
            mine, theirs = (lead.get(f"/admin/surveys/{code}/preview/draft/") for code in (survey.code, other.code))
            assert "How was it, all in all?" in mine.text and "How was it?" not in mine.text
            assert "How was it?" in theirs.text and "all in all" not in theirs.text

    def test_bad_addresses_show_the_first_page(self, lead: PersonsClient, survey: Survey) -> None:
        for more in ("?page=x", "?page=-3", "?page=999", "?lang=xx", "?width=%3Cb%3E"):
            assert page_of(lead.get(f"{PREVIEW}{more}")).iframe is not None

    def test_an_empty_survey_or_a_council_without_services_says_what_to_do_next(
        self, app: Flask, sign_in: Callable[..., PersonsClient]
    ) -> None:
        make_council()
        publish_default_survey(NOON)
        lead = sign_in("cse_lead")
        assert "the council has no service" in words(page_of(lead.get(PREVIEW)).main)
        assert lead.get(f"{PREVIEW}1.0/").status_code == 404
        make_service()
        start_survey(replace(DEFAULT_SURVEY, code="empty", items=()), "Made", now=NOON)
        assert "it asks nothing" in words(page_of(lead.get("/admin/surveys/empty/preview/")).main)
        assert lead.get("/admin/surveys/empty/preview/draft/").status_code == 404


def press(client: PersonsClient, address: str, page: TestResponse, **given: Any) -> TestResponse:
    """Send the form of a page as a browser would."""
    form = BeautifulSoup(page.text, "html.parser").select_one("form:has(input[name=nonce])")
    assert form is not None
    nonce = form.select_one("input[name=nonce]")
    assert nonce is not None
    return client.post(urljoin(address, str(form.get("action", ""))), data={"nonce": nonce["value"], **given})


def stored() -> list[int | None]:
    return [db.session.scalar(select(func.count()).select_from(table)) for table in (SurveyResponse, SurveyDraft)]
