"""Whom a person may be meant by, what is theirs, and where a text names them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from survey_app.contacts.people import People, PersonKeys
from survey_app.contacts.reading import read_email, read_phone
from survey_app.contacts.stop_list import LONGEST_REFERENCE
from survey_app.kernel.tokens import keyed_hash

TAKEN_OUT = "[removed]"
SHORTEST_REFERENCE = 5  # a shorter one stands in texts by chance
_GAP = r"[\s().\-\u2010-\u2014/]{0,3}"


class NamedBy(StrEnum):
    """What a person is named by."""

    EMAIL = "email"
    PHONE = "phone"
    CUSTOMER_REF = "customer_ref"


def readings(text: str, key: bytes) -> Mapping[NamedBy, PersonKeys]:
    """Everybody whom a text may name: a number can be a phone's and a customer reference. Empty: it names nobody."""
    text = text.strip()
    email, phone = read_email(text), read_phone(text)
    found = {}
    if email:
        found[NamedBy.EMAIL] = PersonKeys(email_key=keyed_hash(key, email))
    if phone:
        found[NamedBy.PHONE] = PersonKeys(phone_key=keyed_hash(key, phone))
    if text and text.isprintable() and len(text) <= LONGEST_REFERENCE:
        found[NamedBy.CUSTOMER_REF] = PersonKeys(customer_ref=text)
    return found


def is_theirs(found: PersonKeys, known: People) -> bool:
    """Whether a contact that shares a key with somebody is theirs: the same customer reference says so; else nothing on
    it may speak of somebody else. A couple shares a telephone, and is two people."""
    if found.customer_ref is not None and found.customer_ref in known.customer_refs:
        return True
    pairs = ((known.customer_refs, found.customer_ref), (known.email_keys, found.email_key))
    return all(not keys or key is None or key in keys for keys, key in pairs)


@dataclass
class Details:
    """What somebody is reached and known by, in clear."""

    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)  # E.164
    customer_refs: set[str] = field(default_factory=set)

    def add(self, text: str) -> None:
        """An e-mail address or a phone number; anything else is passed over."""
        if email := read_email(text):
            self.emails.add(email)
        elif phone := read_phone(text):
            self.phones.add(phone)

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        parts = [rf"(?<![\w.+-]){re.escape(email)}(?![\w-]|\.\w)" for email in sorted(self.emails)]
        for phone in sorted(self.phones):
            digits = _GAP.join(phone.removeprefix("+44"))
            parts.append(rf"(?<![\d+])(?:\+44{_GAP}0?|0044{_GAP}0?|0)?{_GAP}{digits}(?!\d)")
        long_enough = (ref for ref in sorted(self.customer_refs) if len(ref) >= SHORTEST_REFERENCE)
        parts += [rf"(?<!\w){re.escape(ref)}(?!\w)" for ref in long_enough]
        return re.compile("|".join(parts), re.IGNORECASE) if parts else None

    def stand_in(self, text: str | None) -> bool:
        """Whether a text names them."""
        return bool(text and self._pattern and self._pattern.search(text))

    def without(self, text: str) -> str:
        """The text with each place taken out that names them."""
        return self._pattern.sub(TAKEN_OUT, text) if self._pattern else text

    def name_a_row(self, cells: Iterable[str]) -> bool:
        """Whether a row of a file is about them: a cell is one of their details, or speaks of it."""
        return any(self._is_one(cell) or self.stand_in(cell) for cell in cells)

    def _is_one(self, cell: str) -> bool:
        text = cell.strip().removeprefix("'")
        return (
            text in self.customer_refs
            or (bool(self.emails) and "@" in text and read_email(text) in self.emails)
            or (bool(self.phones) and any(map(str.isdigit, text)) and read_phone(text) in self.phones)
        )


@dataclass(frozen=True)
class Subject:
    """Somebody as far as they are known here. `beside` are contacts under a key of theirs that speak of somebody else:
    these are not theirs, and nothing about them is given out or erased."""

    named_by: NamedBy
    people: People
    details: Details
    contact_ids: Collection[int]
    beside: int = 0
    different_emails: int = 0  # on what is theirs: several may be several people
    different_refs: int = 0
    alike_refs: int = 0  # references that differ from theirs in capitals alone: maybe somebody else's

    @property
    def warnings(self) -> list[str]:
        """What whoever decides should know first."""
        found = []
        if self.beside:
            contacts = "1 contact shares" if self.beside == 1 else f"{self.beside} contacts share"
            found.append(
                f"{contacts} a phone number or an e-mail address with them and names somebody else: left out. If that "
                "is the same person too, ask again by their other address or customer reference."
            )
        if self.different_emails > 1:
            found.append(
                f"{self.different_emails} different e-mail addresses stand on these contacts. Make sure that all are "
                "of the person who asks."
            )
        if self.different_refs > 1:
            found.append(
                f"{self.different_refs} different customer references stand on these contacts, as where a couple "
                "shares a telephone. Make sure that all are of the person who asks, or name them by their own."
            )
        if self.alike_refs:
            others = (
                "1 other customer reference differs" if self.alike_refs == 1 else f"{self.alike_refs} others differ"
            )
            found.append(
                f"{others} from this one in capitals alone: left out. If that is the same person, ask again by it."
            )
        return found
