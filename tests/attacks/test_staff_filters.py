"""What is not meant to be in a filter: SQL, script, formulas and paths, in every field of every page of staff."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from itertools import cycle
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.routing import UnicodeConverter
from werkzeug.test import TestResponse

from survey_app.extensions import db
from survey_app.organisation.models import Service
from survey_app.surveys.operations import publish_default_survey
from tests.attacks.test_from_outside import made_up
from tests.conftest import PersonsClient
from tests.factories import NOON, make_answers, make_council, make_service

HOSTILE = (
    "' OR '1'='1",
    '" OR ""="',
    "1; DROP TABLE service; --",
    "1' AND (SELECT 1 FROM pg_sleep(9)) IS NULL --",
    "1) UNION SELECT password FROM staff_user --",
    "%' AND 1=CAST((SELECT version()) AS int) --",
    "0x27206f7220313d31",
    "'||(SELECT load_extension('x'))||'",
    "\\'; SELECT 1; --",
    "`; --",
    '"><script>alert(1)</script>',
    "'\"><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}}${7*7}",
    "=cmd|'/c calc'!A1",
    "../../../etc/passwd",
)
TOLD_BY_ERRORS = ("syntax error", "OperationalError", "ProgrammingError", "psycopg", "sqlite3", "Traceback")
RUNS = re.compile(r"""<script>alert|<img src=x|(?:href|src|action|formaction)=["']?javascript:""")
OTHER_NAMES = ("q", "page", "sort", "from", "to", "by", "service", "measure", "done", "year", "cursor")


@pytest.mark.parametrize("role", ["cse_lead", "administrator"])
def test_no_filter_of_any_page_runs_what_it_is_given(
    app: Flask, sign_in: Callable[..., PersonsClient], role: str
) -> None:
    make_council()
    survey, housing = publish_default_survey(NOON), make_service()
    make_answers(survey, housing, NOON.date(), {"satisfaction": "5"}, 12)
    client, tried, hostile = sign_in(role), 0, cycle(HOSTILE)
    for rule in app.url_map.iter_rules():
        if rule.arguments or "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        with client.get(rule.rule) as plain:
            if plain.status_code != 200 or "html" not in plain.content_type:
                continue
            fields = sorted({*_filters_of(plain.text), *_read_by(app, rule.endpoint)}) or list(OTHER_NAMES[:3])
        one_by_one = fields if role == "cse_lead" else []  # whose pages have filters
        for chosen in [*([field] for field in one_by_one), fields]:
            query = {field: next(hostile) for field in chosen}
            with client.get(f"{rule.rule}?{urlencode(query)}") as answer:
                _is_harmless(answer, rule.rule, query)
            tried += 1
    assert tried > 60
    assert db.session.query(Service).count() == 1


def test_no_place_in_an_address_runs_what_it_is_given(app: Flask, sign_in: Callable[..., PersonsClient]) -> None:
    make_council()
    make_service()
    clients, tried, hostile = (sign_in("cse_lead"), sign_in("administrator")), 0, cycle(HOSTILE)
    for rule in app.url_map.iter_rules():
        texts = [name for name, kind in rule._converters.items() if isinstance(kind, UnicodeConverter)]
        if not texts or "GET" not in (rule.methods or ()):
            continue
        value = next(each for each in hostile if "/" not in each)
        places = {name: value if name in texts else made_up(kind) for name, kind in rule._converters.items()}
        with app.test_request_context():
            address = app.url_map.bind("localhost").build(rule.endpoint, places)
        for client in clients:
            with client.get(address) as answer:
                _is_harmless(answer, address, places)
        tried += 1
    assert tried > 60
    assert db.session.query(Service).count() == 1


def _is_harmless(answer: TestResponse, where: str, sent: object) -> None:
    assert answer.status_code in (200, 302, 303, 308, 400, 401, 403, 404, 410, 422), (where, sent, answer.status_code)
    for word in TOLD_BY_ERRORS:
        assert word not in answer.text, (where, sent, word)
    assert not RUNS.search(answer.text), (where, sent)


def _filters_of(page: str) -> list[str]:
    """The names of the fields of a page's forms that are sent by GET."""
    forms = BeautifulSoup(page, "html.parser").find_all("form", method="get")
    return [str(field["name"]) for form in forms for field in form.find_all(["input", "select"]) if field.get("name")]


def _read_by(app: Flask, endpoint: str) -> list[str]:
    """The names that a view asks the address for, itself or through its module."""
    view = inspect.unwrap(app.view_functions[endpoint])
    return re.findall(r"""args(?:\.get|\.getlist)?[\[(]\s*"(\w+)""", inspect.getsource(inspect.getmodule(view) or view))
