"""Pins figures, orders them and takes them off. Functions flush; callers commit."""

from __future__ import annotations

from datetime import datetime

from survey_app.dashboards.models import PinnedFigure
from survey_app.dashboards.pinned.queries import own_pin, parts_of, pins_of
from survey_app.extensions import db
from survey_app.kernel.errors import Refused
from survey_app.kernel.tokens import new_reference
from survey_app.measures.address import FigureQuery

MOST_PINNED = 12


def pin_figure(query: FigureQuery, span: str, *, place: int | None = None, now: datetime, by: int) -> PinnedFigure:
    """Keep a figure in sight, for a span instead of its own days; last, or where it stood before. What is pinned
    already stays as it is. Refused for the thirteenth."""
    measure, arguments = parts_of(query)
    pins = list(pins_of(by))
    for pin in pins:
        if (pin.measure, pin.span, pin.arguments) == (measure, span, arguments):
            return pin
    if len(pins) >= MOST_PINNED:
        raise Refused(f"You have {MOST_PINNED} pinned figures. Take one off first.")
    pinned = PinnedFigure(
        reference=new_reference(), user_id=by, measure=measure, span=span, arguments=arguments, place=0, created_at=now
    )
    db.session.add(pinned)
    pins.insert(len(pins) if place is None else min(max(place, 0), len(pins)), pinned)
    _number(pins)
    return pinned


def move_pin(reference: str, steps: int, *, by: int) -> PinnedFigure:
    """Bring it nearer to the beginning (-1) or to the end (1). NotFound where it is not one's own."""
    pinned = own_pin(reference, by)
    pins = list(pins_of(by))
    place = pins.index(pinned)
    pins.insert(min(max(place + steps, 0), len(pins)), pins.pop(place))
    _number(pins)
    return pinned


def unpin_figure(reference: str, *, by: int) -> PinnedFigure:
    """Take it off; as it was."""
    pinned = own_pin(reference, by)
    db.session.delete(pinned)
    db.session.flush()
    _number(list(pins_of(by)))
    return pinned


def _number(pins: list[PinnedFigure]) -> None:
    for place, pin in enumerate(pins):
        pin.place = place
    db.session.flush()
