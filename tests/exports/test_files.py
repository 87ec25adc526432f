"""The page of files and the job that makes them: one's own, in one's scope, with progress, for a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import cast

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select

from survey_app.accounts.models import User
from survey_app.audit.models import AuditLine
from survey_app.exports import operations
from survey_app.exports.formats import FileFormat
from survey_app.exports.jobs import Lost, Making, forget_next_export, in_parts, make_next_export
from survey_app.exports.models import Export, ExportPart, ExportState
from survey_app.exports.operations import forget_exports_of, note_progress, take_next_export
from survey_app.exports.orders import Arguments, Content
from survey_app.extensions import db, transaction
from survey_app.kernel.clock import utc_now
from tests.conftest import PersonsClient
from tests.exports.conftest import DAY, read_csv, service

ASKED = {"what": "responses", "file_format": "csv", "first": "10/3/2026", "last": "10/3/2026", "by": ""}

SELECTS = ("service", "channel", "file_format", "by")


@pytest.fixture
def signed_in(council: Flask) -> Callable[[str], PersonsClient]:
    council.test_client_class = PersonsClient

    def sign_in(who: str) -> PersonsClient:
        client = cast(PersonsClient, council.test_client())
        assert client.sign_in(f"{who}@anyborough.example").status_code == 302
        return client

    return sign_in


def ask(client: PersonsClient, **changes: str):
    return client.send_form("/exports/", form_at="/exports/", **ASKED | {"service": "", "channel": ""} | changes)


def newest() -> Export:
    db.session.rollback()
    return db.session.scalars(select(Export).order_by(Export.id.desc())).first()


def file_for(client: PersonsClient, **changes: str) -> bytes:
    assert ask(client, **changes).status_code == 303
    assert make_next_export(utc_now(), "test") == 1
    answer = client.get(f"/exports/{newest().reference}/file", buffered=True)
    assert answer.status_code == 200
    return answer.data


def parts() -> int:
    return db.session.scalar(select(func.count()).select_from(ExportPart))


def test_a_file_is_asked_for_made_and_taken_away(signed_in: Callable[[str], PersonsClient]) -> None:
    lead = signed_in("lead")
    rows, last = read_csv(file_for(lead))
    assert ([row["reference"] for row in rows], last) == (["A", "B", "C"], "3 rows")
    page = BeautifulSoup(lead.get("/exports/").data, "html.parser")
    assert "3 responses" in page.table.get_text()
    download, codebook = (link["href"] for link in page.table.find_all("a"))
    answer = lead.get(download, buffered=True)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="responses-2026-03-10-to-2026-03-10.csv"'
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert b"post_contact_satisfaction" in lead.get(codebook).data


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize("file_format", [kind.value for kind in FileFormat])
def test_every_format_can_be_taken_from_the_page(signed_in: Callable[[str], PersonsClient], file_format: str) -> None:
    assert file_for(signed_in("lead"), file_format=file_format)


def test_a_manager_takes_the_rows_of_their_services_alone(signed_in: Callable[[str], PersonsClient]) -> None:
    rows, _ = read_csv(file_for(signed_in("manager")))
    assert {row["service"] for row in rows} == {"housing"}


def test_a_service_out_of_scope_is_not_on_the_list_and_is_refused(signed_in: Callable[[str], PersonsClient]) -> None:
    manager = signed_in("manager")
    assert b'value="waste"' not in manager.get("/exports/").data
    answer = ask(manager, service="waste")
    assert (answer.status_code, b"Choose a service from the list." in answer.data) == (400, True)


def test_who_may_see_figures_alone_takes_figures_away_and_no_rows(signed_in: Callable[[str], PersonsClient]) -> None:
    admin = signed_in("admin")
    assert b'value="responses"' not in admin.get("/exports/").data
    assert ask(admin).status_code == 400
    rows, _ = read_csv(file_for(admin, what="figures", by="service"))
    assert "satisfaction" in {row["measure"] for row in rows}


def test_nobody_gets_the_file_of_somebody_else(signed_in: Callable[[str], PersonsClient]) -> None:
    file_for(signed_in("lead"))
    reference = newest().reference
    for who in ("manager", "admin"):
        assert signed_in(who).get(f"/exports/{reference}/file", buffered=True).status_code == 404
        assert signed_in(who).get(f"/exports/{reference}/codebook.csv").status_code == 404


def test_who_sees_fewer_services_by_now_does_not_get_the_file(signed_in: Callable[[str], PersonsClient]) -> None:
    manager = signed_in("manager")
    file_for(manager)
    reference = newest().reference
    with transaction():
        user = db.session.scalars(select(User).where(User.email == "manager@anyborough.example")).one()
        user.services = [service("planning")]
    assert manager.get(f"/exports/{reference}/file", buffered=True).status_code == 404


def test_a_file_that_is_not_ready_is_not_there_and_the_page_shows_how_far_it_is(
    signed_in: Callable[[str], PersonsClient],
) -> None:
    lead = signed_in("lead")
    ask(lead)
    export = newest()
    assert lead.get(f"/exports/{export.reference}/file", buffered=True).status_code == 404
    with transaction():
        taken = take_next_export("worker", utc_now())
        note_progress(taken.id, "worker", 400, 1_000, now=utc_now())
    bar = BeautifulSoup(lead.get("/exports/").data, "html.parser").progress
    assert (bar["value"], bar["max"], bar.get_text()) == ("400", "1000", "400 of 1,000 responses")


def test_what_cannot_be_read_comes_back_as_it_was_typed(signed_in: Callable[[str], PersonsClient]) -> None:
    lead = signed_in("lead")
    for changes, why in (
        ({"first": "soon"}, b"Type the day like 1/4/2026."),
        ({"first": "11/3/2026"}, b"is before the first"),
        ({"first": "1/1/2090", "last": "2/1/2090"}, b"have not begun"),
    ):
        answer = ask(lead, **changes)
        assert (answer.status_code, why in answer.data) == (400, True)
        assert changes["first"].encode() in answer.data


def test_nobody_has_more_than_five_files_waiting(signed_in: Callable[[str], PersonsClient]) -> None:
    lead = signed_in("lead")
    for _ in range(operations.MOST_WAITING):
        assert ask(lead).status_code == 303
    refused = ask(lead)
    assert (refused.status_code, b"You wait for 5 files already" in refused.data) == (400, True)


def test_a_worker_that_died_leaves_nothing_behind_and_another_begins_anew(
    signed_in: Callable[[str], PersonsClient],
) -> None:
    lead, now = signed_in("lead"), utc_now()
    ask(lead)
    with transaction():
        dead = take_next_export("dead", now)
        operations.keep_part(dead.id, "dead", 0, b"half a file", now=now)
    assert make_next_export(now, "other") == 0  # it may still live
    later = now + operations.LEASE + timedelta(seconds=1)
    assert make_next_export(later, "other") == 1
    rows, last = read_csv(lead.get(f"/exports/{newest().reference}/file", buffered=True).data)
    assert (len(rows), last) == (3, "3 rows")


def test_one_that_was_begun_too_often_has_failed_and_says_so(signed_in: Callable[[str], PersonsClient]) -> None:
    lead, now = signed_in("lead"), utc_now()
    ask(lead)
    for n in range(operations.MOST_ATTEMPTS + 1):
        with transaction():
            take_next_export("dies", now + (operations.LEASE + timedelta(seconds=1)) * n)
    assert newest().state is ExportState.FAILED
    assert b"never came to an end" in lead.get("/exports/").data


def test_who_may_no_longer_take_rows_away_gets_none(signed_in: Callable[[str], PersonsClient]) -> None:
    ask(signed_in("manager"))
    with transaction():
        user = db.session.scalars(select(User).where(User.email == "manager@anyborough.example")).one()
        user.active = False
    make_next_export(utc_now(), "test")
    assert (newest().state, parts()) == (ExportState.FAILED, 0)


def test_a_file_goes_after_a_day(signed_in: Callable[[str], PersonsClient]) -> None:
    file_for(signed_in("lead"))
    now = utc_now()
    assert forget_next_export(now + timedelta(hours=23), "test") == 0
    assert forget_next_export(now + timedelta(hours=25), "test") == 1
    assert (newest(), parts()) == (None, 0)


def test_whoever_opens_a_file_whose_day_is_over_reads_why_and_what_to_do(
    signed_in: Callable[[str], PersonsClient],
) -> None:
    lead = signed_in("lead")
    file_for(lead)
    reference = newest().reference
    assert forget_next_export(utc_now() + timedelta(hours=25), "test") == 1
    for address in (f"/exports/{reference}/file", f"/exports/{reference}/codebook.csv"):
        answer = lead.get(address)
        assert answer.status_code == 404
        assert b"A file is kept for a day after it was made" in answer.data and b"Make the file" in answer.data


def test_a_file_that_nobody_wants_is_deleted_and_the_form_asks_for_the_same_again(
    signed_in: Callable[[str], PersonsClient],
) -> None:
    lead = signed_in("lead")
    file_for(lead, what="figures", by="month,service", file_format="ods", service="housing", channel="phone")
    answer = lead.send_form(f"/exports/{newest().reference}/delete", form_at="/exports/")
    assert (answer.status_code, newest(), parts()) == (303, None, 0)
    page = BeautifulSoup(lead.get(answer.location).data, "html.parser")
    assert "Deleted." in page.find(role="status").get_text()
    form = page.find("form", action="/exports/")
    assert form.find("input", checked=True)["value"] == "figures"
    assert [form.find("input", attrs={"name": name})["value"] for name in ("first", "last")] == ["10/3/2026"] * 2
    chosen = [form.find("select", attrs={"name": n}).find("option", selected=True)["value"] for n in SELECTS]
    assert chosen == ["housing", "phone", "ods", "month,service"]
    actions = select(AuditLine.action).where(AuditLine.action.like("exports.%")).order_by(AuditLine.id)
    assert db.session.scalars(actions).all() == ["exports.asked", "exports.made", "exports.deleted"]


def test_a_file_in_the_making_is_called_off_and_its_worker_stops(signed_in: Callable[[str], PersonsClient]) -> None:
    lead = signed_in("lead")
    ask(lead)
    with transaction():
        taken = take_next_export("test", utc_now())
        number, order, asked_by = taken.id, taken.order, taken.asked_by
    assert lead.send_form(f"/exports/{newest().reference}/delete", form_at="/exports/").status_code == 303
    with pytest.raises(Lost):
        Making(number, "test").make(order, asked_by, now=utc_now())
    assert (newest(), parts()) == (None, 0)


def test_nobody_deletes_the_file_of_somebody_else(signed_in: Callable[[str], PersonsClient]) -> None:
    file_for(signed_in("lead"))
    reference = newest().reference
    answer = signed_in("manager").send_form(f"/exports/{reference}/delete", form_at="/exports/")
    assert (answer.status_code, newest().reference) == (404, reference)


def test_one_that_failed_can_be_asked_for_again_as_it_was(signed_in: Callable[[str], PersonsClient]) -> None:
    lead = signed_in("lead")
    ask(lead, file_format="xlsx")
    with transaction():
        operations.fail(db.session.scalars(select(Export)).one(), "No room.", now=utc_now())
    page = BeautifulSoup(lead.get("/exports/").data, "html.parser")
    again = next(link["href"] for link in page.table.find_all("a") if "Ask for it again" in link.get_text())
    form = BeautifulSoup(lead.get(again).data, "html.parser").find("form", action="/exports/")
    assert form.find("select", attrs={"name": "file_format"}).find("option", selected=True)["value"] == "xlsx"


def test_erasing_somebody_deletes_files_of_their_days_and_begins_those_in_the_making_anew(
    signed_in: Callable[[str], PersonsClient],
) -> None:
    lead = signed_in("lead")
    file_for(lead)
    file_for(lead, what="figures")
    file_for(lead, first="1/3/2026", last="9/3/2026")
    ask(lead)
    with transaction():
        being_made = take_next_export("worker", utc_now())
        assert forget_exports_of([DAY]) == 1
    left = [(each.content, each.last_on.day) for each in db.session.scalars(select(Export).order_by(Export.id))]
    assert left == [(Content.FIGURES, 10), (Content.RESPONSES, 9), (Content.RESPONSES, 10)]
    assert not note_progress(being_made.id, "worker", 1, 3, now=utc_now())
    db.session.rollback()


def test_a_worker_whose_file_was_taken_from_it_stops(signed_in: Callable[[str], PersonsClient]) -> None:
    ask(signed_in("lead"))
    with transaction():
        taken = take_next_export("test", utc_now())
        number, order, asked_by = taken.id, taken.order, taken.asked_by
    with transaction():
        forget_exports_of([DAY])
    with pytest.raises(Lost):
        Making(number, "test").make(order, asked_by, now=utc_now())
    assert (newest().state, newest().claimed_by, parts()) == (ExportState.WAITING, None, 0)


def test_that_a_file_was_asked_for_and_made_is_written_down_with_filter_and_count(
    signed_in: Callable[[str], PersonsClient],
) -> None:
    file_for(signed_in("lead"), service="housing")
    lines = db.session.scalars(select(AuditLine).where(AuditLine.action.like("exports.%")).order_by(AuditLine.id)).all()
    assert [line.action for line in lines] == ["exports.asked", "exports.made"]
    assert lines[0].after["where"] == {"service": ["housing"]}
    assert (lines[1].after["rows"], lines[1].after["from"]) == (2, "2026-03-10")


def test_a_file_is_stored_in_parts_of_one_size() -> None:
    assert list(in_parts([b"abc", b"", b"defgh"], 3)) == [b"abc", b"def", b"gh"]
    assert list(in_parts([], 3)) == []


def test_arguments_are_read_as_they_were_written() -> None:
    said = Arguments({"service": ["a b", "c&d"], "team": [""]}, ["month"], ["nps"], frozenset({3, 1}))
    assert Arguments.read(said.as_text) == said
    assert Arguments.read("").within is None
    assert Arguments.read(Arguments({}, [], [], frozenset()).as_text).within == frozenset()


@pytest.mark.parametrize(
    "asker, viewer, gets",
    [
        (None, None, True),
        (frozenset({1}), None, True),
        (None, frozenset({1}), False),
        (frozenset({1}), frozenset({1, 2}), True),
        (frozenset({1, 3}), frozenset({1, 2}), False),
    ],
)
def test_a_file_is_for_who_sees_all_that_its_asker_saw(
    asker: frozenset[int] | None, viewer: frozenset[int] | None, gets: bool
) -> None:
    assert Arguments({}, [], [], asker).lies_in(viewer) is gets
