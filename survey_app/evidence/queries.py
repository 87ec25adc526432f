"""Reading frameworks, elements and exhibits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from survey_app.evidence.models import Element, Framework
from survey_app.extensions import db
from survey_app.kernel.errors import InvalidInput, NotFound


def framework_by_code(code: str) -> Framework:
    """A framework with its elements and their exhibits. NotFound when there is none."""
    framework = find_framework(code)
    if framework is None:
        raise NotFound(f"There is no framework called {code}. Import it with: flask evidence frameworks import FILE")
    return framework


def find_framework(code: str) -> Framework | None:
    return db.session.scalar(
        select(Framework)
        .where(Framework.code == code)
        .options(selectinload(Framework.elements).selectinload(Element.exhibits))
    )


def all_frameworks() -> Sequence[Framework]:
    """Every framework with its elements and their exhibits, by name."""
    elements = selectinload(Framework.elements).selectinload(Element.exhibits)
    return db.session.scalars(select(Framework).options(elements).order_by(Framework.name)).all()


def elements_by_number(framework_code: str, numbers: Iterable[str]) -> Sequence[Element]:
    """Elements of one framework. InvalidInput names a number that is none."""
    wanted = sorted(set(numbers))
    found = db.session.scalars(
        select(Element)
        .join(Framework)
        .where(Framework.code == framework_code, Element.number.in_(wanted))
        .order_by(Element.position)
    ).all()
    unknown = sorted(set(wanted) - {element.number for element in found})
    if unknown:
        raise InvalidInput(f"There is no element {', '.join(unknown)} in {framework_code}.")
    return found


def element_by_number(framework_code: str, number: str) -> Element:
    """One element. NotFound when there is none."""
    element = db.session.scalar(
        select(Element).join(Framework).where(Framework.code == framework_code, Element.number == number)
    )
    if element is None:
        raise NotFound(f"There is no element {number} in {framework_code}.")
    return element
