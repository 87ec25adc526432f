"""Small makers of what tests need, with a cast that stays the same: Anyborough, its services and its residents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from survey_app.accounts.models import User
from survey_app.accounts.operations import create_user
from survey_app.contacts.models import Contact, ContactDetail
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Council, Service

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
_numbers = count(1)


def make_council(**facts: Any) -> Council:
    defaults = {
        "name": "Anyborough Council",
        "sender_name": "Anyborough Council",
        "sender_email": "feedback@anyborough.example",
        "postal_address": "Town Hall, Anyborough AB1 2CD",
        "complaint_url": "https://anyborough.example/complain",
        "complaint_phone": "01632 960100",
        "created_at": NOON,
    }
    return _add(Council(**defaults | facts))


def make_service(code: str = "housing", name: str | None = None, **facts: Any) -> Service:
    return _add(Service(code=code, name=name or code.replace("-", " ").capitalize(), **facts))


def make_contact(service: Service, *, email: str | None = "resident@example.org", **facts: Any) -> Contact:
    occurred_at = facts.pop("occurred_at", NOON)
    defaults = {
        "reference": f"C-{next(_numbers)}",
        "occurred_at": occurred_at,
        "occurred_on": london_day(occurred_at),
        "channel": Channel.PHONE,
        "content_digest": "0" * 64,
        "imported_at": occurred_at + timedelta(hours=12),
    }
    contact = Contact(service_id=service.id, **defaults | facts)
    if email is not None:
        contact.detail = ContactDetail(
            email=email, email_key=email, keep_until=london_day(occurred_at) + timedelta(days=30)
        )
    return _add(contact)


def make_user(role: str, *services: str, email: str | None = None, is_demo: bool = False) -> User:
    """A user who signs in with PASSWORD."""
    address = email or f"{role.replace('_', '-')}-{next(_numbers)}@anyborough.example.org"
    return create_user(address, role, services, PASSWORD, NOON, is_demo=is_demo)


def _add(thing: Any) -> Any:
    db.session.add(thing)
    db.session.flush()
    return thing
