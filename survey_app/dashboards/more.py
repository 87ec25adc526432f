"""The pages beside the overview, each named by the question that it answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """A page of figures: what it answers, how it is called, and where it is."""

    words: str
    title: str
    url: str


# In the order of the page /dashboards/more. Every one of them requires view_results.
QUESTIONS: tuple[Question, ...] = (
    Question("Do those who answered look like those who contacted us?", "Who answered", "/dashboards/who-answered"),
    Question("What may everybody know?", "Published tables", "/dashboards/tables"),
)
