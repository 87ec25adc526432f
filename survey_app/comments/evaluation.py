"""How well labels agree with people's. Pure arithmetic over pairs of labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

LABELS = ("negative", "neutral", "positive")


@dataclass(frozen=True, slots=True)
class Judged:
    """One comment: what a person said, what the method said, and whether it asked for a person."""

    expected: str
    found: str
    review: bool


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Shares are 0 to 1. `accuracy_after_review` is that of the comments not sent to review; None when all were.

    `negative_shown_positive` is the dearest mistake: the share of complaints that were taken for praise; None when
    people found no complaint.
    """

    rows: int
    accuracy: float
    macro_f1: float
    f1: dict[str, float]
    review_share: float
    accuracy_after_review: float | None
    negative_shown_positive: float | None


def evaluate(judged: Iterable[Judged]) -> Evaluation:
    """Compare labels. A label that neither side used counts 0 in the macro mean. Raises ValueError without rows."""
    rows = list(judged)
    if not rows:
        raise ValueError("There is nothing to evaluate.")
    f1 = {label: f1_of(label, rows) for label in LABELS}
    kept = [row for row in rows if not row.review]
    complaints = [row for row in rows if row.expected == "negative"]
    return Evaluation(
        rows=len(rows),
        accuracy=_accuracy(rows),
        macro_f1=sum(f1.values()) / len(f1),
        f1=f1,
        review_share=1 - len(kept) / len(rows),
        accuracy_after_review=_accuracy(kept) if kept else None,
        negative_shown_positive=(
            sum(row.found == "positive" for row in complaints) / len(complaints) if complaints else None
        ),
    )


def f1_of(label: str, rows: Iterable[Judged]) -> float:
    """2 x both / (said by the person + said by the method); 0 when neither said it."""
    said = Counter[str]()
    both = 0
    for row in rows:
        said.update((row.expected, row.found))
        both += row.expected == row.found == label
    return 2 * both / said[label] if said[label] else 0.0


def _accuracy(rows: list[Judged]) -> float:
    return sum(row.expected == row.found for row in rows) / len(rows)
