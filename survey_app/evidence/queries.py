"""Reading frameworks, elements and exhibits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from survey_app.evidence.changes import PassportPair
from survey_app.evidence.exhibits.proofs import Proof
from survey_app.evidence.exhibits.queries import bases_printed_by, proof_of, told_apart
from survey_app.evidence.models import Element, Framework
from survey_app.extensions import db
from survey_app.kernel.errors import AppError, InvalidInput, NotFound
from survey_app.measures.frozen import differences, figure_of, query_of
from survey_app.measures.passport import canonical, sha256, short_code
from survey_app.measures.queries import open_passport, query_from_id
from survey_app.measures.queries.run_again import find_frozen_passport, run_again
from survey_app.measures.queries.standing import service_tree
from survey_app.measures.rerun import rerun_sentence
from survey_app.measures.subtraction import printed, standing_together


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


def proofs_in(framework: Framework, first: date, last: date) -> list[Proof]:
    """The exhibits of a framework whose figures lie within these days, by number."""
    ours = [element.number for element in framework.elements]
    pinned = {exhibit.number: exhibit for element in framework.elements for exhibit in element.exhibits}
    chosen = []
    for exhibit in (pinned[number] for number in sorted(pinned)):
        if exhibit.passport is None:
            continue
        query = query_from_id(exhibit.query["figure"])
        if first <= query.first and query.last <= last:
            chosen.append(proof_of(exhibit, ours))
    return chosen


def pairs_told_apart(pairs: Sequence[PassportPair], proofs: Sequence[Proof]) -> list[PassportPair]:
    """The pairs whose year before may stand in a pack with these proofs, and beside what is pinned elsewhere."""
    tree = service_tree()
    beside = [base for proof in proofs for base in bases_printed_by(proof, tree)]
    beside += [base for bases in told_apart().values() for base in bases]
    before = [figure_of(pair.before) for pair in pairs]
    prints = [[printed(figure.query, figure.base, tree.subtree, tree.ids)] for figure in before]
    return [pair for pair, may_stand in zip(pairs, standing_together(prints, beside), strict=True) if may_stand]


def live_differences(document: Mapping[str, Any], *, now: datetime) -> list[str]:
    """Run a passport again: why it is not as it was, and which counts differ. Empty when counts and rows are the same.

    Of one that was frozen elsewhere no rows are kept here: it is compared by its counts alone.
    """
    try:
        frozen = find_frozen_passport(short_code(sha256(canonical(dict(document)))))
        if frozen is None:
            return differences(document, open_passport(query_of(document), now=now).document)
        found = run_again(frozen, now=now)
    except AppError as problem:
        return [f"it cannot be run again here: {problem.message}"]
    return [] if found.is_same else [rerun_sentence(found), *found.differences]
