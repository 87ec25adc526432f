"""What Prometheus reads, and who may."""

from __future__ import annotations

from hmac import compare_digest
from ipaddress import ip_address

from flask import Blueprint, Flask, Response, current_app, request

from survey_app.kernel.clock import utc_now
from survey_app.settings import Settings
from survey_app.upkeep.queries import product_version, readiness_problems
from survey_app.upkeep.watching import presenters, queries
from survey_app.web.access import public
from survey_app.web.measuring import measured_requests

# What a proxy adds. One that adds nothing of it must not let /metrics through: docs/monitoring.md.
OF_PROXIES = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via")
NOT_FOR_YOU = "Metrics need METRICS_TOKEN as a bearer token; where none is set, only this machine itself reads them.\n"

pages = Blueprint("watching", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(pages)


@pages.get("/metrics")
@public
def metrics() -> Response:
    """How it all stands, as Prometheus reads it; without the database what is known without it. Nothing is written."""
    if not may_watch():
        return Response(NOT_FOR_YOU, 403, mimetype="text/plain")
    now = utc_now()
    is_ready = not readiness_problems(now)
    families = [*presenters.of_machine(queries.machine(), version=product_version(), is_ready=is_ready)]
    if is_ready:
        families += presenters.of_standing(queries.standing(now), now)
    return Response(presenters.exposition(measured_requests(), families), content_type=presenters.CONTENT_TYPE)


def may_watch() -> bool:
    """Whether this asker runs the machines: shows METRICS_TOKEN, or where none is set is this machine itself and came
    through no proxy."""
    settings: Settings = current_app.extensions["settings"]
    if settings.metrics_token:
        shown = request.authorization
        token = shown.token if shown is not None and shown.type == "bearer" else None
        return compare_digest((token or "").encode(), settings.metrics_token.encode())
    if any(name in request.headers for name in OF_PROXIES):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
