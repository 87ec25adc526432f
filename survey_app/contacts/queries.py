"""Reading contacts and opt-outs."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from survey_app.contacts.models import Contact
from survey_app.extensions import db


def digests_by_reference(references: Collection[str]) -> dict[str, str]:
    """The content digest of each of these contacts that we have."""
    rows = db.session.execute(
        select(Contact.reference, Contact.content_digest).where(Contact.reference.in_(references))
    )
    return dict(rows.all())


def ids_by_reference(references: Collection[str]) -> dict[str, int]:
    """The id of each of these contacts that we have."""
    rows = db.session.execute(select(Contact.reference, Contact.id).where(Contact.reference.in_(references)))
    return dict(rows.all())
