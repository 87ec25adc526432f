"""The impact assessment and the records: made from tables and settings as they are, with the council's own words."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from survey_app.accounts.models import Identity
from survey_app.audit.models import AuditLine
from survey_app.extensions import Base, db, transaction
from survey_app.privacy.models import PrivacyText, RetentionRule
from survey_app.privacy.papers.activities import ACTIVITIES
from survey_app.privacy.papers.data_map import Kind, data_map
from survey_app.privacy.papers.flow import flows
from survey_app.privacy.papers.flow_picture import flow_picture
from survey_app.privacy.papers.places import PLACES, review_due
from survey_app.privacy.papers.queries import encrypted_columns, outside
from survey_app.privacy.papers.recipients import recipients
from survey_app.settings import SingleSignOn
from tests.conftest import PersonsClient
from tests.factories import make_council, make_user
from tests.statements import statements

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
PAGES = ("/data-protection/", "/data-protection/dpia", "/data-protection/records", "/data-protection/data")
NOBODY_OUTSIDE = {"mail_url": "", "has_notify": False, "sign_in_issuer": None, "api_keys": 0, "letters": False}


@pytest.fixture
def officer(app: Flask, sign_in: Callable[..., PersonsClient]) -> PersonsClient:
    with transaction():
        make_council(data_protection_email="dpo@anyborough.example")
    return sign_in("data_protection_officer")


def words(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def write(officer: PersonsClient, place: str, body: str) -> int:
    address = f"/data-protection/texts/{place}"
    return officer.send_form(address, body=body, based_on=_based_on(officer, address)).status_code


def _based_on(officer: PersonsClient, address: str) -> str:
    found = BeautifulSoup(officer.get(address).text, "html.parser").find("input", {"name": "based_on"})
    assert found is not None
    return str(found["value"])


@pytest.mark.parametrize("path", [*PAGES, "/data-protection/records.csv", "/data-protection/texts/dpia.nature"])
def test_the_data_protection_officer_opens_them_and_nobody_else(
    officer: PersonsClient, sign_in: Callable[..., PersonsClient], path: str
) -> None:
    assert officer.get(path).status_code == 200
    assert sign_in("administrator").get(path).status_code == 403
    assert sign_in("cse_lead").get(path).status_code == 403


def test_unknown_places_are_missing(officer: PersonsClient) -> None:
    assert officer.get("/data-protection/texts/dpia.unknown").status_code == 404


# The data flow


def test_what_is_encrypted_is_what_says_who_somebody_is_or_a_secret() -> None:
    """No model encrypts a column that the map takes for one about nobody."""
    for column in encrypted_columns():
        table, name = column.split(".")
        assert data_map()[table].columns[name] in (Kind.PERSONAL, Kind.SPECIAL, Kind.SECRET), column


def test_a_column_that_leads_to_a_member_of_staff_is_a_key() -> None:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.target_fullname == "staff_user.id" for key in column.foreign_keys):
                assert data_map()[table.name].columns[column.name] is Kind.KEY, f"{table.name}.{column.name}"


def test_every_table_serves_an_activity_and_every_activity_has_a_table() -> None:
    assert {table.activity for table in data_map().values()} == set(ACTIVITIES)


def test_the_flow_follows_what_is_set() -> None:
    quiet = recipients(**NOBODY_OUTSIDE, webhooks=[])  # type: ignore[arg-type]
    told = recipients(
        mail_url="smtp://user:hunter2@mail.anyborough.example:587",
        has_notify=True,
        sign_in_issuer="https://login.example/tenant/v2.0",
        webhooks=["https://records.example/hook?key=secret"],
        api_keys=1,
        letters=True,
    )
    before, after = (
        {flow.code: flow for flow in flows(data_map(), encrypted=encrypted_columns(), outside=each, days=days)}
        for each, days in ((quiet, {}), (told, {"contact_details": 14}))
    )
    assert [each.label for each in before["asking"].outside_used] == []
    assert [each.label for each in after["asking"].outside_used] == [
        "The e-mail server mail.anyborough.example",
        "GOV.UK Notify (Government Digital Service)",
        "Whoever prints and posts letters",
    ]
    assert any("30 days from the day of the contact." in each for each in before["asking"].kept)
    assert any("14 days from the day of the contact." in each for each in after["asking"].kept)
    assert after["contacting"].seen_by == ["Adviser", "Service manager", "Customer Service Excellence lead"]
    said = " ".join(f"{each.label} {each.what}" for each in told.values())
    assert "hunter2" not in said
    assert "key=secret" not in said
    assert "login.example" in said


@pytest.mark.parametrize(
    ("is_set_up", "linked_to", "is_named"),
    [
        (True, ["https://login.example"], True),
        (True, ["https://earlier.example", "https://login.example"], True),
        (True, ["https://earlier.example"], False),
        (True, [], False),
        (False, ["https://login.example"], False),
    ],
)
def test_a_sign_in_service_is_named_where_it_is_set_up_and_somebody_signs_in_by_it(
    app: Flask, is_set_up: bool, linked_to: list[str], is_named: bool
) -> None:
    sign_in = SingleSignOn("https://login.example", "survey", "secret") if is_set_up else None
    app.extensions["settings"] = replace(app.extensions["settings"], single_sign_on=sign_in)
    for issuer in linked_to:
        user = make_user("cse_lead")
        db.session.add(Identity(user_id=user.id, issuer=issuer, subject=str(user.id), linked_at=NOW))
        db.session.flush()
    found = outside()["sign_in"]
    assert found.is_used is is_named
    assert ("login.example" in found.label) is is_named
    assert "earlier.example" not in found.label


def test_the_picture_shows_each_activity_about_people_once_and_nothing_overlaps() -> None:
    found = flows(data_map(), encrypted=encrypted_columns(), outside=recipients(**NOBODY_OUTSIDE, webhooks=[]), days={})  # type: ignore[arg-type]
    picture = flow_picture(found)
    middle = [box for box in picture.boxes if box.line]
    assert [box.title for box in middle] == [flow.activity.title for flow in found if flow.is_about_people]
    for column in {box.x for box in picture.boxes}:
        boxes = sorted((box for box in picture.boxes if box.x == column), key=lambda box: box.y)
        for upper, lower in pairwise(boxes):
            assert upper.y + upper.height <= lower.y
        assert boxes[-1].y + boxes[-1].height <= picture.height


def test_the_picture_and_the_table_beside_it_say_the_same(officer: PersonsClient) -> None:
    page = BeautifulSoup(officer.get("/data-protection/dpia").text, "html.parser")
    picture = page.select_one("svg.flow")
    assert picture is not None
    table = page.find("table", string=None, attrs={}) and page.select("table:has(caption)")
    rows = [
        row.th.get_text()
        for each in table
        for row in each.select("tbody tr")
        if "Who gives data" in each.caption.get_text()
    ]
    drawn = [text.get_text() for text in picture.select("text")]
    assert rows
    assert [row for row in rows if row not in drawn] == []


def test_a_time_that_is_set_stands_in_the_papers(officer: PersonsClient) -> None:
    with transaction():
        db.session.add(RetentionRule(data_class="raw_comments", keep_days=123, changed_at=NOW))
    for path in ("/data-protection/dpia", "/data-protection/records"):
        assert "123 days from the day on which the answer counts." in words(officer.get(path).text)


def test_the_page_of_columns_names_every_one_that_is_about_somebody(officer: PersonsClient) -> None:
    page = words(officer.get("/data-protection/data").text)
    for table in data_map().values():
        assert table.name in page
    assert "raw (encrypted)" in page
    assert "password" in page


# The assessment


def test_it_begins_with_suggestions_and_is_not_signed_off(officer: PersonsClient) -> None:
    page = words(officer.get("/data-protection/dpia").text)
    assert "The assessment is not signed off yet." in page
    assert "Anyborough Council asks people who contacted it" in page
    assert "Article 6(1)(e)" in page
    assert "The label was right for" in page or "has not been measured yet" in page
    assert "{" not in page


def test_what_is_written_holds_and_what_stood_there_can_be_used_again(officer: PersonsClient) -> None:
    assert write(officer, "dpia.purposes", "To hear more people.") == 303
    assert write(officer, "dpia.purposes", "To hear everybody.") == 303
    page = words(officer.get("/data-protection/dpia").text)
    assert "To hear everybody." in page
    assert "To hear more people." not in page
    first = db.session.scalars(select(PrivacyText).order_by(PrivacyText.id)).first()
    assert first is not None
    address = "/data-protection/texts/dpia.purposes"
    officer.send_form(f"{address}/{first.id}", form_at=address)
    assert "To hear more people." in words(officer.get("/data-protection/dpia").text)
    officer.send_form(f"{address}/0", form_at=address)
    assert "To find out how well people are served" in words(officer.get("/data-protection/dpia").text)


def test_a_text_of_another_place_is_not_used(officer: PersonsClient) -> None:
    write(officer, "dpia.purposes", "To hear everybody.")
    other = db.session.scalars(select(PrivacyText)).one()
    address = "/data-protection/texts/dpia.nature"
    assert officer.send_form(f"{address}/{other.id}", form_at=address).status_code == 404


def test_who_writes_at_the_same_time_loses_nothing(officer: PersonsClient) -> None:
    address = "/data-protection/texts/dpia.nature"
    stale = _based_on(officer, address)
    write(officer, "dpia.nature", "Theirs.")
    page = officer.send_form(address, body="Mine.", based_on=stale)
    assert page.status_code == 409
    assert "Mine." in page.text
    assert db.session.scalars(select(PrivacyText.body)).all() == ["Theirs."]


def test_a_fact_that_there_is_not_is_refused_and_the_text_stays(officer: PersonsClient) -> None:
    page = officer.send_form("/data-protection/texts/dpia.nature", body="Of {mayor}.", based_on="")
    assert page.status_code == 422
    assert "There is no fact {mayor}" in page.text
    assert "Of {mayor}." in page.text


def test_markup_in_a_text_is_shown_as_it_was_typed(officer: PersonsClient) -> None:
    write(officer, "dpia.nature", "<script>alert(1)</script>")
    assert "<script>alert(1)" not in officer.get("/data-protection/dpia").text


def test_signing_off_sets_the_review_a_year_later(officer: PersonsClient) -> None:
    write(officer, "dpia.sign-off", "Approved by the Head of Customer Services; advice of the officer followed.")
    assert "The assessment is signed off." in words(officer.get("/data-protection/dpia").text)
    assert "Sign off the impact assessment" not in officer.get("/data-protection/").text


@pytest.mark.parametrize(("signed_on", "is_due"), [(None, True), (date(2025, 3, 10), True), (date(2025, 3, 11), False)])
def test_a_review_is_due_after_a_year(signed_on: date | None, is_due: bool) -> None:
    assert review_due(signed_on, date(2026, 3, 10)) is is_due


def test_the_audit_knows_the_place_and_not_the_words(officer: PersonsClient) -> None:
    write(officer, "dpia.nature", "A secret thought.")
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "privacy record written")).one()
    assert line.subject == "dpia.nature"
    assert "secret" not in str(line.after)


def test_every_place_asks_something() -> None:
    assert [place.code for place in PLACES.values() if not place.asks.endswith("?") and "(" not in place.asks] == []


# The records


def test_the_records_name_basis_recipients_times_and_measures(officer: PersonsClient) -> None:
    page = words(officer.get("/data-protection/records").text)
    for part in (
        "Public task",
        "dpo@anyborough.example",
        "Article 9(2)(g)",
        "Nobody outside the council.",
        "columns, under 1 key",
    ):
        assert part in page


@pytest.mark.parametrize(
    ("ending", "begins"), [("csv", b"\xef\xbb\xbfActivity"), ("xlsx", b"PK\x03\x04"), ("ods", b"PK\x03\x04")]
)
def test_they_are_taken_away_in_three_formats(officer: PersonsClient, ending: str, begins: bytes) -> None:
    file = officer.get(f"/data-protection/records.{ending}")
    assert file.status_code == 200
    assert file.data.startswith(begins)
    assert f".{ending}" in file.headers["Content-Disposition"]
    assert officer.get("/data-protection/records.pdf").status_code == 404


def test_a_workbook_holds_every_column(officer: PersonsClient) -> None:
    with zipfile.ZipFile(io.BytesIO(officer.get("/data-protection/records.ods").data)) as book:
        content = book.read("content.xml").decode()
    for table in Base.metadata.sorted_tables:
        assert f">{table.name}<" in content


# The door


def test_the_door_says_what_waits_and_leads_on(officer: PersonsClient) -> None:
    page = officer.get("/data-protection/")
    assert "One thing waits for you." in words(page.text)
    for link in BeautifulSoup(page.text, "html.parser").select("main a"):
        assert officer.get(str(link["href"])).status_code == 200, link["href"]


def test_pages_ask_the_database_little(officer: PersonsClient) -> None:
    for path, most in zip(PAGES, (14, 18, 18, 15), strict=True):
        with statements() as sent:
            officer.get(path)
        assert len(sent) <= most, f"{path}: {len(sent)}"
