"""From counts by value to numerator, base and what stands outside the base. Source: MEASURES.md 1.1 to 1.4."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from survey_app.measures.definitions import Choice, Measure

# How the codes of options outside the base are called where they are shown.
OUTSIDE = {"": "blank", "dk": "dont_know", "na": "does_not_apply"}


@dataclass(frozen=True)
class Counted:
    """What the answers add up to. Codes are those stored with the answers; all counts are whole numbers.

    `by_value` and `by_score` hold the base only; `outside` holds the rest: dont_know, does_not_apply, blank (always
    there), and any other option outside the base under its own code. Of a net share the numerator is plus - minus.
    `scale` is the one that answers were given on, of a measure that knows several.
    """

    numerator: int = 0
    base: int = 0
    plus: int = 0
    minus: int = 0
    by_value: Mapping[str, int] = field(default_factory=dict)
    by_score: Mapping[int, int] = field(default_factory=dict)
    outside: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(sorted(OUTSIDE.values()), 0))
    scale: tuple[int, int] | None = None


def count(measure: Measure, answers: Mapping[Choice, int]) -> Counted:
    """Pool the counts of all versions of the question: never an average of averages."""
    by_value: Counter[str] = Counter()
    by_score: Counter[int] = Counter()
    outside: Counter[str] = Counter(dict.fromkeys(OUTSIDE.values(), 0))
    numerator = plus = minus = 0
    for choice, n in answers.items():
        if not choice.is_substantive:
            outside[OUTSIDE.get(choice.code, choice.code)] += n
            continue
        by_value[choice.code] += n
        if choice.score is not None:
            by_score[choice.score] += n
        weight = measure.weight(choice)
        numerator += weight * n
        plus += n if weight > 0 else 0
        minus += n if weight < 0 else 0
    return Counted(
        numerator=numerator,
        base=by_value.total(),
        plus=plus,
        minus=minus,
        by_value=_sorted(by_value),
        by_score={score: by_score[score] for score in sorted(by_score)},
        outside=dict(sorted(outside.items())),
        scale=next((choice.scale for choice in answers if choice.scale is not None), None),
    )


def _sorted(counts: Counter[str]) -> dict[str, int]:
    """By code, without the cells that changes have brought back to nothing."""
    return {code: counts[code] for code in sorted(counts) if counts[code]}
