"""A survey is translated on its pages: by hand, from what we know, with a translator's file; and with pictures."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from survey_app.extensions import db
from survey_app.surveys.models import Language, Survey
from survey_app.surveys.operations import publish_default_survey, publish_survey
from survey_app.surveys.queries import newest_edit, newest_structure
from survey_app.surveys.translating import missing
from tests.conftest import PersonsClient
from tests.factories import NOON, make_council, make_service

PAGES = "/admin/surveys/after-contact/translations/"
WELSH = f"{PAGES}cy"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x40\x00\x00\x00\x40\x08\x02\x00\x00\x00\x00\x00\x00\x00"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def survey(app: Flask) -> Survey:
    make_council()
    make_service()
    return publish_default_survey(NOON).survey


@pytest.fixture
def lead(survey: Survey, sign_in: Callable[..., PersonsClient]) -> PersonsClient:
    return sign_in("cse_lead")


def revision(survey: Survey) -> int:
    edit = newest_edit(survey)
    return edit.revision if edit is not None else 0


def text(page: TestResponse) -> str:
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def test_what_is_known_is_put_in_and_published_as_a_minor_version(lead: PersonsClient, survey: Survey) -> None:
    assert "This survey is in English only." in text(lead.get(PAGES))
    lead.send_form(f"{WELSH}/known", form_at=WELSH, revision="0")
    assert missing(newest_structure(survey), "cy") == []
    assert "Nothing is missing." in text(lead.get(WELSH))
    assert "English and Welsh." in text(lead.get(PAGES))
    assert publish_survey(survey, now=NOON).label == "1.1"


def test_one_text_is_kept_and_what_cannot_be_taken_comes_back_as_typed(lead: PersonsClient, survey: Survey) -> None:
    place = "t-satisfaction/wording"
    answer = lead.send_form(WELSH, **{place: "<b>Pa mor fodlon?</b>", "revision": "0"})
    assert answer.status_code == 303
    item = newest_structure(survey).items[0]
    assert item.translations == {"cy": {"wording": "<b>Pa mor fodlon?</b>"}}
    assert "<b>Pa mor" not in lead.get(WELSH).text
    too_long = lead.send_form(WELSH, **{place: "x" * 2001, "revision": str(revision(survey))})
    assert too_long.status_code == 422
    assert "Shorten this to 2,000 characters" in text(too_long)
    assert "x" * 2001 in too_long.text
    late = lead.send_form(WELSH, **{place: "Rhywbeth arall", "revision": "0"})
    assert late.status_code == 409
    assert "Rhywbeth arall" in late.text
    assert newest_structure(survey).items[0] == item


def test_a_translator_gets_a_file_and_brings_it_back(lead: PersonsClient, survey: Survey) -> None:
    lead.send_form(WELSH, **{"t-why/wording": "=cmd()", "revision": "0"})
    rows = list(csv.DictReader(io.StringIO(lead.get(f"{WELSH}.csv").data.decode("utf-8-sig"))))
    assert next(row for row in rows if row["place"] == "why/wording")["translation"] == "'=cmd()"
    next(row for row in rows if row["place"] == "satisfaction/wording")["translation"] = "Pa mor fodlon?"
    assert bring(lead, survey, rows).status_code == 303
    items = newest_structure(survey).items
    assert items[0].translations["cy"]["wording"] == "Pa mor fodlon?"
    assert items[1].translations["cy"]["wording"] == "=cmd()"


def test_of_a_file_that_does_not_match_nothing_is_taken_in(lead: PersonsClient, survey: Survey) -> None:
    rows = [
        {"place": "satisfaction/wording", "english": "How was it?", "translation": "Sut?"},
        {"place": "nothing/wording", "english": "x", "translation": "x"},
        {"place": "why/wording", "english": "Why did you give that answer?", "translation": "Pam?"},
        {"place": "why/wording", "english": "Why did you give that answer?", "translation": "Pam te?"},
    ]
    refused = bring(lead, survey, rows)
    assert refused.status_code == 422
    for sentence in ("reads otherwise now", "no text called nothing/wording", "is there twice", "Nothing of the file"):
        assert sentence in text(refused)
    assert newest_edit(survey) is None
    for content in (b"", b"\x00\x01", b"a,b\n1,2\n"):
        given = {"file": (io.BytesIO(content), "t.csv"), "revision": "0"}
        assert lead.send_form(f"{WELSH}/file", form_at=WELSH, **given).status_code == 422


def test_a_picture_is_a_picture_with_words(lead: PersonsClient, survey: Survey) -> None:
    there, easy = f"{PAGES}en-easy/picture/satisfaction", f"{PAGES}en-easy"

    def send(content: bytes, words: str) -> TestResponse:
        given = {"picture": (io.BytesIO(content), "p.png"), "words": words, "revision": str(revision(survey))}
        return lead.send_form(there, form_at=easy, **given)

    assert "Say in words" in text(send(PNG, ""))
    assert "SVG can hold scripts" in text(send(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "Faces"))
    assert "no PNG or JPEG" in text(send(b"GIF89a", "Faces"))
    assert send(PNG, "Five faces").status_code == 303
    texts = newest_structure(survey).items[0].translations["en-easy"]
    assert texts["picture_alt"] == "Five faces"
    shown = lead.get(f"/survey-picture/{texts['picture']}")
    assert (shown.data, shown.mimetype) == (PNG, "image/png")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert lead.get("/survey-picture/nothing").status_code == 404
    lead.send_form(there, form_at=easy, do="remove", revision=str(revision(survey)))
    assert newest_structure(survey).items[0].translations == {}


def test_a_council_adds_a_language_of_its_own(lead: PersonsClient, survey: Survey) -> None:
    address = "/admin/languages/"
    for code in ("", "xx", "cy", "en-easy", "<script>"):
        assert lead.send_form(address, code=code, own_name="").status_code == 422
    assert lead.send_form(address, code="ar", own_name="").status_code == 303
    assert lead.send_form(address, code="ar", own_name="").status_code == 422
    language = db.session.get(Language, "ar")
    assert language is not None
    assert (language.name, language.own_name) == ("Arabic", "العربية")
    assert "Arabic" in text(lead.get(PAGES))
    assert 'dir="rtl"' in lead.get(f"{PAGES}ar").text
    assert lead.get(f"{PAGES}so").status_code == 404
    lead.send_form(f"{address}ar/remove", form_at=address)
    assert "Arabic" not in text(lead.get(PAGES))


def test_only_who_makes_surveys_translates_them(survey: Survey, sign_in: Callable[..., PersonsClient]) -> None:
    adviser = sign_in("adviser", "housing")
    for address in (PAGES, WELSH, f"{WELSH}.csv", "/admin/languages/"):
        assert adviser.get(address).status_code == 403


def bring(lead: PersonsClient, survey: Survey, rows: list[dict[str, str]]) -> TestResponse:
    file = io.StringIO()
    writer = csv.DictWriter(file, ["place", "question", "english", "translation", "state"])
    writer.writeheader()
    writer.writerows(rows)
    given = {"file": (io.BytesIO(file.getvalue().encode()), "t.csv"), "revision": str(revision(survey))}
    return lead.send_form(f"{WELSH}/file", form_at=WELSH, **given)
