"""Kinds of question and what their answers mean."""

from __future__ import annotations

from enum import StrEnum


class QuestionKind(StrEnum):
    """How a question is answered. The kind decides which options count (see measures).

    A matrix is no kind: it is questions of one kind that stand together under one stem (`SurveyItem.stem`).
    """

    SATISFACTION = "satisfaction"  # five points, 5 = very satisfied
    AGREEMENT = "agreement"  # five points, 5 = strongly agree
    EASE = "ease"  # five points, 5 = very easy
    EFFORT = "effort"  # seven points, 7 = very easy
    NPS = "nps"  # 0 to 10, how likely somebody is to recommend
    YES_PARTLY_NO = "yes_partly_no"
    THUMBS = "thumbs"  # up or down
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    RANKING = "ranking"  # options put in order, the best first
    NUMBER = "number"
    DATE = "date"
    SHORT_TEXT = "short_text"  # one line
    TEXT = "text"
    CONSENT = "consent"  # may we contact you about this answer: yes or no


# Answered by one option, whose code is all that the answer says.
ONE_OPTION = frozenset(
    {
        QuestionKind.SATISFACTION,
        QuestionKind.AGREEMENT,
        QuestionKind.EASE,
        QuestionKind.EFFORT,
        QuestionKind.NPS,
        QuestionKind.YES_PARTLY_NO,
        QuestionKind.THUMBS,
        QuestionKind.SINGLE_CHOICE,
        QuestionKind.CONSENT,
    }
)
# Whose answers become figures through the change feed. Consent is an answer to be heeded, never a figure.
TALLIED = ONE_OPTION - {QuestionKind.CONSENT}
AGREED = "yes"  # the option that gives consent
# Answered by several options, or in their order.
SEVERAL_OPTIONS = frozenset({QuestionKind.MULTIPLE_CHOICE, QuestionKind.RANKING})
WRITTEN = frozenset({QuestionKind.TEXT, QuestionKind.SHORT_TEXT})
# Options are names of things without a score; whether one stands outside the base is said of it alone.
NAMED_OPTIONS = SEVERAL_OPTIONS | {QuestionKind.SINGLE_CHOICE, QuestionKind.CONSENT, QuestionKind.THUMBS}


class TextType(StrEnum):
    """What a written answer answers, without which its sentiment cannot be judged."""

    WHY = "why"
    GOOD = "good"
    IMPROVE = "improve"


class Paging(StrEnum):
    """How much of a survey a page shows."""

    ONE_PAGE = "one_page"
    PAGES = "pages"  # as the survey is divided
    ONE_QUESTION = "one_question"


class VersionState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"  # frozen: an edit makes a new version
    RETIRED = "retired"


# The measures that are counted from answers, and the kinds of question that can feed them.
MEASURED = {
    "satisfaction": (QuestionKind.SATISFACTION,),
    "delivery": (QuestionKind.AGREEMENT, QuestionKind.SATISFACTION),
    "timeliness": (QuestionKind.AGREEMENT, QuestionKind.SATISFACTION),
    "information": (QuestionKind.AGREEMENT, QuestionKind.SATISFACTION),
    "professionalism": (QuestionKind.AGREEMENT, QuestionKind.SATISFACTION),
    "staff_attitude": (QuestionKind.AGREEMENT, QuestionKind.SATISFACTION),
    "access": (QuestionKind.AGREEMENT, QuestionKind.SATISFACTION),
    "easy": (QuestionKind.EASE, QuestionKind.EFFORT),
    "nps": (QuestionKind.NPS,),
    "resolved": (QuestionKind.YES_PARTLY_NO,),
    "avoidable_contact": (QuestionKind.YES_PARTLY_NO,),
}
