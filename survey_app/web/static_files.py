"""Files that browsers fetch once: their addresses change with their content, and text travels compressed.

A page's own HTML is never compressed here: it holds tokens beside words that others may have sent.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

FOR_GOOD = "public, max-age=31536000, immutable"
COMPRESSED = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})
SMALLEST_BYTES = 1_000  # less than so much fits into one packet anyway


def init_app(app: Flask) -> None:
    """Every address that url_for("static", ...) gives carries the version of its file."""
    folder = Path(app.static_folder or "")

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and (version := _version(folder, values["filename"])):
            values.setdefault("v", version)

    @app.after_request
    def serve_well(response: Response) -> Response:
        if request.endpoint != "static" or response.status_code != 200:
            return response
        name = (request.view_args or {})["filename"]
        if request.args.get("v") == _version(folder, name):
            response.headers["Cache-Control"] = FOR_GOOD
        if response.mimetype in COMPRESSED:
            response.vary.add("Accept-Encoding")
            if request.accept_encodings["gzip"] > 0 and (response.content_length or 0) >= SMALLEST_BYTES:
                _compress(response)
        return response


def _version(folder: Path, name: str) -> str | None:
    """Ten hex digits of the file's SHA-256; None where there is no such file."""
    path = folder / name
    return _digest(path, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(maxsize=256)
def _digest(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


_gzipped = lru_cache(maxsize=64)(gzip.compress)


def _compress(response: Response) -> None:
    etag, _is_weak = response.get_etag()
    response.direct_passthrough = False
    response.set_data(_gzipped(response.get_data()))
    response.headers["Content-Encoding"] = "gzip"
    if etag:
        response.set_etag(etag, weak=True)  # the same content, not the same bytes
