"""Each request has a name: its answer, its lines of the log and its error page say it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.settings import Settings
from survey_app.web.access import public

GIVEN = "4c1f0a9be2d7a8354c1f0a9be2d7a835"
THROUGH_ONE = {"X-Forwarded-For": "192.0.2.7"}


@pytest.fixture
def behind(settings: Settings, make_app: Callable[[Settings], Flask]) -> FlaskClient:
    """Behind one proxy."""
    return make_app(replace(settings, trusted_proxies=1)).test_client()


def name_of(client: FlaskClient, **headers: str) -> str:
    return client.get("/health/live", headers=headers).headers["X-Request-ID"]


def test_each_request_gets_a_name_of_its_own(client: FlaskClient) -> None:
    names = {name_of(client) for _ in range(5)}
    assert len(names) == 5
    assert all(re.fullmatch("[0-9a-f]{16}", name) for name in names)


def test_a_sender_does_not_name_a_request(client: FlaskClient, behind: FlaskClient) -> None:
    given = {"X-Request-ID": GIVEN}
    assert name_of(client, **given) != GIVEN
    assert name_of(client, **given, **THROUGH_ONE) != GIVEN
    assert name_of(behind, **given) != GIVEN


@pytest.mark.parametrize("given", [GIVEN, "4c1f0a9be2d7a835", "0b0e6a0c-53c1-4d1c-9a1e-7d2c8a4f9b11"])
def test_the_name_that_came_through_a_trusted_proxy_is_kept(behind: FlaskClient, given: str) -> None:
    assert name_of(behind, **{"X-Request-ID": given}, **THROUGH_ONE) == given


@pytest.mark.parametrize(
    "given", ["", "07700900123", "asha@anyborough.example", "a" * 65, "4c1f0a9be2d7a835 x", '4c1f0a9be2d7a835"', "<b>"]
)
def test_what_is_no_name_is_not_taken_from_anybody(behind: FlaskClient, given: str) -> None:
    name = name_of(behind, **{"X-Request-ID": given}, **THROUGH_ONE)
    assert re.fullmatch("[0-9a-f]{16}", name)


def test_an_error_page_tells_the_name_under_which_the_log_has_the_reason(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    @public
    def view() -> str:
        raise RuntimeError("the reason")

    app.add_url_rule("/fails", "fails", view)
    answer = client.get("/fails")
    name = answer.headers["X-Request-ID"]
    assert name in answer.text
    (line,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert name in line.getMessage()
    assert line.exc_text is not None
    assert "the reason" in line.exc_text


@pytest.mark.parametrize("path", ["/nowhere", "/health/live", "/static/none.css", "/s/q7Hk2_aBcD-9xYzAbCdEfG"])
def test_every_answer_says_it_whatever_came_of_the_request(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["X-Request-ID"]
    assert client.get(path, headers={"Host": "other.example"}).headers["X-Request-ID"]
