"""Finding a person, with all contacts that are theirs."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cryptography.fernet import InvalidToken
from sqlalchemy import Text, select, type_coerce

from survey_app.contacts.models import Contact, ContactDetail
from survey_app.contacts.people import People, PersonKeys
from survey_app.contacts.queries import MOST_OF_ONE_PERSON, index_key, spellings_of
from survey_app.extensions import cipher, db
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.privacy.people.naming import Details, NamedBy, Subject, is_theirs, readings

MOST_ROUNDS = 5  # in which one key leads to the next

_KEYS = (ContactDetail.email_key, ContactDetail.phone_key, Contact.customer_ref)


class SharedByMany(Refused):
    """An address or number that says nothing about who somebody is."""


def find_person(text: str, named_by: NamedBy | None = None) -> Subject:
    """Whoever is named by an e-mail address, a phone number or a customer reference, with all contacts that are theirs.

    InvalidInput when it names nobody. Refused when it may be two people, or so many share it that it says nothing about
    who they are: nothing is then given out or erased.
    """
    found = readings(text, index_key())
    if named_by is not None:
        found = {named_by: found[named_by]} if named_by in found else {}
    if not found:
        raise InvalidInput(
            "This is no e-mail address, no phone number of the United Kingdom and no customer reference."
        )
    held = {kind: rows for kind, keys in found.items() if (rows := _contacts_with(People.of([keys])))}
    spelt = _spelt_otherwise(found.get(NamedBy.CUSTOMER_REF))
    if not held and spelt:
        if len(spelt) > 1:
            raise Refused(
                f"{len(spelt)} customer references differ from this one in capitals, and may be of different people. "
                "Enter it exactly as your own system has it."
            )
        return find_person(spelt[0], NamedBy.CUSTOMER_REF)
    if len(held) > 1:
        words = " and ".join(kind.value.replace("_", " ") for kind in held)
        raise Refused(f"This is a {words} of contacts here, maybe of two people. Say which is meant.")
    kind = next(iter(held), next(iter(found)))
    direct = held.get(kind, [])
    if len({keys for _id, keys in direct}) > MOST_OF_ONE_PERSON:
        raise SharedByMany(
            f"More than {MOST_OF_ONE_PERSON} different people share this, such as that of a switchboard or a hostel. "
            "Name the person by another address, number or reference."
        )
    people = People.of([found[kind], *(keys for _id, keys in direct)])
    theirs, beside = _linked(dict(direct), people)
    details = Details(customer_refs=set(people.customer_refs))
    if kind is not NamedBy.CUSTOMER_REF:
        details.add(text)
    for email, phone in _clear_details(theirs):
        for value in filter(None, (email, phone)):
            details.add(value)
    emails = {keys.email_key for keys in theirs.values() if keys.email_key}
    references = {keys.customer_ref for keys in theirs.values() if keys.customer_ref}
    alike = len(spelt) if kind is NamedBy.CUSTOMER_REF else 0
    return Subject(kind, people, details, sorted(theirs), beside, len(emails), len(references), alike)


def _spelt_otherwise(named: PersonKeys | None) -> list[str]:
    """References of customers that differ from a typed one in capitals alone."""
    if named is None or named.customer_ref is None:
        return []
    return [reference for reference in spellings_of(named.customer_ref) if reference != named.customer_ref]


def _linked(theirs: dict[int, PersonKeys], people: People) -> tuple[dict[int, PersonKeys], int]:
    """All that the keys lead to, one key to the next, and how many contacts of others share one of them."""
    others: set[int] = set()
    for _round in range(MOST_ROUNDS):
        fresh = [(number, keys) for number, keys in _contacts_with(people) if number not in theirs]
        mine = {number: keys for number, keys in fresh if is_theirs(keys, people)}
        others = {number for number, _keys in fresh} - mine.keys()
        if not mine:
            break
        theirs |= mine
        for keys in mine.values():
            people.add(keys)
    return theirs, len(others)


def _contacts_with(people: People) -> list[tuple[int, PersonKeys]]:
    """Contacts that carry one of these keys. One column at a time, so that its index serves."""
    found: dict[int, PersonKeys] = {}
    for column, keys in zip(_KEYS, (people.email_keys, people.phone_keys, people.customer_refs), strict=True):
        if keys:
            rows = (
                select(Contact.id, *_KEYS)
                .outerjoin(ContactDetail, ContactDetail.contact_id == Contact.id)
                .where(column.in_(keys))
            )
            found |= {number: PersonKeys(*of) for number, *of in db.session.execute(rows)}
    return sorted(found.items())


def _clear_details(contact_ids: Collection[int]) -> Iterator[tuple[str | None, str | None]]:
    sealed = type_coerce(ContactDetail.email, Text), type_coerce(ContactDetail.phone, Text)
    for email, phone in db.session.execute(select(*sealed).where(ContactDetail.contact_id.in_(contact_ids))):
        yield opened(email), opened(phone)


def opened(sealed: str | None) -> str | None:
    """What stands in an encrypted column; None where there is nothing, or its key is gone."""
    try:
        return cipher().decrypt(sealed) if sealed else None
    except InvalidToken:
        return None
