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
from dataclasses import dataclass, replace
from datetime import datetime

from survey_app.contacts.models import STOPPED_BY_SMS
from survey_app.contacts.people import PersonKeys
from survey_app.contacts.queries import index_key
from survey_app.contacts.reading import read_phone
from survey_app.extensions import db
from survey_app.invitations.callbacks.reading import ToldText
from survey_app.invitations.models import Callback, CallbackKind, Invitation, ReceivedText, TextOutcome
from survey_app.invitations.operations import stop_asking, stop_people
from survey_app.invitations.operations.callbacks import take_in
from survey_app.invitations.queries import asked_by_text, is_text_known, texts_received
from survey_app.kernel.errors import Refused
from survey_app.kernel.tokens import keyed_hash
from survey_app.organisation.channels import Mode
from survey_app.responses.given import LONGEST_TEXT, GivenAnswers, said_in
from survey_app.responses.models import SurveyResponse
from survey_app.responses.on_path import on_path
from survey_app.responses.operations.answers import change_response, given_in, record_response, rewrite_held, withdraw
from survey_app.responses.operations.occasions import facts_known, invited
from survey_app.responses.queries import counted_response, quarantined_response
from survey_app.responses.sms import Reading, read_text
from survey_app.surveys.kinds import QuestionKind, TextType
from survey_app.surveys.queries import route_of
from survey_app.surveys.scales import text_scale
from survey_app.work.operations import hold

WITHOUT_SCORE = "text message without a score"  # why such an answer is held


@dataclass(frozen=True)
class IncomingText:
    """A text message of which we were told, and when it was written. Without a sender its number is none of ours."""

    sender: str | None  # E.164
    message: str
    written_at: datetime


def take_texts(now: datetime, worker: str) -> int:
    """A step of a job: deal with the next text messages; how many. Each once, however often its provider tells of it,
    and in whatever order they come: what counts is when each was written.
    """
    return take_in({CallbackKind.SMS: _take_text}, now, worker)


def _take_text(callback: Callback, now: datetime) -> None:
    told = ToldText(**json.loads(callback.payload))
    written_at = min(datetime.fromisoformat(told.at), callback.received_at)  # no clock of theirs runs ahead of ours
    text = IncomingText(read_phone(told.sender), told.message, written_at)
    key = keyed_hash(index_key(), text.sender) if text.sender else None
    hold(f"text {key or callback.provider_id}")  # one message of a number after the other
    if is_text_known(callback.provider_id):
        return
    invitation = asked_by_text(key, written_at) if key else None
    outcome = _heed(text, key, invitation, now)
    db.session.add(
        ReceivedText(provider_id=callback.provider_id, received_at=written_at, outcome=outcome, invitation=invitation)
    )


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
    if text.written_at >= invitation.closes_at:
        return TextOutcome.TOO_LATE
    held = quarantined_response(invitation.id)
    if reading.code is None:
        _keep_words(reading.comment, text, invitation, held, now)
        return TextOutcome.NOT_UNDERSTOOD
    words = given_in(held).texts if held is not None and held.quarantine_reason == WITHOUT_SCORE else {}
    given = GivenAnswers(_choice(reading, invitation), words)
    given = _with_comment(_on_path(given, invitation), reading.comment, text, invitation)
    stored = record_response(invited(invitation, mode=Mode.SMS), given, now=now)
    if stored.mode is not Mode.SMS:  # they pressed Send on the page at this very moment
        return _add(reading, text, invitation, stored, now)
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
    is_newer = reading.code is not None and text.written_at >= scored_at
    choices = dict(before.choices) | (_choice(reading, invitation) if is_newer else {})
    given = _on_path(replace(before, choices=choices), invitation)
    given = _with_comment(given, reading.comment, text, invitation)
    try:
        change_response(answered, given, now=now)
    except Refused:
        return TextOutcome.TOO_LATE
    return TextOutcome.ANSWERED if is_newer else TextOutcome.COMMENTED


def _keep_words(
    words: str, text: IncomingText, invitation: Invitation, held: SurveyResponse | None, now: datetime
) -> None:
    before = GivenAnswers() if held is None else given_in(held)
    given = _with_comment(before, words, text, invitation)
    if held is not None:
        rewrite_held(held, given)
    elif given.texts:
        record_response(invited(invitation, mode=Mode.SMS), given, now=now, quarantine_reason=WITHOUT_SCORE)


def _choice(reading: Reading, invitation: Invitation) -> dict[str, str]:
    first = invitation.survey_version.items[0].question_version.question.code
    return {first: reading.code} if reading.code is not None else {}


def _on_path(given: GivenAnswers, invitation: Invitation) -> GivenAnswers:
    """Without the choices that are off the path now. What somebody wrote is never lost, whatever asked for it."""
    facts = facts_known(invited(invitation, mode=Mode.SMS))
    return replace(on_path(route_of(invitation.survey_version), given, facts), texts=given.texts)


def _with_comment(given: GivenAnswers, comment: str, text: IncomingText, invitation: Invitation) -> GivenAnswers:
    """With one more part of the text, before the others when it was written before all of them."""
    question = _comment_question(given, invitation)
    if not comment or question is None:
        return given
    earlier = texts_received(invitation)
    is_first = bool(earlier) and text.written_at < earlier[0][0]
    parts = [given.texts.get(question, ""), comment]
    joined = "\n".join(part for part in (reversed(parts) if is_first else parts) if part)
    return replace(given, texts={**given.texts, question: joined[:LONGEST_TEXT]})


def _comment_question(given: GivenAnswers, invitation: Invitation) -> str | None:
    """Where the words belong: to the question that asks why, else to the first that asks for words at all; to one on
    the path of what was chosen, where there is one."""
    version = invitation.survey_version
    texts = [item.question_version for item in version.items if item.question_version.kind is QuestionKind.TEXT]
    path = route_of(version).path(said_in(given), facts_known(invited(invitation, mode=Mode.SMS)))
    asked = [question for question in texts if question.question.code in path]
    why = [question for question in asked if question.text_type is TextType.WHY]
    return next((question.question.code for question in (*why, *asked, *texts)), None)
