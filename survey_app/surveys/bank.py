"""The question bank and the default post-contact survey, in our own wording."""

from __future__ import annotations

from collections.abc import Mapping
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
EFFORT_SCALE = (
    Choice("7", "Very easy", 7),
    Choice("6", "Easy", 6),
    Choice("5", "Fairly easy", 5),
    Choice("4", "Neither easy nor difficult", 4),
    Choice("3", "Fairly difficult", 3),
    Choice("2", "Difficult", 2),
    Choice("1", "Very difficult", 1),
    Choice("dk", "I do not know"),
)
EASE_SCALE = (
    Choice("5", "Very easy", 5),
    Choice("4", "Fairly easy", 4),
    Choice("3", "Neither easy nor difficult", 3),
    Choice("2", "Fairly difficult", 2),
    Choice("1", "Very difficult", 1),
    Choice("dk", "I do not know"),
)
RECOMMEND_SCALE = (
    Choice("0", "0 – not at all likely", 0),
    *(Choice(str(score), str(score), score) for score in range(1, 10)),
    Choice("10", "10 – extremely likely", 10),
    Choice("dk", "I do not know"),
)
YES_NO = (Choice("yes", "Yes", 2), Choice("no", "No", 1), Choice("dk", "I do not know"))
THUMB_UP, THUMB_DOWN = "thumb_up", "thumb_down"
ICONS = (THUMB_UP, THUMB_DOWN)  # pictures of ours that may stand beside an option
NONE_OF_THESE = Choice("none", "None of these", is_outside=True)
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

# What a council may ask beside the default survey, by idea.
_EFFORT = (
    BankQuestion(
        code="easy",
        kind=QuestionKind.EASE,
        wording="How easy was it to get what you needed?",
        short_label="Easy",
        asks="easy",
        choices=EASE_SCALE,
    ),
    BankQuestion(
        code="effort",
        kind=QuestionKind.EFFORT,
        wording="How easy or difficult did we make it for you to sort this out?",
        short_label="Effort, on seven points",
        asks="easy",
        choices=EFFORT_SCALE,
    ),
    BankQuestion(
        code="waited_minutes",
        kind=QuestionKind.NUMBER,
        wording="How long did you wait before somebody helped you?",
        short_label="Minutes waited",
        hint="As near as you can remember, in minutes. Put 0 if you did not wait.",
        limits=Limits(least=0, most=1_440, unit="minutes"),
    ),
    BankQuestion(
        code="times_in_touch",
        kind=QuestionKind.SINGLE_CHOICE,
        wording="How many times have you been in touch with us about this?",
        short_label="Times in touch",
        choices=(
            named("once", "Once: this was the first time"),
            named("twice", "Twice"),
            named("more", "Three times or more"),
            Choice("dk", "I do not know", is_outside=True),
        ),
    ),
)
_OUTCOME = (
    BankQuestion(
        code="first_contact",
        kind=QuestionKind.YES_PARTLY_NO,
        wording="Did we deal with everything the first time you got in touch?",
        short_label="Dealt with at first contact",
        choices=RESOLVED_SCALE,
    ),
    BankQuestion(
        code="avoidable_contact",
        kind=QuestionKind.YES_PARTLY_NO,
        wording="Did you have to contact us because something had not been done, or had gone wrong?",
        short_label="Contact that could have been avoided",
        asks="avoidable_contact",
        choices=YES_NO,
    ),
    BankQuestion(
        code="first_told_on",
        kind=QuestionKind.DATE,
        wording="When did you first tell us about this?",
        short_label="First told us on",
        hint="The month and year matter most. If you are not sure of the day, put 1.",
    ),
)
_REASON = (
    BankQuestion(
        code="contact_reason",
        kind=QuestionKind.SINGLE_CHOICE,
        wording="What was your contact mainly about?",
        short_label="Reason for contact",
        choices=(
            named("ask", "To ask for something new"),
            named("report", "To report a problem"),
            named("chase", "To find out what is happening with something"),
            named("change", "To change my details"),
            named("pay", "To pay, or to ask about a payment"),
            named("other", "Something else", is_other=True),
        ),
    ),
    BankQuestion(
        code="ways_tried",
        kind=QuestionKind.MULTIPLE_CHOICE,
        wording="Which other ways did you try before this one?",
        short_label="Other ways tried",
        choices=(
            named("web", "The website"),
            named("phone", "The phone"),
            named("email", "E-mail"),
            named("visit", "Visiting an office"),
            named("post", "A letter"),
            named("other", "Another way", is_other=True),
            NONE_OF_THESE,
        ),
    ),
    BankQuestion(
        code="place_visited",
        kind=QuestionKind.SHORT_TEXT,
        wording="Which of our places did you visit?",
        short_label="Place visited",
    ),
)
_RECOMMEND = (
    BankQuestion(
        code="recommend",
        kind=QuestionKind.NPS,
        wording="How likely are you to recommend this service to somebody who needs it?",
        short_label="Would recommend (0 to 10)",
        asks="nps",
        choices=RECOMMEND_SCALE,
    ),
    BankQuestion(
        code="thumbs",
        kind=QuestionKind.THUMBS,
        wording="How was it today?",
        short_label="Thumbs",
        choices=(named("up", "Good", icon=THUMB_UP), named("down", "Not good", icon=THUMB_DOWN)),
    ),
    BankQuestion(
        code="why_good",
        kind=QuestionKind.MULTIPLE_CHOICE,
        wording="What was good?",
        short_label="Why good",
        choices=(
            named("quick", "It was quick"),
            named("clear", "It was clear what to do"),
            named("people", "The people were helpful"),
            named("done", "I got what I needed"),
            named("other", "Something else", is_other=True),
        ),
    ),
    BankQuestion(
        code="why_bad",
        kind=QuestionKind.MULTIPLE_CHOICE,
        wording="What was not good?",
        short_label="Why not good",
        choices=(
            named("slow", "It took too long"),
            named("unclear", "It was not clear what to do"),
            named("people", "The people were not helpful"),
            named("not_done", "I did not get what I needed"),
            named("other", "Something else", is_other=True),
        ),
    ),
    BankQuestion(
        code="matters_most",
        kind=QuestionKind.RANKING,
        wording="What matters most to you when you contact us?",
        short_label="What matters most",
        choices=(
            named("quick", "A quick answer"),
            named("right", "A right answer"),
            named("polite", "Being treated with respect"),
            named("informed", "Being told what happens next"),
            named("once", "Having to say it only once"),
        ),
    ),
)
_WORDS = (
    BankQuestion(
        code="good",
        kind=QuestionKind.TEXT,
        wording="What did we do well?",
        short_label="What was good",
        hint=NO_NAMES,
        text_type=TextType.GOOD,
    ),
)
_CONSENT = (
    BankQuestion(
        code="may_contact",
        kind=QuestionKind.CONSENT,
        wording="May we contact you about your answers?",
        short_label="May be contacted",
        hint="Only if you want us to. You can change your mind on the next page.",
        choices=(named("yes", "Yes, please contact me"), named("no", "No, thank you")),
    ),
)
GROUPS: Mapping[str, tuple[BankQuestion, ...]] = {
    "Satisfaction": BANK[:1],
    "What drives it": BANK[2:8],
    "Ease and effort": _EFFORT,
    "What came of it": (BANK[8], *_OUTCOME),
    "Why people contact us": _REASON,
    "Recommending, and what was good or bad": _RECOMMEND,
    "In their own words": (BANK[1], *_WORDS, BANK[9]),
    "Getting in touch again": _CONSENT,
}
