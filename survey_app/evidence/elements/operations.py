"""Writes frameworks, their elements and what the council says of each. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.audit.operations import record_act_by
from survey_app.evidence import frameworks, queries
from survey_app.evidence.elements.claims import too_long_a_claim
from survey_app.evidence.frameworks import ElementRow
from survey_app.evidence.models import (
    LONGEST_CODE,
    LONGEST_NAME,
    Element,
    Framework,
    SurveyEvidence,
)
from survey_app.extensions import db
from survey_app.kernel.characters import is_fit
from survey_app.kernel.errors import InvalidInput


@dataclass(frozen=True)
class FrameworkImport:
    """How many elements are new, and how many were there and keep their claim and exhibits."""

    added: int
    kept: int


def import_framework(
    code: str, name: str, rows: Sequence[ElementRow], *, now: datetime, by: int | None = None
) -> FrameworkImport:
    """Make a framework or bring its elements up to date. Claims and exhibits stay, and so do elements not named."""
    if not code or not name or not rows:
        raise InvalidInput("A framework needs a code, a name and at least one element.")
    if len(code) > LONGEST_CODE or len(name) > LONGEST_NAME or not is_fit(code + name):
        raise InvalidInput(f"A framework's code has up to {LONGEST_CODE} characters, its name up to {LONGEST_NAME}.")
    framework = queries.find_framework(code)
    if framework is None:
        framework = Framework(code=code, name=name)
        db.session.add(framework)
    framework.name = name
    known = {element.number: element for element in framework.elements}
    for position, row in enumerate(rows, start=1):
        element = known.get(row.number)
        if element is None:
            element = Element(number=row.number)
            framework.elements.append(element)
        element.position = position
        element.criterion, element.sub_criterion = row.criterion, row.sub_criterion
        element.title, element.about = row.title, row.about
        element.survey_evidence = SurveyEvidence(row.survey_evidence)
    kept = sum(row.number in known for row in rows)
    result = FrameworkImport(added=len(rows) - kept, kept=kept)
    record_act_by("evidence.framework imported", code, at=now, by=by, after=result.__dict__)
    db.session.flush()
    return result


def import_cse(*, now: datetime, by: int | None = None) -> FrameworkImport:
    """The 57 elements of Customer Service Excellence."""
    rows = frameworks.cse_elements()
    return import_framework(frameworks.CSE_CODE, frameworks.CSE_NAME, rows, now=now, by=by)


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
