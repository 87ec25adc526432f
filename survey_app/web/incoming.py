"""What comes in with a request: text that can be stored and shown, whatever was sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote_from_bytes

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import IntegerConverter

from survey_app.kernel.characters import fit, is_fit

_ASCII = bytes(range(128))


class FitValues(ImmutableMultiDict[str, Any]):
    """Arguments or form fields without characters that no keyboard makes and PostgreSQL does not store."""

    def __init__(self, pairs: Iterable[tuple[str, Any]] = ()) -> None:
        super().__init__([(name, fit(value) if isinstance(value, str) else value) for name, value in pairs])


class FitRequest(Request):
    """A request whose arguments and form are fit; every view and form reads them from here."""

    parameter_storage_class = FitValues

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # bytes that should have been percent-encoded may be no UTF-8, which would fail wherever they are read
        self.query_string = quote_from_bytes(self.query_string, safe=_ASCII).encode()


class RowNumber(IntegerConverter):
    """A whole number in an address, as large as a database can hold: a larger one is no address."""

    regex = r"[0-9]{1,18}"


def init_app(app: Flask) -> None:
    """Clean what is typed. An address with such characters is none: no page of ours has ever linked to it."""
    app.request_class = FitRequest
    app.url_map.converters["int"] = RowNumber

    @app.before_request
    def check_path() -> None:
        if not is_fit(request.path):
            abort(404)
