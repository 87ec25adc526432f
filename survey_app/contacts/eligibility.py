"""Who may be asked about a contact."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from survey_app.organisation.channels import CustomerKind


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


class AgeRule(Protocol):
    """What of the council's rules of asking decides."""

    @property
    def too_old_days(self) -> int: ...


def ineligible_reason(
    contact: ContactFacts,
    rules: AgeRule,
    *,
    has_address: bool,
    opted_out: bool,
    recently_asked: bool,
    today: date,
) -> str | None:
    """Why nobody may be asked about this contact, or None. The first reason that holds, in a fixed order.

    What the person or the council decided comes first, then what merely stands in the way: the ledger never blames a
    missing address for somebody who asked us to stop, or for details deleted because the contact is old. Internal
    customers and partners have their own survey.
    """
    reasons = (
        ("do_not_survey", contact.do_not_survey),
        ("sensitive", contact.sensitive),
        ("opted_out", opted_out),
        ("internal", contact.customer_kind in (CustomerKind.INTERNAL, CustomerKind.PARTNER)),
        ("open_complaint", contact.open_complaint),
        ("too_old", (today - contact.occurred_on).days > rules.too_old_days),
        ("no_address", not has_address),
        ("recently_asked", recently_asked),
    )
    return next((reason for reason, holds in reasons if holds), None)
