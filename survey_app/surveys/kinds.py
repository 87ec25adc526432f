"""Kinds of question and what their answers mean."""

from __future__ import annotations

from enum import StrEnum


class QuestionKind(StrEnum):
    """How a question is answered. The kind decides which options count (see measures)."""

    SATISFACTION = "satisfaction"  # five points, 5 = very satisfied
    AGREEMENT = "agreement"  # five points, 5 = strongly agree
    EASE = "ease"  # five points, 5 = very easy
    YES_PARTLY_NO = "yes_partly_no"
    TEXT = "text"


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
    "easy": (QuestionKind.EASE,),
    "resolved": (QuestionKind.YES_PARTLY_NO,),
    "avoidable_contact": (QuestionKind.YES_PARTLY_NO,),
}
