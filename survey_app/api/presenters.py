"""What the API answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from survey_app.contacts.json_rows import JsonRows
from survey_app.contacts.reading import Rejected
from survey_app.contacts.sorting import RowOutcome, Sorted
from survey_app.kernel.characters import shortened
from survey_app.kernel.csvfile import CsvRow

LONGEST_REFERENCE = 80


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
