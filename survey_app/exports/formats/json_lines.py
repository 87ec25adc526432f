"""NDJSON: a JSON object a line. The last says how many rows came before it; it alone has the key `rows`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from survey_app.exports.tables import Table

COUNT = "rows"


def ndjson_file(table: Table) -> Iterator[bytes]:
    """A part for each batch, and the count. A cell that holds nothing is null."""
    header, count = table.header, 0
    encode = json.JSONEncoder(ensure_ascii=False, default=_written).encode
    for rows in table.batches:
        count += len(rows)
        lines = [encode(dict(zip(header, row, strict=True))) for row in rows]
        yield ("\n".join(lines) + "\n").encode("utf-8", "replace") if lines else b""
    yield f"{encode({COUNT: count})}\n".encode()


def _written(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value)} is no JSON")
