"""Reads both sides of a comparison: the measures, and what the sides are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.dashboards.compare.asked import By, Comparison
from survey_app.dashboards.parts.guarding import guarded_line
from survey_app.dashboards.parts.queries import all_of_kind
from survey_app.dashboards.queries import service_in
from survey_app.kernel.periods import Period
from survey_app.measures.drivers import OUTCOME
from survey_app.measures.figures import Figure
from survey_app.measures.queries import figures, read_standing
from survey_app.measures.queries.standing import Standing
from survey_app.measures.two_sides import Mix, Pair, compared, mix_of
from survey_app.organisation.channels import Channel
from survey_app.organisation.scope import Scope

REWORDED = "The question was worded anew between the two, and nobody has said yet that both wordings can be compared."
NESTED = "One of the two services is part of the other. Compare parts with one another: what is in both moves neither."


@dataclass(frozen=True)
class Compared:
    """`mixes` are by channel and by service, as far as that is not what the sides are; by its name as a heading."""

    pairs: Sequence[Pair]
    mixes: Mapping[str, Mix | None]


def why_not(asked: Comparison, scope: Scope, *, standing: Standing) -> str:
    """Why two services cannot be compared; empty where they can. NotFound for one that the viewer may not see."""
    if asked.by is not By.SERVICE:
        return ""
    for code in (asked.one, asked.other):
        if code:
            service_in(scope, code)
    if not asked.is_chosen:
        return ""
    one, other = (standing.services.subtree([code]) for code in (asked.one, asked.other))
    return NESTED if not one.isdisjoint(other) and asked.one != asked.other else ""


@dataclass(frozen=True)
class _Reader:
    """What every figure of the page is read with."""

    scope: Scope
    now: datetime
    standing: Standing

    def line(self, name: str, period: Period, where: Mapping[str, str], *by: str) -> list[Figure]:
        return figures(
            name,
            period.first,
            period.last,
            by=by,
            where=where,
            scope=self.scope,
            now=self.now,
            standing=self.standing,
            are_compared=False,
        )

    def sides(self, name: str, asked: Comparison) -> tuple[Figure, Figure]:
        (one,), (other,) = (
            self.line(name, period, where) for period, where in zip(asked.periods, asked.wheres, strict=True)
        )
        return one, other


def read_compared(
    asked: Comparison, scope: Scope, *, other_name: str, now: datetime, standing: Standing | None = None
) -> Compared:
    """Both sides of each measure with their test. The number of statements does not depend on what is compared."""
    reader = _Reader(scope, now, standing or read_standing(now))
    pairs = [_pair(name, asked, reader) for name in asked.measures]
    mixes = {
        title: _mix(dimension, asked, reader)
        for title, dimension in (("Channels", "channel"), ("Services", "service"))
        if dimension != asked.by and dimension not in asked.selection.where
    }
    return Compared(compared(pairs, other_name=other_name, are_groups=asked.by is not By.PERIOD), mixes)


def _pair(name: str, asked: Comparison, reader: _Reader) -> Pair:
    """What the list of all parts of a kind hides stays hidden beside one another."""
    one, other = reader.sides(name, asked)
    if asked.by is By.PERIOD:
        return Pair(one, other, why_not=REWORDED if _is_reworded(one, other, reader.standing) else "")
    shown = _as_listed(name, asked, reader)
    return Pair(shown.get(asked.one, one), shown.get(asked.other, other))


def _as_listed(name: str, asked: Comparison, reader: _Reader) -> dict[str, Figure]:
    """The figure of each part in the list of its kind, by code; of a service that has others under it, its own answers
    alone stand there."""
    if (kind := asked.by.part_kind) is not None:
        line = all_of_kind(kind, asked.selection, reader.scope, now=reader.now, standing=reader.standing, measure=name)
        return {figure.group[0]: figure for figure in line}
    line = reader.line(name, asked.selection.period, asked.selection.where, "service")
    return {figure.group[0]: figure for figure in line if not reader.standing.services.has_parts(figure.group[0])}


def _is_reworded(one: Figure, other: Figure, standing: Standing) -> bool:
    """Whether a new wording that nobody declared alike began after the first day of the earlier side, and not after the
    last of the later one."""
    earlier, later = sorted((one.period, other.period), key=lambda period: period.first)
    return any(
        turn.later.since is not None and not turn.is_bridged and earlier.first < turn.later.since <= later.last
        for turn in standing.lineage.turns(one.measure.asks)
    )


def _mix(dimension: str, asked: Comparison, reader: _Reader) -> Mix | None:
    """By the names of a dimension; what must not be shown has none."""
    sides = []
    for period, where in zip(asked.periods, asked.wheres, strict=True):
        line = reader.line(OUTCOME, period, where, dimension)
        shown = guarded_line(line, asked.by.part_kind) if asked.by.part_kind else line
        bases: Counter[str] = Counter()
        for figure in shown:
            bases["" if figure.suppressed else _name(dimension, figure.group[0], reader.standing)] += figure.base
        sides.append(bases)
    return mix_of(*sides)


def _name(dimension: str, code: str, standing: Standing) -> str:
    if not code:
        return "Not recorded"
    return Channel(code).label if dimension == "channel" else standing.services.name(code)
