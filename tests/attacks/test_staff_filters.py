"""What is not meant to be in a filter: SQL, script, formulas and paths, in every field of every page of staff."""

from __future__ import annotations

from collections.abc import Callable
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
OTHER_NAMES = ("q", "page", "sort", "from", "to", "by", "service", "measure", "done", "year", "cursor")


@pytest.mark.parametrize("role", ["cse_lead", "administrator", "data_protection_officer"])
def test_no_filter_of_any_page_runs_what_it_is_given(
    app: Flask, sign_in: Callable[..., PersonsClient], role: str
) -> None:
    make_council()
    survey, housing = publish_default_survey(NOON), make_service()
    make_answers(survey, housing, NOON.date(), {"satisfaction": "5"}, 12)
    client, tried = sign_in(role), 0
    for rule in app.url_map.iter_rules():
        if rule.arguments or "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        plain = client.get(rule.rule)
        if plain.status_code != 200 or "html" not in plain.content_type:
            continue
        fields = _filters_of(plain.text) or [OTHER_NAMES[len(rule.rule) % len(OTHER_NAMES)], "done"]
        for turn, hostile in enumerate(HOSTILE):
            chosen = dict.fromkeys(fields if turn % 2 else fields[turn // 2 % len(fields) :][:1], hostile)
            answer = client.get(f"{rule.rule}?{urlencode(chosen)}")
            tried += 1
            assert answer.status_code in (200, 302, 303, 400, 404, 422), (rule.rule, chosen, answer.status_code)
            for word in TOLD_BY_ERRORS:
                assert word not in answer.text, (rule.rule, chosen, word)
            for raw in ("<script>alert(1)", "<img src=x", '"javascript:alert'):
                assert raw not in answer.text, (rule.rule, chosen)
    assert tried > 100
    assert db.session.query(Service).count() == 1


def _filters_of(page: str) -> list[str]:
    """The names of the fields of a page's forms that are sent by GET."""
    forms = BeautifulSoup(page, "html.parser").find_all("form", method="get")
    return [str(field["name"]) for form in forms for field in form.find_all(["input", "select"]) if field.get("name")]
