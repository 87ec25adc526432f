"""What is hard to carry arrives exactly, from either database in the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text

from survey_app.audit.models import AuditLine
from survey_app.contacts.models import (
    Contact,
    OptOut,
)
from survey_app.extensions import db
from survey_app.measures.models import FrozenPassport
from survey_app.organisation.models import Service
from tests.databases import Database, Templates
from tests.factories import (
    NOON,
    make_contact,
    make_service,
    make_survey,
)
from tests.upkeep.backups.commands import EVERY_WAY, done, flask, opened

HARD_NUMBERS = (0.1 + 0.2, 5e-324, 1.7976931348623157e308, 3.0, None)


HARD_TEXT = 'Line\nline\r\n\ttab\u2028 "quoted" \\. \\N 你好 \U0001f600 \u202eright to left'


HARD_JSON = '{"z": 1, "a": [1.0, 1e3, 12345678901234567890, "\\u00e9", null]}'


HARD_INSTANTS = [
    datetime(2025, 10, 26, 1, 30, 0, 1, tzinfo=UTC),  # a time that London has twice
    datetime(1, 1, 1, tzinfo=UTC),
]


@pytest.fixture(scope="module", params=EVERY_WAY)
def carried(
    templates: Templates, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Database]:
    """A database restored from one that holds what is hard to carry."""
    here, there = request.param
    original = templates.filled(here, store_what_is_hard_to_carry)
    database = templates.filled(there).copy(tmp_path_factory.mktemp(there))
    folder = tmp_path_factory.mktemp("backups") / "b"
    done(flask(original, "upkeep", "backup", folder))
    done(flask(database, "upkeep", "restore", folder))
    yield database
    database.drop()


def test_every_value_arrives_exactly(carried: Database) -> None:
    with opened(carried):
        passports = db.session.scalars(select(FrozenPassport.value).order_by(FrozenPassport.id)).all()
        assert list(map(repr, passports)) == list(map(repr, HARD_NUMBERS))
        assert db.session.scalars(select(FrozenPassport.document)).first() == HARD_TEXT
        assert db.session.execute(select(OptOut.email_key, OptOut.customer_ref)).all() == [("", None), (None, "")]
        assert db.session.scalars(select(OptOut.created_at).order_by(OptOut.id)).all() == HARD_INSTANTS
        contact = db.session.scalars(select(Contact)).one()
        assert (contact.occurred_on, contact.resolved_first_time, contact.sensitive) == (date.max, None, True)
        line = db.session.scalars(select(AuditLine).order_by(AuditLine.id)).first()
        assert line is not None
        assert (line.id, line.sealed_as) == (2**40, 2**62)
        stored = text("SELECT CAST(before AS TEXT), after IS NULL FROM audit_line ORDER BY id LIMIT 1")
        assert tuple(db.session.execute(stored).one()) == (HARD_JSON, True)
        shown = text("SELECT CAST(show_if AS TEXT) FROM survey_item ORDER BY id")
        assert db.session.scalars(shown).all() == ["null", None, "{}"]


def store_what_is_hard_to_carry() -> None:
    survey = make_survey()
    for item, stored in zip(survey.items, ("null", None, "{}"), strict=True):
        # the row by its text: to a model, null in JSON and NULL look alike
        statement = text("UPDATE survey_item SET show_if = CAST(:stored AS JSON) WHERE id = :id")
        if db.engine.dialect.name == "sqlite":
            statement = text("UPDATE survey_item SET show_if = :stored WHERE id = :id")
        db.session.execute(statement, {"stored": stored, "id": item.id})
    for place, value in enumerate(HARD_NUMBERS):
        db.session.add(
            FrozenPassport(code=f"P{place}", document=HARD_TEXT, sha256=f"{place}", value=value, frozen_at=NOON)
        )
    for created_at, keys in zip(HARD_INSTANTS, ({"email_key": ""}, {"customer_ref": ""}), strict=True):
        db.session.add(OptOut(source="page", created_at=created_at, **keys))
        db.session.flush()
    child, parent = make_service("waste"), make_service("streets")
    child.parent_id, child.successor_id = parent.id, parent.id
    make_contact(child, email=None, occurred_on=date.max, sensitive=True)
    before = ":before" if db.engine.dialect.name == "sqlite" else "CAST(:before AS JSON)"
    line = text(
        "INSERT INTO audit_line (id, at, actor_kind, action, subject, before, sealed_as)"
        f" VALUES (:id, '2026-03-10 12:00:00.000000', 'job', 'a', 's', {before}, :sealed_as)"
    )
    db.session.execute(line, {"id": 2**40, "before": HARD_JSON, "sealed_as": 2**62})


def test_services_under_one_that_was_made_later_arrive(carried: Database) -> None:
    with opened(carried):
        services = select(Service.id, Service.code, Service.parent_id, Service.successor_id).order_by(Service.id)
        assert db.session.execute(services).all() == [(1, "waste", 2, 2), (2, "streets", None, None)]


def test_the_next_row_gets_the_number_after_the_last(carried: Database) -> None:
    with opened(carried):
        assert make_service("new").id == 3
        db.session.rollback()
