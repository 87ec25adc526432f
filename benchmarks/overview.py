"""The overview of a council with 100,000 answers.

What users feel: the page that managers open each morning comes at once, this year and in ten years. It is measured
beside the same page at 1,000 answers (it should not matter how many there are) and beside a bare Flask and Jinja page
of the same size, all three in one process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from benchmarks import bare
from benchmarks.measuring import Result, in_turn, milliseconds
from benchmarks.workbench import Workbench, app_on
from survey_app.extensions import db, transaction
from tests.factories import PASSWORD, make_user

NAME = "overview"
PATH = "/dashboards/"


def run(bench: Workbench) -> Iterator[Result]:
    size = bench.size
    with ExitStack() as stack:
        large, small = (
            stack.enter_context(app_on(bench.council(bench.kinds[0], answers)))
            for answers in (size.many_answers, size.few_answers)
        )
        many, few, plain = signed_in(large), signed_in(small), bare.app.test_client()
        page_bytes = len(many.get(PATH).data)
        note = f"{statements(large, many)} statements, {page_bytes / 1_000:.0f} kB of HTML"
        pairs = in_turn(
            lambda: milliseconds(lambda: many.get(PATH)), lambda: milliseconds(lambda: few.get(PATH)), size.pairs
        )
        name = f"overview at {size.many_answers:,} answers"
        yield Result(name, "ms", f"the same at {size.few_answers:,}", pairs, more_is_better=False, note=note)
        pairs = in_turn(
            lambda: milliseconds(lambda: many.get(PATH)),
            lambda: milliseconds(lambda: plain.get(f"/table/{page_bytes}")),
            size.pairs,
        )
        yield Result(name, "ms", "a bare Jinja page of the same size", pairs, more_is_better=False)


def signed_in(app: Flask) -> FlaskClient:
    """The client of a new CSE lead, who sees everything."""
    with app.app_context(), transaction():
        user = make_user("cse_lead", email="lead@anyborough.example.org")
        address = user.email
    client = app.test_client()
    token = BeautifulSoup(client.get("/accounts/sign-in").text, "html.parser").find("input", {"name": "csrf_token"})
    if token is None:
        raise RuntimeError("the sign-in page has no form")
    client.post("/accounts/sign-in", data={"csrf_token": token["value"], "email": address, "password": PASSWORD})
    status = client.get(PATH).status_code
    if status != 200:
        raise RuntimeError(f"the overview came with status {status}")
    return client


def statements(app: Flask, client: FlaskClient) -> int:
    """How many statements the page asks of the database."""
    asked: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    client.get(PATH)
    event.remove(engine, "before_cursor_execute", note)
    return len(asked)
