"""References for the demo's contacts with which its draw can be repeated like any other.

Who was asked is decided by the figures of a scenario, not by lot. So the lots are handed out to fit: within each year,
service and channel those asked get the references with the lowest scores.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from survey_app.contacts.sampling import draw_score, seed_year
from survey_app.demo.population import DemoContact
from survey_app.demo.scenarios.fates import Fate

SEED = hashlib.sha256(b"a demo keeps no secret").digest()


@dataclass(frozen=True, slots=True)
class Lot:
    """A contact's reference and its score; the fraction where it came to the draw."""

    reference: str
    score: float
    fraction: float | None = None


def lots(contacts: Iterable[DemoContact], prefix: str) -> Mapping[int, Lot]:
    """The lot of each contact by its number. A reference is still the number of some contact of the same stratum."""
    found: dict[int, Lot] = {}
    strata: dict[tuple[date, str, str], list[DemoContact]] = defaultdict(list)
    for contact in contacts:
        if contact.is_asked or contact.fate is Fate.NOT_SAMPLED:
            strata[seed_year(contact.occurred_on), contact.service, contact.channel].append(contact)
        else:
            found[contact.number] = _lot(prefix, contact.number)
    for drawn in strata.values():
        by_score = sorted((_lot(prefix, contact.number) for contact in drawn), key=lambda lot: lot.score)
        asked_first = sorted(drawn, key=lambda contact: not contact.is_asked)
        asked = sum(contact.is_asked for contact in drawn)
        fraction = by_score[asked].score if asked < len(drawn) else 1.0
        for contact, lot in zip(asked_first, by_score, strict=True):
            found[contact.number] = Lot(lot.reference, lot.score, fraction)
    return found


def _lot(prefix: str, number: int) -> Lot:
    reference = f"{prefix}-{number:07}"
    return Lot(reference, draw_score(SEED, reference))
