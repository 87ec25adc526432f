"""The question bank and the default post-contact survey, in our own wording."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.surveys.kinds import QuestionKind, TextType


@dataclass(frozen=True)
class Choice:
    """One option. On a scale one without a score is outside the base: nobody's opinion is guessed. Where options are
    names of things `is_outside` says it of one alone: "None of these"."""

    code: str
    label: str
    score: int | None = None
    is_outside: bool | None = None
    is_other: bool = False  # whoever chooses it may write what
    icon: str = ""  # the name of a picture of ours beside the label

    @property
    def is_substantive(self) -> bool:
        return self.score is not None if self.is_outside is None else not self.is_outside


def named(code: str, label: str, *, is_other: bool = False, icon: str = "") -> Choice:
    """An option that is the name of a thing."""
    return Choice(code, label, is_outside=False, is_other=is_other, icon=icon)


@dataclass(frozen=True)
class Limits:
    """What an answer may be: the smallest and largest number, how few and how many options, or how many characters."""

    least: float | None = None
    most: float | None = None
    unit: str = ""  # of a number: "minutes"
    decimals: int = 0


@dataclass(frozen=True)
class BankQuestion:
    """A question as the bank offers it. `asks` names the measure its answers feed."""

    code: str
    kind: QuestionKind
    wording: str
    short_label: str
    asks: str | None = None
    hint: str = ""
    missing_message: str = ""
    text_type: TextType | None = None
    choices: tuple[Choice, ...] = ()
    limits: Limits = Limits()


SATISFACTION_SCALE = (
    Choice("5", "Very satisfied", 5),
    Choice("4", "Fairly satisfied", 4),
    Choice("3", "Neither satisfied nor dissatisfied", 3),
    Choice("2", "Fairly dissatisfied", 2),
    Choice("1", "Very dissatisfied", 1),
    Choice("dk", "I do not know"),
)
AGREEMENT_SCALE = (
    Choice("5", "Strongly agree", 5),
    Choice("4", "Agree", 4),
    Choice("3", "Neither agree nor disagree", 3),
    Choice("2", "Disagree", 2),
    Choice("1", "Strongly disagree", 1),
    Choice("na", "This does not apply to me"),
)
RESOLVED_SCALE = (
    Choice("yes", "Yes", 3),
    Choice("partly", "Partly", 2),
    Choice("no", "No", 1),
    Choice("too_early", "It is too early to say"),
)
NO_NAMES = "Please do not include names, addresses or phone numbers."


def _driver(code: str, short_label: str, statement: str) -> BankQuestion:
    return BankQuestion(
        code=code,
        kind=QuestionKind.AGREEMENT,
        wording=statement,
        short_label=short_label,
        asks=code,
        hint="How far do you agree?",
        choices=AGREEMENT_SCALE,
    )


BANK = (
    BankQuestion(
        code="satisfaction",
        kind=QuestionKind.SATISFACTION,
        wording="Overall, how satisfied were you with the service you received?",
        short_label="Overall satisfaction",
        asks="satisfaction",
        missing_message="Select how satisfied you were, or select ‘I do not know’",
        choices=SATISFACTION_SCALE,
    ),
    BankQuestion(
        code="why",
        kind=QuestionKind.TEXT,
        wording="Why did you give that answer?",
        short_label="Why that answer",
        hint=NO_NAMES,
        text_type=TextType.WHY,
    ),
    _driver("delivery", "Delivery of what was promised", "We did what we said we would do"),
    _driver("timeliness", "Timeliness", "It was done in good time"),
    _driver("information", "Information", "The information we gave you was clear and correct"),
    _driver("professionalism", "Professionalism", "The people you dealt with knew their job"),
    _driver("staff_attitude", "Staff attitude", "The people you dealt with were polite and listened to you"),
    _driver("access", "Easy to reach", "It was easy to reach somebody who could help"),
    BankQuestion(
        code="resolved",
        kind=QuestionKind.YES_PARTLY_NO,
        wording="Was your enquiry resolved?",
        short_label="Resolved",
        asks="resolved",
        choices=RESOLVED_SCALE,
    ),
    BankQuestion(
        code="improve",
        kind=QuestionKind.TEXT,
        wording="What could we do better?",
        short_label="What could be better",
        hint=NO_NAMES,
        text_type=TextType.IMPROVE,
    ),
)
