"""What the API answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from survey_app.api.describing.asking import Parameter, parameters
from survey_app.api.describing.routes import Route
from survey_app.contacts.json_rows import JsonRows
from survey_app.contacts.reading import Rejected
from survey_app.contacts.sorting import RowOutcome, Sorted
from survey_app.kernel.characters import shortened
from survey_app.kernel.csvfile import CsvRow

LONGEST_REFERENCE = 80


@dataclass(frozen=True)
class ArgumentView:
    """One argument of a route, for people."""

    name: str
    words: str
    example: str
    is_required: bool


@dataclass(frozen=True)
class RouteView:
    """One route, for people. `needs` is the scope of a key, "any key", or empty."""

    name: str
    method: str
    path: str
    summary: str
    words: str
    needs: str
    arguments: Sequence[ArgumentView]
    is_streamed: bool
    is_table: bool
    is_kept: bool


def route_view(route: Route) -> RouteView:
    """What its declaration says."""
    return RouteView(
        name=route.name,
        method=route.method.upper(),
        path=route.path,
        summary=route.summary,
        words=route.words,
        needs=route.scope.value if route.scope else ("" if route.is_public else "any key"),
        arguments=[_argument_view(each) for each in parameters(route.asked)],
        is_streamed=route.rows is not None,
        is_table=route.is_table,
        is_kept=route.is_kept,
    )


def _argument_view(each: Parameter) -> ArgumentView:
    words, options = each.says.words, each.schema.get("enum")
    if options:
        words = f"{words} One of {', '.join(options)}.".strip()
    example = "" if each.says.example is None else str(each.says.example)
    return ArgumentView(each.name, words, example, each.is_required)


def contacts_answer(sent: JsonRows, found: Sorted) -> dict[str, Any]:
    """Counts, and what became of each object, in their order. Nothing of a person is in it."""
    reasons = {row.line: rejected for row, rejected in found.rejected}
    return {
        "read": len(found.outcomes),
        "accepted": len(found.fresh),
        "duplicate": found.duplicate,
        "changed": found.changed,
        "rejected": len(found.rejected),
        "dropped_fields": sent.dropped,
        "contacts": [
            contact_answer(row, outcome, reasons.get(row.line))
            for (row, _), outcome in zip(sent.rows, found.outcomes, strict=True)
        ],
    }


def contact_answer(row: CsvRow, outcome: RowOutcome, rejected: Rejected | None) -> dict[str, Any]:
    """What became of one object, which its reference names, if it gave one."""
    reasons: Sequence[str] = rejected.plain_reasons if rejected else ()
    reference = row.values.get("reference", "").strip()
    return {"reference": shortened(reference, LONGEST_REFERENCE) or None, "result": outcome, "reasons": list(reasons)}
