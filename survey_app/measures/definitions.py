"""The measures by name: what each figure is, as data. Source: MEASURES.md 1.2 and 1.4.

A measure weighs each option of the base: +1 counts in the numerator, -1 against it, 0 only in the base; a mean
weighs an option with its score. The rest follows from that in one way for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from survey_app.kernel.errors import InvalidInput


class Unit(StrEnum):
    SHARE = "share"  # 0 to 1
    NET_SHARE = "net_share"  # -1 to 1
    MEAN = "mean"
    COUNT = "count"
    DAYS = "days"


class Source(StrEnum):
    """What is counted."""

    ANSWERS = "answers"
    COMMENTS = "comments"
    INVITATIONS = "invitations"
    CONTACTS = "contacts"
    DRAFTS = "drafts"


@dataclass(frozen=True)
class Choice:
    """An option as a measure sees it. One that is not substantive is outside the base."""

    code: str
    score: int | None = None
    is_substantive: bool = True
    scale: tuple[int, int] | None = None  # lowest and highest score, where a measure is asked on more than one


@dataclass(frozen=True)
class Scale:
    """One of the scales on which a measure is asked. Answers on two of them are never pooled."""

    ends: tuple[int, int]
    plus_scores: frozenset[int]


@dataclass(frozen=True)
class Measure:
    """One measure: ours by name, or one that the council defined.

    `asks` names the questions whose answers feed one of ours, `question` is the code of the question that feeds a
    council's own. `version` goes up when the rule changes.
    """

    name: str
    label: str
    unit: Unit
    definition: str
    source: Source = Source.ANSWERS
    asks: str | None = None
    question: str | None = None
    plus_scores: frozenset[int] = frozenset()
    minus_scores: frozenset[int] = frozenset()
    plus_codes: frozenset[str] = frozenset()
    minus_codes: frozenset[str] = frozenset()
    base_codes: frozenset[str] = frozenset()  # what is in the base, where it is not the options that say so
    scale: tuple[int, int] | None = None  # of a mean: the lowest and the highest score
    scales: tuple[Scale, ...] = ()  # where the question is asked on more than one
    lower_is_better: bool = False
    version: int = 1

    def weight(self, choice: Choice) -> int:
        """What one answer of this choice adds to the numerator."""
        if self.unit is Unit.MEAN:
            return choice.score or 0
        plus_scores = next((scale.plus_scores for scale in self.scales if scale.ends == choice.scale), self.plus_scores)
        if self.unit is Unit.COUNT or choice.code in self.plus_codes or choice.score in plus_scores:
            return 1
        return -1 if choice.code in self.minus_codes or choice.score in self.minus_scores else 0

    def choice(self, code: str) -> Choice:
        """A value that is not an option of a question: a label, an outcome, a number of days, or blank."""
        if self.unit is Unit.COUNT:
            return Choice(self.name)  # whatever is counted, it is one
        if self.unit is Unit.DAYS and code.isdecimal():
            return Choice(code, int(code))
        return Choice(code, is_substantive=code in self.base_codes)

    def option(self, choice: Choice) -> Choice:
        """An option of the question as this measure sees it: a council's own measure says what is in its base."""
        return replace(choice, is_substantive=choice.code in self.base_codes) if self.is_own else choice

    @property
    def is_own(self) -> bool:
        """Whether the council defined it."""
        return self.question is not None

    @property
    def code_and_version(self) -> str:
        return f"{self.name}@{self.version}"


TOP_TWO = frozenset({4, 5})
BOTTOM_TWO = frozenset({1, 2})
COMPLETE, DRAFT = "complete", "draft"  # how far somebody came who began


def _top_two(name: str, label: str, words: str) -> Measure:
    definition = f"{words}, as a share of all who gave an opinion."
    return Measure(name, label, Unit.SHARE, definition, asks=name, plus_scores=TOP_TWO)


