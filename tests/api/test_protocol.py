"""What holds for every route of the API: who gets in, how often, in which form, and what a refusal looks like."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from survey_app.accounts.keys.models import ApiKey
from survey_app.accounts.keys.queries import key_by_public
from survey_app.api.describing.answers import Mark
from survey_app.api.describing.asking import parameters
from survey_app.api.describing.openapi import openapi_document
from survey_app.api.describing.routes import ROUTES, Route
from survey_app.api.describing.schema import schema_of
from survey_app.contacts.models import Contact
from survey_app.extensions import db
from survey_app.invitations.models import Invitation
from survey_app.measures.models import FrozenPassport
from survey_app.responses.models import SurveyResponse
from tests.api.conftest import NOW, Asker
from tests.conftest import PersonsClient
from tests.factories import make_service

Askers = Callable[..., Asker]
READ = [route for route in ROUTES if route.method == "get"]
BY_KEY = [route for route in READ if not route.is_public]
OF_YEAR = {"from": "2025-04-01", "to": "2026-03-31"}
by_name = pytest.mark.parametrize("route", BY_KEY, ids=lambda route: route.name)


def address(route: Route) -> str:
    """An address of the route at which something is."""
    code = db.session.scalar(select(FrozenPassport.code).order_by(FrozenPassport.id).limit(1))
    reference = db.session.scalar(select(SurveyResponse.reference).limit(1))
    places = {"name": "satisfaction", "measure": "satisfaction", "year": "2025-26", "code": code}
    return route.path.format(**places, reference=reference)


def arguments(route: Route) -> dict[str, str]:
    return OF_YEAR if route.name == "measure" else {}


def closed(schema: Any) -> Any:
    """The schema, in which no shape may have more than it declares: what we answer has to be declared."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: closed(each) for name, each in schema.items()}
    return (
        {"additionalProperties": False} | found if schema.get("type") == "object" and "properties" in schema else found
    )


def validator(schema: dict[str, Any]) -> jsonschema_rs.Validator:
    shapes = openapi_document()["components"]["schemas"]
    schema_of(Mark, shapes)
    whole = closed(schema | {"components": {"schemas": shapes}})
    return jsonschema_rs.validator_for(whole, validate_formats=True)


def answered(route: Route) -> jsonschema_rs.Validator:
    operation = openapi_document()["paths"][route.path][route.method]
    return validator(operation["responses"]["200"]["content"]["application/json"]["schema"])


def is_problem(answer: TestResponse, status: int) -> bool:
    found = json.loads(answer.data)
    assert answer.headers["Cache-Control"] == "no-store"
    assert validator({"$ref": "#/components/schemas/Problem"}).is_valid(found)
    return (answer.status_code, answer.mimetype, found["status"]) == (status, "application/problem+json", status)


@pytest.mark.parametrize("route", READ, ids=lambda route: route.name)
def test_every_answer_is_what_the_description_says_and_no_more(asker: Askers, years: Flask, route: Route) -> None:
    answered(route).validate(asker().read(address(route), **arguments(route)))


@pytest.mark.parametrize("route", [route for route in READ if route.rows is not None], ids=lambda route: route.name)
def test_every_line_of_a_stream_is_a_row_or_a_mark(asker: Askers, years: Flask, route: Route) -> None:
    *rows, mark = asker().lines(address(route))
    shapes: dict[str, Any] = {}
    of_row = validator(schema_of(route.rows, shapes))
    assert rows
    for row in rows:
        of_row.validate(row)
    validator({"$ref": "#/components/schemas/Mark"}).validate(mark)
    assert mark["count"] == len(rows)


def test_figures_with_all_that_can_stand_beside_them_are_as_described(asker: Askers, years: Flask) -> None:
    route = next(route for route in READ if route.name == "measure")
    inside = asker()
    for name in ("satisfaction", "satisfaction_mean", "contacts", "response_rate", "comment_sentiment"):
        answered(route).validate(inside.read(f"/measures/{name}", **OF_YEAR, by=["month", "service"]))
    rules = ["dont_know=in", "staff_entered=out"]
    answered(route).validate(inside.read("/measures/satisfaction", **OF_YEAR, by="service", rule=rules))


