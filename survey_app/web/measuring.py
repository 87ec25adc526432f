"""How many requests there were, by what was asked for and what came of it, and how long each took."""

from __future__ import annotations

import logging
import os
from time import perf_counter

from flask import Flask, Response, current_app, request
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

from survey_app.web.request_ids import route_of_request

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # where the processes of one web server keep their counts together
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})  # others are made up by a sender
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Take the time from before all else until the answer is ready to leave, its commit included; of a file that is
    made while it is sent, until it begins."""
    registry = CollectorRegistry()
    seconds = Histogram(
        "survey_http_request_seconds",
        "Time until a request was answered.",
        ("method", "route", "status"),
        buckets=SECONDS,
        registry=registry,
    )
    app.extensions["measured_requests"] = registry

    @app.before_request
    def begin() -> None:
        request.environ["survey.began"] = perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        began = request.environ.pop("survey.began", None)
        if began is not None:
            took = perf_counter() - began
            method = request.method if request.method in METHODS else "other"
            seconds.labels(method, route_of_request(), f"{response.status_code // 100}xx").observe(took)
            facts = {"status": response.status_code, "duration_ms": round(took * 1000, 1)}
            log.info("request answered", extra=facts)
        return response


def measured_requests() -> CollectorRegistry:
    """What all processes of this web server counted; outside of one, this process alone."""
    folder = os.environ.get(FOLDER)
    if not folder:
        here: CollectorRegistry = current_app.extensions["measured_requests"]
        return here
    together = CollectorRegistry()
    MultiProcessCollector(together, folder)
    return together
