"""What residents of a scenario write: comments of our own, so that no real person's words stand in a demo.

They live in ``comments.csv`` beside this module, one a row, in no order that matters. Personal details in them are
fictional (numbers Ofcom keeps for drama, addresses at example.org, postcodes never allocated): redaction has to find
them, and nothing is lost where it does not.
"""

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from io import StringIO

ANY_SERVICE = "any"


class Tone(StrEnum):
    """How its writer felt; a request asks for something without judging what was."""

    PRAISE = "praise"
    COMPLAINT = "complaint"
    MIXED = "mixed"
    NEUTRAL = "neutral"
    REQUEST = "request"


class OpenQuestion(StrEnum):
    """The question a comment answers, by its code in the default survey."""

    WHY = "why"
    IMPROVE = "improve"


@dataclass(frozen=True, slots=True)
class CommentText:
    """One comment, fit for contacts with ``service`` (``ANY_SERVICE``: with each of them).

    ``language`` is an ISO 639-1 code, ``text`` a single line as its writer typed it. ``story`` names what it tells of
    a scenario: such a text is only true where and while that story is; most have none.
    """

    service: str
    question: OpenQuestion
    tone: Tone
    text: str
    language: str
    story: str = ""


@cache
def load_comment_texts() -> tuple[CommentText, ...]:
    """All comments, in the order of the file, so that a seeded choice among them is the same on every machine.

    Raises ValueError where a row has a tone or a question that is not one of ours.
    """
    table = files("survey_app.demo").joinpath("comments.csv").read_text(encoding="utf-8")
    return tuple(
        CommentText(
            service=row["service"],
            question=OpenQuestion(row["question"]),
            tone=Tone(row["tone"]),
            text=row["text"],
            language=row["language"],
            story=row["story"],
        )
        for row in csv.DictReader(StringIO(table))
    )
