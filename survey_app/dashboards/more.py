"""The pages beside the overview, each named by the question that it answers."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.dashboards import addresses


@dataclass(frozen=True)
class Question:
    """A page of figures: what it answers, how it is called, and where it is."""

    words: str
    title: str
    url: str


# In the order of the page /dashboards/more. Every one of them requires view_results.
QUESTIONS: tuple[Question, ...] = (
    Question("Where did we beat last year?", "This year against last", addresses.LAST_YEAR),
    Question("What would move satisfaction?", "Drivers of satisfaction", addresses.DRIVERS),
)
