"""The staff's pages: what stands in an address, and what is sent with a form."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from survey_app.accounts.models import User
from survey_app.audit.models import AuditLine
from survey_app.evidence.models import Element, Exhibit, element_exhibit
from survey_app.extensions import db, transaction
from survey_app.measures.models import FrozenPassport
from tests.conftest import PersonsClient
from tests.factories import PASSWORD, make_user
from tests.fuzz import nasty
from tests.fuzz.conftest import hypothetical, stored, typed, whole, without_unseen

ELEMENT = "/evidence/cse/1.3.1"
FIGURE = "satisfaction~2025-04-01~2026-03-31"

arguments = st.fixed_dictionaries(
    {},
    optional={
        "period": nasty.instead_of("2025/26", "2025/26 Q1", "2025-05", "last-12-months", "1900-01", "2999-12"),
        "service": nasty.instead_of("housing", "registrars", ""),
        "channel": nasty.instead_of("phone", "email"),
        "axis": nasty.instead_of("full", "zoomed"),
        "page": st.one_of(nasty.whole_numbers, nasty.any_text),
        "sentiment": nasty.instead_of("positive", "negative"),
        "theme": nasty.instead_of("call_back", "waiting"),
        "text": nasty.any_text,
        "measure": nasty.instead_of("satisfaction", "response_rate", "nps", "contacts"),
        "by": nasty.instead_of("month", "quarter"),
    },
).map(lambda chosen: {name: value.encode("utf-8", "surrogatepass") for name, value in chosen.items()})
measures = nasty.instead_of("satisfaction", "response_rate", "contacts")
dates = nasty.instead_of("2025-04-01", "2026-03-31", other=nasty.days)
encoded = st.one_of(st.sampled_from(["AA", "4pmA", "7aCA", "_w", "w6k", "A" * 300, "====", ""]), nasty.sendable)
filters = st.one_of(
    st.sampled_from(["service.housing", "channel.phone", "service.registrars", "service_alone.housing"]),
    st.builds("{}.={}".format, st.sampled_from(["service", "reason", "site", "customer_group"]), encoded),
    nasty.sendable,
)
figure_ids = st.one_of(
    st.builds(
        lambda *parts: "~".join((*parts[:-1], *parts[-1])), measures, dates, dates, st.lists(filters, max_size=3)
    ),
    nasty.any_text,
).map(lambda figure: figure.encode("utf-8", "surrogatepass"))

READING = [
    "/dashboards/",
    "/comments/",
    "/dashboards/services/",
    "/dashboards/control",
    "/dashboards/funnel",
]


@hypothetical
@given(chosen=arguments, page=st.sampled_from(READING))
@example(chosen={"service": b"\0", "text": b"a\0b"}, page="/comments/")
@example(chosen={"service": b"\0"}, page="/dashboards/services/")
@example(chosen={"period": b"1900-01"}, page="/dashboards/")
@example(chosen={"page": b"999999999"}, page="/comments/")
def test_a_filter_that_is_none_is_said_and_the_page_stands(
    lead: PersonsClient, chosen: dict[str, bytes], page: str
) -> None:
    before = stored()
    if page == "/dashboards/services/":
        page += quote(chosen.get("service", b"none"), safe="")
    assert whole(lead.get(f"{page}?{urlencode(chosen)}")).status_code in {200, 308, 400, 404}
    assert stored() == before


@hypothetical
@given(chosen=arguments)
def test_a_file_of_figures_has_no_cell_that_a_spreadsheet_runs(lead: PersonsClient, chosen: dict[str, bytes]) -> None:
    answer = whole(lead.get(f"/dashboards/overview.csv?{urlencode(chosen)}"))
    assert answer.status_code in {200, 400, 404}
    if answer.status_code == 200:
        rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")))
        assert {len(row) for row in rows} == {len(rows[0])}
        for cell in (cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))):
            float(cell)


@hypothetical
@given(figure=figure_ids)
@example(figure=f"{FIGURE}~service.=AA".encode())
@example(figure=f"{FIGURE}~reason.=AA~team.=4pmA".encode())
@example(figure=b"satisfaction~0001-01-01~9999-12-31")
@example(figure=b"satisfaction~1900-01-01~1900-01-31")
def test_an_id_of_a_figure_that_is_none_is_said(lead: PersonsClient, figure: bytes) -> None:
    before = stored()
    for address in (f"/figures/{quote(figure, safe='')}", f"/evidence/pins/new?figure={quote(figure, safe='')}"):
        assert whole(lead.get(address)).status_code in {200, 308, 400, 404}
    assert stored() == before


@contextmanager
def unpinned() -> Iterator[None]:
    try:
        yield
    finally:
        with transaction():
            for table in (element_exhibit, Exhibit, FrozenPassport, AuditLine):
                db.session.execute(delete(table))
            db.session.execute(update(Element).values(claim=""))


@pytest.fixture
def csrf(lead: PersonsClient) -> str:
    return typed(lead.get(ELEMENT), "csrf_token") or ""


@hypothetical
@given(
    figure=st.one_of(st.just(FIGURE), figure_ids.map(lambda figure: figure.decode(errors="replace"))),
    kind=nasty.instead_of("chart", "figure", other=nasty.sendable),
    title=nasty.sendable,
    elements=st.lists(nasty.instead_of("cse/1.3.1", "cse/9.9.9", "cse", other=nasty.sendable), max_size=3),
)
def test_a_pin_stands_whole_or_comes_back_as_it_was_typed(
    lead: PersonsClient, csrf: str, *, figure: str, kind: str, title: str, elements: list[str]
) -> None:
    before = stored()
    with unpinned():
        sent = {"csrf_token": csrf, "figure": figure, "kind": kind, "title": title, "elements": elements}
        answer = whole(lead.post("/evidence/pins", data=sent))
        if answer.status_code == 303:
            exhibit = db.session.scalars(select(Exhibit)).one()
            assert exhibit.title == without_unseen(title).strip() or not without_unseen(title).strip()
            assert [element.number for element in exhibit.elements] == ["1.3.1"]
            whole(lead.get(answer.location))
        else:
            assert answer.status_code == 400
            assert "There is a problem" in answer.text
            assert typed(answer, "title") == without_unseen(title)
            assert stored() == before


@hypothetical
@given(claim=st.one_of(nasty.sendable, st.text("ab \n", min_size=200, max_size=400)))
def test_a_claim_is_kept_as_it_was_typed_or_comes_back(lead: PersonsClient, csrf: str, claim: str) -> None:
    before = stored()
    with unpinned():
        answer = whole(lead.post(f"{ELEMENT}/claim", data={"csrf_token": csrf, "claim": claim}))
        kept = db.session.scalars(select(Element.claim).where(Element.number == "1.3.1")).one()
        if answer.status_code == 303:
            assert kept == without_unseen(claim).strip().replace("\r\n", "\n")
            whole(lead.get(answer.location))
        else:
            assert answer.status_code == 400
            assert 'id="claim-error"' in answer.text
            assert typed(answer, "claim") == without_unseen(claim)
            assert stored() == before


@hypothetical
@given(
    framework=nasty.instead_of("cse", other=nasty.sendable),
    number=nasty.instead_of("1.3.1", "9.9.9", other=nasty.sendable),
    exhibit=nasty.whole_numbers,
    act=st.sampled_from(["pin", "unpin"]),
)
@example(framework="cse", number="1.3.1", exhibit=str(2**63), act="pin")
@example(framework="cse", number="1.3.1\0", exhibit="1", act="unpin")
def test_an_exhibit_or_element_that_is_none_is_not_moved(
    lead: PersonsClient, csrf: str, *, framework: str, number: str, exhibit: str, act: str
) -> None:
    before, there = stored(), f"/evidence/{quote(framework, safe='')}/{quote(number, safe='')}"
    answer = whole(lead.post(f"{there}/exhibits/{exhibit}/{act}", data={"csrf_token": csrf}))
    assert answer.status_code in {308, 404, 405}
    assert whole(lead.get(f"{there}?taken_off={exhibit}&pinned={exhibit}")).status_code in {200, 308, 404}
    assert stored() == before


@hypothetical
@given(email=nasty.any_text, password=nasty.any_text, wanted=nasty.any_text)
def test_nobody_signs_in_by_chance(app: Flask, client: PersonsClient, email: str, password: str, wanted: str) -> None:
    app.extensions["tries"].reset()
    token = typed(client.get("/accounts/sign-in"), "csrf_token") or ""
    before = stored()
    fields = {"email": email, "password": password, "next": wanted, "csrf_token": token}
    sent = urlencode({name: text.encode("utf-8", "surrogatepass") for name, text in fields.items()})
    answer = whole(client.post("/accounts/sign-in", data=sent, content_type="application/x-www-form-urlencoded"))
    assert answer.status_code == 200
    assert "There is a problem" in answer.text
    assert stored() == before


@hypothetical
@given(
    body=st.one_of(nasty.raw, st.sampled_from([b"[]", b"null", b"3", b'{"email": ["a", {}], "password": {"a": 1}}']))
)
def test_sign_in_takes_a_form_and_nothing_else(app: Flask, client: PersonsClient, body: bytes) -> None:
    app.extensions["tries"].reset()
    token = typed(client.get("/accounts/sign-in"), "csrf_token") or ""
    for kind in ("application/json", "multipart/form-data; boundary=x", "text/plain"):
        answer = whole(client.post("/accounts/sign-in", data=body, content_type=kind, headers={"X-CSRFToken": token}))
        assert answer.status_code in {200, 400, 415}


@hypothetical
@given(
    new=nasty.sendable, again=st.one_of(st.none(), nasty.sendable), now=nasty.instead_of(PASSWORD, other=nasty.sendable)
)
def test_a_password_changes_to_exactly_what_was_typed_or_not_at_all(
    lead: PersonsClient, app: Flask, *, new: str, again: str | None, now: str
) -> None:
    user = make_user("cse_lead")
    email, hashed = user.email, user.password
    person = app.test_client()
    assert person.sign_in(email).status_code == 302
    sent = {"password": now, "new_password": new, "new_password_confirm": new if again is None else again}
    answer = whole(person.send_form("/accounts/password", **sent))
    db.session.rollback()
    stored_now = db.session.scalar(select(User.password).where(User.email == email))
    if answer.status_code == 302:
        assert stored_now != hashed
        assert app.test_client().sign_in(email, new).status_code == 302
    else:
        assert answer.status_code == 200
        assert stored_now == hashed
        assert "There is a problem" in answer.text


def test_the_numbers_of_users_are_not_to_be_had_by_a_cookie(app: Flask, client: PersonsClient) -> None:
    make_user("administrator")
    for cookie in (
        "session=x",
        "session=\x01\x7f",
        "session=" + "A" * 8_000,
        "=;;=",
        "session=eyJfdXNlcl9pZCI6IjEifQ.a.b",
    ):
        answer = whole(client.get("/dashboards/", headers={"Cookie": cookie}))
        assert answer.status_code == 302
    assert db.session.scalar(select(func.count()).select_from(User)) == 1
