"""Version 1 of the API."""

from __future__ import annotations

import logging

from flask import Blueprint, Flask, abort, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError, OperationalError

from survey_app.accounts.keys.operations import note_use
from survey_app.accounts.keys.queries import current_key_scope
from survey_app.accounts.keys.scopes import SCOPES, KeyScope
from survey_app.api.bodies import read_body
from survey_app.api.describing.openapi import MOST_CONTACTS, ROOT
from survey_app.api.describing.routes import ROUTES
from survey_app.api.figures import views as _figures  # noqa: F401 - adds its routes
from survey_app.api.presenters import contacts_answer, route_view
from survey_app.api.rows import views as _rows  # noqa: F401
from survey_app.api.serving.views import api, the_holder
from survey_app.contacts.feeds.sources import source_of_key
from survey_app.contacts.json_rows import read_objects
from survey_app.contacts.operations import take_contacts
from survey_app.extensions import transaction
from survey_app.kernel.clock import utc_now
from survey_app.organisation.presenters import resident_page
from survey_app.web.access import public, requires_key
from survey_app.web.limits import limit_together
from survey_app.web.problems import problem
from survey_app.web.sessions import csrf
from survey_app.web.uploads import takes_files

MOST_BYTES = 5_000_000
BATCHES_WITH_ONE_KEY = "300 per minute"
READS_WITH_ONE_KEY = "600 per minute"
BUSY_SECONDS = 10

log = logging.getLogger(__name__)


api_page = Blueprint("api_page", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(api)
    app.register_blueprint(api_page)
    csrf.exempt(api)  # no session to guard: the key in a header, which no other site can send, says who it is
    reading = [f"api.{route.name}" for route in ROUTES if route.method == "get" and not route.is_public]
    limit_together(app, "api contacts", ["api.send_contacts"], BATCHES_WITH_ONE_KEY, key=_by_key)
    limit_together(app, "api reading", reading, READS_WITH_ONE_KEY, key=_by_key)


@api_page.get("/api/")
@public
def for_people() -> str:
    """What can other systems of the council ask for and send?"""
    return resident_page("api/index.html", routes=[route_view(route) for route in ROUTES], root=ROOT, scopes=SCOPES)


@api.post("/contacts")
@requires_key(KeyScope.CONTACTS_WRITE)
@takes_files(MOST_BYTES)
def send_contacts() -> ResponseReturnValue:
    """Take in one contact or up to 1,000, in one transaction; docs/api.md has it in full."""
    if request.mimetype != "application/json" or request.content_encoding:
        abort(415)
    sent, now = read_body(request.get_data()), utc_now()
    if len(sent.objects) > MOST_CONTACTS:
        return problem(413, f"Send at most {MOST_CONTACTS:,} contacts at a time.")
    read, holder = read_objects(sent.objects, now=now), the_holder()
    try:
        with transaction():
            note_use(holder.id, now)
            source, scope = source_of_key(holder.public, holder.name), current_key_scope()
            found = take_contacts(read.rows, source=source, scope=scope, now=now)
    except (OperationalError, IntegrityError) as trouble:
        log.warning("contacts of %s wait: %s", holder.public, type(trouble).__name__)
        busy = problem(503)
        busy.headers["Retry-After"] = str(BUSY_SECONDS)
        return busy
    answer = contacts_answer(read, found)
    if sent.is_single and found.rejected:
        return problem(422, "The contact was not taken in.", dropped_fields=read.dropped, **answer["contacts"][0])
    return jsonify(answer)


def _by_key() -> str:
    return f"key:{the_holder().public}"
