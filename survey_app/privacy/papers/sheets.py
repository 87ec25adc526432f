"""The records of processing as sheets: one row an activity, and one a table."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.exports.sheets import Sheet
from survey_app.privacy.papers.data_map import Kind
from survey_app.privacy.papers.flow import Flow

RECORDS = (
    "Activity",
    "Purpose",
    "People",
    "Where the data comes from",
    "Personal data",
    "Special category data",
    "Lawful basis",
    "Condition for special category data",
    "Seen by",
    "Goes to",
    "Where these stand",
    "Kept",
    "Encrypted",
)
TABLES = ("Table", "Column", "What it holds", "Encrypted", "Activity", "Kept as")


def sheets(flows: Sequence[Flow], security: Sequence[tuple[str, str]], own: Sequence[tuple[str, str]]) -> list[Sheet]:
    """`own` are the council's additions: heading and words."""
    return [
        records_sheet(flows),
        Sheet("Security and additions", ("What", "How it is"), [*security, *own]),
        tables_sheet(flows),
    ]


def records_sheet(flows: Sequence[Flow]) -> Sheet:
    """Article 30: activities that are about people."""
    return Sheet("Records of processing", RECORDS, [_record(flow) for flow in flows if flow.is_about_people])


def tables_sheet(flows: Sequence[Flow]) -> Sheet:
    """Every column of every table."""
    return Sheet(
        "Every column",
        TABLES,
        [
            (
                table.name,
                column,
                kind.label,
                "yes" if f"{table.name}.{column}" in flow.encrypted else "",
                flow.activity.title,
                table.kept,
            )
            for flow in flows
            for table in flow.tables
            for column, kind in table.columns.items()
        ],
    )


def _record(flow: Flow) -> tuple[str, ...]:
    activity = flow.activity
    return (
        activity.title,
        activity.purpose,
        activity.people,
        activity.source,
        ", ".join(flow.columns(Kind.PERSONAL, Kind.KEY)),
        ", ".join(flow.columns(Kind.SPECIAL)),
        activity.basis,
        activity.condition,
        ", ".join(flow.seen_by),
        ", ".join(recipient.label for recipient in flow.outside_used),
        "; ".join(dict.fromkeys(f"{recipient.label}: {recipient.where}" for recipient in flow.outside_used)),
        " ".join(flow.kept),
        ", ".join(flow.encrypted),
    )
