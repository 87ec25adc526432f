"""The same person in two contacts: known by e-mail, by phone or by the council's own reference."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from survey_app.kernel.tokens import keyed_hash

ERASED = "erased."  # how a reference begins that leads to nobody any more: of a contact, or a customer's in a stop


class Keyed(Protocol):
    """Whatever carries the two keyed hashes."""

    @property
    def email_key(self) -> str | None: ...

    @property
    def phone_key(self) -> str | None: ...


class Someone(Protocol):
    """A contact, as far as it says who made it."""

    @property
    def customer_ref(self) -> str | None: ...

    @property
    def detail(self) -> Keyed | None: ...


@dataclass(frozen=True)
class PersonKeys:
    """The three ways by which one person may be recognised."""

    email_key: str | None = None
    phone_key: str | None = None
    customer_ref: str | None = None

    @classmethod
    def of(cls, contact: Someone) -> PersonKeys:
        detail = contact.detail
        return cls(detail.email_key if detail else None, detail.phone_key if detail else None, contact.customer_ref)

    @property
    def count(self) -> int:
        """By how many of the three."""
        return sum(key is not None for key in (self.email_key, self.phone_key, self.customer_ref))


@dataclass
class People:
    """A set of people. Somebody is in it when any one of their keys is."""

    email_keys: set[str] = field(default_factory=set)
    phone_keys: set[str] = field(default_factory=set)
    customer_refs: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, everybody: Iterable[PersonKeys]) -> People:
        people = cls()
        for person in everybody:
            people.add(person)
        return people

    def add(self, person: PersonKeys) -> None:
        for keys, key in self._pairs(person):
            if key:
                keys.add(key)

    def has(self, person: PersonKeys) -> bool:
        return any(key in keys for keys, key in self._pairs(person) if key)

    def knows(self, person: PersonKeys) -> bool:
        """Whether every key of the person is in it; somebody without any is known."""
        return all(key in keys for keys, key in self._pairs(person) if key)

    def _pairs(self, person: PersonKeys) -> tuple[tuple[set[str], str | None], ...]:
        return (
            (self.email_keys, person.email_key),
            (self.phone_keys, person.phone_key),
            (self.customer_refs, person.customer_ref),
        )


def erased_reference(key: bytes, reference: str) -> str:
    """What stands in place of the reference of a contact whose person was erased: it leads back to nobody, and a file
    that brings the contact once more is known by it."""
    return ERASED + keyed_hash(key, f"contact {reference}")


def hidden_reference(key: bytes, customer_ref: str) -> str:
    """What stands in a stop in place of the customer reference of somebody who was erased: a contact that brings the
    reference again is known by it, and nobody can read it."""
    return ERASED + keyed_hash(key, f"customer {customer_ref}")


@lru_cache(maxsize=4096)
def domain_key(key: bytes, domain: str) -> str:
    """A keyed hash of an e-mail address's domain, short: it tells colleagues from residents and nobody apart."""
    return keyed_hash(key, f"@{domain}")[:16]
