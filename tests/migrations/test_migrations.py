"""Migrations are numbered, follow one another, and make exactly the schema of the models."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    func,
    insert,
    inspect,
    select,
    update,
)

from survey_app.comments.search.queries import SEARCH_INDEX
from survey_app.contacts.models import Contact, Way
from survey_app.extensions import Base, EncryptedText, UtcDateTime, cipher, db, transaction
from survey_app.invitations.models import Message
from survey_app.invitations.operations import draw_invitations
from survey_app.settings import PROJECT_ROOT, Settings, load_settings
from survey_app.surveys.operations import publish_default_survey
from tests.databases import Database
from tests.factories import NOON, make_contact, make_council, make_service

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


def differences() -> list[Any]:
    """What Alembic would change to make the database what the models say."""

    def compare_type(_context, _column, _metadata_column, inspected, metadata):  # type: ignore[no-untyped-def]
        if isinstance(metadata, UtcDateTime | EncryptedText):
            return not isinstance(inspected, type(metadata.impl))
        return None

    def include_name(name, _kind, _parents):  # type: ignore[no-untyped-def]
        return name is None or not name.startswith(SEARCH_INDEX)

    db.session.rollback()  # its locks would keep a migration waiting
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": compare_type, "include_name": include_name}
        )
        return list(compare_metadata(context, Base.metadata))


def test_the_migrated_database_is_what_the_models_say(app: Flask) -> None:
    assert differences() == []


def test_a_database_of_the_first_schema_keeps_its_rows_on_the_way_to_the_newest(
    empty_database: Database, make_app: Callable[[Settings], Flask]
) -> None:
    with make_app(load_settings(empty_database.environment)).app_context():
        upgrade(revision="0001")
        tables = tables_there()
        for table in tables:
            db.session.execute(insert(table).values(row_of(table)))
        db.session.commit()
        upgrade()
        kept = [table for table in tables if table.name in Base.metadata.tables]
        assert len(kept) > 20
        assert {table.name: count(table) for table in kept} == {table.name: 1 for table in kept}
        for mapper in Base.registry.mappers:
            db.session.scalars(select(mapper.class_)).unique().all()  # each row can be read by its model
        assert differences() == []


def test_a_contact_that_was_closed_long_ago_has_its_working_days_afterwards(
    empty_database: Database, make_app: Callable[[Settings], Flask]
) -> None:
    with make_app(load_settings(empty_database.environment)).app_context():
        upgrade(revision="0001")
        tables = {table.name: table for table in tables_there()}
        for table in tables.values():
            db.session.execute(insert(table).values(row_of(table)))
        christmas_eve, new_year = datetime(2025, 12, 24, 9, tzinfo=UTC), datetime(2026, 1, 2, 9, tzinfo=UTC)
        db.session.execute(update(tables["council"]).values(nation="Scotland"))
        db.session.execute(update(tables["contact"]).values(occurred_at=christmas_eve, closed_at=new_year))
        db.session.commit()
        upgrade()
        assert db.session.scalar(select(Contact.processing_days)) == 3  # 29, 30 and 31 December


def test_who_waited_before_asking_had_scores_is_drawn_after_it_and_nobody_is_asked_twice(
    empty_database: Database, make_app: Callable[[Settings], Flask]
) -> None:
    with make_app(load_settings(empty_database.environment)).app_context():
        upgrade()
        with transaction():
            make_council()
            publish_default_survey(NOON - timedelta(days=30))
            service = make_service()
            for name in ("asha", "bryn"):
                make_contact(service, email=f"{name}@example.org")
        draw_invitations(NOON, "old")
        with transaction():
            for name in ("asha", "chloe"):
                make_contact(service, email=f"{name}@example.org", occurred_at=NOON + timedelta(hours=1))
        downgrade(revision="0010")
        upgrade()
        for _ in range(2):
            draw_invitations(NOON + timedelta(days=1), "new")
        outcomes = db.session.execute(select(Contact.draw_outcome, func.count()).group_by(Contact.draw_outcome))
        assert dict(outcomes.all()) == {"asked": 3, "recently_asked": 1}
        assert db.session.scalar(select(func.count(Message.id)).where(Message.way == Way.EMAIL)) == 3


def test_going_back_to_the_first_schema_and_forward_again_gives_the_newest(
    empty_database: Database, make_app: Callable[[Settings], Flask]
) -> None:
    with make_app(load_settings(empty_database.environment)).app_context():
        upgrade()
        downgrade(revision="0001")
        upgrade()
        assert differences() == []


def test_going_back_keeps_the_rows_of_what_was_there_before(
    empty_database: Database, make_app: Callable[[Settings], Flask]
) -> None:
    with make_app(load_settings(empty_database.environment)).app_context():
        upgrade(revision="0003")
        tables = tables_there()
        for table in tables:
            db.session.execute(insert(table).values(row_of(table)))
        db.session.commit()
        upgrade()
        downgrade(revision="0003")
        assert {table.name: count(table) for table in tables} == {table.name: 1 for table in tables}


def test_the_first_schema_can_be_taken_back(empty_database: Database, make_app: Callable[[Settings], Flask]) -> None:
    with make_app(load_settings(empty_database.environment)).app_context():
        upgrade()
        downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}


def tables_there() -> list[Table]:
    """The tables as they are in the database now, those first that others point to."""
    found = MetaData()
    found.reflect(db.engine, only=lambda name, _: name != "alembic_version" and not name.startswith(SEARCH_INDEX))
    return list(found.sorted_tables)


def row_of(table: Table) -> dict[str, Any]:
    """A row with something in every column; what points elsewhere points to the first row there."""
    return {column.name: content(column) for column in table.columns if not is_numbered(column)}


def is_numbered(column: Column[Any]) -> bool:
    return column.name == "id" and column.primary_key and not column.foreign_keys


def content(column: Column[Any]) -> Any:
    """What the model of today can read there."""
    if column.foreign_keys:
        return None if any(key.column.table is column.table for key in column.foreign_keys) else 1
    model = Base.metadata.tables.get(column.table.name)
    today = column.type if model is None or column.name not in model.columns else model.columns[column.name].type
    if isinstance(today, Enum):
        return str(today.enums[0])
    if isinstance(today, EncryptedText):
        return cipher().encrypt("Written long ago")
    contents = {
        Boolean: True,
        DateTime: NOON,
        Date: NOON.date(),
        JSON: [],
        Float: 1,
        Integer: 1,
        String: "x",
        LargeBinary: b"x",
    }
    return next(content for kind, content in contents.items() if isinstance(column.type, kind))


def count(table: Table) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_every_table_of_the_models_is_there(app: Flask) -> None:
    assert set(Base.metadata.tables) <= set(inspect(db.engine).get_table_names())
