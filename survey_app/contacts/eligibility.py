"""Who may be asked about a contact."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from survey_app.organisation.channels import OF_THEIR_OWN, Channel, CustomerKind
from survey_app.organisation.names import fold

ASKED = "asked"
NOT_SAMPLED = "not_sampled"
ELIGIBLE = (ASKED, NOT_SAMPLED, "kept_for_rare", "quota_full")  # outcomes of contacts that could be asked about


class Dimension(StrEnum):
    """By what a council may leave contacts out."""

    CHANNEL = "channel"
    SERVICE = "service"  # with those below it
    REASON = "reason"
    OUTCOME = "outcome"
    LANGUAGE = "language"

    @property
    def not_asked(self) -> str:
        """The reason that such a contact carries."""
        return f"{self.value}_not_asked"


class ContactFacts(Protocol):
    """What of a contact decides. A Contact has it all."""

    @property
    def do_not_survey(self) -> bool: ...

    @property
    def sensitive(self) -> bool: ...

    @property
    def open_complaint(self) -> bool: ...

    @property
    def customer_kind(self) -> CustomerKind: ...

    @property
    def occurred_on(self) -> date: ...

    @property
    def channel(self) -> Channel: ...

    @property
    def service_id(self) -> int: ...

    @property
    def reason(self) -> str | None: ...

    @property
    def outcome(self) -> str | None: ...

    @property
    def language(self) -> str: ...


class EligibilityRules(Protocol):
    """What of the council's rules of asking decides."""

    @property
    def too_old_days(self) -> int: ...

    @property
    def ask_open_complaint(self) -> bool: ...

    @property
    def ask_second_contact(self) -> bool: ...


@dataclass(frozen=True)
class Exclusions:
    """The values that the council leaves out, by dimension: folded, and services by id with those below them."""

    values: Mapping[Dimension, Collection[str]]
    service_ids: Collection[int] = ()

    @classmethod
    def of(cls, pairs: Iterable[tuple[Dimension, str]], service_ids: Collection[int]) -> Exclusions:
        """From pairs as they were typed; those of services say nothing here, `service_ids` does."""
        values: dict[Dimension, set[str]] = {}
        for dimension, value in pairs:
            values.setdefault(dimension, set()).add(fold(value))
        return cls(values, service_ids)

    def reason(self, contact: ContactFacts) -> str | None:
        """Why a contact is left out, if it is: the first dimension that has its value."""
        if not self.values:
            return None
        facts = (
            (Dimension.CHANNEL, contact.channel.value),
            (Dimension.SERVICE, None),
            (Dimension.REASON, contact.reason),
            (Dimension.OUTCOME, contact.outcome),
            (Dimension.LANGUAGE, contact.language),
        )
        for dimension, value in facts:
            if dimension is Dimension.SERVICE:
                is_out = contact.service_id in self.service_ids
            else:
                is_out = value is not None and fold(value) in self.values.get(dimension, ())
            if is_out:
                return dimension.not_asked
        return None


@dataclass(frozen=True, slots=True)
class Standing:
    """What other rows say of a contact and of who made it."""

    can_be_reached: bool = True
    had_an_address: bool = True  # of which none could be used, where nobody can be reached
    opted_out: bool = False
    has_survey: bool = True  # a published one for this kind of customer
    is_staff: bool = False
    is_second_of_case: bool = False
    recently_asked: bool = False


def ineligible_reason(
    contact: ContactFacts, rules: EligibilityRules, exclusions: Exclusions, standing: Standing, *, today: date
) -> str | None:
    """Why nobody may be asked about this contact, or None. The first reason that holds, in a fixed order.

    What the person or the council decided comes first, then what merely stands in the way: the ledger never blames a
    missing address for somebody who asked us to stop, or for details deleted because the contact is old. Internal
    customers and partners are asked only where they have a survey of their own.
    """
    excluded = exclusions.reason(contact)
    reasons = (
        ("do_not_survey", contact.do_not_survey),
        ("sensitive", contact.sensitive),
        ("opted_out", standing.opted_out),
        ("internal", contact.customer_kind in OF_THEIR_OWN and not standing.has_survey),
        ("staff", standing.is_staff),
        ("open_complaint", contact.open_complaint and not rules.ask_open_complaint),
        (excluded, excluded is not None),
        ("same_case", standing.is_second_of_case and not rules.ask_second_contact),
        ("too_old", (today - contact.occurred_on).days > rules.too_old_days),
        ("address_blocked" if standing.had_an_address else "no_address", not standing.can_be_reached),
        ("recently_asked", standing.recently_asked),
    )
    return next((reason for reason, holds in reasons if holds), None)
