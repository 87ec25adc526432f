"""What is read for one control chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from survey_app.kernel.periods import Period
from survey_app.measures.control import ControlSeries, Entry
from survey_app.measures.definitions import Measure
from survey_app.measures.figures import Figure
from survey_app.measures.label_methods import MethodTurn
from survey_app.measures.lineage import Lineage, Wording
from survey_app.measures.rebasing import RebaseLine


@dataclass(frozen=True)
class ControlReading:
    """A series with all new ranges that were entered, the months of those `begun`, and its newest year with the test.

    `about` names the service, None for all. `is_whole` says that this is the council's or a service's own series.
    `reworded` are the ranges that begin because the question reads otherwise from then on, and nobody bridged that, or
    because another method labels the comments.
    """

    series: ControlSeries
    rebases: Sequence[RebaseLine]
    begun: Sequence[date]
    year: Figure | None
    about: str | None
    is_whole: bool
    reworded: Sequence[RebaseLine] = ()

    @property
    def entries(self) -> list[Entry]:
        return [placed.entry for placed in self.series.placed]


def ranges_of_wordings(measure: Measure, lineage: Lineage) -> list[RebaseLine]:
    """Where a measure's question was worded anew: two wordings share no usual range, as they share no figure."""
    return [
        RebaseLine(0, month, "the question was worded anew", "", month)
        for turn in lineage.turns()
        if turn.later.since is not None and not turn.is_bridged and _feeds(turn.later, measure)
        for month in [turn.later.since.replace(day=1)]
    ]


def ranges_of_methods(turns: Sequence[MethodTurn]) -> list[RebaseLine]:
    """Where another method labels the comments: labels of two methods share no usual range either."""
    return [RebaseLine(0, turn.since, "another method labels the comments", "", turn.since) for turn in turns]


def _feeds(wording: Wording, measure: Measure) -> bool:
    if measure.is_own:
        return wording.question == measure.question
    return measure.asks is not None and wording.asks == measure.asks


def newest_year(entries: Sequence[Entry]) -> Period | None:
    """The newest twelve months that are settled, for the test against the twelve before."""
    settled = [entry for entry in entries if not entry.is_provisional]
    if not settled:
        return None
    last = settled[-1].period.last
    following = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    return Period.between(following.replace(year=following.year - 1), last)
