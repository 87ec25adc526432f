"""GET /api/v1/services, /measures, /published and /figures."""

from __future__ import annotations

import json
from collections import defaultdict

from survey_app.accounts.keys.queries import current_key_scope
from survey_app.api.describing.openapi import openapi_document
from survey_app.api.describing.routes import FiguresAsked, FrozenAsked, Nothing, TablesAsked
from survey_app.api.figures.presenters import (
    edition_document,
    frozen_document,
    measure_document,
    service_documents,
    tables_document,
)
from survey_app.api.serving.views import Document, offers
from survey_app.dashboards.frozen_page import RUN_AT_ONCE
from survey_app.dashboards.queries import services_in
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput, NotFound
from survey_app.kernel.periods import EARLIEST, LATEST
from survey_app.measures.address import is_sensitive
from survey_app.measures.frozen import query_of
from survey_app.measures.models import FrozenPassport
from survey_app.measures.own.queries import all_measures
from survey_app.measures.presenters import as_document
from survey_app.measures.queries import measure_called
from survey_app.measures.queries.published import editions, financial_year, latest_editions, publishable
from survey_app.measures.queries.run_again import frozen_passport, run_again
from survey_app.measures.queries.shown import read_shown
from survey_app.measures.rules import Rules
from survey_app.organisation.scope import Scope


@offers("openapi")
def openapi(_asked: Nothing) -> Document:
    """What can be asked, in the words of OpenAPI."""
    return openapi_document()


@offers("services")
def services(_asked: Nothing) -> Document:
    """Which services may the key see?"""
    return {"services": service_documents(services_in(current_key_scope()))}


@offers("measures")
def measures(_asked: Nothing) -> Document:
    """What are there figures of?"""
    return {"measures": [measure_document(measure) for measure in all_measures()]}


@offers("measure")
def measure(asked: FiguresAsked, name: str) -> Document:
    """How good are we, as staff of these services see it?"""
    where = defaultdict[str, list[str]](list)
    for each in asked.where:
        key, _, code = each.partition("=")
        where[key].append(code)
    rules = Rules.read(dict(each.split("=") for each in asked.rule))
    _named(name)
    shown = read_shown(
        name, asked.from_, asked.to, by=asked.by, where=where, rules=rules, scope=current_key_scope(), now=utc_now()
    )
    return as_document(shown.measure, shown.figures, shown.switched)


@offers("published")
def published(_asked: Nothing) -> Document:
    """Which tables went out to everybody?"""
    return {"editions": [edition_document(stored) for stored in latest_editions(EARLIEST, LATEST)]}


@offers("tables")
def tables(asked: TablesAsked, measure: str, year: str) -> Document:
    """What does one edition print?"""
    try:
        found, period = publishable(measure), financial_year(year.replace("-", "/"))
    except InvalidInput as unknown:
        raise NotFound(unknown.message) from unknown
    for stored in reversed(editions(found.name, period)):
        if asked.edition in {None, stored.number}:
            return tables_document(stored, found)
    raise NotFound("There is no such edition.")


@offers("figure")
def figure(asked: FrozenAsked, code: str) -> Document:
    """What was claimed, and does it hold?"""
    frozen, now = frozen_passport(code), utc_now()
    document = json.loads(frozen.document)
    if is_sensitive(query_of(document)) or not _sees_all_of(frozen, current_key_scope()):
        raise NotFound(f"There is no frozen figure {code}.")
    is_run = asked.again or document["rows"]["count"] <= RUN_AT_ONCE
    return frozen_document(frozen, run_again(frozen, now=now) if is_run else None)


def _sees_all_of(frozen: FrozenPassport, scope: Scope) -> bool:
    """Whether somebody may see every service that a frozen figure counts."""
    if scope.is_everything:
        return True
    return frozen.services is not None and {service.code for service in services_in(scope)}.issuperset(frozen.services)


def _named(name: str) -> None:
    """NotFound where there is no measure of this name."""
    try:
        measure_called(name)
    except InvalidInput as unknown:
        raise NotFound(unknown.message) from unknown
