"""Repeating the draw. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import or_, select

from survey_app.contacts.eligibility import ELIGIBLE
from survey_app.contacts.models import Contact, DrawSeed
from survey_app.contacts.people import ERASED
from survey_app.contacts.sampling import seed_year
from survey_app.extensions import db
from survey_app.invitations.models import Invitation
from survey_app.invitations.redraw.contradictions import Drawn, contradiction

_AT_ONCE = 5_000


@dataclass(frozen=True)
class Contradiction:
    reference: str
    what: str


@dataclass
class Redraw:
    """How the draw repeated compares with what is stored. `before_a_seed` were drawn when there was none yet;
    of `erased` the reference is gone that the draw needs."""

    repeated: int = 0
    asked: int = 0
    before_a_seed: int = 0
    erased: int = 0
    contradictions: list[Contradiction] = field(default_factory=list)


def redraw(first: date, last: date) -> Redraw:
    """Repeat the draw of every contact from `first` to `last`, London days, that came to it."""
    result, seeds = Redraw(), _seeds()
    rows = db.session.execute(
        select(
            Contact.occurred_on,
            Contact.drawn_at,
            Contact.reference,
            Contact.draw_outcome,
            Contact.draw_score,
            Contact.draw_fraction,
            Invitation.id.is_not(None),
        )
        .outerjoin(Invitation, Invitation.contact_id == Contact.id)
        .where(
            Contact.occurred_on.between(first, last),
            or_(
                Contact.draw_outcome.in_(ELIGIBLE),
                Contact.draw_fraction.is_not(None),
                Invitation.id.is_not(None),
            ),
        )
        .order_by(Contact.occurred_on, Contact.id),
        execution_options={"yield_per": _AT_ONCE},
    )
    for occurred_on, drawn_at, reference, outcome, score, fraction, is_invited in rows:
        drawn = Drawn(reference, outcome, score, fraction, bool(is_invited))
        found = seeds.get(seed_year(occurred_on))
        if found is None or (drawn_at is not None and drawn_at < found.made_at):
            result.before_a_seed += 1
            continue
        if reference.startswith(ERASED):
            result.erased += 1
            continue
        result.repeated += 1
        result.asked += drawn.is_invited
        what = contradiction(drawn, bytes.fromhex(found.seed))
        if what is not None:
            result.contradictions.append(Contradiction(drawn.reference, what))
    return result


def seeds_between(first: date, last: date) -> dict[date, str]:
    """The seeds, in hex, of the financial years that the days touch, by the years' first days."""
    return {year: seed.seed for year, seed in _seeds().items() if seed_year(first) <= year <= last}


@dataclass(frozen=True)
class _Seed:
    seed: str
    made_at: datetime


def _seeds() -> Mapping[date, _Seed]:
    rows = db.session.execute(select(DrawSeed.first_on, DrawSeed.seed, DrawSeed.made_at).order_by(DrawSeed.first_on))
    return {first_on: _Seed(seed, made_at) for first_on, seed, made_at in rows}
