"""Whether the tallies tell the truth."""

from __future__ import annotations

from survey_app.measures.models import Tallied
from survey_app.measures.queries import cells, subjects
from survey_app.measures.queries.cells import Difference


def verify() -> list[Difference]:
    """Count everything again and list every cell that differs; none when all is well. Wants one snapshot."""
    found = []
    for month in cells.months_to_recount():
        found += cells.differences_of_answers(month)
        for tallied in Tallied:
            for tally in subjects.TALLIES:
                found += subjects.differences_of(tallied, tally, month)
    return found
