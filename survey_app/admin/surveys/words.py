"""What staff call the kinds of question, and what each is for."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.surveys.bank import THUMB_DOWN, THUMB_UP
from survey_app.surveys.kinds import QuestionKind, TextType

KIND_LABELS = {
    QuestionKind.SATISFACTION: "Satisfaction, 5 points",
    QuestionKind.AGREEMENT: "Agreement, 5 points",
    QuestionKind.EASE: "Ease, 5 points",
    QuestionKind.EFFORT: "Effort, 7 points",
    QuestionKind.NPS: "Would recommend, 0 to 10",
    QuestionKind.YES_PARTLY_NO: "Yes, partly, no",
    QuestionKind.THUMBS: "Thumb up or down",
    QuestionKind.SINGLE_CHOICE: "One of several",
    QuestionKind.MULTIPLE_CHOICE: "Any of several",
    QuestionKind.RANKING: "Put in order",
    QuestionKind.NUMBER: "Number",
    QuestionKind.DATE: "Date",
    QuestionKind.SHORT_TEXT: "A line of text",
    QuestionKind.TEXT: "Longer text",
    QuestionKind.CONSENT: "May we contact you?",
}
KIND_USES = {
    QuestionKind.SATISFACTION: "Very satisfied to very dissatisfied. What the headline counts.",
    QuestionKind.AGREEMENT: "A statement, from strongly agree to strongly disagree: the drivers.",
    QuestionKind.EASE: "Very easy to very difficult.",
    QuestionKind.EFFORT: "1 to 7: how easy we made it.",
    QuestionKind.NPS: "How likely somebody is to recommend the service.",
    QuestionKind.YES_PARTLY_NO: "Was it resolved? Yes, partly, no.",
    QuestionKind.THUMBS: "Good or bad, in one touch.",
    QuestionKind.SINGLE_CHOICE: "A list of answers, of which one is chosen.",
    QuestionKind.MULTIPLE_CHOICE: "A list of answers, of which several may be chosen.",
    QuestionKind.RANKING: "A list of answers that is put in order, the best first.",
    QuestionKind.NUMBER: "How often, how long, how many.",
    QuestionKind.DATE: "When something happened.",
    QuestionKind.SHORT_TEXT: "A few words, such as the name of a place.",
    QuestionKind.TEXT: "In their own words. What is written is read for what people feel.",
    QuestionKind.CONSENT: "Whether a follow-up may be made, yes or no.",
}
ICON_LABELS = {THUMB_UP: "Thumb up", THUMB_DOWN: "Thumb down"}
TEXT_TYPE_LABELS = {
    TextType.WHY: "Why they gave an answer",
    TextType.GOOD: "What was good",
    TextType.IMPROVE: "What could be better",
}


@dataclass(frozen=True)
class KindGroup:
    """Kinds that stand together where one is chosen."""

    label: str
    kinds: tuple[QuestionKind, ...]


KIND_GROUPS = (
    KindGroup(
        "A scale",
        (
            QuestionKind.SATISFACTION,
            QuestionKind.AGREEMENT,
            QuestionKind.EASE,
            QuestionKind.EFFORT,
            QuestionKind.NPS,
            QuestionKind.YES_PARTLY_NO,
            QuestionKind.THUMBS,
        ),
    ),
    KindGroup(
        "Answers of your own",
        (QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE, QuestionKind.RANKING),
    ),
    KindGroup("Something typed", (QuestionKind.TEXT, QuestionKind.SHORT_TEXT, QuestionKind.NUMBER, QuestionKind.DATE)),
    KindGroup("Consent", (QuestionKind.CONSENT,)),
)
