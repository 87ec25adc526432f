"""Reading the board and one element's page: few statements, however many elements there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import joinedload

from survey_app.accounts.models import User
from survey_app.evidence.elements.state import Cited, ElementState, FrameworkState
from survey_app.evidence.exhibits.queries import cited_at, offers_on, source_of
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


def state_of(
    framework: Framework,
    today: date,
    beats: Mapping[int, Beat] | None = None,
    *,
    cited: Mapping[int, Sequence[Exhibit]] | None = None,
) -> FrameworkState:
    """A framework as it stands on a day, in a handful of statements. `beats` are those of its elements, where told;
    `cited` is what `cited_at()` says, where it was read already."""
    thresholds = read_thresholds(framework.code, framework.thresholds)
    cited = cited_at(framework.id) if cited is None else cited
    elements = db.session.execute(
        select(Element, func.coalesce(func.nullif(User.name, ""), User.email), _open_questions())
        .outerjoin(User, User.id == Element.owner_id)
        .where(Element.framework_id == framework.id)
        .order_by(Element.position)
    )
    beaten = {element: beat.outcome for element, beat in (beats or {}).items()}
    offers = offers_on(today)
    found = []
    for element, owner, questions in elements:
        exhibits = tuple(_as_cited(exhibit) for exhibit in cited.get(element.id, ()))
        newest = max((each.day for each in exhibits), default=None)
        suggested = suggestions(framework.code, element.loaded_number)
        found.append(
            ElementState(
                id=element.id,
                number=element.number,
                title=element.title,
                criterion=element.criterion,
                sub_criterion=element.sub_criterion,
                rating=element.rating,
                freshness=freshness_of(newest, today, thresholds),
                survey_evidence=element.survey_evidence,
                exhibits=exhibits,
                owner=owner or element.owner,
                owner_id=element.owner_id,
                has_claim=bool(element.claim),
                review_on=element.review_on,
                open_questions=questions,
                beat=beaten.get(element.id),
                could_cite=offers.for_element(suggested, [each.source for each in exhibits]),
            )
        )
    return FrameworkState(framework.code, framework.name, thresholds, tuple(found))


def frameworks_by_name() -> Sequence[Framework]:
    """Every framework, without its elements."""
    return db.session.scalars(select(Framework).order_by(Framework.name)).all()


def framework_to_show(frameworks: Sequence[Framework], code: str | None) -> Framework | None:
    """The one of this code; without a code Customer Service Excellence, or else the first. None where there is none at
    all. NotFound for a code that is none."""
    if code:
        found = next((each for each in frameworks if each.code == code), None)
        if found is None:
            raise NotFound(f"There is no framework called {code}.")
        return found
    return next((each for each in frameworks if each.code == CSE_CODE), next(iter(frameworks), None))


def possible_owners() -> Sequence[User]:
    """Staff who may see the evidence, by name; assessors own nothing."""
    users = db.session.scalars(select(User).where(User.active).order_by(User.name, User.email)).all()
    return [user for user in users if user.may("view_results")]


def rating_history(element: Element) -> Sequence[RatingChange]:
    """Every rating that an element was given, the newest first."""
    changes = select(RatingChange).where(RatingChange.element_id == element.id).order_by(RatingChange.id.desc())
    return db.session.scalars(changes.options(joinedload(RatingChange.author))).all()


def open_questions_of(element: Element) -> int:
    return db.session.scalars(select(_open_questions()).where(Element.id == element.id)).one()


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


def _as_cited(exhibit: Exhibit) -> Cited:
    source, measure = source_of(exhibit)
    return Cited(exhibit.number, exhibit.title, exhibit.day, measure, source)


def _open_questions() -> ScalarSelect[int]:
    """How many questions of assessors about an element are not closed."""
    return (
        select(func.count())
        .where(
            ElementComment.element_id == Element.id,
            ElementComment.is_assessors,
            ElementComment.is_question,
            ElementComment.closed_at.is_(None),
        )
        .correlate(Element)
        .scalar_subquery()
    )
