"""The routes as a document of OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from survey_app.api.describing.answers import Mark, Problem
from survey_app.api.describing.asking import parameters
from survey_app.api.describing.routes import ROUTES, Route
from survey_app.api.describing.schema import Schema, schema_of
from survey_app.contacts.json_rows import YES_OR_NO
from survey_app.contacts.reading import COLUMNS, REQUIRED_COLUMNS
from survey_app.exports.formats import FileFormat

JSON, NDJSON, PROBLEM = "application/json", "application/x-ndjson", "application/problem+json"
TABLES = {kind.media_type: kind for kind in (FileFormat.CSV, FileFormat.PARQUET)}  # that are written as they are read
ROOT = "/api/v1"
MOST_CONTACTS = 1_000

INFO = {
    "title": "Customer satisfaction surveys",
    "version": "1",
    "description": "Contacts in; services, figures, answers and comments out. Every error is a problem (RFC 9457). "
    "More members may come in any answer: leave alone what you do not know.",
    "license": {"name": "See LICENSE"},
}
_LIMIT_HEADERS = {
    "RateLimit-Policy": "How many requests with one key (q) in how many seconds (w).",
    "RateLimit": "How many are left (r), and in how many seconds that changes (t).",
}


def openapi_document() -> dict[str, Any]:
    """The whole of it. The same code gives the same document."""
    shapes: dict[str, Schema] = {}
    schema_of(Problem, shapes)
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method] = _operation(route, shapes)
    return {
        "openapi": "3.1.0",
        "info": INFO,
        "servers": [{"url": ROOT}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted((shapes | {"Contact": _contact()}).items())),
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "An API key, as Authorization: Bearer KEY."}
            },
        },
    }


def _operation(route: Route, shapes: dict[str, Schema]) -> dict[str, Any]:
    needs = f"Needs a key with {route.scope.value}." if route.scope else ""
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "description": " ".join(part for part in (route.words, needs) if part) or f"{route.summary}.",
        "security": [] if route.is_public else [{"key": []}],
        "parameters": [*_in_path(route), *_in_query(route)],
        "responses": {"200": _answered(route, shapes)} | {str(status): _problem(status) for status in route.statuses},
    }
    if route.is_kept:
        operation["responses"]["304"] = {"description": "As it was when you last asked (If-None-Match)."}
    if route.method == "post":
        operation["requestBody"] = _contacts_body()
        operation["responses"] |= {str(status): _problem(status) for status in (400, 413, 415)}
    return operation


def _in_path(route: Route) -> Iterator[dict[str, Any]]:
    for name, says in route.in_path.items():
        schema: Schema = {"type": "string"} | ({"pattern": says.pattern} if says.pattern else {"minLength": 1})
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": says.words,
            "schema": schema | {"examples": [says.example]},
        }


def _in_query(route: Route) -> Iterator[dict[str, Any]]:
    for each in parameters(route.asked):
        schema = _written(each.schema)
        words = schema.pop("description", "")
        yield {"name": each.name, "in": "query", "required": each.is_required, "schema": schema} | (
            {"description": words} if words else {}
        )


def _answered(route: Route, shapes: dict[str, Schema]) -> dict[str, Any]:
    content: dict[str, Any] = {JSON: {"schema": schema_of(route.answer, shapes)}}
    headers = {} if route.is_public else _LIMIT_HEADERS
    if route.rows is not None:
        schema_of(route.rows, shapes), schema_of(Mark, shapes)
        content[NDJSON] = {
            "schema": {"type": "string", "description": "A row a line, and marks between them; the last line is one."}
        }
        if route.is_table:
            words = "All rows laid flat, a column a question (docs/exports.md). The file says how many rows it has."
            content |= {media_type: {"schema": {"type": "string", "description": words}} for media_type in TABLES}
        headers = headers | {"Link": 'The page that follows, as rel="next".'}
    if route.is_kept:
        headers = headers | {"ETag": "Of this answer, for If-None-Match."}
    return {
        "description": f"{route.summary}.",
        "content": content,
        "headers": {name: {"description": words, "schema": {"type": "string"}} for name, words in headers.items()},
    }


def _problem(status: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "description": HTTPStatus(status).phrase,
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status in {429, 503}:
        found["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string"}}}
    return found


def _contact() -> Schema:
    """The columns of a file as fields. What a value may be is said by the one reader of contacts."""
    kinds = {
        name: ["boolean", "string", "number", "null"] if name in YES_OR_NO else ["string", "number", "null"]
        for name in COLUMNS
    }
    return {
        "type": "object",
        "description": "One contact. Fields that are not named here are left out, and named in the answer.",
        "properties": {
            name: {"type": [kind for kind in kinds[name] if kind != "null" or name not in REQUIRED_COLUMNS]}
            for name in COLUMNS
        },
        "required": sorted(REQUIRED_COLUMNS),
    }


def _contacts_body() -> dict[str, Any]:
    contact = {"$ref": "#/components/schemas/Contact"}
    several = {
        "type": "array",
        "maxItems": MOST_CONTACTS,
        "items": {},
        "description": "Contacts. One that is none is rejected by itself, and the others are taken.",
    }
    held = {"type": "object", "properties": {"contacts": several}, "required": ["contacts"]}
    return {"required": True, "content": {JSON: {"schema": {"anyOf": [contact, several, held]}}}}


def _written(value: Any) -> Any:
    """Days in examples as text."""
    if isinstance(value, dict):
        return {name: _written(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_written(each) for each in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
