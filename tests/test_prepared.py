"""A statement put together once does the same as one that is put together anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.exc import DatabaseError

from survey_app.contacts.models import Contact
from survey_app.extensions import Prepared, db, transaction
from survey_app.organisation.channels import Channel
from tests.factories import make_contact, make_service

_contact = cast(Table, Contact.__table__)
CHANGE = Prepared(
    update(_contact)
    .where(_contact.c.reference == bindparam("called"), _contact.c.channel == Channel.PHONE)
    .values(occurred_at=bindparam("at"), reason=bindparam("why"), draw_score=None)
)
SUMMER = datetime(2026, 7, 1, 13, 5, tzinfo=timezone(timedelta(hours=1)))


@pytest.fixture
def reference(app: Flask) -> str:
    with transaction():
        contact = make_contact(make_service("housing"), channel=Channel.PHONE, draw_score=0.5)
        make_contact(make_service("parking"), channel=Channel.PHONE, draw_score=0.5)
        return contact.reference


def test_it_changes_the_rows_it_names_and_says_how_many(reference: str) -> None:
    with db.engine.begin() as connection:
        assert CHANGE.run(connection, {"called": reference, "at": SUMMER, "why": "'; é"}) == 1
        assert CHANGE.run(connection, {"called": "nobody", "at": SUMMER, "why": "all"}) == 0
    changed, other = db.session.scalars(select(Contact).order_by(Contact.id))
    assert (changed.occurred_at, changed.reason) == (datetime(2026, 7, 1, 12, 5, tzinfo=UTC), "'; é")
    assert (changed.draw_score, other.draw_score, other.reason) == (None, 0.5, None)


def test_a_value_that_is_not_given_is_no_null(reference: str) -> None:
    with pytest.raises((DatabaseError, KeyError)), db.engine.begin() as connection:
        CHANGE.run(connection, {"called": reference, "at": SUMMER})
    assert set(db.session.scalars(select(Contact.draw_score))) == {0.5}
