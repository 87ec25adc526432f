"""Reading frameworks, elements and exhibits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from survey_app.evidence.changes import PassportPair
from survey_app.evidence.exhibits import Proof, TrendPart, exhibit_number, trend_unit
from survey_app.evidence.models import Element, Exhibit, ExhibitKind, Framework
from survey_app.extensions import db
from survey_app.kernel.errors import AppError, InvalidInput, NotFound
from survey_app.kernel.periods import Period
from survey_app.measures.address import FigureQuery, to_id
from survey_app.measures.figures import Figure
from survey_app.measures.frozen import differences, figure_of, query_of
from survey_app.measures.models import FrozenPassport
from survey_app.measures.passport import canonical, sha256, short_code
from survey_app.measures.queries import figures, open_passport, query_from_id
from survey_app.measures.queries.run_again import find_frozen_passport, run_again
from survey_app.measures.queries.standing import service_tree
from survey_app.measures.rerun import rerun_sentence
from survey_app.measures.subtraction import Printed, printed, standing_together
from survey_app.measures.tree import ServiceTree


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


def exhibit_by_number(number: int) -> Exhibit:
    """One exhibit. NotFound when there is none."""
    exhibit = db.session.scalar(select(Exhibit).where(Exhibit.number == number))
    if exhibit is None:
        raise NotFound(f"There is no exhibit E{number:02}.")
    return exhibit


def next_exhibit_number() -> int:
    return (db.session.scalar(select(func.max(Exhibit.number))) or 0) + 1


def exhibits_of(query: FigureQuery, kind: ExhibitKind) -> list[Exhibit]:
    """What was ever pinned of this figure, oldest first."""
    exhibits = db.session.scalars(select(Exhibit).where(Exhibit.kind == kind).order_by(Exhibit.number))
    return [exhibit for exhibit in exhibits if exhibit.query["figure"] == to_id(query)]


def exhibits_with(code: str) -> Sequence[Exhibit]:
    """The exhibits that stand on a frozen passport, by number."""
    return db.session.scalars(
        select(Exhibit)
        .join(FrozenPassport, FrozenPassport.id == Exhibit.passport_id)
        .where(FrozenPassport.code == code)
        .order_by(Exhibit.number)
    ).all()


def proof_of(exhibit: Exhibit, elements: Sequence[str] | None = None) -> Proof:
    """An exhibit as a value; `elements` limits where it stands to those of one framework."""
    numbers = [element.number for element in sorted(exhibit.elements, key=lambda element: element.position)]
    return Proof(
        number=exhibit_number(exhibit.number),
        is_chart=exhibit.kind is ExhibitKind.CHART,
        title=exhibit.title,
        elements=tuple(number for number in numbers if elements is None or number in elements),
        code=exhibit.frozen.code,
        document=exhibit.frozen.document,
        frozen_at=exhibit.frozen.frozen_at,
        trend=tuple(TrendPart.read(part) for part in exhibit.query.get("trend", ())),
    )


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


def told_apart() -> dict[str, list[Printed]]:
    """The pinned exhibits, of all frameworks, that somebody outside may see beside each other: what each prints.

    Of two that would give a few answers away by subtraction the older one stands.
    """
    pinned = db.session.scalars(
        select(Exhibit).where(Exhibit.elements.any(), Exhibit.passport_id.is_not(None)).order_by(Exhibit.number)
    ).all()
    tree = service_tree()
    prints = [_printed_by(proof_of(exhibit), tree) for exhibit in pinned]
    verdicts = zip(pinned, prints, standing_together(prints), strict=True)
    return {exhibit_number(exhibit.number): bases for exhibit, bases, may_stand in verdicts if may_stand}


def pairs_told_apart(pairs: Sequence[PassportPair], proofs: Sequence[Proof]) -> list[PassportPair]:
    """The pairs whose year before may stand in a pack with these proofs, and beside what is pinned elsewhere."""
    tree = service_tree()
    beside = [base for proof in proofs for base in _printed_by(proof, tree)]
    beside += [base for bases in told_apart().values() for base in bases]
    before = [figure_of(pair.before) for pair in pairs]
    prints = [[printed(figure.query, figure.base, tree.subtree, tree.ids)] for figure in before]
    return [pair for pair, may_stand in zip(pairs, standing_together(prints, beside), strict=True) if may_stand]


def _printed_by(proof: Proof, tree: ServiceTree) -> list[Printed]:
    """Every base that an exhibit prints: its figure's, and those of the months or quarters of its chart."""
    figure = figure_of(json.loads(proof.document))
    bases = [(figure.query, figure.base)]
    bases += [
        (replace(figure.query, first=part.first, last=part.last), part.base)
        for part in proof.trend
        if part.value is not None
    ]
    return [printed(query, base, tree.subtree, tree.ids) for query, base in bases]


def trend_of(query: FigureQuery, *, now: datetime) -> list[TrendPart]:
    """A figure by month, or by quarter where months are mostly thin."""
    by_month = _by(query, "month", now)
    unit = trend_unit(by_month)
    return [TrendPart.of(figure) for figure in (by_month if unit == "month" else _by(query, unit, now))]


def live_figure(query: FigureQuery, *, now: datetime) -> Figure:
    """The figure as it is now, with its target and last year."""
    (figure,) = figures(query.definition, query.first, query.last, where=query.filters, rules=query.rules, now=now)
    return figure


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


def period_of(query: FigureQuery) -> Period:
    return Period.between(query.first, query.last)


def _by(query: FigureQuery, unit: str, now: datetime) -> list[Figure]:
    return figures(
        query.definition, query.first, query.last, by=[unit], where=query.filters, rules=query.rules, now=now
    )
