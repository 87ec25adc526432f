"""Reading exhibits, what each proves, and which may be seen beside each other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select

from survey_app.evidence.exhibits.proofs import Proof, TrendPart, exhibit_number, trend_unit
from survey_app.evidence.models import Exhibit, ExhibitKind
from survey_app.extensions import db
from survey_app.kernel.errors import NotFound
from survey_app.measures.address import FigureQuery, to_id
from survey_app.measures.figures import Figure
from survey_app.measures.frozen import figure_of
from survey_app.measures.models import FrozenPassport
from survey_app.measures.queries import figures
from survey_app.measures.queries.standing import service_tree
from survey_app.measures.subtraction import Printed, printed, standing_together
from survey_app.measures.tree import ServiceTree


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


def told_apart() -> dict[str, list[Printed]]:
    """The pinned exhibits, of all frameworks, that somebody outside may see beside each other: what each prints.

    Of two that would give a few answers away by subtraction the older one stands.
    """
    pinned = db.session.scalars(
        select(Exhibit).where(Exhibit.elements.any(), Exhibit.passport_id.is_not(None)).order_by(Exhibit.number)
    ).all()
    tree = service_tree()
    prints = [bases_printed_by(proof_of(exhibit), tree) for exhibit in pinned]
    verdicts = zip(pinned, prints, standing_together(prints), strict=True)
    return {exhibit_number(exhibit.number): bases for exhibit, bases, may_stand in verdicts if may_stand}


def bases_printed_by(proof: Proof, tree: ServiceTree) -> list[Printed]:
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


def _by(query: FigureQuery, unit: str, now: datetime) -> list[Figure]:
    return figures(
        query.definition, query.first, query.last, by=[unit], where=query.filters, rules=query.rules, now=now
    )
