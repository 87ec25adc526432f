"""How often a label was right, as it was measured for a version of the method. A version not measured says so."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.statistics.rounding import percent


@dataclass(frozen=True)
class Measured:
    """Shares of comments labelled as people labelled them: of all, and of those not sent to review."""

    rows: int
    accuracy: float
    accuracy_after_review: float

    @property
    def words(self) -> str:
        return (
            f"The label was right for {percent(self.accuracy_after_review)} of the comments not sent to review and for "
            f"{percent(self.accuracy)} of all, when it was tried on {self.rows:,} comments of patients that people had "
            "labelled; the method was made with these comments, so expect a little less."
        )


NOT_MEASURED = "How often this version of the method is right has not been measured yet."
# By method: `flask comments evaluate` on the development comments of the NHS Friends and Family Test.
MEASURED = {"rules-1+88d2ff90": Measured(3206, 0.8328134747348721, 0.9109263657957245)}


def accuracy_words(method: str) -> str:
    """What stands beside a figure made of this method's labels."""
    measured = MEASURED.get(method)
    return NOT_MEASURED if measured is None else measured.words
