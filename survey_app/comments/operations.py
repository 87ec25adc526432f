"""Making comments of what people wrote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cryptography.fernet import InvalidToken

from survey_app.comments.alerts.operations import raise_alerts
from survey_app.comments.analysis import Analysis, analyse
from survey_app.comments.models import Comment, CommentTheme, Theme
from survey_app.comments.queries import active_themes, has_themes, texts_without_comment
from survey_app.comments.sentiment import Flag
from survey_app.comments.themes import CodeFrame, ThemeRule, default_rules, read_keywords
from survey_app.extensions import db, transaction
from survey_app.responses.models import AnswerText
from survey_app.work.jobs import wake
from survey_app.work.models import Subject
from survey_app.work.operations import recount

BATCH = 200
ANALYSED_LANGUAGES = ("en", "en-easy")  # another language is shown as not analysed, never guessed


def analyse_comments(now: datetime, worker: str) -> int:
    """Make comments of the next texts; how many were made."""
    with transaction():
        texts = texts_without_comment(BATCH)
        if texts:
            comments = make_comments(texts, ensure_themes(), now)
            db.session.add_all(comments)
            raise_alerts([(text, made.redacted_text) for text, made in zip(texts, comments, strict=True)], now)
            recount(Subject.COMMENTS, ((text.response.counts_on, text.response.service_id) for text in texts))
            wake("fold_tallies")
        return len(texts)


def make_comments(texts: Sequence[AnswerText], themes: Sequence[Theme], now: datetime) -> list[Comment]:
    """The comments of these texts: redacted first, then judged knowing the question, then sorted into themes."""
    by_code = {theme.code: theme for theme in themes}
    frame = CodeFrame(ThemeRule(t.code, t.name, read_keywords(t.keywords)) for t in themes)
    return [_made(text, frame, by_code, now) for text in texts]


def ensure_themes() -> Sequence[Theme]:
    """The themes in use; the usual ones of a council where it has none yet."""
    if not has_themes():
        db.session.add_all(
            Theme(code=rule.code, name=rule.name, keywords="\n".join(rule.keywords)) for rule in default_rules()
        )
        db.session.flush()
    return active_themes()


def _made(text: AnswerText, frame: CodeFrame, themes: dict[str, Theme], now: datetime) -> Comment:
    try:
        raw = text.raw
    except InvalidToken:  # its key is gone: it stands there as unreadable, and does not stop the others
        raw = ""
    comment = _comment(text, analyse(raw, text.question_version.text_type, frame), themes, now)
    if not raw:
        comment.flags = ["unreadable"]
    return comment


def _comment(text: AnswerText, analysis: Analysis, themes: dict[str, Theme], now: datetime) -> Comment:
    judged = analysis.sentiment
    is_english = text.response.answered_in in ANALYSED_LANGUAGES
    says_something = Flag.NO_CONTENT not in judged.flags
    return Comment(
        answer_text_id=text.id,
        response_id=text.response_id,
        question_version_id=text.question_version_id,
        text_type=text.question_version.text_type,
        redacted_text=analysis.redacted.text,
        removed=[detail.value for detail, _count in analysis.redacted.removed],
        sentiment=judged.label.value if is_english and says_something else None,
        polarity=judged.polarity if is_english and says_something else None,
        confidence=judged.confidence if is_english and says_something else None,
        needs_review=is_english and analysis.needs_review,
        flags=[flag.value for flag in judged.flags] if is_english else ["not_analysed"],
        method=judged.method,
        analysed_at=now,
        themes=[
            CommentTheme(theme_id=themes[match.code].id, matched=list(match.matched))
            for match in (analysis.themes if is_english else ())
        ],
    )