def test_the_description_is_public_whole_and_the_same_each_time(client: PersonsClient, app: Flask) -> None:
    found = client.get("/api/v1/openapi.json")
    assert (found.status_code, found.mimetype) == (200, "application/json")
    document = json.loads(found.data)
    assert document == openapi_document()
    assert document["openapi"] == "3.1.0"
    described = {(f"/api/v1{path}", method) for path, methods in document["paths"].items() for method in methods}
    served = {
        (rule.rule.replace("<", "{").replace(">", "}"), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in rule.methods or ()
        if method in {"GET", "POST"}
    }
    assert described == served


@by_name
def test_without_a_good_key_nothing_is_told(client: PersonsClient, years: Flask, asker: Askers, route: Route) -> None:
    url = f"/api/v1{address(route)}"
    bearers = [{}, {"Authorization": "Bearer x"}, {"Authorization": f"Basic {asker().key}"}]
    answers = [client.get(url, headers=headers) for headers in bearers]
    assert all(is_problem(answer, 401) for answer in answers)
    assert len({answer.data for answer in answers}) == 1
    assert is_problem(client.get(f"{url}?{asker().key}"), 401), "a key in an address would be in every log"


@by_name
def test_a_key_opens_what_its_scope_says(asker: Askers, years: Flask, route: Route) -> None:
    others = asker("contacts:write")
    answer = others.get(address(route), **arguments(route))
    if route.scope is None:
        assert answer.status_code == 200
    else:
        assert is_problem(answer, 403)
        assert f'scope="{route.scope}"' in answer.headers["WWW-Authenticate"]
        assert asker(route.scope).get(address(route), **arguments(route)).status_code == 200


@by_name
def test_no_other_site_may_read_an_answer_and_nobody_keeps_it_for_others(
    asker: Askers, years: Flask, route: Route
) -> None:
    answer = asker().get(address(route), headers={"Origin": "https://elsewhere.example"}, **arguments(route))
    assert not [name for name, _ in answer.headers if name.lower().startswith("access-control")]
    assert answer.headers["Cache-Control"] == ("private, no-cache" if route.is_kept else "no-store")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Vary"].startswith("Accept, Authorization")


@by_name
def test_another_method_is_refused(asker: Askers, years: Flask, route: Route) -> None:
    answer = asker().get(address(route), method="DELETE")
    assert is_problem(answer, 405)
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@by_name
def test_a_form_that_we_do_not_write_is_refused(asker: Askers, years: Flask, route: Route) -> None:
    inside = asker()
    others = [] if route.is_table else ["application/xml;q=0.9, text/csv"]
    for accept in ("text/html", "application/xml;q=0.9", "application/json;q=0", *others):
        assert is_problem(inside.get(address(route), headers={"Accept": accept}, **arguments(route)), 406)
    browser = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
    assert inside.get(address(route), headers=browser, **arguments(route)).mimetype == "application/json"
    if route.rows is None:
        lines = {"Accept": "application/x-ndjson"}
        assert is_problem(inside.get(address(route), headers=lines, **arguments(route)), 406)


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v2/measures", "/v1/measures/", "/v1/figures/x/y", "/v1/..%2f"])
def test_an_address_that_is_none_is_a_problem_too(client: PersonsClient, path: str) -> None:
    assert is_problem(client.get(f"/api{path}"), 404)


def test_the_page_for_people_names_every_route_and_argument(client: PersonsClient) -> None:
    page = client.get("/api/")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "<script" not in page.text
    for route in ROUTES:
        assert f"/api/v1{route.path}".replace("{", "<b>").split("<b>")[0] in page.text
        assert all(f'<code class="code">{each.name}</code>' in page.text for each in parameters(route.asked))
    assert client.get("/api").location == "http://localhost/api/"


def test_a_fault_of_ours_is_a_problem_that_tells_nothing(
    asker: Askers, years: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    years.config["PROPAGATE_EXCEPTIONS"] = False

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret words")

    inside = asker()
    monkeypatch.setattr("survey_app.api.rows.views.responses_after", broken)
    answer = inside.get("/responses")
    assert is_problem(answer, 500)
    assert "secret" not in answer.text
    assert json.loads(answer.data)["reference"]


def test_how_much_is_left_stands_in_each_answer_and_too_much_is_refused(
    asker: Askers, years: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = asker(), asker()
    answer = first.get("/services")
    assert answer.headers["RateLimit-Policy"] == '"key";q=600;w=60'
    left, seconds = answer.headers["RateLimit"].removeprefix('"key";').split(";")
    assert left == "r=599"
    assert 0 < int(seconds.removeprefix("t=")) <= 61
    assert first.get("/measures").headers["RateLimit"].startswith('"key";r=598;'), "all reading is one count"
    for _ in range(598):
        first.get("/services", method="HEAD")
    refused = first.get("/responses")
    assert is_problem(refused, 429)
    assert 0 < int(refused.headers["Retry-After"]) <= 61
    assert refused.headers["RateLimit"].startswith('"key";r=0;')
    assert second.get("/services").status_code == 200, "each key by itself"


def test_reading_is_noted_by_the_worker_and_writes_nothing_itself(asker: Askers, years: Flask) -> None:
    inside, huey = asker(), years.extensions["huey"]
    public = inside.key.split("_")[1]
    inside.read("/services")
    assert key_by_public(public).last_used_on is None
    db.session.rollback()
    while (task := huey.dequeue()) is not None:
        huey.execute(task)
    db.session.expire_all()
    assert key_by_public(public).last_used_on == NOW.date()
    inside.read("/measures")
    assert huey.dequeue() is None, "once a day"


# What a tool that tries injections would send, for every argument that is text and every part of an address.
INJECTIONS = (
    "'",
    '"',
    "waste'--",
    "waste' OR '1'='1",
    "waste' OR 1=1 --",
    'waste" OR "1"="1',
    "waste') OR ('1'='1",
    "waste' UNION SELECT 1,2,3,4,5,6,7,8,9,10,11--",
    "waste'; DROP TABLE survey_response; --",
    "waste' AND 1=CAST((SELECT digest FROM api_key LIMIT 1) AS INT)--",
    "waste' AND (SELECT pg_sleep(5)) IS NULL--",
    "waste' AND randomblob(500000000)--",
    "waste%' OR '%'='",
    "waste\\' OR 1=1 --",
    "waste/**/OR/**/1=1",
    "waste || (SELECT 1)",
    "${7*7}{{7*7}}",
    "%s%n%(x)s:name",
    "waste\u02bc OR 1=1",
    "waste\x00' OR 1=1",
    "1e309",
    "9" * 40,
    "=cmd|' /C calc'!A0",
    "../../etc/passwd",
)


@pytest.mark.parametrize("injected", INJECTIONS)
def test_no_text_reaches_the_database_as_anything_but_text(asker: Askers, years: Flask, injected: str) -> None:
    """Each is refused, not there, or matches nothing: never all rows, never a fault of ours."""
    inside, before = asker(), db.session.scalar(select(func.count()).select_from(SurveyResponse))
    for name in ("survey", "service", "from", "to", "channel", "mode", "changed_since", "limit", "cursor"):
        answer = inside.get("/responses", **{name: injected})
        assert answer.status_code in {400, 404, 422} or json.loads(answer.data)["responses"] == [], name
    for name in ("theme", "service", "label", "from", "channel", "cursor"):
        answer = inside.get("/comments", **{name: injected})
        assert answer.status_code in {400, 404, 422} or json.loads(answer.data)["comments"] == [], name
    for name in ("service", "service_alone", "site", "team", "reason", "channel", injected):
        answer = inside.get("/measures/satisfaction", **OF_YEAR, where=f"{name}={injected}")
        figures = json.loads(answer.data).get("figures", [{"base": 0}])
        assert answer.status_code in {400, 404, 422} or [figure["base"] for figure in figures] == [0], name
    for name in ("by", "rule", "from", "to"):
        assert inside.get("/measures/satisfaction", **(OF_YEAR | {name: injected})).status_code == 400, name
    for path in ("/measures/", "/responses/", "/figures/", "/published/", "/published/satisfaction/"):
        answer = inside.get(f"{path}{injected.replace('/', '%2F').replace('?', '')}", **OF_YEAR)
        assert answer.status_code in {400, 404}, path
    assert db.session.scalar(select(func.count()).select_from(SurveyResponse)) == before


def test_a_contact_cannot_bring_what_is_ours_to_say(asker: Askers, app: Flask, client: PersonsClient) -> None:
    make_service("waste")
    sender = asker("contacts:write")
    ours = {
        "id": 999,
        "draw_outcome": "asked",
        "imported_at": "2000-01-01T00:00:00Z",
        "occurred_on": "2000-01-01",
        "draw_score": "0",
        "service_id": 1,
        "content_digest": "0",
        "is_test": True,
        "source": "page",
        "invitation": {"state": "answered"},
        "__class__": "x",
    }
    contact = {"reference": "C-1", "occurred_at": "2026-03-09T14:30:00Z", "channel": "phone", "service": "waste"}
    headers = {"Authorization": f"Bearer {sender.key}"}
    answer = client.post("/api/v1/contacts", json=contact | ours, headers=headers)
    assert answer.status_code == 200
    assert json.loads(answer.data)["dropped_fields"] == sorted(ours)
    found = db.session.scalars(select(Contact)).one()
    assert found.id != 999
    assert (found.draw_outcome, found.occurred_on.isoformat()) == (None, "2026-03-09")
    assert found.imported_at.year > 2000
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 0


def test_a_key_of_one_service_sends_no_contact_of_another(asker: Askers, app: Flask, client: PersonsClient) -> None:
    waste = make_service("waste")
    make_service("bins", parent_id=waste.id)
    make_service("housing")
    sender = asker("contacts:write", services=("waste",))
    sent = [
        {"reference": service, "occurred_at": "2026-03-09T14:30:00Z", "channel": "phone", "service": service}
        for service in ("waste", "bins", "housing", "nothing")
    ]
    answer = client.post("/api/v1/contacts", json=sent, headers={"Authorization": f"Bearer {sender.key}"})
    found = json.loads(answer.data)["contacts"]
    assert [each["result"] for each in found] == ["accepted", "accepted", "rejected", "rejected"]
    housing, nothing = (each["reasons"][0] for each in found[2:])
    assert housing.replace("housing", "nothing") == nothing, "missing and forbidden look alike"
    assert db.session.scalar(select(func.count()).select_from(ApiKey)) == 1
