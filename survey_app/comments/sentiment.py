"""A TextBlob analyzer that knows what was asked.

    TextBlob(text, analyzer=CouncilAnalyzer(TextType.IMPROVE)).sentiment

Layer 1: answers that mean something as a whole (answers.py). Layer 2: our lexicon (lexicon.csv) before TextBlob's,
under the rules of weighing.py. Layer 3: weights learnt from comments that people had labelled (linear.py), which decide
the label; without them, and of a few clear words, the second layer does. The reasons shown are always those of the
second. No corpus is read and nothing is downloaded. Importing this module costs a quarter of a second (nltk), so
commands import it when they run.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from survey_app.comments.answers import WholeAnswer, whole_answer
from survey_app.comments.features import grams_of, is_mixed, signs_of
from survey_app.comments.lexicon import Lexicon
from survey_app.comments.linear import Scorer
from survey_app.comments.method import Method, current
from survey_app.comments.textblob_base import CONTINUOUS, BaseSentimentAnalyzer, general_words
from survey_app.comments.weighing import Reason, Weight, weigh
from survey_app.comments.words import Word, words_of
from survey_app.surveys.kinds import TextType

NEUTRAL_UP_TO = 0.2  # a polarity this close to 0 is neither praise nor blame, where the rules decide
SHORT_WORDS = 4  # up to here the rules decide, where known words clearly speak one way: right as often, and plainer
CLEAR_FROM = 0.3
REVIEW_BELOW = 0.72  # a person should look at a label that is less likely right than this
CONTRADICTS_FROM = 0.5  # ... or whose words, weighed by the rules, say the opposite at least this strongly

# How often labels of this strength were right on the development comments (docs: COMMENTS.md), rounded down.
_STRENGTHS = (0.0, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95)
_SHARE_RIGHT = (0.35, 0.52, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97)
_CLEAR_CONFIDENCE = 0.75
_VERY_CLEAR_FROM = 0.5
_VERY_CLEAR_CONFIDENCE = 0.93
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

    `confidence` is how likely the label is right, 0 to 1, as measured in development; `reasons` are the words that
    speak for praise or blame, in the order of the text; `method` names all that made the label, so that a stored one
    can be explained. A person should look at what is flagged unsure.
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
        return judge(text, words_of(text), self.question, current())


def judge(text: str, words: Sequence[Word], question: TextType | None, method: Method) -> Sentiment:
    """The same for a text whose words are cut already, by the method that is given."""
    meaning = whole_answer(words)
    if meaning is not None:
        return _from_whole_answer(meaning, words, question, method)
    weight = weigh(text, words, question, full_lexicon(method.lexicon))
    if _is_short_and_clear(weight, words):
        polarity, label, confidence = _by_clear_words(weight)
    elif method.weights is None:
        polarity, label, confidence = weight.polarity, _label(weight.polarity), _confidence(weight)
    else:
        polarity, label, confidence = _by_weights(method.weights.scorers[question], text, words, weight)
    flags = []
    if is_mixed(weight):
        flags.append(Flag.MIXED)
    if weight.has_request:
        flags.append(Flag.REQUEST)
    if confidence < REVIEW_BELOW or _contradicts(weight, label):
        flags.append(Flag.UNSURE)
    return Sentiment(polarity, _subjectivity(words), label, tuple(flags), confidence, weight.reasons, method.name)


@cache
def full_lexicon(ours: Lexicon) -> Lexicon:
    """Our words before those of TextBlob."""
    return ours.with_base(general_words().polarity)


def _is_short_and_clear(weight: Weight, words: Sequence[Word]) -> bool:
    """ "Too slow": nothing around the words changes them, and weights know little of comments as short as that."""
    return (
        abs(weight.polarity_of_words) >= CLEAR_FROM
        and sum(word.is_word for word in words) <= SHORT_WORDS
        and not is_mixed(weight)
    )


def _by_clear_words(weight: Weight) -> tuple[float, Label, float]:
    polarity = weight.polarity_of_words
    confidence = _CLEAR_CONFIDENCE if abs(polarity) < _VERY_CLEAR_FROM else _VERY_CLEAR_CONFIDENCE
    return polarity, Label.POSITIVE if polarity > 0 else Label.NEGATIVE, confidence


def _by_weights(scorer: Scorer, text: str, words: Sequence[Word], weight: Weight) -> tuple[float, Label, float]:
    chances = scorer.chances(grams_of(words), signs_of(text, words, weight))
    label = Label(scorer.label_of(chances))
    return chances.positive - chances.negative, label, getattr(chances, label)


def _contradicts(weight: Weight, label: Label) -> bool:
    """Whether the words that are shown as reasons say the opposite of the label."""
    return _label(weight.polarity_of_words, CONTRADICTS_FROM) not in (Label.NEUTRAL, label) and label != Label.NEUTRAL


def _from_whole_answer(
    meaning: WholeAnswer, words: Sequence[Word], question: TextType | None, method: Method
) -> Sentiment:
    polarity = _WHOLE_ANSWER_POLARITY.get((meaning, question), 0.0)
    if not polarity:
        return Sentiment(0.0, 0.0, Label.NEUTRAL, (Flag.NO_CONTENT,), _WHOLE_ANSWER_CONFIDENCE, (), method.name)
    reason = Reason(" ".join(word.key for word in words if word.is_word), polarity, words[0].start, words[-1].end)
    return Sentiment(polarity, 0.0, _label(polarity), (), _WHOLE_ANSWER_CONFIDENCE, (reason,), method.name)


def _label(polarity: float, neutral_up_to: float = NEUTRAL_UP_TO) -> Label:
    if abs(polarity) <= neutral_up_to:
        return Label.NEUTRAL
    return Label.POSITIVE if polarity > 0 else Label.NEGATIVE


def _confidence(weight: Weight) -> float:
    share = _SHARE_RIGHT[bisect_right(_STRENGTHS, abs(weight.polarity)) - 1]
    if not weight.reasons:
        return min(share, _NO_KNOWN_WORD)
    return share - _BOTH_SIDES_COST if min(weight.praise, weight.blame) > 0.2 else share


def _subjectivity(words: Sequence[Word]) -> float:
    """The mean of TextBlob's figure over the words that it knows."""
    table = general_words().subjectivity
    known = [table[word.key] for word in words if word.key in table]
    return sum(known) / len(known) if known else 0.0
