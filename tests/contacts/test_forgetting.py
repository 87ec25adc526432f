"""How to reach people is deleted when it was kept long enough; a stop and the cap on asking hold on."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from survey_app.contacts.models import ContactDetail
from survey_app.contacts.operations import forget_details
from survey_app.extensions import db, transaction
from tests.factories import NOON, make_contact, make_service


def test_an_address_is_deleted_after_thirty_days_and_its_hash_stays(app: Flask) -> None:
    with transaction():
        make_contact(make_service())
    assert forget_details(NOON + timedelta(days=30), "test") == 0
    assert forget_details(NOON + timedelta(days=31), "test") == 1
    assert forget_details(NOON + timedelta(days=31), "test") == 0
    detail = db.session.scalars(select(ContactDetail)).one()
    assert (detail.email, detail.phone) == (None, None)
    assert detail.email_key
