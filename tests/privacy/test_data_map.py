"""Every column of every table is classified; what is encrypted is what must be."""

from __future__ import annotations

import pytest
from flask import Flask

from survey_app.extensions import Base
from survey_app.kernel.clock import utc_now  # noqa: F401
from survey_app.privacy.papers.data_map import Kind, MappedTable, data_map, gaps


def columns_by_table() -> dict[str, list[str]]:
    return {table.name: [column.name for column in table.columns] for table in Base.metadata.tables.values()}


def test_every_column_of_every_table_is_classified(app: Flask) -> None:
    """A new table or column: write in survey_app/privacy/papers/tables.toml what it holds, for what, and how long."""
    assert gaps(columns_by_table()) == []


def test_a_new_column_and_a_new_table_are_found() -> None:
    mapped = {"person": MappedTable("person", "asking", "messages", {"id": Kind.NONE, "gone": Kind.NONE})}
    assert gaps({"person": ["id", "shoe_size"], "new": ["id"]}, mapped) == [
        "new: not in tables.toml",
        "person.shoe_size: not classified",
        "person.gone: no such column",
    ]


@pytest.mark.parametrize(
    "column",
    ["contact_detail.email", "contact_detail.phone", "answer_text.raw", "follow_up.details", "data_complaint.body"],
)
def test_what_says_who_somebody_is_and_what_they_wrote_is_personal(column: str) -> None:
    table, name = column.split(".")
    assert data_map()[table].columns[name] is Kind.PERSONAL
