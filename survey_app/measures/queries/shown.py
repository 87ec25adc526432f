"""What `flask measures show` and the API show of one measure, read in one way for both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from survey_app.measures.definitions import Measure
from survey_app.measures.figures import Figure
from survey_app.measures.queries import figures, measure_called, read_standing
from survey_app.measures.rules import USUAL, Rules
from survey_app.organisation.scope import EVERYTHING, Scope


@dataclass(frozen=True)
class Shown:
    """The figures of a measure, and by their places what they are by other rules, where those were asked for."""

    measure: Measure
    figures: Sequence[Figure]
    switched: Mapping[tuple[str, ...], Figure]


def read_shown(
    name: str,
    first: date,
    last: date,
    *,
    by: Sequence[str],
    where: Mapping[str, Iterable[str]],
    rules: Rules = USUAL,
    scope: Scope = EVERYTHING,
    now: datetime,
) -> Shown:
    """InvalidInput and NotFound as `figures` says."""
    measure, standing = measure_called(name), read_standing(now)
    filters = {key: list(codes) for key, codes in where.items()}

    def read(by_rules: Rules) -> list[Figure]:
        return figures(
            measure, first, last, by=by, where=filters, rules=by_rules, scope=scope, now=now, standing=standing
        )

    switched = {other.place: other for other in read(rules)} if rules != USUAL else {}
    return Shown(measure, read(USUAL), switched)
