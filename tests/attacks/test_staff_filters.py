"""What is not meant to be in a filter: SQL, script, formulas and paths, in every field of every page of staff."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import cycle
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from survey_app.extensions import db
from survey_app.organisation.models import Service
from survey_app.surveys.operations import publish_default_survey
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
TURNS = 4  # requests to each page, each field with another of these
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
            fields = _filters_of(plain.text) or list(OTHER_NAMES[:3])
        for _ in range(TURNS):
            chosen = {field: next(hostile) for field in fields}
            answer = client.get(f"{rule.rule}?{urlencode(chosen)}")
            tried += 1
            assert answer.status_code in (200, 302, 303, 400, 404, 422), (rule.rule, chosen, answer.status_code)
            for word in TOLD_BY_ERRORS:
                assert word not in answer.text, (rule.rule, chosen, word)
            assert not RUNS.search(answer.text), (rule.rule, chosen)
    assert tried > 60
    assert db.session.query(Service).count() == 1


def _filters_of(page: str) -> list[str]:
    """The names of the fields of a page's forms that are sent by GET."""
    forms = BeautifulSoup(page, "html.parser").find_all("form", method="get")
    return [str(field["name"]) for form in forms for field in form.find_all(["input", "select"]) if field.get("name")]
