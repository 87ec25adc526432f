"""Writes frameworks, their elements and what the council says of each. Nothing here commits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import update

from survey_app.audit.operations import record_act_by
from survey_app.evidence import frameworks, queries
from survey_app.evidence.elements.claims import too_long_a_claim
from survey_app.evidence.exhibits.proofs import exhibit_number
from survey_app.evidence.frameworks import LONGEST, TAKEN_CODES, ElementRow
from survey_app.evidence.models import (
    LONGEST_CODE,
    LONGEST_NAME,
    Element,
    Exhibit,
    Framework,
    Rating,
    RatingChange,
    SurveyEvidence,
    element_exhibit,
)
from survey_app.evidence.thresholds import Thresholds, check_thresholds, default_thresholds, read_thresholds
from survey_app.extensions import db
from survey_app.kernel.characters import is_fit
from survey_app.kernel.errors import InvalidInput, Refused

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_TEXT = 4_000  # characters of a reason, a note, what is shown or told, what an element asks


@dataclass(frozen=True)
class FrameworkImport:
    """How many elements are new, and how many were there and keep their claim and exhibits."""

    added: int
    kept: int


@dataclass(frozen=True)
class Wording:
    """How an element reads."""

    number: str
    title: str
    about: str


def import_framework(
    code: str, name: str, rows: Sequence[ElementRow], *, now: datetime, by: int | None = None
) -> FrameworkImport:
    """Make a framework or bring its elements up to date. Claims, ratings and exhibits stay, so do elements not named,
    and so does the wording that a council changed: there the file's becomes the one that can be restored."""
    if not code or not name or not rows:
        raise InvalidInput("A framework needs a code, a name and at least one element.")
    if len(code) > LONGEST_CODE or len(name) > LONGEST_NAME or not is_fit(code + name):
        raise InvalidInput(f"A framework's code has up to {LONGEST_CODE} characters, its name up to {LONGEST_NAME}.")
    if not CODE.fullmatch(code) or code in TAKEN_CODES:
        raise InvalidInput(f"“{code}” cannot be a framework's code: use small letters, digits and single hyphens.")
    framework = queries.find_framework(code)
    if framework is None:
        framework = Framework(code=code, name=name)
        db.session.add(framework)
    framework.name = name
    known = {element.loaded_number: element for element in framework.elements}
    _check_free(rows, framework)
    for position, row in enumerate(rows, start=1):
        element = known.get(row.number)
        if element is None:
            element = Element(number=row.number)
            framework.elements.append(element)
        element.position = position
        element.criterion, element.sub_criterion = row.criterion, row.sub_criterion
        element.survey_evidence = SurveyEvidence(row.survey_evidence)
        if element.loaded is None:
            element.title, element.about = row.title, row.about
        else:
            element.loaded = {"number": row.number, "title": row.title, "about": row.about}
    kept = sum(row.number in known for row in rows)
    result = FrameworkImport(added=len(rows) - kept, kept=kept)
    record_act_by("evidence.framework imported", code, at=now, by=by, after=result.__dict__)
    db.session.flush()
    return result


def _check_free(rows: Sequence[ElementRow], framework: Framework) -> None:
    """No new element may take the number that the council gave to another."""
    given = {element.number: element.loaded_number for element in framework.elements}
    for row in rows:
        if given.get(row.number, row.number) != row.number:
            raise InvalidInput(
                f"Element {row.number} of the file: the council gave this number to {given[row.number]}. "
                "Restore its wording first."
            )


def import_cse(*, now: datetime, by: int | None = None) -> FrameworkImport:
    """The 57 elements of Customer Service Excellence."""
    rows = frameworks.cse_elements()
    return import_framework(frameworks.CSE_CODE, frameworks.CSE_NAME, rows, now=now, by=by)


def import_contact_centre(*, now: datetime, by: int | None = None) -> FrameworkImport:
    """Our own framework for a contact centre."""
    rows = frameworks.contact_centre_elements()
    code, name = frameworks.CONTACT_CENTRE_CODE, frameworks.CONTACT_CENTRE_NAME
    return import_framework(code, name, rows, now=now, by=by)


def set_thresholds(framework: Framework, thresholds: Thresholds, *, now: datetime, by: int | None = None) -> None:
    """Change when a framework counts as passed and when its evidence is out of date. InvalidInput says what cannot
    be. The defaults, set again, are no longer the council's own: they follow ours."""
    check_thresholds(thresholds)
    before = read_thresholds(framework.code, framework.thresholds)
    if thresholds == before:
        return
    framework.thresholds = None if thresholds == default_thresholds(framework.code) else thresholds.stored()
    change = {"before": before.stored(), "after": thresholds.stored()}
    record_act_by("evidence.thresholds set", framework.code, at=now, by=by, **change)
    db.session.flush()


