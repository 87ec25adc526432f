"""Comments as a file: the rows of the explorer, redacted as they are there."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.dashboards.comments.queries import FoundComment
from survey_app.exports.sheets import Sheet, csv_bytes

COLUMNS = (
    "reference",
    "day",
    "service",
    "channel",
    "question",
    "comment",
    "label",
    "flags",
    "themes",
    "method",
    "quote",
)


def comments_csv(comments: Sequence[FoundComment]) -> tuple[bytes, int]:
    """The file and how many rows it has. What a spreadsheet would run is made harmless by the one writer."""
    rows = [
        (
            each.reference,
            each.day,
            each.service,
            each.channel.label if each.channel else "",
            each.question,
            each.text,
            each.label,
            " ".join(each.flags),
            "; ".join(name for _, name, _ in each.themes),
            each.method,
            "yes" if each.is_quote else "",
        )
        for each in comments
    ]
    return csv_bytes(Sheet("Comments", COLUMNS, rows)), len(rows)
