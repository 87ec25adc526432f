"""Reading frameworks, elements and exhibits."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from survey_app.evidence.models import Element, Exhibit, Framework
from survey_app.extensions import db
from survey_app.kernel.errors import NotFound


def framework_by_code(code: str) -> Framework:
    """A framework with its elements and their exhibits. NotFound when there is none."""
    framework = db.session.scalar(
        select(Framework)
        .where(Framework.code == code)
        .options(selectinload(Framework.elements).selectinload(Element.exhibits))
    )
    if framework is None:
        raise NotFound(f"There is no framework called {code}. Import it with: flask evidence frameworks import FILE")
    return framework


def element_by_number(framework_code: str, number: str) -> Element:
    """One element. NotFound when there is none."""
    element = db.session.scalar(
        select(Element).join(Framework).where(Framework.code == framework_code, Element.number == number)
    )
    if element is None:
        raise NotFound(f"There is no element {number} in {framework_code}.")
    return element


def exhibit_by_number(number: int) -> Exhibit:
    """One exhibit. NotFound when there is none."""
    exhibit = db.session.scalar(select(Exhibit).where(Exhibit.number == number))
    if exhibit is None:
        raise NotFound(f"There is no exhibit E{number:02}.")
    return exhibit


def next_exhibit_number() -> int:
    return (db.session.scalar(select(func.max(Exhibit.number))) or 0) + 1