_ALL = (
    _top_two("satisfaction", "Satisfaction", "Answers very satisfied or fairly satisfied overall"),
    Measure(
        "satisfaction_mean",
        "Mean satisfaction",
        Unit.MEAN,
        "Mean of overall satisfaction, from 1 very dissatisfied to 5 very satisfied.",
        asks="satisfaction",
        scale=(1, 5),
    ),
    Measure(
        "net_satisfaction",
        "Net satisfaction",
        Unit.NET_SHARE,
        "Share very or fairly satisfied overall less the share very or fairly dissatisfied.",
        asks="satisfaction",
        plus_scores=TOP_TWO,
        minus_scores=BOTTOM_TWO,
    ),
    _top_two("delivery", "Delivery", "Answers in the two most favourable options on doing what was promised"),
    _top_two("timeliness", "Timeliness", "Answers in the two most favourable options on the time it took"),
    _top_two("information", "Information", "Answers in the two most favourable options on the information given"),
    _top_two("professionalism", "Professionalism", "Answers in the two most favourable options on professional staff"),
    _top_two("staff_attitude", "Staff attitude", "Answers in the two most favourable options on friendly, fair staff"),
    _top_two("access", "Access", "Answers in the two most favourable options on reaching the council"),
    Measure(
        "easy",
        "Ease",
        Unit.SHARE,
        "Answers in the two most favourable of five options on how easy it was, or 5, 6 and 7 where the scale goes "
        "from 1 to 7, as a share of all who gave an opinion. The two scales are never added together.",
        asks="easy",
        plus_scores=TOP_TWO,
        scales=(Scale((1, 5), TOP_TWO), Scale((1, 7), frozenset({5, 6, 7}))),
    ),
    Measure(
        "resolved",
        "Resolved",
        Unit.SHARE,
        "Answers yes as a share of yes, partly and no; too early to say is outside the base.",
        asks="resolved",
        plus_codes=frozenset({"yes"}),
    ),
    Measure(
        "avoidable_contact",
        "Avoidable contact",
        Unit.SHARE,
        "People who had to contact the council more than once about the same thing, as a share of yes and no.",
        asks="avoidable_contact",
        plus_codes=frozenset({"yes"}),
        lower_is_better=True,
    ),
    Measure(
        "nps",
        "Net promoter score",
        Unit.NET_SHARE,
        "Share of promoters (9 and 10) less the share of detractors (0 to 6).",
        asks="nps",
        plus_scores=frozenset({9, 10}),
        minus_scores=frozenset(range(7)),
    ),
    Measure(
        "comment_sentiment",
        "Positive comments",
        Unit.SHARE,
        "Comments labelled positive as a share of positive, neutral and negative; outside the base are those waiting "
        "for review and those of which a person says that it cannot be told. The interval covers chance only, not the "
        "accuracy of the labels.",
        source=Source.COMMENTS,
        plus_codes=frozenset({"positive"}),
        base_codes=frozenset({"positive", "neutral", "negative"}),
    ),
    Measure(
        "contacts",
        "Contacts",
        Unit.COUNT,
        "Contacts of residents and businesses with the council.",
        source=Source.CONTACTS,
    ),
    Measure(
        "processing_days",
        "Processing days",
        Unit.DAYS,
        "Median of the working days from a contact to the day on which it was closed; weekends and bank holidays are "
        "left out, and one closed on its own day took 0. Contacts without a day of closing are outside the base.",
        source=Source.CONTACTS,
        lower_is_better=True,
    ),
    Measure(
        "response_rate",
        "Response rate",
        Unit.SHARE,
        "Invitations answered as a share of those delivered: sent, and not returned as undeliverable.",
        source=Source.INVITATIONS,
        plus_codes=frozenset({"answered"}),
        base_codes=frozenset({"answered", "not_answered", "open", "expired", "opted_out", "quarantined"}),
    ),
    Measure(
        "completion_rate",
        "Completion rate",
        Unit.SHARE,
        "Complete answers as a share of complete ones and drafts saved that were not finished; a one-page survey saves "
        "no draft and has none. One that was divided later is counted from then on.",
        source=Source.DRAFTS,
        plus_codes=frozenset({COMPLETE}),
        base_codes=frozenset({COMPLETE, DRAFT}),
    ),
)

MEASURES = {measure.name: measure for measure in _ALL}


def measure_named(name: str) -> Measure:
    """The measure of this name. InvalidInput, with all the names, when there is none."""
    if name not in MEASURES:
        raise InvalidInput(f"There is no measure called {name}. The measures are {', '.join(sorted(MEASURES))}.")
    return MEASURES[name]
