"""One comment from raw text to what may be shown: redacted, judged, sorted into themes. Nothing is stored here."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.comments.method import current
from survey_app.comments.redaction import Redacted, redact
from survey_app.comments.sentiment import Flag, Sentiment, judge
from survey_app.comments.themes import CodeFrame, ThemeMatch
from survey_app.comments.words import words_of
from survey_app.surveys.kinds import TextType


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is known about a comment; places in `sentiment.reasons` are places in the redacted text."""

    redacted: Redacted
    sentiment: Sentiment
    themes: tuple[ThemeMatch, ...]

    @property
    def needs_review(self) -> bool:
        """Whether a person should look: the label is too often wrong for such comments."""
        return Flag.UNSURE in self.sentiment.flags

    def as_json(self) -> dict[str, object]:
        """The shape that `flask comments analyse --json` promises."""
        judged = self.sentiment
        return {
            "text_redacted": self.redacted.text,
            "removed": {detail.value: count for detail, count in self.redacted.removed},
            "sentiment": judged.label.value,
            "polarity": judged.polarity,
            "subjectivity": judged.subjectivity,
            "confidence": judged.confidence,
            "review": self.needs_review,
            "flags": [flag.value for flag in judged.flags],
            "themes": [{"code": theme.code, "matched": list(theme.matched)} for theme in self.themes],
            "reasons": [{"word": reason.word, "value": reason.value} for reason in judged.reasons],
            "method": judged.method,
        }


def analyse(text: str, question: TextType | None, themes: CodeFrame) -> Analysis:
    """Redact first, so that nothing after it sees a personal detail. Never raises, whatever the text."""
    redacted = redact(text)
    judged = judge(redacted.text, words_of(redacted.text), question, current())
    return Analysis(redacted, judged, themes.find(redacted.text))
