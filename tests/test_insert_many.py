"""Thousands of rows at once say the same as one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from survey_app.contacts.models import Contact, ContactDetail
from survey_app.extensions import db, insert_many, transaction
from survey_app.organisation.channels import Channel, CustomerKind
from tests.factories import NOON, make_service

# tabs, line ends, a backslash with an N: what a COPY must not take for its own
HOSTILE = "a\tb\\N\n\\.\r\n'\"; DROP TABLE contact; é😀"


@pytest.fixture
def service_id(app: Flask) -> int:
    with transaction():
        return make_service("housing").id


def contact(service_id: int, reference: str, **more: Any) -> dict[str, Any]:
    return {
        "reference": reference,
        "occurred_at": NOON,
        "occurred_on": NOON.date(),
        "channel": Channel.FACE_TO_FACE,
        "service_id": service_id,
        "reason": None,
        "content_digest": "0" * 64,
        "imported_at": NOON,
    } | more


def test_each_value_comes_back_as_it_went_in(service_id: int) -> None:
    summer = datetime(2026, 7, 1, 13, 5, tzinfo=timezone(timedelta(hours=1)))
    with transaction():
        insert_many(
            Contact,
            [
                contact(service_id, "C-1", reason=HOSTILE, draw_score=0.1 + 0.2),
                contact(service_id, "C-2", occurred_at=summer, draw_score=None),
            ],
        )
    first, second = db.session.scalars(select(Contact).order_by(Contact.id))
    assert (first.reason, first.draw_score, first.channel) == (HOSTILE, 0.1 + 0.2, Channel.FACE_TO_FACE)
    assert (second.reason, second.occurred_at) == (None, datetime(2026, 7, 1, 12, 5, tzinfo=UTC))


def test_what_the_rows_do_not_name_gets_its_default_or_nothing(service_id: int) -> None:
    with transaction():
        insert_many(Contact, [contact(service_id, "C-1")])
    found = db.session.scalars(select(Contact)).one()
    assert (found.language, found.sensitive, found.customer_kind) == ("en", False, CustomerKind.RESIDENT)
    assert (found.draw_outcome, found.closed_at) == (None, None)


def test_equal_texts_are_encrypted_apart(service_id: int) -> None:
    with transaction():
        insert_many(Contact, [contact(service_id, "C-1"), contact(service_id, "C-2")])
        ids = db.session.scalars(select(Contact.id)).all()
        insert_many(
            ContactDetail,
            [{"contact_id": id_, "email": "jo@example.org", "phone": None, "keep_until": NOON.date()} for id_ in ids],
        )
    sealed = db.session.scalars(text("SELECT email FROM contact_detail")).all()
    assert len(set(sealed)) == 2 and "jo@" not in "".join(sealed)
    assert {detail.email for detail in db.session.scalars(select(ContactDetail))} == {"jo@example.org"}


def test_a_row_that_is_there_already_leaves_none_of_them(service_id: int) -> None:
    with pytest.raises(IntegrityError), transaction():
        insert_many(Contact, [contact(service_id, "C-1"), contact(service_id, "C-1")])
    assert db.session.scalars(select(Contact)).all() == []
