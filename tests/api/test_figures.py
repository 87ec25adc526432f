"""Figures by the API: live for the inside, published for everybody, frozen with whether they hold."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from survey_app.extensions import db
from survey_app.measures.models import FrozenPassport
from survey_app.measures.passport import sha256
from survey_app.organisation.models import Service
from survey_app.responses.models import SurveyResponse
from tests.api.conftest import Asker
from tests.factories import make_answers, withdraw
from tests.statements import statements

YEAR = {"from": "2025-04-01", "to": "2026-03-31"}
pytestmark = pytest.mark.usefixtures("years")
Askers = Callable[..., Asker]


def code_of(service: str | None) -> str:
    """The code of the frozen figure of a service; without one, that of a customer group."""
    for frozen in db.session.scalars(select(FrozenPassport)):
        where = json.loads(frozen.document)["where"]
        if where == ({"service": [service]} if service else {"customer_group": ["over 65"]}):
            return frozen.code
    raise AssertionError(service)


@pytest.mark.parametrize(
    ("query", "arguments"),
    [
        ({}, []),
        ({"by": "month"}, ["--by", "month"]),
        ({"by": ["quarter", "channel"]}, ["--by", "quarter,channel"]),
        ({"where": ["service=waste", "channel=phone"]}, ["--where", "service=waste", "--where", "channel=phone"]),
        ({"rule": "dont_know=in", "by": "service"}, ["--rule", "dont_know=in", "--by", "service"]),
    ],
)
def test_a_measure_is_the_document_of_the_command(
    asker: Askers, runner: FlaskCliRunner, query: dict[str, object], arguments: list[str]
) -> None:
    inside = asker()
    of_year = ["--from", YEAR["from"], "--to", YEAR["to"], "--json"]
    printed = runner.invoke(args=["measures", "show", "satisfaction", *of_year, *arguments]).stdout
    db.session.rollback()
    assert inside.read("/measures/satisfaction", **YEAR, **query) == json.loads(printed)


def test_what_stands_on_fewer_than_ten_is_hidden_and_what_would_give_it_away(asker: Askers) -> None:
    found = asker().read("/measures/satisfaction", **YEAR, by="service")["figures"]
    hidden = {figure["where"].get("service", "waste"): figure for figure in found if figure["suppressed"]}
    assert hidden.keys() == {"housing", "bins"}
    assert all(figure[key] is None for figure in hidden.values() for key in ("value", "numerator", "low", "high"))
    assert all(figure["by_value"] == {} for figure in hidden.values())


def test_a_key_of_one_service_sees_its_figures_and_knows_of_no_other(asker: Askers) -> None:
    waste = asker(services=("waste",))
    (figure,) = waste.read("/measures/satisfaction", **YEAR)["figures"]
    assert (figure["numerator"], figure["base"]) == (40, 52)
    groups = waste.read("/measures/satisfaction", **YEAR, by="service")["figures"]
    assert sum(figure["base"] for figure in groups) == 52
    others = [waste.refused("/measures/satisfaction", **YEAR, where=f"service={code}") for code in ("tax", "nothing")]
    assert others == [(404, "There is nothing at this address.")] * 2
    services = waste.read("/services")["services"]
    assert [(each["code"], each["parent"]) for each in services] == [("bins", "waste"), ("waste", None)]
    bins = asker(services=("bins",)).read("/services")["services"]
    assert [(each["code"], each["parent"]) for each in bins] == [("bins", None)]


@pytest.mark.parametrize("cut", [{"by": "customer_group"}, {"where": "language=cy"}, {"where": "customer_group=a"}])
def test_customer_groups_and_languages_are_in_published_tables_only(asker: Askers, cut: dict[str, str]) -> None:
    status, words = asker().refused("/measures/satisfaction", **YEAR, **cut)
    assert status == 400
    assert next(iter(cut)) in words


@pytest.mark.parametrize(
    ("path", "query", "status", "words"),
    [
        ("/measures/satisfaction", {}, 400, "from is missing."),
        ("/measures/satisfaction", YEAR | {"to": "2026-02-30"}, 400, "to must be a day"),
        ("/measures/satisfaction", YEAR | {"to": "31/03/2026"}, 400, "to must be a day"),
        ("/measures/satisfaction", YEAR | {"form": "x"}, 400, "There is no argument form here."),
        ("/measures/satisfaction", YEAR | {"to": ["2026-03-31", "2026-03-30"]}, 400, "to may stand once."),
        ("/measures/satisfaction", YEAR | {"by": ["month"] * 4}, 400, "by may stand 3 times at most."),
        ("/measures/satisfaction", YEAR | {"where": "service"}, 400, "where must be"),
        ("/measures/satisfaction", YEAR | {"rule": "dont_know=yes"}, 400, "rule must be"),
        ("/measures/satisfaction", {"from": "2026-04-01", "to": "2026-03-31"}, 422, "is before the first"),
        ("/measures/satisfaction", {"from": "2000-04-01", "to": "2099-03-31", "by": "month"}, 422, "ask for at most"),
        ("/measures/satisfaction", YEAR | {"by": ["month", "month"]}, 422, "Name each breakdown once"),
        ("/measures/contacts", YEAR | {"rule": "dont_know=in"}, 422, "its rules cannot be changed"),
        ("/measures/happiness", YEAR, 404, "There is nothing at this address."),
        ("/published/satisfaction/2024-25", {}, 404, "There is nothing at this address."),
        ("/published/satisfaction/2025-07", {}, 404, "There is nothing at this address."),
        ("/published/contacts/2025-26", {}, 404, "There is nothing at this address."),
        ("/published/satisfaction/2025-26", {"edition": "2"}, 404, "There is nothing at this address."),
        ("/published/satisfaction/2025-26", {"edition": "0"}, 400, "edition must be a whole number from 1"),
        ("/figures/p1-00000000000000000000", {}, 404, "There is nothing at this address."),
        ("/figures/p1-00000000000000000000", {"again": "yes"}, 400, "again must be true or false."),
        ("/services", {"limit": "3"}, 400, "There is no argument limit here. There are none."),
    ],
)
def test_what_cannot_be_answered_says_why(
    asker: Askers, path: str, query: dict[str, object], status: int, words: str
) -> None:
    found = asker().refused(path, **query)
    assert found[0] == status
    assert words in found[1]


def test_published_tables_print_what_went_out_and_nothing_since(
    asker: Askers, a_response: Callable[[str], SurveyResponse]
) -> None:
    outside = asker("figures:published")
    (edition,) = outside.read("/published")["editions"]
    assert (edition["measure"], edition["year"], edition["edition"]) == ("satisfaction", "2025-26", 1)
    tables = outside.read("/published/satisfaction/2025-26")
    assert outside.read("/published/satisfaction/2025-26", edition=1) == tables
    cells = {(cell["table"], cell["row"], cell["column"]): cell for cell in tables["cells"]}
    assert cells["total", "", ""] | {"label": ""} == {
        "table": "total",
        "row": "",
        "column": "",
        "label": "",
        "numerator": 90,
        "base": 121,
        "value": 90 / 121,
        "symbol": "",
        "since": None,
    }
    assert (cells["service", "housing", ""]["symbol"], cells["service", "housing", ""]["base"]) == ("[c]", None)
    groups = [cell for (table, _, _), cell in cells.items() if table == "customer_group"]
    assert groups
    assert all(cell["value"] is None for cell in groups), "a group's share would tell the counts beside it"
    response = a_response("tax")
    make_answers(
        response.survey_version,
        db.session.get_one(Service, response.service_id),
        response.counts_on,
        {"satisfaction": "5"},
        20,
    )
    assert outside.read("/published/satisfaction/2025-26") == tables


def test_a_key_for_published_tables_opens_nothing_live(asker: Askers) -> None:
    outside = asker("figures:published")
    paths = ["/measures", "/measures/satisfaction", f"/figures/{code_of('waste')}", "/responses", "/comments"]
    assert {outside.refused(path) for path in paths} == {(403, "The API key does not cover this.")}
    assert asker("figures:read").refused("/published")[0] == 403


def test_a_frozen_figure_says_whether_it_is_the_same_now(
    asker: Askers, a_response: Callable[[str], SurveyResponse]
) -> None:
    inside, code = asker(), code_of("waste")
    found = inside.read(f"/figures/{code}")
    assert found["run_again"]["is_same"]
    canonical = json.dumps(found["document"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert sha256(canonical) == found["sha256"]
    assert (found["figure"]["numerator"], found["figure"]["base"]) == (40, 52)
    assert not {"previous", "target", "status", "provisional"} & found["figure"].keys(), "a passport holds none"
    withdraw(a_response("waste"))
    again = inside.read(f"/figures/{code}")
    assert again["document"] == found["document"]
    assert again["run_again"]["moves"] == [{"reason": "withdrawn", "went": 1, "came": 0}]
    assert again["run_again"]["sentence"] == (
        "1 of 52 answers was withdrawn since; the figure was 40 of 52, it is 39 of 51 now."
    )


def test_a_frozen_figure_is_for_keys_that_see_all_it_counts_and_never_of_customer_groups(asker: Askers) -> None:
    code = code_of("waste")
    assert asker(services=("waste",)).get(f"/figures/{code}").status_code == 200
    missing = asker(services=("tax",)).refused("/figures/p1-00000000000000000000")
    assert asker(services=("tax",)).refused(f"/figures/{code}") == missing
    assert asker(services=("bins",)).refused(f"/figures/{code}") == missing
    assert asker().refused(f"/figures/{code_of(None)}") == missing


@pytest.mark.parametrize(
    "path", ["/measures", "/services", "/published", "/published/satisfaction/2025-26", "/openapi.json"]
)
def test_what_is_as_it_was_is_not_sent_again(asker: Askers, path: str) -> None:
    inside = asker()
    first = inside.get(path)
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = inside.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    head = inside.get(path, method="HEAD")
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", first.headers["ETag"])
    assert inside.get(path, headers={"If-None-Match": '"x"'}).status_code == 200


def test_a_figure_that_moved_has_another_etag(asker: Askers, a_response: Callable[[str], SurveyResponse]) -> None:
    inside, address = asker(), ("/measures/satisfaction", YEAR)
    before = inside.get(address[0], **address[1]).headers["ETag"]
    assert inside.get(address[0], headers={"If-None-Match": before}, **address[1]).status_code == 304
    withdraw(a_response("tax"))
    moved = inside.get(address[0], headers={"If-None-Match": before}, **address[1])
    assert (moved.status_code, moved.headers["ETag"] == before) == (200, False)


def test_figures_cost_the_same_number_of_statements_for_any_number_of_groups(asker: Askers, years: Flask) -> None:
    inside, counted = asker(), []
    for by in ([], ["month"], ["month", "channel"]):
        with statements() as sent:
            inside.read("/measures/satisfaction", **YEAR, by=by)
        counted.append(len(sent))
    assert counted == [counted[0]] * 3
