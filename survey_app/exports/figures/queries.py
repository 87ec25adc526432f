"""Reading the figures of a file: each as `flask measures show` counts it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from survey_app.exports.figures.rows import COLUMNS, codebook, figure_row, left_out_row
from survey_app.exports.sheets import Sheet
from survey_app.exports.tables import Row, Table
from survey_app.kernel.errors import InvalidInput
from survey_app.measures.address import make_query, split_by
from survey_app.measures.own.queries import all_measures, measure_called
from survey_app.measures.queries import cut_of, figures, read_standing
from survey_app.organisation.scope import Scope

NOTHING_COUNTED = "No part of this breakdown has anything to count."


@dataclass(frozen=True)
class Wanted:
    """Which figures: of London days, both included. Without `measures`, of every measure that can be broken down so."""

    first: date
    last: date
    where: Mapping[str, Sequence[str]]
    scope: Scope
    by: Sequence[str] = ()
    measures: Sequence[str] = ()


class Figures:
    """The figures that somebody wants, measure by measure. InvalidInput and NotFound as `figures` says."""

    def __init__(self, wanted: Wanted, *, site: str, now: datetime) -> None:
        self.wanted, self._site, self._now = wanted, site, now
        self.done = 0  # of `total` measures, which were counted
        self._measures = [measure_called(name) for name in wanted.measures] or all_measures()
        self._standing = read_standing(now)
        self.total = len(self._measures)
        split_by(wanted.by)
        query = make_query("satisfaction", wanted.first, wanted.last, wanted.where)
        cut_of(query, self._standing.services, wanted.scope)

    @property
    def codebook(self) -> Sheet:
        """What each column holds."""
        return codebook()

    @property
    def table(self) -> Table:
        """The rows as a stream, a batch a measure."""
        return Table("Figures", list(COLUMNS), self._batches())

    def _batches(self) -> Iterator[list[Row]]:
        wanted = self.wanted
        for measure in self._measures:
            try:
                found = figures(
                    measure,
                    wanted.first,
                    wanted.last,
                    by=wanted.by,
                    where=wanted.where,
                    scope=wanted.scope,
                    now=self._now,
                    standing=self._standing,
                )
            except InvalidInput as problem:
                if wanted.measures:
                    raise
                rows: list[Row] = [left_out_row(measure, problem.message)]
            else:
                rows = [figure_row(figure, self._site) for figure in found]
                rows = rows or [left_out_row(measure, NOTHING_COUNTED)]
            self.done += 1
            yield rows
