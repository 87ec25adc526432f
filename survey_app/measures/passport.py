"""A figure's passport: one canonical document, its hash and short code, its rows' digests. Source: MEASURES.md 10.

The hash promises that the same rows, rules and days give the same digest on any machine and in any language.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, cast

from survey_app.measures.counting import OUTSIDE, Counted
from survey_app.measures.definitions import Unit
from survey_app.measures.figures import Figure
from survey_app.measures.own.rule import as_document

ENGINE = "measures@1"  # changed when a formula changes
UNWEIGHTED = {"weighting": "none"}


def rows_hash(digests: Iterable[str]) -> str:
    """SHA-256 over all row digests, sorted: the order of the rows never matters."""
    total = hashlib.sha256()
    for digest in sorted(digests):
        total.update(f"{digest}\n".encode())
    return total.hexdigest()


def canonical(document: dict[str, Any]) -> str:
    """The one way to write a document: RFC 8785 restricted to integers, text in NFC. ValueError for a float or null."""
    return json.dumps(_checked(document), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text: str) -> str:
    """SHA-256 over the UTF-8 bytes, in lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def short_code(digest: str) -> str:
    """What people quote: p1- and the first 20 digits of the document's SHA-256."""
    return f"p1-{digest[:20]}"


@dataclass(frozen=True)
class PassportRow:
    """One answer considered, in the base or outside it. The day only: no time of contact, and no text."""

    reference: str
    day: date
    service: str
    channel: str
    question: str
    value: str
    is_in_base: bool
    version: str  # survey@label
    digest: str
    is_quarantined: bool = False


@dataclass(frozen=True)
class Passport:
    """A figure, the rows behind it, and the document that proves both. Who may read the rows, the page decides."""

    figure: Figure
    rows: Sequence[PassportRow]
    document: dict[str, Any]

    @property
    def text(self) -> str:
        return canonical(self.document)

    @property
    def sha256(self) -> str:
        return sha256(self.text)

    @property
    def code(self) -> str:
        return short_code(self.sha256)


def make_document(
    figure: Figure, counted: Counted, rows: Sequence[PassportRow], where: dict[str, list[str]], data_cut: datetime
) -> dict[str, Any]:
    """The document of a figure as it stands at `data_cut`. A median has no numerator; a council's own measure stands
    there with its rule, and one on a scale that is not its first with that scale."""
    counts = {name: counted.outside.get(name, 0) for name in OUTSIDE.values()} | dict(counted.outside)
    if figure.measure.unit is not Unit.DAYS:
        counts["numerator"] = counted.numerator
    own = {"defined": as_document(figure.measure)} if figure.measure.is_own else {}
    first_scale = figure.measure.scales[0].ends if figure.measure.scales else None
    scale = {"scale": list(counted.scale)} if counted.scale not in {None, first_scale} else {}
    return (
        own
        | scale
        | {
            "passport": 1,
            "measure": figure.measure.name,
            "definition": figure.measure.code_and_version,
            "engine": ENGINE,
            "period": {
                "by": "contact",
                "from": figure.period.first.isoformat(),
                "to": figure.period.last.isoformat(),
            },
            "where": {name: sorted(codes) for name, codes in where.items()},
            "rules": figure.query.rules.settings | UNWEIGHTED,
            "versions": sorted({row.version for row in rows}),
            "data_cut": f"{data_cut.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "counts": counts
            | {
                "base": counted.base,
                "by_value": dict(counted.by_value),
                "quarantined": sum(row.is_quarantined for row in rows),
            },
            "rows": {"count": len(rows), "hash": rows_hash(row.digest for row in rows)},
        }
    )


def _checked(value: object) -> object:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {cast("str", _checked(key)): _checked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_checked(inner) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError(f"a passport holds text and whole numbers only, not {value!r}")
