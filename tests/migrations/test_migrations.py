"""Migrations are numbered, follow one another, and make exactly the schema of the models."""

from __future__ import annotations

import re
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect

from survey_app.extensions import Base, EncryptedText, UtcDateTime, db
from survey_app.settings import PROJECT_ROOT

VERSIONS = sorted((PROJECT_ROOT / "migrations" / "versions").glob("*.py"))


def revision_of(path: Path) -> tuple[str, str | None]:
    text = path.read_text()
    revision = re.search(r"^revision = '(\d+)'", text, re.M)
    down = re.search(r"^down_revision = (?:'(\d+)'|None)", text, re.M)
    assert revision is not None
    assert down is not None
    return revision[1], down[1]


def test_migrations_are_numbered_one_after_the_other() -> None:
    chain = [revision_of(path) for path in VERSIONS]
    assert [revision for revision, _ in chain] == [f"{n:04}" for n in range(1, len(chain) + 1)]
    assert [down for _, down in chain] == [None] + [revision for revision, _ in chain[:-1]]


def test_the_migrated_database_is_what_the_models_say(app: Flask) -> None:
    def compare_type(_context, _column, _metadata_column, inspected, metadata):  # type: ignore[no-untyped-def]
        if isinstance(metadata, UtcDateTime | EncryptedText):
            return not isinstance(inspected, type(metadata.impl))
        return None

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": compare_type})
        assert compare_metadata(context, Base.metadata) == []


def test_every_table_of_the_models_is_there(app: Flask) -> None:
    assert set(Base.metadata.tables) <= set(inspect(db.engine).get_table_names())
