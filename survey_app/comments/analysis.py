"""One comment from raw text to what may be shown: redacted, judged, sorted into themes. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from survey_app.comments.languages import NOT_JUDGED, language_of
from survey_app.comments.redaction import Redacted, redact
from survey_app.comments.sentiment import NEUTRAL_UP_TO, REVIEW_BELOW, CouncilAnalyzer, Flag, Label, Sentiment
from survey_app.comments.themes import CodeFrame, ThemeMatch
from survey_app.comments.weighing import Reason
from survey_app.comments.word_lists import WordList
from survey_app.comments.words import Word, words_of
from survey_app.kernel.languages import ENGLISH
from survey_app.surveys.kinds import TextType

WordLists = Mapping[str, WordList]  # by language

NO_LISTS: WordLists = MappingProxyType({})
BY_WORDS_CONFIDENCE = 0.5  # nobody has measured a council's own list

_ANALYZERS = {question: CouncilAnalyzer(question) for question in (None, *TextType)}


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is known about a comment; places in `sentiment.reasons` are places in the redacted text.

    `language` is None where there is no word to tell it by.
    """

    redacted: Redacted
    sentiment: Sentiment
    themes: tuple[ThemeMatch, ...]
    language: str | None = ENGLISH

    @property
    def is_analysed(self) -> bool:
        """Whether it is in a language that can be judged here."""
        return Flag.NOT_ANALYSED not in self.sentiment.flags

    @property
    def needs_review(self) -> bool:
        """Whether a person should look: the label is too often wrong for such comments."""
        return needs_review(self.sentiment)

    def as_json(self) -> dict[str, object]:
        """The shape that `flask comments analyse --json` promises."""
        judged = self.sentiment
        return {
            "text_redacted": self.redacted.text,
            "removed": {detail.value: count for detail, count in self.redacted.removed},
            "language": self.language,
            "sentiment": judged.label.value if self.is_analysed else None,
            "polarity": judged.polarity if self.is_analysed else None,
            "subjectivity": judged.subjectivity,
            "confidence": judged.confidence,
            "review": self.needs_review,
            "flags": [flag.value for flag in judged.flags],
            "themes": [{"code": theme.code, "matched": list(theme.matched)} for theme in self.themes],
            "reasons": [{"word": reason.word, "value": reason.value} for reason in judged.reasons],
            "method": judged.method,
        }


def analyse(
    text: str,
    question: TextType | None,
    themes: CodeFrame,
    language: str | None = None,
    word_lists: WordLists = NO_LISTS,
) -> Analysis:
    """Redact first, so that nothing after it sees a personal detail. Never raises, whatever the text.

    `language` is that of the form it was written on. What is written in another than English is judged by the
    council's own list of words where `word_lists` has one, and by nothing else.
    """
    redacted = redact(text)
    written_in, judged = judge_as_written(redacted.text, question, language, word_lists)
    is_analysed = Flag.NOT_ANALYSED not in judged.flags
    return Analysis(redacted, judged, themes.find(redacted.text) if is_analysed else (), written_in)


def judge_as_written(
    redacted_text: str, question: TextType | None, language: str | None = None, word_lists: WordLists = NO_LISTS
) -> tuple[str | None, Sentiment]:
    """The language of a text that was redacted before, and what the present method says of it."""
    words = words_of(redacted_text)
    written_in = language_of(words, expected=(language or ENGLISH).split("-")[0])
    if written_in in (None, ENGLISH):
        return written_in, _ANALYZERS[question].analyze(redacted_text)
    if written_in in word_lists:
        return written_in, _by_list(redacted_text, words, word_lists[written_in])
    return written_in, Sentiment(0.0, 0.0, Label.NEUTRAL, (Flag.NOT_ANALYSED,), 0.0, (), NOT_JUDGED)


def needs_review(judged: Sentiment) -> bool:
    """Whether a person should look at a label."""
    says_something = not {Flag.NO_CONTENT, Flag.NOT_ANALYSED} & set(judged.flags)
    return says_something and judged.confidence < REVIEW_BELOW


def _by_list(text: str, words: Sequence[Word], listed: WordList) -> Sentiment:
    polarity, found = listed.weigh(text, words)
    label = Label.POSITIVE if polarity > 0 else Label.NEGATIVE
    if abs(polarity) <= NEUTRAL_UP_TO:
        label = Label.NEUTRAL
    reasons = tuple(Reason(each.word, each.value, each.start, each.end) for each in found)
    return Sentiment(polarity, 0.0, label, (Flag.UNSURE,), BY_WORDS_CONFIDENCE, reasons, listed.method)
