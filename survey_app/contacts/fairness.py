"""Keeping some people free for rare services, so that a busy one does not use up everybody.

Nobody is asked more than once in a gap, whatever it is about. A service with very many contacts would so ask nearly
everyone first, and one with few would find nobody left. So of all people a share, drawn by lot anew in each gap, is
asked about rare services alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from survey_app.contacts.people import PersonKeys
from survey_app.contacts.sampling import lot


def busy_services(contacts: Mapping[str, int], rare_below: int) -> list[str]:
    """The services whose contacts leave the reserve alone; none where there are not both, rare and busy ones.

    `contacts` are those of one gap, by service, that the cap alone could keep from being asked about: a service that
    is starved already must not look even rarer for it, nor one with none at all need anything.
    """
    present = {service: count for service, count in contacts.items() if count > 0}
    busy = sorted(service for service, count in present.items() if count >= rare_below)
    return busy if len(busy) < len(present) else []


def first_of_gap(day: date, gap_days: int) -> date:
    """The first day of the gap in which a day lies. Gaps follow one another without a break, the same for everyone."""
    gap = max(gap_days, 1)
    return date.fromordinal(day.toordinal() // gap * gap or 1)


def is_kept_free(seed: bytes, person: PersonKeys, first_day: date, share: float) -> bool:
    """Whether a person is in the reserve of the gap that begins on `first_day`. `seed` is that of its year.

    Somebody known by several keys goes by the address, then the number, then the council's reference.
    """
    key = person.email_key or person.phone_key or person.customer_ref
    return key is not None and lot(seed, f"free {first_day.isoformat()}", key) < share
