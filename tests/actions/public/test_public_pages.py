"""What residents, feed readers and data users get: published figures and words alone, without a cookie."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app.actions.models import Improvement
from survey_app.actions.public import queries
from survey_app.actions.public.operations import (
    ChangeWords,
    StandardWords,
    begin_edition,
    propose,
    publish_change,
    publish_entry,
    publish_standard,
    rewrite,
    withdraw,
    write_change,
)
from survey_app.extensions import transaction
from survey_app.measures.operations.targets import set_target
from survey_app.organisation.models import Service
from survey_app.responses.afterwards.presenters import what_changed
from survey_app.statistics.target_status import Comparator
from survey_app.surveys.models import SurveyVersion
from tests.actions.public.conftest import NOW, SINCE, answers, publish_year
from tests.factories import make_answers, make_service

WORDS = ChangeWords("Housing", "I had to explain everything three times.", "Officers work at the front desk.")
PAGE, FEED, DATA = "/you-said-we-did", "/you-said-we-did/feed.xml", "/you-said-we-did/data.csv"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def words(page: TestResponse) -> str:
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def rows(response: TestResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))


@pytest.mark.usefixtures("housing")
def test_before_anything_is_published_the_page_says_so_and_where_to_complain(client: FlaskClient) -> None:
    page = words(client.get(PAGE))
    assert "No change has been published yet." in page
    assert "Make a complaint" in page
    assert "in 100" not in page
    assert "No standard is published at the moment." in words(client.get("/our-standards"))
    assert ElementTree.fromstring(client.get(FEED).data).find(f"{ATOM}entry") is None
    assert rows(client.get(DATA)) == []
    assert 'href="/our-standards"' not in client.get("/privacy").text


def test_a_change_is_told_with_its_answer_its_bars_and_their_bases(
    client: FlaskClient, improvement: Improvement
) -> None:
    with transaction():
        publish_change(WORDS, improvement=improvement, now=NOW)
    response = client.get(PAGE)
    page = words(response)
    assert (
        "Did it help? Yes. 95 in 100 people told us that it was sorted; in the same months a year earlier it was "
        "65 in 100. This is unlikely to be chance." in page
    )
    assert "Year before 65 in 100 Since the change 95 in 100" in page
    assert "40 answers before, 40 since. Likely rise: between" in page
    assert 'width="65.0%"' in response.text
    assert 'style="' not in response.text
    assert "<script" not in response.text
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert client.get(PAGE, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
    assert f'href="{PAGE}"' in client.get("/privacy").text
    assert len(response.data) < 60_000


@pytest.mark.usefixtures("housing")
def test_the_headline_is_of_published_tables_alone(client: FlaskClient, survey: SurveyVersion) -> None:
    with transaction():
        set_target("satisfaction", 0.9, Comparator.OVER, date(2025, 4, 1), now=datetime(2025, 3, 1, tzinfo=UTC))
    assert "Between April 2025" not in words(client.get(PAGE))
    with transaction():
        publish_year("satisfaction", "2024/25")
        publish_year("satisfaction", "2025/26")
        answers(survey, make_service("waste"), SINCE, yes=0, no=50)
    page = words(client.get(PAGE))
    assert (
        "Between April 2025 and March 2026, 40 people told us how satisfied they were. 95 in 100 were satisfied. "
        "Our target is over 90 in 100. The year before, it was 65 in 100." in page
    )


def test_a_new_edition_is_the_same_entry_of_the_feed_and_the_data(
    client: FlaskClient, improvement: Improvement
) -> None:
    with transaction():
        first = publish_change(WORDS, improvement=improvement, now=NOW)
    later = NOW + timedelta(days=3)
    with transaction():
        edition = begin_edition(first, now=later)
        rewrite(edition, ChangeWords("Housing", "=1+1 & <b>", "Done\x00.", "Thank you."), now=later)
        propose(edition, now=later)
    assert words(client.get(PAGE)).count("You said I had to") == 1, "until the new one is approved"
    with transaction():
        publish_entry(edition, seen=queries.seen_of(edition, queries.effect_for(edition, now=later)), now=later)
    feed = ElementTree.fromstring(client.get(FEED).data)
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id", "").endswith(f"#c-{first.code}")
    assert entry.findtext(f"{ATOM}published") == NOW.isoformat()
    assert entry.findtext(f"{ATOM}updated") == later.isoformat() == feed.findtext(f"{ATOM}updated")
    assert "=1+1 & <b>" in entry.findtext(f"{ATOM}content", "")
    response = client.get(DATA)
    (row,) = rows(response)
    assert (row["id"], row["you_said"], row["we_did"]) == (first.code, "'=1+1 & <b>", "Done.")
    assert (row["before_numerator"], row["before_base"], row["since_numerator"]) == ("26", "40", "38")
    assert row["before_passport"].startswith("p1-")
    assert (row["published_on"], row["updated_on"]) == ("2026-05-01", "2026-05-04")
    assert row["licence"] == "Open Government Licence v3.0"
    assert 'rel="license"' in response.headers["Link"]
    dictionary = words(client.get(f"{PAGE}/data"))
    assert all(f" {column} " in dictionary for column in row)


def test_what_is_withdrawn_is_gone_and_the_page_says_since_when(client: FlaskClient, improvement: Improvement) -> None:
    with transaction():
        entry = publish_change(WORDS, improvement=improvement, now=NOW)
    foot = [f'href="{PAGE}"', 'href="/our-standards"']
    assert [link in client.get("/privacy").text for link in foot] == [True, False]
    with transaction():
        withdraw(entry, "It was wrong.", now=NOW + timedelta(days=1))
        write_change(WORDS, now=NOW)
    assert foot[0] not in client.get("/privacy").text
    page = words(client.get(PAGE))
    assert "The last one stood here until 2 May 2026." in page
    assert "three times" not in page
    assert rows(client.get(DATA)) == []


def test_long_lists_come_in_pages_and_by_heading(client: FlaskClient, housing: Service) -> None:
    with transaction():
        for number in range(12):
            about = ChangeWords("Bins & recycling" if number else "Housing", f"Word {number}.", "Done.")
            publish_change(about, now=NOW + timedelta(minutes=number))
    assert "Word 11." in words(client.get(PAGE))
    assert "Word 0." not in words(client.get(PAGE))
    assert "Word 0." in words(client.get(f"{PAGE}?page=2"))
    assert "Word 0." in words(client.get(f"{PAGE}?about=Housing"))
    assert "Word 1." not in words(client.get(f"{PAGE}?about=Housing"))
    assert client.get(f"{PAGE}?about=Nothing").status_code == 404
    assert "Did it help? We have no figure for this." in words(client.get(PAGE))


def test_standards_say_in_words_whether_they_were_kept(client: FlaskClient, survey: SurveyVersion) -> None:
    with transaction():
        housing, waste = make_service("housing", "Housing"), make_service("waste", "Waste")
        make_answers(survey, housing, SINCE, {"satisfaction": "5"}, 95)
        make_answers(survey, housing, SINCE, {"satisfaction": "1"}, 5)
        make_answers(survey, waste, SINCE, {"satisfaction": "5"}, 50)
        make_answers(survey, waste, SINCE, {"satisfaction": "1"}, 50)
        set_target("satisfaction", 0.9, Comparator.AT_LEAST, date(2025, 4, 1), now=datetime(2025, 3, 1, tzinfo=UTC))
        edition = publish_year("satisfaction")
        publish_standard(StandardWords("Housing", "You will be satisfied.", edition, "housing"), now=NOW)
        publish_standard(StandardWords("Waste", "So will you.", edition, "waste"), now=NOW)
        stated = {"stated_target": "24 hours", "stated_figure": "20 hours", "stated_source": "Our telephone system"}
        publish_standard(
            StandardWords("Phone", "We call back.", **stated, stated_on=date(2026, 4, 1)),  # type: ignore[arg-type]
            now=NOW,
        )
    page = words(client.get("/our-standards"))
    assert "Our target at least 90 in 100 How we did 95 in 100" in page
    assert "100 answers; likely between 89 and 98 in 100" in page
    assert "We met this, but so narrowly that it may be chance." in page
    assert "Satisfaction, Waste, 1 April 2025 to 31 March 2026; published 1 May 2026" in page
    assert "We did not meet this." in page
    assert "20 hours Our telephone system, 1 April 2026" in page
    assert page.count("Did we keep it?") == 2


@pytest.mark.usefixtures("app")
def test_a_thank_you_tells_the_newest_of_the_service_or_above_else_of_the_council(improvement: Improvement) -> None:
    with transaction():
        housing = improvement_service(improvement)
        repairs, waste = make_service("repairs", parent_id=housing), make_service("waste")
        assert what_changed(repairs.id, NOW.date()) is None
        publish_change(WORDS, improvement=improvement, now=NOW)
        assert what_changed(waste.id, NOW.date()) is None
        publish_change(ChangeWords("Website", "It is slow.", "It is quick."), now=datetime(2026, 6, 1, tzinfo=UTC))
    theirs, others = what_changed(repairs.id, NOW.date()), what_changed(waste.id, NOW.date())
    assert theirs is not None
    assert theirs.did == WORDS.did
    assert others is not None
    assert others.did == "It is quick."


def improvement_service(improvement: Improvement) -> int:
    (found,) = queries.service_tree().ids(improvement.where["service"])
    return found
