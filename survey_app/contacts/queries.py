"""Reading contacts, rules of asking and opt-outs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select

from survey_app.contacts.models import AskingRules, Contact, ContactDetail, OptOut
from survey_app.contacts.people import People, PersonKeys
from survey_app.extensions import db


def asking_rules() -> AskingRules:
    """The council's rules of asking; the defaults until it has set its own."""
    return db.session.scalar(select(AskingRules)) or AskingRules(
        sampling_fraction=1.0,
        cooling_off_days=90,
        too_old_days=14,
        open_days=14,
        change_days=14,
        reminder_after_days=4,
    )


def opted_out_among(contacts: Sequence[Contact]) -> People:
    """Those who made one of these contacts and asked us to stop."""
    among = People.of(PersonKeys.of(contact) for contact in contacts)
    rows = db.session.execute(
        select(OptOut.email_key, OptOut.phone_key, OptOut.customer_ref).where(
            or_(
                OptOut.email_key.in_(among.email_keys),
                OptOut.phone_key.in_(among.phone_keys),
                OptOut.customer_ref.in_(among.customer_refs),
            )
        )
    )
    return People.of(PersonKeys(*row) for row in rows)


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


def ids_with_email(contacts: Sequence[Contact]) -> set[int]:
    """Which of these contacts have an e-mail address; none is decrypted to know it."""
    ids = [contact.id for contact in contacts]
    return set(
        db.session.scalars(
            select(ContactDetail.contact_id).where(ContactDetail.contact_id.in_(ids), ContactDetail.email.is_not(None))
        )
    )
