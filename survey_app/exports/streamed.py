"""Tables that are too long to be held in memory, a few rows at a time, as CSV and as NDJSON."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from survey_app.kernel.csvfile import SafeWriter


def csv_parts(header: Sequence[str], batches: Iterable[Iterable[Sequence[object]]]) -> Iterator[bytes]:
    """A CSV as `sheets.csv_bytes` writes it, a part for the header and one for each batch of rows."""
    yield _csv([header]).encode("utf-8-sig")
    for rows in batches:
        yield _csv(rows).encode()


def ndjson_parts(batches: Iterable[Iterable[dict[str, Any]]]) -> Iterator[bytes]:
    """A JSON document a line."""
    for documents in batches:
        yield "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents).encode(
            "utf-8", "replace"
        )


def _csv(rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO(newline="")
    writer = SafeWriter(text)
    for row in rows:
        writer.write(row)
    return text.getvalue()