def rate_element(element: Element, rating: Rating | None, reason: str, *, now: datetime, by: int | None = None) -> None:
    """Give an element its own rating from now on; None takes it back. InvalidInput without a reason, but for one that
    is simply compliant. The rating it has is left as it is."""
    reason = _text(reason, "The reason")
    if rating == element.rating:
        return
    if rating is not Rating.COMPLIANT and not reason:
        raise InvalidInput("Say why.")
    change = {"before": {"rating": element.rating}, "after": {"rating": rating}}
    element.rating = rating
    db.session.add(RatingChange(element_id=element.id, rating=rating, reason=reason, at=now, by=by))
    record_act_by("evidence.element rated", element.number, at=now, by=by, **change)
    db.session.flush()


def set_strongest(element: Element, exhibit: Exhibit | None, *, now: datetime, by: int | None = None) -> None:
    """Say which exhibit speaks most for an element; None is none. Refused for one that does not stand there."""
    if exhibit is not None and exhibit not in element.exhibits:
        raise Refused(f"{exhibit_number(exhibit.number)} does not stand at {element.number}.")
    here = element_exhibit.c.element_id == element.id
    db.session.execute(update(element_exhibit).where(here).values(is_strongest=False))
    if exhibit is not None:
        chosen = element_exhibit.c.exhibit_id == exhibit.id
        db.session.execute(update(element_exhibit).where(here, chosen).values(is_strongest=True))
    after = {"strongest": exhibit_number(exhibit.number) if exhibit else None}
    record_act_by("evidence.strongest chosen", element.number, at=now, by=by, after=after)
    db.session.flush()


def set_owner(
    element: Element, owner: str, owner_id: int | None, review_on: date | None, *, now: datetime, by: int | None = None
) -> None:
    """Who looks after an element, by name or as a member of staff who signs in here, and by when they look again."""
    owner = " ".join(owner.split())
    if len(owner) > 120:
        raise InvalidInput("Use 120 characters or fewer for the name.")
    facts: dict[str, Any] = {"owner": owner, "owner_id": owner_id, "review_on": review_on}
    changed = [name for name, value in facts.items() if getattr(element, name) != value]
    for name in changed:
        setattr(element, name, facts[name])
    if changed:  # which, but no name: the audit holds no personal data
        record_act_by("evidence.owner set", element.number, at=now, by=by, after={"changed": changed})
        db.session.flush()


def write_guidance(
    element: Element, *, show_me: str, tell_me: str, notes: str, now: datetime, by: int | None = None
) -> None:
    """What is shown and told on the day of a visit, and notes for staff alone."""
    texts = {
        "show_me": _text(show_me, "What you show"),
        "tell_me": _text(tell_me, "What you tell"),
        "notes": _text(notes, "The notes"),
    }
    changed = [name for name, text in texts.items() if getattr(element, name) != text]
    for name in changed:
        setattr(element, name, texts[name])
    if changed:
        record_act_by("evidence.guidance written", element.number, at=now, by=by, after={"changed": changed})
        db.session.flush()


def reword(element: Element, wording: Wording, *, now: datetime, by: int | None = None) -> None:
    """Let an element read otherwise; how it was loaded is kept. InvalidInput for what cannot be, and for a number that
    another element of the framework has."""
    number, title = " ".join(wording.number.split()), " ".join(wording.title.split())
    about = _text(wording.about, "The explanation")
    if not number or not title:
        raise InvalidInput("An element needs a number and a title.")
    if len(number) > LONGEST["element"] or len(title) > LONGEST["title"]:
        raise InvalidInput(f"A number has up to {LONGEST['element']} characters, a title up to {LONGEST['title']}.")
    if "/" in number:
        raise InvalidInput("A number stands in the page's address: it has no stroke in it.")
    if any(other.number == number and other is not element for other in element.framework.elements):
        raise InvalidInput(f"Another element has the number {number}.")
    before = {"number": element.number, "title": element.title, "about": element.about}
    after = {"number": number, "title": title, "about": about}
    if after == before:
        return
    loaded = element.loaded or before
    element.number, element.title, element.about = number, title, about
    element.loaded = None if loaded == after else loaded
    change = {"before": before, "after": after}
    record_act_by("evidence.element reworded", element.number, at=now, by=by, **change)
    db.session.flush()


def restore_wording(element: Element, *, now: datetime, by: int | None = None) -> None:
    """Let an element read as it was loaded. InvalidInput where another has taken its number meanwhile."""
    if element.loaded is not None:
        reword(element, Wording(**element.loaded), now=now, by=by)


def _text(text: str, what: str) -> str:
    found = text.strip().replace("\r\n", "\n")
    if len(found) > LONGEST_TEXT:
        raise InvalidInput(f"{what} may have {LONGEST_TEXT:,} characters, and has {len(found):,}.")
    return found


def write_claim(element: Element, text: str, *, now: datetime, by: int | None = None) -> None:
    """Say what the council claims. InvalidInput, with the count, when it has more than 60 words or is too long."""
    claim = text.strip().replace("\r\n", "\n")
    if (problem := too_long_a_claim(claim)) is not None:
        raise InvalidInput(problem)
    if claim != element.claim:
        before, element.claim = element.claim, claim
        record_act_by(
            "evidence.claim written", element.number, at=now, by=by, before={"claim": before}, after={"claim": claim}
        )
        db.session.flush()
