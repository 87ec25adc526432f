"""Reading the board and one element's page: few statements, however many elements there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from survey_app.accounts.models import User
from survey_app.evidence.elements.state import Cited, ElementState, FrameworkState
from survey_app.evidence.exhibits.queries import offers_on, source_of
from survey_app.evidence.exhibits.suggestions import suggestions
from survey_app.evidence.frameworks import CSE_CODE
from survey_app.evidence.freshness import freshness_of
from survey_app.evidence.models import (
    Element,
    ElementComment,
    Exhibit,
    Framework,
    RatingChange,
    Visit,
    VisitElement,
    element_exhibit,
)
from survey_app.evidence.thresholds import read_thresholds
from survey_app.evidence.visits.beating import Beat
from survey_app.extensions import db
from survey_app.kernel.errors import NotFound


def state_of(framework: Framework, today: date, beats: Mapping[int, Beat] | None = None) -> FrameworkState:
    """A framework as it stands on a day, in a handful of statements. `beats` are those of its elements, where told."""
    thresholds = read_thresholds(framework.code, framework.thresholds)
    elements = db.session.scalars(
        select(Element).where(Element.framework_id == framework.id).order_by(Element.position)
    ).all()
    cited = _cited_at(framework.id)
    questions = _open_questions(framework.id)
    owners = owner_names({element.owner_id for element in elements if element.owner_id is not None})
    beaten = {element: beat.outcome for element, beat in (beats or {}).items()}
    offers = offers_on(today)
    found = []
    for element in elements:
        exhibits = cited.get(element.id, ())
        newest = max((each.day for each in exhibits), default=None)
        suggested = suggestions(framework.code, element.loaded_number)
        found.append(
            ElementState(
                number=element.number,
                title=element.title,
                criterion=element.criterion,
                sub_criterion=element.sub_criterion,
                rating=element.rating,
                freshness=freshness_of(newest, today, thresholds),
                survey_evidence=element.survey_evidence,
                exhibits=exhibits,
                owner=owners.get(element.owner_id or 0) or element.owner,
                owner_id=element.owner_id,
                has_claim=bool(element.claim),
                review_on=element.review_on,
                open_questions=questions.get(element.id, 0),
                beat=beaten.get(element.id),
                could_cite=offers.for_element(suggested, [each.source for each in exhibits]),
            )
        )
    return FrameworkState(framework.code, framework.name, thresholds, tuple(found))


def framework_to_show(code: str | None) -> Framework | None:
    """The framework of this code; without one Customer Service Excellence, or else the first by name. None where there
    is none at all. NotFound for a code that is none."""
    if code:
        found = db.session.scalar(select(Framework).where(Framework.code == code))
        if found is None:
            raise NotFound(f"There is no framework called {code}.")
        return found
    first = case((Framework.code == CSE_CODE, 0), else_=1)
    return db.session.scalar(select(Framework).order_by(first, Framework.name).limit(1))


def framework_codes() -> Sequence[tuple[str, str]]:
    """Code and name of every framework, by name."""
    return [(code, name) for code, name in db.session.execute(select(Framework.code, Framework.name).order_by("name"))]


def owner_names(ids: Collection[int]) -> dict[int, str]:
    """Who they are: the name, or where somebody gave none the address that they sign in with."""
    if not ids:
        return {}
    users = db.session.execute(select(User.id, User.name, User.email).where(User.id.in_(ids)))
    return {number: name or email for number, name, email in users}


def possible_owners() -> Sequence[User]:
    """Staff who may see the evidence, by name; assessors own nothing."""
    users = db.session.scalars(select(User).where(User.active).order_by(User.name, User.email)).all()
    return [user for user in users if user.may("view_results")]


def rating_history(element: Element) -> Sequence[RatingChange]:
    """Every rating that an element was given, the newest first."""
    changes = select(RatingChange).where(RatingChange.element_id == element.id).order_by(RatingChange.id.desc())
    return db.session.scalars(changes.options(joinedload(RatingChange.author))).all()


def last_seen(element: Element) -> tuple[Visit, VisitElement] | None:
    """The last visit that looked at an element, and what it found there."""
    found = db.session.execute(
        select(Visit, VisitElement)
        .join(VisitElement, VisitElement.visit_id == Visit.id)
        .where(VisitElement.element_id == element.id, VisitElement.is_to_show, Visit.held_on.is_not(None))
        .order_by(Visit.held_on.desc())
        .limit(1)
    ).first()
    return None if found is None else (found[0], found[1])


def strongest_at(element: Element) -> int | None:
    """The number of the exhibit that is called the strongest, if one is."""
    return db.session.scalar(
        select(Exhibit.number)
        .join(element_exhibit, element_exhibit.c.exhibit_id == Exhibit.id)
        .where(element_exhibit.c.element_id == element.id, element_exhibit.c.is_strongest)
    )


def _cited_at(framework_id: int) -> dict[int, tuple[Cited, ...]]:
    rows = db.session.execute(
        select(element_exhibit.c.element_id, Exhibit)
        .join(Exhibit, Exhibit.id == element_exhibit.c.exhibit_id)
        .join(Element, Element.id == element_exhibit.c.element_id)
        .where(Element.framework_id == framework_id)
        .order_by(Exhibit.number)
        .options(joinedload(Exhibit.edition), joinedload(Exhibit.passport))
    )
    found = defaultdict[int, list[Cited]](list)
    for element_id, exhibit in rows:
        source, measure = source_of(exhibit)
        found[element_id].append(Cited(exhibit.number, exhibit.title, exhibit.day, measure, source))
    return {element_id: tuple(cited) for element_id, cited in found.items()}


def _open_questions(framework_id: int) -> dict[int, int]:
    rows = db.session.execute(
        select(ElementComment.element_id, func.count().label("open"))
        .join(Element, Element.id == ElementComment.element_id)
        .where(
            Element.framework_id == framework_id,
            ElementComment.is_assessors,
            ElementComment.is_question,
            ElementComment.closed_at.is_(None),
        )
        .group_by(ElementComment.element_id)
    )
    return {row.element_id: row.open for row in rows}
