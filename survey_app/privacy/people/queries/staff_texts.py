"""Texts that staff type, in which they may name a resident though they are asked not to.

Nothing is taken out of them by a program: some were published, some are sealed, and a number that stands in a text may
be the council's own. Where they name somebody is said, and a person changes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import JSON, Column, Table, Text, cast, select

from survey_app.extensions import Base, db
from survey_app.privacy.people.naming import Details

AT_ONCE = 1_000
TYPED: Mapping[str, str] = {
    "improvement": "improvements",
    "heard": "quotes of improvements",
    "you_said_we_did": "You said, we did",
    "our_standard": "our standards",
    "element": "elements of evidence",
    "element_comment": "comments of assessors and answers to them",
    "rating_change": "reasons for ratings",
    "exhibit": "exhibits of evidence",
    "visit": "reports of visits",
    "visit_element": "remarks at visits",
    "alert": "notes on alerts",
    "privacy_text": "the impact assessment and the records of processing",
    "exclusion": "reasons why somebody is not asked",
    "target": "reasons for targets",
    "rebase": "reasons for new baselines",
    "support_text": "help in danger",
    "audit_line": "lines of the audit, which stay as they are",
}


def staff_texts_naming(details: Details) -> Mapping[str, int]:
    """How many rows of each kind name somebody."""
    found = {}
    for name, label in TYPED.items():
        table = Base.metadata.tables[name]
        if rows := sum(details.stand_in(text) for text in _texts(table)):
            found[label] = rows
    return found


def _texts(table: Table) -> Iterator[str]:
    """What was typed in each row, of all its columns together."""
    columns = [column for column in table.columns if _is_typed(column)]
    shown = [cast(column, Text) if isinstance(column.type, JSON) else column for column in columns]
    rows = db.session.execute(select(*shown).execution_options(yield_per=AT_ONCE))
    return (" ".join(value for value in row if value) for row in rows)


def _is_typed(column: Column[Any]) -> bool:
    return isinstance(column.type, JSON) or (column.type.python_type is str and not column.foreign_keys)
