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


# In the order of the page /dashboards/more, under what somebody comes with. Every one of them requires view_results.
TOPICS: tuple[tuple[str, tuple[Question, ...]], ...] = (
    (
        "Is it getting better?",
        (
            Question(
                "Is this month unusual, and will the target be met as things run?", "Control chart", addresses.CONTROL
            ),
            Question("Where did we beat last year?", "This year against last", addresses.LAST_YEAR),
            Question(
                "Do two periods, or two groups, differ by more than chance explains?", "Compare", addresses.COMPARE
            ),
            Question("What do others say of us?", "Series of others", "/dashboards/series"),
        ),
    ),
    (
        "What lies behind it?",
        (
            Question("What would move satisfaction?", "Drivers of satisfaction", addresses.DRIVERS),
            Question("Which services differ by more than chance explains?", "Funnel", addresses.FUNNEL),
            Question("How often does one contact settle the matter?", "Journeys", "/dashboards/journeys"),
            Question("What did people answer to each question?", "Each question", addresses.QUESTIONS),
            Question("How is my team doing, and what do residents say of us?", "My team", addresses.MY_TEAM),
        ),
    ),
    (
        "May we believe it?",
        (
            Question(
                "Do those who answered look like those who contacted us?", "Who answered", "/dashboards/who-answered"
            ),
            Question("Does it matter how people answered?", "Ways of answering", "/dashboards/modes"),
            Question("What do we measure, and what exactly is each figure?", "Measures", addresses.MEASURES),
            Question(
                "Was a question worded anew, and may we compare all the same?",
                "New wordings",
                "/dashboards/wordings/",
            ),
            Question("How many people would we have to ask to show a change?", "How many to ask", addresses.PLANNER),
        ),
    ),
    (
        "How do I take it with me?",
        (
            Question("Could the figures come to me, every week or month?", "Digest by e-mail", addresses.DIGESTS),
            Question("What can I take away as a file?", "Downloads", addresses.EXPORTS),
            Question("What may everybody know?", "Published tables", "/dashboards/tables"),
        ),
    ),
)
QUESTIONS = tuple(question for _topic, questions in TOPICS for question in questions)
