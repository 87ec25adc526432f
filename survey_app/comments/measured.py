"""How often a label was right, as it was measured for a version of the method. A version not measured says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from survey_app.comments.linear import UNKNOWN
from survey_app.comments.method import current
from survey_app.statistics.rounding import percent

# Development comments of the NHS Friends and Family Test (weights/NOTICE): the digest of their file.
OF_PATIENTS = "6b7edf5c76da7e6cbfca98f987bd6751bb78773d8698ffbf9046b40a1e328b4d"


@dataclass(frozen=True)
class Measured:
    """Shares of comments labelled as people labelled them: of all, and of those not sent to review."""

    rows: int
    accuracy: float
    accuracy_after_review: float

    @property
    def shares(self) -> str:
        return (
            f"{percent(self.accuracy_after_review)} of the comments not sent to review and for "
            f"{percent(self.accuracy)} of all"
        )


NOT_MEASURED = "How often this version of the method is right has not been measured yet."
# Rules alone, by method: `flask comments evaluate` on the comments of patients that they were made with.
MEASURED = {
    "rules-1+88d2ff90": Measured(3206, 0.8328134747348721, 0.9109263657957245),
    "rules-2+5ee33344": Measured(3206, 0.8365564566437929, 0.9252297410192147),
}


def measured_of(method: str) -> Measured | None:
    """What was measured of this method where it was known what had been asked; weights carry it with them."""
    document = _weights_of(method)
    return MEASURED.get(method) if document is None else _measured(document["figures"]["known"])


def accuracy_words(method: str) -> str:
    """What stands beside a figure made of this method's labels."""
    document = _weights_of(method)
    if document is not None:
        return _words_of_weights(document)
    measured = MEASURED.get(method)
    if measured is None:
        return NOT_MEASURED
    return (
        f"The label was right for {measured.shares}, when it was tried on {measured.rows:,} comments of patients that "
        "people had labelled; the method was made with these comments, so expect a little less."
    )


def _weights_of(method: str) -> Mapping[str, Any] | None:
    now = current()
    return now.weights.document if now.weights is not None and now.name == method else None


def _words_of_weights(document: Mapping[str, Any]) -> str:
    known, unknown = (_measured(document["figures"][name]) for name in ("known", UNKNOWN))
    whose, elsewhere = "comments that people had labelled", ""
    if document["trained_on"]["sha256"] == OF_PATIENTS:
        whose, elsewhere = "comments of patients that people had labelled", "; expect a little less of residents'"
    return (
        f"The label was right for {known.shares} where it was known what had been asked, and for {unknown.shares} "
        f"where not, when it was tried on {known.rows:,} {whose} and that it had not learnt from{elsewhere}."
    )


def _measured(figures: Mapping[str, Any]) -> Measured:
    after = figures["accuracy_after_review"]
    return Measured(figures["rows"], figures["accuracy"], figures["accuracy"] if after is None else after)
