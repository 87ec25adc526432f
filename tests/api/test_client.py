"""The client that docs/api/ hands out works, against a server that is busy and breaks off."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from survey_app.contacts.models import Contact
from survey_app.extensions import db
from survey_app.settings import PROJECT_ROOT
from tests.api.conftest import Asker
from tests.notify import served

CLIENT = PROJECT_ROOT / "docs" / "api" / "client.py"
OF_YEAR = {"from": "2025-04-01", "to": "2026-03-31"}


@pytest.fixture(scope="module")
def client_module() -> ModuleType:
    found = importlib.util.spec_from_file_location("client", CLIENT)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


class BadDay:
    """A server before ours that is busy at first, and cuts the first streams off in the middle."""

    def __init__(self, app: Flask) -> None:
        self.app, self.busy, self.cuts, self.asked = app.wsgi_app, ["429", "503"], 2, 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.asked += 1
        if self.busy:
            start_response(f"{self.busy.pop()} Wait", [("Retry-After", "0"), ("Content-Type", "text/plain")])
            return [b"busy"]
        answer = self.app(environ, start_response)
        if "ndjson" in environ.get("HTTP_ACCEPT", "") and self.cuts:
            self.cuts -= 1
            return self._cut(answer)
        return answer

    @staticmethod
    def _cut(answer: Iterable[bytes]) -> Iterator[bytes]:
        chunks = iter(answer)
        yield next(chunks)
        yield next(chunks)[:-40]


@pytest.fixture
def server(years: Flask) -> Iterator[tuple[str, BadDay]]:
    day = BadDay(years)
    years.wsgi_app = day  # type: ignore[method-assign]
    with served(years) as address:
        yield address, day


def test_it_waits_when_told_to_and_goes_on_where_a_stream_was_cut(
    server: tuple[str, BadDay],
    asker: Callable[..., Asker],
    client_module: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("survey_app.api.serving.views.MOST_A_PAGE", 30)
    address, day = server
    api = client_module.SurveyApi(address, asker().key)
    assert {each["code"] for each in api.get("services")["services"]} == {"waste", "bins", "tax", "housing"}
    assert day.asked == 3
    rows = list(api.stream("responses"))
    assert (len(rows), len({row["reference"] for row in rows})) == (162, 162)
    assert day.cuts == 0
    assert list(api.pages("responses", service="tax")) == [row for row in rows if row["service"] == "tax"]
    figures = api.get("measures/satisfaction", **OF_YEAR, where=["service=waste", "channel=phone"])["figures"]
    assert figures[0]["base"] == 40


def test_it_says_why_it_was_refused_and_does_not_ask_again(
    server: tuple[str, BadDay], asker: Callable[..., Asker], client_module: ModuleType
) -> None:
    address, day = server
    day.busy.clear()
    with pytest.raises(client_module.ApiProblem, match="400: from is missing"):
        client_module.SurveyApi(address, asker().key).get("measures/satisfaction")
    with pytest.raises(client_module.ApiProblem, match="401: This needs an API key"):
        client_module.SurveyApi(address, "x").get("services")
    assert day.asked == 2


@pytest.mark.parametrize("address", ["http://survey.example.gov.uk", "file:///etc/passwd", "survey.example.gov.uk"])
def test_it_sends_no_key_in_clear(client_module: ModuleType, address: str) -> None:
    with pytest.raises(ValueError, match="must begin with https"):
        client_module.SurveyApi(address, "key")


def test_it_sends_contacts(server: tuple[str, BadDay], asker: Callable[..., Asker], client_module: ModuleType) -> None:
    address, _ = server
    before = db.session.scalar(select(func.count()).select_from(Contact))
    db.session.commit()
    contact = {"reference": "C-1", "occurred_at": "2026-06-30T14:30:00Z", "channel": "phone", "service": "waste"}
    api = client_module.SurveyApi(address, asker("contacts:write").key)
    assert api.send_contacts([contact])["accepted"] == 1
    assert api.send_contacts([contact])["duplicate"] == 1
    assert db.session.scalar(select(func.count()).select_from(Contact)) == (before or 0) + 1


def test_it_is_a_command_whose_key_is_in_no_argument(server: tuple[str, BadDay], asker: Callable[..., Asker]) -> None:
    address, day = server
    day.busy.clear()
    day.cuts = 0

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(CLIENT), address, *arguments],
            env={name: value for name, value in os.environ.items() if name != "SURVEY_API_KEY"} | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    key = asker().key
    lines = run("responses", "service=housing", SURVEY_API_KEY=key).stdout.splitlines()
    assert [json.loads(line)["service"] for line in lines] == ["housing"] * 7
    assert run("services").returncode == 2
    refused = run("responses", "service=nowhere", SURVEY_API_KEY=key)
    assert (refused.returncode, refused.stderr) == (1, "404: There is nothing at this address.\n")
