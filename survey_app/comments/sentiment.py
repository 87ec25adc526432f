"""A TextBlob analyzer that knows what was asked. The only module that imports textblob.

    TextBlob(text, analyzer=CouncilAnalyzer(TextType.IMPROVE)).sentiment

Layer 1: answers that mean something as a whole (answers.py). Layer 2: our lexicon (lexicon.csv) before TextBlob's,
under the rules of weighing.py. A third layer may change the weight before it is read as a label. No corpus is read and
nothing is downloaded. Importing this module costs a quarter of a second (nltk), so commands import it when they run.
"""

from __future__ import annotations

from bisect import bisect_right
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from textblob.base import CONTINUOUS, BaseSentimentAnalyzer
from textblob.en import sentiment as textblob_lexicon

from survey_app.comments.answers import WholeAnswer, whole_answer
from survey_app.comments.lexicon import Lexicon, public_service_lexicon
from survey_app.comments.weighing import Reason, Weight, weigh
from survey_app.comments.words import Word, words_of
from survey_app.surveys.kinds import TextType

RULES_VERSION = "rules-1"  # raise it with every change of a rule that can change a label
NEUTRAL_UP_TO = 0.2  # a polarity this close to 0 is neither praise nor blame
MIXED_FROM = 0.5  # both praise and blame weigh at least this much ...
MIXED_SHARE = 0.4  # ... and the weaker at least this share of the stronger
REVIEW_BELOW = 0.6  # a person should look at a label that is less likely right than this

# How often labels of this strength were right on the development comments (docs: COMMENTS.md), rounded down.
_STRENGTHS = (0.0, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95)
_SHARE_RIGHT = (0.35, 0.52, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97)
_BOTH_SIDES_COST = 0.12  # praise and blame in one comment: fewer labels were right
_NO_KNOWN_WORD = 0.5
_WHOLE_ANSWER_CONFIDENCE = 0.9
_WHOLE_ANSWER_POLARITY: dict[tuple[WholeAnswer, TextType | None], float] = {
    (WholeAnswer.NOTHING, TextType.IMPROVE): 0.6,
    (WholeAnswer.NOTHING, TextType.GOOD): -0.6,
    (WholeAnswer.EVERYTHING, TextType.IMPROVE): -0.6,
    (WholeAnswer.EVERYTHING, TextType.GOOD): 0.6,
}


class Label(StrEnum):
    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Flag(StrEnum):
    MIXED = "mixed"
    REQUEST = "request"
    UNSURE = "unsure"
    NO_CONTENT = "no_content"
    NOT_ANALYSED = "not_analysed"  # in a language that nothing here can judge


class Sentiment(NamedTuple):
    """`polarity` -1 to 1 and `subjectivity` 0 to 1 come first, as TextBlob's own have them.

    `confidence` is the share of such labels that were right in development, 0 to 1; `reasons` are the words that moved
    the polarity, in the order of the text; `method` names rules and lexicon, so that a stored label can be explained.
    """

    polarity: float
    subjectivity: float
    label: Label
    flags: tuple[Flag, ...]
    confidence: float
    reasons: tuple[Reason, ...]
    method: str


class CouncilAnalyzer(BaseSentimentAnalyzer):  # type: ignore[misc] # textblob is not typed
    """Made for one question; `None` where it is not known what was asked."""

    kind = CONTINUOUS

    def __init__(self, question: TextType | None = None) -> None:
        super().__init__()
        self.question = question

    def analyze(self, text: str) -> Sentiment:
        """Judge one comment. Never raises, whatever the text, and takes time in proportion to its length."""
        words = words_of(text)
        meaning = whole_answer(words)
        if meaning is not None:
            return _from_whole_answer(meaning, words, self.question)
        return _from_weight(weigh(text, words, self.question, _lexicons().judging), words)


class _Lexicons(NamedTuple):
    judging: Lexicon
    subjectivity: dict[str, float]


@cache
def _lexicons() -> _Lexicons:
    textblob_lexicon.load()
    senses = {word: parts[None] for word, parts in dict.items(textblob_lexicon)}
    base = {word: polarity for word, (polarity, _, _) in senses.items()}
    subjectivity = {word: subjective for word, (_, subjective, _) in senses.items()}
    return _Lexicons(public_service_lexicon().with_base(base), subjectivity)


def method() -> str:
    """The rules and the lexicon that judge now, such as `rules-1+0a1b2c3d`."""
    return f"{RULES_VERSION}+{_lexicons().judging.digest[:8]}"


def _from_whole_answer(meaning: WholeAnswer, words: list[Word], question: TextType | None) -> Sentiment:
    polarity = _WHOLE_ANSWER_POLARITY.get((meaning, question), 0.0)
    if not polarity:
        return Sentiment(0.0, 0.0, Label.NEUTRAL, (Flag.NO_CONTENT,), _WHOLE_ANSWER_CONFIDENCE, (), method())
    reason = Reason(" ".join(word.key for word in words if word.is_word), polarity, words[0].start, words[-1].end)
    return Sentiment(polarity, 0.0, _label(polarity), (), _WHOLE_ANSWER_CONFIDENCE, (reason,), method())


def _from_weight(weight: Weight, words: list[Word]) -> Sentiment:
    confidence = _confidence(weight)
    flags = []
    weaker, stronger = sorted((weight.praise, weight.blame))
    if weaker >= max(MIXED_FROM, MIXED_SHARE * stronger):
        flags.append(Flag.MIXED)
    if weight.has_request:
        flags.append(Flag.REQUEST)
    if confidence < REVIEW_BELOW:
        flags.append(Flag.UNSURE)
    return Sentiment(
        weight.polarity,
        _subjectivity(words),
        _label(weight.polarity),
        tuple(flags),
        confidence,
        weight.reasons,
        method(),
    )


def _label(polarity: float) -> Label:
    if abs(polarity) <= NEUTRAL_UP_TO:
        return Label.NEUTRAL
    return Label.POSITIVE if polarity > 0 else Label.NEGATIVE


def _confidence(weight: Weight) -> float:
    share = _SHARE_RIGHT[bisect_right(_STRENGTHS, abs(weight.polarity)) - 1]
    if not weight.reasons:
        return min(share, _NO_KNOWN_WORD)
    return share - _BOTH_SIDES_COST if min(weight.praise, weight.blame) > 0.2 else share


def _subjectivity(words: list[Word]) -> float:
    """The mean of TextBlob's figure over the words that it knows."""
    table = _lexicons().subjectivity
    known = [table[word.key] for word in words if word.key in table]
    return sum(known) / len(known) if known else 0.0
