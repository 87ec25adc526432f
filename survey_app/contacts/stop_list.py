"""Who must not be asked, as files and forms name them, and as we keep them: keyed hashes, no address."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey_app.contacts.people import PersonKeys
from survey_app.contacts.reading import read_email, read_phone
from survey_app.kernel.csvfile import CsvRow, plain_cell
from survey_app.kernel.tokens import keyed_hash

LONGEST_REFERENCE = 80
NAMING_COLUMNS = ("email", "phone", "customer_ref", "email_key", "phone_key")
COLUMNS = (*NAMING_COLUMNS, "key_check")
EXPORT_COLUMNS = ("email_key", "phone_key", "customer_ref", "source", "stopped_on", "key_check")
NO_EMAIL = "is no e-mail address"
NO_PHONE = "is no phone number of the United Kingdom"
TOO_LONG = f"is longer than {LONGEST_REFERENCE} characters"
NO_HASH = "is no hash of 64 hexadecimal digits"
ANOTHERS_HASHES = "its hashes were made under another INDEX_KEY, so they match nobody here"

_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True)
class Named:
    """Somebody as a file or a form names them. `wrong` says by column what could not be read."""

    person: PersonKeys
    wrong: Mapping[str, str]


def named(email: str, phone: str, customer_ref: str, key: bytes) -> Named:
    """Whom these details name; empty ones name nobody. What is wrong with one does not hide the others."""
    address, number, wrong = read_email(email), read_phone(phone), {}
    if email and address is None:
        wrong["email"] = NO_EMAIL
    if phone and number is None:
        wrong["phone"] = NO_PHONE
    if len(customer_ref) > LONGEST_REFERENCE:
        wrong["customer_ref"] = TOO_LONG
    return Named(
        PersonKeys(
            keyed_hash(key, address) if address else None,
            keyed_hash(key, number) if number else None,
            customer_ref if customer_ref and "customer_ref" not in wrong else None,
        ),
        wrong,
    )


@dataclass(frozen=True)
class StopRow:
    """One row of a file: whom it names, as far as it can be read, and what is wrong with it."""

    person: PersonKeys
    reasons: Sequence[str]


def read_stop(row: CsvRow, key: bytes) -> StopRow:
    """Whom a row of a stop list names. A row that names nobody has a reason. A hash counts where no detail is given."""
    if row.problem is not None:
        return StopRow(PersonKeys(), (row.problem,))
    cells = {column: plain_cell(row.values.get(column, "").strip()) for column in COLUMNS}
    found = named(cells["email"], cells["phone"], cells["customer_ref"], key)
    reasons = [f"{column} {what}" for column, what in found.wrong.items()]
    hashes = {column: cells[column].lower() for column in ("email_key", "phone_key") if cells[column]}
    if hashes and cells["key_check"] != key_check(key):
        reasons.append(ANOTHERS_HASHES)
        hashes = {}
    reasons += [f"{column} {NO_HASH}" for column, text in hashes.items() if not _HASH.fullmatch(text)]
    good = {column: text for column, text in hashes.items() if _HASH.fullmatch(text)}
    person = PersonKeys(
        found.person.email_key or good.get("email_key"),
        found.person.phone_key or good.get("phone_key"),
        found.person.customer_ref,
    )
    if not person.count and not reasons:
        reasons.append("the row names nobody")
    return StopRow(person, reasons)


def key_check(key: bytes) -> str:
    """Tells hashes under one key from those under another; says nothing of the key."""
    return keyed_hash(key, "stop list")[:16]
