"""The audit for people: plain words, filters, pages by an index, files, and whether it can be relied on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import delete, select, text, update
from time_machine import TimeMachineFixture

from survey_app.accounts.models import User
from survey_app.audit.jobs import CHECK, SEAL
from survey_app.audit.models import AuditLine
from survey_app.audit.operations import record_act
from survey_app.audit.queries import newest_head
from survey_app.extensions import db, transaction
from survey_app.work.jobs import run_job
from tests.conftest import PersonsClient
from tests.factories import NOON, make_council, make_service, make_user
from tests.statements import statements

PAGE = "/admin/audit/"
SignIn = Callable[..., PersonsClient]


@pytest.fixture(autouse=True)
def _now(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOON + timedelta(days=30), tick=False)


@pytest.fixture
def officer(app: Flask, sign_in: SignIn) -> PersonsClient:
    """A data protection officer, of a council in which nothing was done yet."""
    with transaction():
        make_council()
    client = sign_in("data_protection_officer")
    with transaction():
        db.session.execute(delete(AuditLine))
    return client


def act(action: str = "target.set", subject: str = "satisfaction", **facts: Any) -> None:
    with transaction():
        record_act(action, subject, **{"at": NOON, "actor_kind": "command"} | facts)


def words(client: PersonsClient, address: str = PAGE, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return " ".join(BeautifulSoup(answer.text, "html.parser").get_text(" ").split())


def acts(client: PersonsClient, query: str = "") -> list[str]:
    soup = BeautifulSoup(client.get(PAGE + query).text, "html.parser")
    return [row.get_text(" ").split("  ")[0].strip() for row in soup.select("tbody th a")]


def test_it_says_so_while_nothing_was_done(officer: PersonsClient) -> None:
    assert "Nothing was written down yet. What staff, commands and jobs change will stand here." in words(officer)
    assert "Nobody has changed anything yet." in words(officer)


def test_a_line_reads_in_plain_words_with_london_time_and_what_changed(officer: PersonsClient) -> None:
    with transaction():
        user = make_user("cse_lead", email="lead@anyborough.example")
    before, after = {"value": 0.8, "mode": "web"}, {"value": 0.9, "mode": "web", "is_on": True}
    act(actor_kind="user", actor_id=str(user.id), before=before, after=after)
    page = words(officer)
    assert "10 March 2026 at 12:00" in page
    assert "lead@anyborough.example Target set not sealed yet satisfaction Value: 0.8 → became 0.9 Is on: yes" in page
    assert "Mode" not in page, "what stayed as it was is in the files alone"


def test_a_value_that_would_fill_the_page_is_cut_on_it_and_whole_in_the_file(officer: PersonsClient) -> None:
    act(after={"phrases": "word " * 400})
    assert "… (2,000 signs in all)" in words(officer)
    assert "word " * 400 in officer.send_form(f"{PAGE}csv", form_at=PAGE, buffered=True).text


def test_a_fact_of_several_parts_is_told_in_words(officer: PersonsClient) -> None:
    act(after={"service parks": {"name": "Parks", "parent": "leisure", "valid_to": None, "is_on": False}})
    assert "Service parks: name Parks; parent leisure; is on no" in words(officer)


def test_who_is_gone_is_somebody_whose_account_was_removed(officer: PersonsClient) -> None:
    act(actor_kind="user", actor_id="4711")
    act(actor_kind="job")
    act(actor_kind="api_key", actor_id="ck_1")
    page = words(officer)
    for who in ("Somebody whose account was removed", "A job", "API key (ck_1)"):
        assert who in page


class TestFilters:
    @pytest.fixture(autouse=True)
    def lines(self, officer: PersonsClient) -> None:
        user = db.session.scalars(select(User)).one()
        act("target.set", "satisfaction", actor_kind="user", actor_id=str(user.id))
        act("target.removed", "delivery", at=NOON + timedelta(days=1))
        act("theme.added", "bins", actor_kind="job", at=NOON + timedelta(days=2))
        self.email, self.number = user.email, user.id

    def test_by_days_in_london_both_included(self, officer: PersonsClient) -> None:
        assert acts(officer, "?from=11/03/2026") == ["Theme added", "Target removed"]
        assert acts(officer, "?from=10/03/2026&to=2026-03-11") == ["Target removed", "Target set"]
        assert acts(officer, "?to=09/03/2026") == []

    def test_by_act_subject_and_who(self, officer: PersonsClient) -> None:
        assert acts(officer, "?act=target.set") == ["Target set"]
        assert acts(officer, "?subject=bins") == ["Theme added"]
        assert acts(officer, "?kind=job") == ["Theme added"]
        assert acts(officer, f"?who={self.email.upper()}") == ["Target set"]
        assert acts(officer, f"?who={self.number}") == ["Target set"]
        assert acts(officer, "?who=4711") == []

    def test_the_list_of_acts_holds_those_that_there_are(self, officer: PersonsClient) -> None:
        soup = BeautifulSoup(officer.get(PAGE).text, "html.parser")
        offered = [str(option["value"]) for option in soup.select("#filter-act option")]
        assert offered == ["", "target.removed", "target.set", "theme.added"]

    def test_what_cannot_be_read_is_said_and_stays_as_it_was_typed(self, officer: PersonsClient) -> None:
        answer = officer.get(f"{PAGE}?from=soon&act=target.set")
        assert answer.status_code == 422
        assert "Write a day as 31/03/2026." in answer.text
        assert 'value="soon"' in answer.text
        assert "has an account here" in words(officer, f"{PAGE}?who=nobody@example.org", 422)
        assert officer.post(f"{PAGE}csv?from=soon").status_code == 400

    @pytest.mark.parametrize("value", ["' OR 1=1 --", "%", "x' UNION SELECT 1 --", "a" * 5000])
    @pytest.mark.parametrize("name", ["from", "to", "who", "kind", "act", "subject", "before"])
    def test_no_filter_is_a_statement(self, officer: PersonsClient, name: str, value: str) -> None:
        answer = officer.get(PAGE, query_string={name: value})
        assert answer.status_code in (200, 400, 422)
        assert "Target set" not in BeautifulSoup(answer.text, "html.parser").select_one("main").get_text()  # type: ignore[union-attr]


def test_pages_follow_each_other_without_a_gap_also_within_one_moment(officer: PersonsClient) -> None:
    with transaction():
        for number in range(120):
            record_act("target.set", f"s{number:03}", at=NOON, actor_kind="job")
    seen: list[str] = []
    address: str | None = PAGE
    while address:
        soup = BeautifulSoup(officer.get(address).text, "html.parser")
        seen += [row.select("td")[2].get_text() for row in soup.select("tbody tr")]
        after = soup.select_one("a[rel=next]")
        address = str(after["href"]) if after else None
    assert seen == [f"s{number:03}" for number in reversed(range(120))]
    assert words(officer, f"{PAGE}?before=987654", 400)


def test_a_page_asks_no_more_of_the_database_for_more_lines(officer: PersonsClient) -> None:
    for number in range(3):
        act(subject=str(number), actor_kind="user", actor_id="1")
    with statements() as few:
        officer.get(PAGE)
    with transaction():
        for number in range(200):
            record_act("target.set", str(number), at=NOON, actor_kind="user", actor_id=str(number))
    with statements() as many:
        officer.get(PAGE)
    assert len(many) == len(few)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize("column", ["at", "action", "actor_id", "subject"])
def test_an_index_finds_the_newest_lines_of_each_filter(app: Flask, column: str) -> None:
    where = "" if column == "at" else f"WHERE {column} = 'x'"
    plan = db.session.execute(
        text(f"EXPLAIN QUERY PLAN SELECT * FROM audit_line {where} ORDER BY at DESC, id DESC LIMIT 51")
    ).all()
    assert "USING INDEX" in str(plan)
    assert "TEMP B-TREE" not in str(plan)  # nothing is sorted


class TestWhetherItCanBeReliedOn:
    def test_it_says_how_many_are_sealed_and_what_waits(self, officer: PersonsClient) -> None:
        act()
        assert "No line is sealed. 1 line waits to be sealed." in words(officer)
        run_job(SEAL, worker="w")
        head = newest_head()
        assert head is not None
        page = words(officer)
        assert "1 line is sealed. Whether they fit is looked at once a day." in page
        assert f"1:{head.seal}" in page

    def test_it_says_what_the_last_look_found(self, officer: PersonsClient) -> None:
        act()
        act()
        run_job(SEAL, worker="w")
        run_job(CHECK, worker="w")
        assert "2 lines are sealed, and all that were looked at fit. The first 2 were looked at on" in words(officer)

    def test_it_warns_when_something_does_not_fit(
        self, officer: PersonsClient, time_machine: TimeMachineFixture
    ) -> None:
        act()
        run_job(SEAL, worker="w")
        with transaction():
            db.session.execute(update(AuditLine).values(subject="another"))
        run_job(CHECK, worker="w")
        page = words(officer)
        assert "1 thing does not fit." in page
        assert "the line is not as it was sealed: it was changed, moved or put in." in page

    def test_it_warns_when_nobody_seals(self, officer: PersonsClient) -> None:
        act(at=NOON)
        assert "Lines have waited for their seal since 10 March 2026 at 12:00" in words(officer)


class TestFiles:
    def test_a_csv_holds_every_wanted_line_and_no_formula(self, officer: PersonsClient) -> None:
        act(subject="=1+1", before={"a": 1})
        act("theme.added", "bins")
        answer = officer.send_form(f"{PAGE}csv?act=target.set", form_at=PAGE, buffered=True)
        rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert [(row["act"], row["subject"], row["before"]) for row in rows] == [("target.set", "'=1+1", '{"a": 1}')]
        assert rows[0]["at"] == "2026-03-10T12:00:00+00:00"
        assert "attachment" in answer.headers["Content-Disposition"]

    def test_ndjson_holds_all_of_a_line_from_first_to_last(self, officer: PersonsClient, monkeypatch: Any) -> None:
        monkeypatch.setattr("survey_app.admin.audit.queries.AT_ONCE", 7)
        for number in range(20):
            act(subject=str(number), after={"n": number})
        run_job(SEAL, worker="w")
        answer = officer.send_form(f"{PAGE}ndjson?act=target.set", form_at=PAGE, buffered=True)
        found = [json.loads(line) for line in answer.text.splitlines()]
        assert [each["after"]["n"] for each in found] == list(reversed(range(20)))
        assert {len(each["seal"]) for each in found} == {64}

    def test_that_it_was_taken_away_is_a_line_without_anybodys_address(self, officer: PersonsClient) -> None:
        user = db.session.scalars(select(User)).one()
        assert (
            officer.send_form(f"{PAGE}csv?who={user.email}&from=10/03/2026", form_at=PAGE, buffered=True).status_code
            == 200
        )
        line = db.session.scalars(select(AuditLine)).one()
        assert (line.action, line.subject, line.actor_id) == ("audit.downloaded", "csv", str(user.id))
        assert line.after == {"from": "10/03/2026", "who": "somebody"}


@pytest.mark.parametrize("role", ["adviser", "service_manager", "cse_lead", "assessor"])
def test_nobody_else_reads_it(app: Flask, sign_in: SignIn, role: str) -> None:
    with transaction():
        make_council()
        make_service("housing")
    services = ("housing",) if role in ("adviser", "service_manager") else ()
    client = sign_in(role, *services)
    assert client.get(PAGE).status_code == 403
