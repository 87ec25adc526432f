"""Text messages that people sent us become answers, comments and stops.

A message belongs to the newest invitation that its number was asked by in a text message. What happens to it:

- A score is recorded as the answer; a later one replaces it for as long as an answer can be changed.
- What is written beside it, before it or after it becomes the comment, in the order in which it was written.
- Words without any score are held for review as the invitation's answer: nothing is lost and nothing is counted, and
  the invitation stays open for the score, by text message or by link. When that comes, they become its comment.
- A stop is heeded from any number, asked or not, in time or not.

Nothing is ever sent back.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from survey_app.contacts.models import STOPPED_BY_SMS
from survey_app.contacts.people import PersonKeys
from survey_app.contacts.queries import index_key
from survey_app.contacts.reading import read_phone
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Callback, CallbackKind, Invitation, ReceivedText, TextOutcome
from survey_app.invitations.operations import stop_asking, stop_people
from survey_app.invitations.queries import asked_by_text, is_text_known, texts_received
from survey_app.kernel.errors import Refused
from survey_app.kernel.tokens import keyed_hash
from survey_app.organisation.channels import Mode
from survey_app.responses.given import LONGEST_TEXT, GivenAnswers
from survey_app.responses.models import SurveyResponse
from survey_app.responses.operations.answers import change_response, given_in, record_response, rewrite_held, withdraw
from survey_app.responses.queries import counted_response, quarantined_response
from survey_app.responses.sms import Reading, read_text
from survey_app.surveys.kinds import QuestionKind, TextType
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.scales import text_scale
from survey_app.work.operations import claim, hold

log = logging.getLogger(__name__)

TEXT_BATCH = 50
TEXT_LEASE = timedelta(minutes=5)  # so long also until one that failed is tried again
MOST_ATTEMPTS = 8
WITHOUT_SCORE = "text message without a score"  # why such an answer is held


@dataclass(frozen=True)
class IncomingText:
    """A text message as its provider told us of it. Without a sender it came from no number of this country."""

    provider_id: str
    sender: str | None  # E.164
    message: str
    received_at: datetime


def take_texts(now: datetime, worker: str) -> int:
    """Deal with the next text messages, the oldest first; how many. Each in a transaction of its own, and once.

    One that cannot be dealt with stays with its error, and is tried again when its lease runs out, 8 times in all.
    """
    with transaction():
        claimed = claim(
            Callback,
            Callback.kind == CallbackKind.SMS,
            Callback.attempts < MOST_ATTEMPTS,
            worker=worker,
            now=now,
            lease=TEXT_LEASE,
            most=TEXT_BATCH,
        )
        ids = [callback.id for callback in claimed]
    texts: list[tuple[int, IncomingText]] = []
    for callback_id in ids:
        with _kept_apart(callback_id), transaction():
            texts.append((callback_id, _read(db.session.get_one(Callback, callback_id))))
    for callback_id, text in sorted(texts, key=lambda pair: pair[1].received_at):
        with _kept_apart(callback_id), transaction():
            _take_once(callback_id, text, worker, now)
    return len(ids)


@contextmanager
def _kept_apart(callback_id: int) -> Iterator[None]:
    """Whatever is wrong with one message stays with it: the others must not wait for it."""
    try:
        yield
    except Exception as problem:
        log.exception("the text message of callback %s waits", callback_id)
        with transaction():
            callback = db.session.get(Callback, callback_id)
            if callback is not None:
                callback.last_error = type(problem).__name__  # no more: it might hold what somebody wrote


def _read(callback: Callback) -> IncomingText:
    """What the provider told us. A time that is missing, or that is still to come, is that of its arrival here."""
    told = json.loads(callback.payload)
    sender = str(told.get("source_number") or "").strip()
    try:
        sent_at = datetime.fromisoformat(str(told.get("date_received")))
    except ValueError:
        sent_at = callback.received_at
    if sent_at.tzinfo is None or sent_at > callback.received_at:
        sent_at = callback.received_at
    return IncomingText(callback.provider_id, read_phone(sender), str(told.get("message") or ""), sent_at)


def _take_once(callback_id: int, text: IncomingText, worker: str, now: datetime) -> None:
    callback = db.session.get(Callback, callback_id, with_for_update=True, populate_existing=True)
    if callback is None or callback.claimed_by != worker:
        return  # the lease ran out on the way, and another worker has it now
    key = keyed_hash(index_key(), text.sender) if text.sender else None
    hold(f"text {key or text.provider_id}")  # one message of a number after the other
    if not is_text_known(text.provider_id):
        invitation = asked_by_text(key, text.received_at) if key else None
        outcome = _heed(text, key, invitation, now)
        db.session.add(
            ReceivedText(
                provider_id=text.provider_id, received_at=text.received_at, outcome=outcome, invitation=invitation
            )
        )
    db.session.delete(callback)


def _heed(text: IncomingText, key: str | None, invitation: Invitation | None, now: datetime) -> TextOutcome:
    reading = read_text(text.message, text_scale(invitation.survey_version) if invitation else None)
    outcome = TextOutcome.UNKNOWN_SENDER if invitation is None else _store(reading, text, invitation, now)
    if not reading.is_stop:
        return outcome
    if invitation is not None:
        stop_asking(invitation, source=STOPPED_BY_SMS, now=now)
    elif key is not None:
        stop_people([PersonKeys(phone_key=key)], source=STOPPED_BY_SMS, now=now)
    else:
        return outcome
    return outcome if outcome is TextOutcome.ANSWERED else TextOutcome.STOPPED


def _store(reading: Reading, text: IncomingText, invitation: Invitation, now: datetime) -> TextOutcome:
    if reading.code is None and not reading.comment:
        return TextOutcome.NOT_UNDERSTOOD
    answered = counted_response(invitation.id)
    if answered is not None:
        return _add(reading, text, invitation, answered, now)
    if text.received_at >= invitation.closes_at:
        return TextOutcome.TOO_LATE
    held = quarantined_response(invitation.id)
    if reading.code is None:
        _keep_words(reading.comment, text, invitation, held, now)
        return TextOutcome.NOT_UNDERSTOOD
    words = given_in(held).texts if held is not None and held.quarantine_reason == WITHOUT_SCORE else {}
    texts = _with_comment(words, reading.comment, text, invitation)
    record_response(invitation, GivenAnswers(_choice(reading, invitation), texts), now=now, mode=Mode.SMS)
    if words and held is not None:
        withdraw(held, now=now)  # its words are in the answer now
    return TextOutcome.ANSWERED


def _add(
    reading: Reading, text: IncomingText, invitation: Invitation, answered: SurveyResponse, now: datetime
) -> TextOutcome:
    """A further message about an answer that counts. A score that was written before the one it has is out of date."""
    before = given_in(answered)
    scored_at = max(
        (moment for moment, outcome in texts_received(invitation) if outcome is TextOutcome.ANSWERED),
        default=answered.submitted_at,
    )
    is_newer = reading.code is not None and text.received_at >= scored_at
    choices = dict(before.choices) | (_choice(reading, invitation) if is_newer else {})
    given = GivenAnswers(choices, _with_comment(before.texts, reading.comment, text, invitation))
    try:
        change_response(answered, given, now=now)
    except Refused:
        return TextOutcome.TOO_LATE
    return TextOutcome.ANSWERED if is_newer else TextOutcome.COMMENTED


def _keep_words(
    words: str, text: IncomingText, invitation: Invitation, held: SurveyResponse | None, now: datetime
) -> None:
    before = {} if held is None else given_in(held).texts
    given = GivenAnswers({} if held is None else given_in(held).choices, _with_comment(before, words, text, invitation))
    if held is not None:
        rewrite_held(held, given)
    elif given.texts:
        record_response(invitation, given, now=now, mode=Mode.SMS, quarantine_reason=WITHOUT_SCORE)


def _choice(reading: Reading, invitation: Invitation) -> dict[str, str]:
    first = invitation.survey_version.items[0].question_version.question.code
    return {first: reading.code} if reading.code is not None else {}


def _with_comment(
    before: Mapping[str, str], comment: str, text: IncomingText, invitation: Invitation
) -> Mapping[str, str]:
    """The texts with one more part, before the others when it was written before all of them."""
    question = _comment_question(invitation.survey_version)
    if not comment or question is None:
        return before
    earlier = texts_received(invitation)
    is_first = bool(earlier) and text.received_at < earlier[0][0]
    parts = [before.get(question, ""), comment]
    joined = "\n".join(part for part in (reversed(parts) if is_first else parts) if part)
    return {**before, question: joined[:LONGEST_TEXT]}


def _comment_question(version: SurveyVersion) -> str | None:
    """Where the words belong: to the question that asks why, else to the first that asks for words at all."""
    texts = [item.question_version for item in version.items if item.question_version.kind is QuestionKind.TEXT]
    why = [question for question in texts if question.text_type is TextType.WHY]
    return next((question.question.code for question in (*why, *texts)), None)
