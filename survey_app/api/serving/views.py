"""The one way from a declared route to its answer. Rooms of the API give what stands in it and nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import wraps
from typing import Any, Protocol
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, abort, current_app, request
from flask.typing import ResponseReturnValue

from survey_app.accounts.keys.jobs import note_use_later
from survey_app.accounts.keys.queries import KeyHolder, current_key
from survey_app.api.cursors import Cursors
from survey_app.api.describing.asking import read_arguments
from survey_app.api.describing.openapi import JSON, NDJSON, ROOT, TABLES
from survey_app.api.describing.routes import BY_NAME, MOST_A_PAGE, Route
from survey_app.exports.formats import FileFormat, write
from survey_app.exports.tables import Column, Row, Table
from survey_app.extensions import cipher, db, reading
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput
from survey_app.web.access import public, requires_key
from survey_app.web.problems import problem

api = Blueprint("api", __name__, url_prefix=ROOT)

Document = dict[str, Any]
View = Callable[..., "Document | Listing"]


class Flat(Protocol):
    """The rows of a list as those of a table: `after` gives the next behind a number, and the number to go on from."""

    @property
    def columns(self) -> Sequence[Column]: ...

    def after(self, number: int) -> tuple[Sequence[Row], int]: ...


@dataclass(frozen=True)
class Listing:
    """A list that is read on from a row: `read(after, most)` gives rows with their numbers, in order. `beside` stands
    beside the rows of a page, and `laid_flat` are its rows as a table, where it has one."""

    name: str
    read: Callable[[int, int], Sequence[tuple[int, Document]]]
    beside: Document = field(default_factory=dict)
    laid_flat: Callable[[], Flat] | None = None


def offers(name: str) -> Callable[[View], View]:
    """Declare a view as what answers the route of this name. It gets what was asked for, read and checked."""
    route = BY_NAME[name]

    def declare(view: View) -> View:
        @wraps(view)
        def answer(**in_path: str) -> ResponseReturnValue:
            return _answer(route, view, in_path)

        guarded = public(answer) if route.is_public else requires_key(route.scope or "")(answer)
        api.add_url_rule(route.path.replace("{", "<").replace("}", ">"), route.name, guarded, methods=["GET"])
        return view

    return declare


def the_holder() -> KeyHolder:
    """Whose key this request carries."""
    holder = current_key()
    if holder is None:
        abort(401)
    return holder


def _answer(route: Route, view: View, in_path: Mapping[str, str]) -> Response:
    if not route.is_public:
        note_use_later(the_holder(), utc_now())
    form = _form_of(route)
    try:
        asked = read_arguments(route.asked, request.args.to_dict(flat=False))
    except InvalidInput as wrong:
        return problem(400, wrong.message)
    try:
        cursors = Cursors(cipher(), _list_of(route, asked))
        after = cursors.read(getattr(asked, "cursor", None))
        found = view(asked, **in_path)
        if form in TABLES and isinstance(found, Listing) and found.laid_flat is not None:
            return _file(found.name, found.laid_flat(), TABLES[form])
    except InvalidInput as senseless:
        return problem(422, senseless.message)
    if not isinstance(found, Listing):
        return _kept(found) if route.is_kept else _json(found)
    return _stream(found, cursors, after) if form == NDJSON else _page(found, cursors, after, asked.limit)


def _form_of(route: Route) -> str:
    """The form that suits who asks: JSON, where they do not say."""
    forms = [JSON, *([NDJSON] if route.rows is not None else []), *(TABLES if route.is_table else [])]
    form = request.accept_mimetypes.best_match(forms) if request.accept_mimetypes else JSON
    if form is None:
        abort(406)
    return form


def _json(document: Document) -> Response:
    text = json.dumps(document, ensure_ascii=False, default=_written)
    return Response(text + "\n", content_type=JSON, headers={"Vary": "Accept, Authorization"})


def _kept(document: Document) -> Response:
    """May be kept by who asked, who asks again each time whether it still holds: then only that is sent."""
    response = _json(document)
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)  # type: ignore[return-value]


def _page(found: Listing, cursors: Cursors, after: int, limit: int) -> Response:
    rows = found.read(after, limit + 1)
    cursor = cursors.make(rows[limit - 1][0]) if len(rows) > limit else None
    response = _json({found.name: [row for _, row in rows[:limit]], **found.beside, "next_cursor": cursor})
    if cursor is not None:
        others = [(name, text) for name, text in request.args.items(multi=True) if name != "cursor"]
        response.headers["Link"] = f'<{request.path}?{urlencode([*others, ("cursor", cursor)])}>; rel="next"'
    return response


def _stream(found: Listing, cursors: Cursors, after: int) -> Response:
    lines = _lines(current_app._get_current_object(), found, cursors, after)  # type: ignore[attr-defined]
    return Response(lines, content_type=NDJSON, headers={"Vary": "Accept, Authorization"})


def _lines(app: Flask, found: Listing, cursors: Cursors, after: int) -> Iterator[str]:
    """Rows in batches, each read in a moment of its own, so that no transaction waits for a slow reader. A mark after
    each batch says where to go on; one without a cursor, that this was all."""
    count, is_more = 0, True
    while is_more:
        with app.app_context(), reading():
            batch = found.read(after, MOST_A_PAGE + 1)
            db.session.rollback()
            is_more = len(batch) > MOST_A_PAGE
            rows = batch[:MOST_A_PAGE]
            count += len(rows)
            after = rows[-1][0] if rows else after
            mark = {"count": count, "next_cursor": cursors.make(after) if is_more else None}
        yield "".join(_line(row) for _, row in rows) + _line(mark)


def _file(name: str, rows: Flat, kind: FileFormat) -> Response:
    """All rows as a file, whose own count says that it is whole."""
    batches = _batches(current_app._get_current_object(), rows)  # type: ignore[attr-defined]
    parts = write(kind, Table(name, rows.columns, batches), made_at=utc_now())
    return Response(parts, content_type=kind.media_type, headers={"Vary": "Accept, Authorization"})


def _batches(app: Flask, rows: Flat) -> Iterator[Sequence[Row]]:
    """As those of a stream: no transaction waits for a slow reader."""
    number = 0
    while True:
        with app.app_context(), reading():
            batch, number = rows.after(number)
            db.session.rollback()
        if not number:
            return
        yield batch


def _line(document: Document) -> str:
    return json.dumps(document, ensure_ascii=False, default=_written) + "\n"


def _list_of(route: Route, asked: Any) -> str:
    """The list with its arguments, but for the page that is asked for."""
    others = {name: value for name, value in asdict(asked).items() if name not in {"limit", "cursor"}}
    return hashlib.sha256(json.dumps([route.name, others], default=_written).encode()).hexdigest()[:32]


def _written(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value)} is no JSON")
