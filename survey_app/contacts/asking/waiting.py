"""A contact of which nobody has decided yet whether it is asked about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from survey_app.contacts.people import PersonKeys
from survey_app.organisation.channels import Channel, CustomerKind


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of its address and number without reading either."""

    email_key: str | None
    phone_key: str | None
    domain_key: str | None
    has_email: bool
    has_phone: bool
    phone_is_mobile: bool


class WaitingContact(NamedTuple):
    """The facts that decide, and those that are frozen when somebody is asked."""

    id: int
    reference: str
    occurred_at: datetime
    occurred_on: date
    channel: Channel
    service_id: int
    team_id: int | None
    site_id: int | None
    adviser_ref: str | None
    reason: str | None
    outcome: str | None
    case_ref: str | None
    open_complaint: bool
    customer_kind: CustomerKind
    customer_ref: str | None
    language: str
    customer_group: str | None
    sensitive: bool
    do_not_survey: bool
    draw_score: float
    detail: Details | None

    @property
    def person(self) -> PersonKeys:
        return PersonKeys.of(self)

    @property
    def is_written_to(self) -> bool:
        """Whether the council can put a letter into a reply of its own."""
        return self.case_ref is not None or self.customer_ref is not None
