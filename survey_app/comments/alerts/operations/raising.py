"""Raising alerts: in the transaction that makes a comment, and by a job of its own for what becomes none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from sqlalchemy import select

from survey_app.comments.alerts.finding import finder_of
from survey_app.comments.alerts.models import Alert, AlertKind, AlertWatch
from survey_app.comments.alerts.queries import stored_kinds, texts_to_watch, usual_kinds
from survey_app.comments.alerts.timing import is_recent
from survey_app.comments.redaction import redact
from survey_app.extensions import db, transaction, upsert
from survey_app.kernel.tokens import new_reference
from survey_app.responses.models import AnswerText
from survey_app.responses.queries import waits_for_key
from survey_app.work.happenings import tell
from survey_app.work.jobs import wake
from survey_app.work.operations import hold

KINDS = "alert kinds"  # held by who makes the usual ones
BATCH = 200


def raise_alerts(texts: Iterable[tuple[AnswerText, str]], now: datetime) -> int:
    """Raise what is found in these texts, each with its words after redaction; how many alerts are new.

    In the caller's transaction: a comment and its alerts are there together, and are told as soon as that commits.
    Whatever language was answered in is searched. What was raised before is not raised again.
    """
    recent = [
        (text, words) for text, words in texts if is_recent(text.response.counts_on, now) and not text.response.is_test
    ]
    if not recent:
        return 0
    known = ensure_kinds()
    in_use = {kind.code: kind for kind in known if kind.is_active}
    finder = finder_of(*((kind.code, kind.phrases, kind.exceptions) for kind in in_use.values()))
    raised = 0
    for text, words in recent:
        for found in finder.find(words):
            raised += _raise(in_use[found.code], text, found.phrases, now)
    if raised:
        wake("send_alerts")
    return raised


def watch_texts(now: datetime, worker: str) -> int:
    """Search the next texts that become no comment: of held answers, facts, what was typed at "other"; how many."""
    with transaction():
        texts = [text for text in texts_to_watch(BATCH, now) if not waits_for_key(text, now)]
        raise_alerts([(text, redact(words).text) for text in texts if (words := _words(text))], now)
        for text in texts:
            watch = upsert(AlertWatch).values(answer_text_id=text.id, watched_at=now)
            db.session.execute(watch.on_conflict_do_nothing())
        return len(texts)


def ensure_kinds() -> Sequence[AlertKind]:
    """The kinds of the council; the usual ones where it has none yet. Whoever else asks for them first waits."""
    found = stored_kinds()
    if not found:
        hold(KINDS)
        found = stored_kinds()
    if not found:
        db.session.add_all(found := usual_kinds())
        db.session.flush()
    return found


def _raise(kind: AlertKind, text: AnswerText, phrases: Sequence[str], now: datetime) -> bool:
    """Whether it is new. A text that its person changed takes the place of the one before: they are told of once."""
    before = db.session.scalar(
        select(Alert).where(
            Alert.kind_id == kind.id,
            Alert.response_id == text.response_id,
            Alert.answer_text_id.is_(None),
            Alert.decided_at.is_(None),
        )
    )
    if before is not None:
        before.answer_text_id, before.matched = text.id, list(phrases)
        db.session.flush()
        return False
    alert = upsert(Alert).values(
        reference=new_reference(),
        kind_id=kind.id,
        answer_text_id=text.id,
        response_id=text.response_id,
        matched=list(phrases),
        raised_at=now,
        due_at=now + timedelta(minutes=kind.answer_within_minutes),
        letter_due_at=now,
        sent_to="",
        note="",
        attempts=0,
    )
    reference = db.session.scalar(alert.on_conflict_do_nothing().returning(Alert.reference))
    if reference is not None:
        facts = {"alert": reference, "kind": kind.code, "response": text.response.reference}
        tell("alert.raised", lambda: [facts], at=now)
    return reference is not None


def _words(text: AnswerText) -> str:
    try:
        return text.raw
    except InvalidToken:  # its key is gone: nobody can read it any more
        return ""
