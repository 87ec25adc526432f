"""Making comments of what people wrote, and redacting them again when rules have changed."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime

from cryptography.fernet import InvalidToken

from survey_app.comments.alerts.operations import raise_alerts
from survey_app.comments.analysis import Analysis, WordLists, analyse
from survey_app.comments.models import Comment, CommentTheme, Theme
from survey_app.comments.queries import comments_redacted_before, council_word_lists, texts_to_make_comments_of
from survey_app.comments.redaction import REDACTION_VERSION, redact
from survey_app.comments.sentiment import Flag
from survey_app.comments.themes import CodeFrame, ThemeRule, code_frame, read_keywords
from survey_app.comments.themes.operations import THEMES, ensure_themes
from survey_app.extensions import db, transaction
from survey_app.organisation.queries import codes_of_services
from survey_app.responses.models import AnswerText
from survey_app.responses.queries import waits_for_key
from survey_app.work.happenings import tell
from survey_app.work.jobs import wake
from survey_app.work.models import Subject
from survey_app.work.operations import hold, recount

log = logging.getLogger(__name__)

BATCH = 200


def analyse_comments(now: datetime, worker: str) -> int:
    """Make comments of the next texts; how many were made."""
    with transaction():
        found = texts_to_make_comments_of(BATCH)
        texts = [text for text in found if not waits_for_key(text, now)]
        if len(texts) < len(found):
            log.error("%s texts are under a key that this process lacks: restart it", len(found) - len(texts))
        if texts:
            hold(THEMES)  # a theme that is changed meanwhile is changed after these: its past comments are all there
            comments = make_comments(texts, ensure_themes(), now)
            db.session.add_all(comments)
            _tell_of(texts, comments, now)
            raise_alerts([(text, made.redacted_text) for text, made in zip(texts, comments, strict=True)], now)
            recount(Subject.COMMENTS, ((text.response.counts_on, text.response.service_id) for text in texts))
            wake("fold_tallies")
        return len(texts)


def _tell_of(texts: Sequence[AnswerText], comments: Sequence[Comment], now: datetime) -> None:
    """That a comment may be read, and of what: its words are not told."""
    made = [(text, comment) for text, comment in zip(texts, comments, strict=True) if not text.response.is_test]

    def facts() -> Iterator[dict[str, str]]:
        db.session.flush()
        codes = codes_of_services(text.response.service_id for text, _comment in made)
        for text, comment in made:
            yield {
                "comment": comment.reference,
                "response": text.response.reference,
                "question": text.question_version.question.code,
                "service": codes[text.response.service_id],
            }

    if made:
        tell("comment.ready", facts, at=now)


def redact_comments_again(_now: datetime, _worker: str) -> int:
    """Redact the next comments of older rules anew; how many were.

    Privacy beats history: their text changes wherever it is read from the comment. Labels, themes and figures stay.
    """
    with transaction():
        found = comments_redacted_before(BATCH)
        for comment in found:
            _redact_again(comment)
        return len(found)


def make_comments(texts: Sequence[AnswerText], themes: Sequence[Theme], now: datetime) -> list[Comment]:
    """The comments of these texts: redacted first, then judged knowing the question, then sorted into themes."""
    by_code = {theme.code: theme for theme in themes}
    frame = code_frame(tuple(ThemeRule(t.code, t.name, read_keywords(t.keywords)) for t in themes))
    lists = council_word_lists().lists
    return [_made(text, frame, by_code, lists, now) for text in texts]


def _redact_again(comment: Comment) -> None:
    """From what was written, and where that can be read no longer from what is shown: less is shown than before."""
    try:
        raw = comment.answer_text.raw
    except InvalidToken:
        raw = ""
    redacted = redact(raw or comment.redacted_text)
    kinds = [detail.value for detail, _count in redacted.removed]
    comment.removed = kinds if raw else [*comment.removed, *(kind for kind in kinds if kind not in comment.removed)]
    comment.redacted_text = redacted.text
    for found in comment.themes:  # a keyword with a gap holds what stood between
        found.matched = [redact(words).text for words in found.matched]
    comment.redacted_with = REDACTION_VERSION


def _made(text: AnswerText, frame: CodeFrame, themes: dict[str, Theme], lists: WordLists, now: datetime) -> Comment:
    try:
        raw = text.raw
    except InvalidToken:  # its key is gone: it stands there as unreadable, and does not stop the others
        raw = ""
    analysis = analyse(raw, text.question_version.text_type, frame, text.response.answered_in, lists)
    comment = _comment(text, analysis, themes, now)
    if not raw:
        comment.flags = ["unreadable"]
    return comment


def _comment(text: AnswerText, analysis: Analysis, themes: dict[str, Theme], now: datetime) -> Comment:
    judged = analysis.sentiment
    is_judged = not {Flag.NO_CONTENT, Flag.NOT_ANALYSED} & set(judged.flags)
    return Comment(
        answer_text_id=text.id,
        response_id=text.response_id,
        question_version_id=text.question_version_id,
        text_type=text.question_version.text_type,
        redacted_text=analysis.redacted.text,
        removed=[detail.value for detail, _count in analysis.redacted.removed],
        language=analysis.language,
        sentiment=judged.label.value if is_judged else None,
        polarity=judged.polarity if is_judged else None,
        confidence=judged.confidence if is_judged else None,
        needs_review=analysis.needs_review,
        flags=[flag.value for flag in judged.flags],
        method=judged.method,
        analysed_at=now,
        themes=[CommentTheme(theme_id=themes[match.code].id, matched=list(match.matched)) for match in analysis.themes],
    )
