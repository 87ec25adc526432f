"""Requests are counted by rule, method and what came of them; and each is a line of the log."""

from __future__ import annotations

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.web.access import public
from survey_app.web.measuring import measured_requests


def counted(app: Flask) -> dict[tuple[str, str, str], float]:
    with app.app_context():
        return {
            (sample.labels["method"], sample.labels["route"], sample.labels["status"]): sample.value
            for family in measured_requests().collect()
            for sample in family.samples
            if sample.name == "survey_http_request_seconds_count"
        }


def test_a_request_counts_once_under_its_rule(app: Flask, client: FlaskClient) -> None:
    client.get("/s/q7Hk2_aBcD-9xYzAbCdEfG")
    client.get("/s/another-token-of-a-link")
    client.get("/health/live")
    assert counted(app) == {("GET", "/s/<token>", "4xx"): 2, ("GET", "/health/live", "2xx"): 1}


def test_failures_refusals_and_pages_that_do_not_exist_count_too(app: Flask, client: FlaskClient) -> None:
    @public
    def view() -> str:
        raise RuntimeError("unforeseen")

    app.add_url_rule("/fails", "fails", view)
    client.get("/fails")
    client.get("/nowhere")
    client.post("/health/live")
    client.get("/admin/")
    client.get("/health/live", headers={"Host": "other.example"})
    assert counted(app) == {
        ("GET", "/fails", "5xx"): 1,
        ("GET", "none", "4xx"): 2,  # one of them asked for us by a name that is not ours
        ("POST", "none", "4xx"): 1,
        ("GET", "/admin/", "3xx"): 1,
    }


def test_a_senders_own_methods_are_one(app: Flask, client: FlaskClient) -> None:
    for method in ("ASHA", "BREW", "X" * 100):
        client.open("/health/live", method=method)
    assert counted(app) == {("other", "none", "4xx"): 3}


def test_the_time_is_taken_from_before_all_else_until_after_the_commit(app: Flask) -> None:
    """Nothing that the app does around a view runs outside of it."""
    first, last = app.before_request_funcs[None], app.after_request_funcs[None]
    assert [each.__module__ for each in first[:2]] == ["survey_app.web.request_ids", "survey_app.web.measuring"]
    assert [each.__module__ for each in last[:2]] == ["survey_app.web.request_ids", "survey_app.web.measuring"]


def test_each_request_is_a_line_without_its_address(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "survey_app")
    client.get("/s/q7Hk2_aBcD-9xYzAbCdEfG?asha=1")
    (line,) = [record for record in caplog.records if record.getMessage() == "request answered"]
    assert (line.status, line.levelname) == (404, "INFO")
    assert line.duration_ms >= 0
    assert "q7Hk2" not in repr(vars(line))
