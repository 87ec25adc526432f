"""Words that are new in a quarter, on the page of all themes and beside the list of comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.comments.terms.emerging import FLOOR
from survey_app.dashboards import addresses
from survey_app.dashboards.themes.queries import NewWords
from survey_app.kernel.periods import Period


@dataclass(frozen=True)
class NewWordRow:
    """A word with its comments of the quarter behind it, and how many there were before."""

    term: str
    url: str
    now: int
    before: int


@dataclass(frozen=True)
class NewWordsBlock:
    """`words` says what is compared, or why there is nothing to see."""

    quarter: str
    words: str
    rows: Sequence[NewWordRow]
    floor: int = FLOOR


def new_words_block(found: NewWords | None, service: str | None = None) -> NewWordsBlock | None:
    """None before the first comment. `service` is the code of the one that the links are cut to."""
    if found is None:
        return None
    now, before = found.quarters.now, found.quarters.before
    rows = [
        NewWordRow(each.term, _comments_with(each.term, now, service), each.now, each.before) for each in found.terms
    ]
    compared = (
        f"More frequent in the comments of {_months(now)} than in {_months(before)}, by more than chance explains."
    )
    none = f"No word stands out in the comments of {_months(now)} against {_months(before)}."
    return NewWordsBlock(now.label, compared if rows else none, rows)


def _comments_with(term: str, quarter: Period, service: str | None) -> str:
    chosen = {"period": quarter.label, "service": service, "text": f'"{term}"' if " " in term else term}
    return addresses.with_arguments(addresses.COMMENTS, chosen)


def _months(quarter: Period) -> str:
    """January to March 2026."""
    return f"{quarter.first:%B} to {quarter.last:%B %Y}"
