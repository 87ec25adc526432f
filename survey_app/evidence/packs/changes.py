"""Where a year beat the year before: the claims of one pack, each from two frozen passports, allowed for together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.periods import Period
from survey_app.measures.figures import compare
from survey_app.measures.frozen import counted_of
from survey_app.measures.passport import canonical, sha256, short_code
from survey_app.measures.sentences import Change, together


@dataclass(frozen=True)
class PassportPair:
    """The documents of a figure and of the same figure a year earlier.

    `is_named` of a headline that was named before its year began: it is tested alone, not as one of many.
    """

    exhibit: str
    now: Mapping[str, Any]
    before: Mapping[str, Any]
    is_named: bool = False


def changes(pairs: Sequence[PassportPair]) -> dict[str, Change]:
    """The change of each pair by its exhibit. InvalidInput when two documents are not of one figure, a year apart."""
    found = {pair.exhibit: _compared(pair) for pair in pairs}
    among_others = [pair.exhibit for pair in pairs if not pair.is_named]
    return found | dict(zip(among_others, together([found[exhibit] for exhibit in among_others]), strict=True))


def change_cells(pair: PassportPair, change: Change) -> dict[str, str | int | float | None]:
    """What follows from two passports, as changes.csv writes it."""
    codes = [short_code(sha256(canonical(dict(document)))) for document in (pair.now, pair.before)]
    return {
        "exhibit": pair.exhibit,
        "measure": str(pair.now["measure"]),
        "passport": codes[0],
        "previous_passport": codes[1],
        "difference": change.difference,
        "low": change.low,
        "high": change.high,
        "p_value": change.p_value,
        "adjusted_for": change.adjusted_for,
        "adjusted_p": change.adjusted_p,
        "named": "yes" if pair.is_named else "no",
        "verdict": change.verdict.value,
        "sentence": change.sentence,
    }


def _compared(pair: PassportPair) -> Change:
    (query, now), (query_before, before) = counted_of(pair.now), counted_of(pair.before)
    a_year_ago = Period.between(query.first, query.last).previous
    if query_before != replace(query, first=a_year_ago.first, last=a_year_ago.last):
        raise InvalidInput("its second passport is not that of the same figure a year earlier")
    return compare(query.definition, now, before)
