"""Taking in what somebody sent: it counts, or it is held, or it came before, or it changes what they sent before.

All ways of answering but text messages come through here. What is sent about one invitation, or by one page of a link
that anybody may follow, is taken in one after the other, however many come at the same moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from survey_app.extensions import db
from survey_app.organisation.channels import Mode
from survey_app.responses.given import GivenAnswers
from survey_app.responses.models import ResponseState, SurveyResponse
from survey_app.responses.on_path import all_shown_on_path
from survey_app.responses.operations.answers import (
    change_response,
    given_in,
    last_change_at,
    lock_answers,
    quarantine,
    store_response,
    withdraw,
)
from survey_app.responses.operations.occasions import Occasion, facts_known
from survey_app.responses.operations.replacing import keep_replaced, put_back
from survey_app.responses.queries import replaced_by_change, response_by_key, responses_of
from survey_app.responses.suspicion import SEVERAL_RATINGS, SEVERAL_WITHIN, TOO_FAST, Another, Signs, why_held
from survey_app.surveys.queries import route_of

MOST_HELD = 10  # answers of one invitation; how often something may be sent at all is limited by its link


class Outcome(StrEnum):
    """What became of what was sent. The thank-you is the same for all but TOO_FAST and TOO_LATE."""

    COUNTED = "counted"
    CHANGED = "changed"  # it replaced what the same person had answered before
    REPEATED = "repeated"  # nothing changed: it came before, or staff entered what the person answered themselves
    HELD = "held"
    TOO_FAST = "too_fast"  # held as well; the same page with the same nonce, sent once more, takes its place
    TOO_LATE = "too_late"  # nothing changed: the time for changes is over


@dataclass(frozen=True)
class Submission:
    """What became of an answer that was sent, and the stored one that it is, or that stands in its place."""

    outcome: Outcome
    response: SurveyResponse


def submit(occasion: Occasion, given: GivenAnswers, signs: Signs, *, now: datetime) -> Submission:
    """Take in what somebody sent by a page, by a kiosk or through staff.

    - What is off the path of its person is no part of it: every question that they were shown is on it.
    - The same again changes nothing.
    - What looks like a machine's is held. It never replaces or changes an answer that counts; but where several
      different answers come within SEVERAL_WITHIN, the first of them was the machine's as well, and is held with them.
      If it changed an answer that counted before, that one counts again as it was.
    - Anything else counts, once: it changes the answer that counts already for as long as its person may change it,
      whoever sent that one. A scanner that sends the form before its person does is corrected by them.

    Held answers never stand in a person's way. One with the content that then counts, or of the page that then sends
    what counts, is withdrawn: nobody has to review it.
    """
    given = all_shown_on_path(route_of(occasion.version), given, facts_known(occasion))
    lock_answers(occasion)
    sent = _sent(occasion, given, now)
    repeated = _what_it_repeats(sent)
    if repeated is not None:
        return Submission(Outcome.REPEATED, repeated)
    if not occasion.is_staff_entered:
        signs = replace(signs, another=_another(sent, signs.took), is_change=sent.counted is not None)
    reason = why_held(signs)
    return _count(sent) if reason is None else _hold_back(sent, reason)


@dataclass(frozen=True)
class _Sent:
    """What was sent, beside what the same person, as far as can be known, sent before: the oldest first."""

    occasion: Occasion
    given: GivenAnswers
    now: datetime
    standing: Sequence[SurveyResponse]
    alike: Sequence[SurveyResponse]  # those of the standing that say the same
    others: Sequence[SurveyResponse]  # those that chose something else

    @property
    def counted(self) -> SurveyResponse | None:
        return next((response for response in self.standing if response.state is ResponseState.COUNTED), None)

    @property
    def held(self) -> Sequence[SurveyResponse]:
        return [response for response in self.standing if response.state is ResponseState.QUARANTINED]

    def is_of_same_page(self, response: SurveyResponse) -> bool:
        return self.occasion.submission_key is not None and response.submission_key == self.occasion.submission_key

    def takes_the_place_of(self, response: SurveyResponse) -> bool:
        """Whether that came too fast from the page that is sent once more now."""
        return response.quarantine_reason == TOO_FAST and self.is_of_same_page(response)


def _sent(occasion: Occasion, given: GivenAnswers, now: datetime) -> _Sent:
    if occasion.invitation is not None:
        all_sent = responses_of(occasion.invitation.id)
        standing = [response for response in all_sent if response.state is not ResponseState.WITHDRAWN]
    else:
        found = response_by_key(occasion.submission_key) if occasion.submission_key is not None else None
        standing = [] if found is None else [found]
    contents = [(response, given_in(response)) for response in standing]
    alike = [response for response, content in contents if content == given]
    others = [response for response, content in contents if content.choices and content.choices != given.choices]
    return _Sent(occasion, given, now, standing, alike, others)


def _what_it_repeats(sent: _Sent) -> SurveyResponse | None:
    """The answer that was stored of it before, and counts or is held for good; or that its page gave and took back."""
    for response in sent.standing:
        if response.state is ResponseState.WITHDRAWN:
            return response
        is_same_page = sent.is_of_same_page(response) and not sent.takes_the_place_of(response)
        if response in sent.alike and (is_same_page or response.state is ResponseState.COUNTED):
            return response
    return None


def _last_sent_at(response: SurveyResponse) -> datetime:
    return response.changed_at or response.submitted_at


def _is_recent(response: SurveyResponse, now: datetime) -> bool:
    return now - _last_sent_at(response) < SEVERAL_WITHIN


def _another(sent: _Sent, took: timedelta | None) -> Another | None:
    """The newest that chose something else, but for what this one takes the place of."""
    others = [response for response in sent.others if not sent.takes_the_place_of(response)]
    if not others:
        return None
    newest = max(others, key=_last_sent_at)
    since = sent.now - _last_sent_at(newest)
    if newest is not sent.counted or since >= SEVERAL_WITHIN:
        return Another(since)
    is_followed = sent.is_of_same_page(newest) or (took is not None and took <= since)
    replaced = replaced_by_change(newest)
    is_correction = newest.changed_at is not None if replaced is None else replaced.first_at < replaced.last_at
    return Another(since, is_followed=is_followed, is_correction=is_correction)


def _hold_back(sent: _Sent, reason: str) -> Submission:
    """Store it as held, unless it is held already or so many are that no reviewer would learn from one more."""
    outcome = Outcome.TOO_FAST if reason == TOO_FAST else Outcome.HELD
    counted, occasion = sent.counted, sent.occasion
    if counted is not None and _is_recent(counted, sent.now) and reason == SEVERAL_RATINGS:
        _take_out(sent, counted)
        sent = _sent(occasion, sent.given, sent.now)
    if sent.alike:
        return Submission(outcome, sent.alike[0])
    if len(sent.held) >= MOST_HELD:
        return Submission(outcome, sent.held[-1])
    if any(map(sent.is_of_same_page, sent.standing)):
        if occasion.invitation is None:
            return Submission(outcome, sent.standing[0])  # its page alone bounds how much is stored of it
        occasion = replace(occasion, submission_key=None)
    return Submission(outcome, store_response(occasion, sent.given, now=sent.now, quarantine_reason=reason))


def _take_out(sent: _Sent, counted: SurveyResponse) -> None:
    """Hold the first of several ratings, which counted until now; what it had replaced counts again."""
    replaced = replaced_by_change(counted)
    if replaced is None:
        quarantine(counted, SEVERAL_RATINGS, now=sent.now)
        return
    given, sent_at, key = given_in(counted), _last_sent_at(counted), counted.submission_key
    put_back(counted, replaced, now=sent.now)
    if sent.occasion.invitation is None or len(sent.held) >= MOST_HELD:
        return
    counted.submission_key = None
    db.session.flush()
    first = replace(sent.occasion, submission_key=key)
    store_response(first, given, now=sent_at, quarantine_reason=SEVERAL_RATINGS)


def _count(sent: _Sent) -> Submission:
    """Let it count: as it is, or as a change of the answer that counts already."""
    counted, occasion = sent.counted, sent.occasion
    if counted is not None and (occasion.is_staff_entered or occasion.mode is Mode.KIOSK):
        return Submission(Outcome.REPEATED, counted)
    if counted is not None and sent.now >= last_change_at(counted):
        return Submission(Outcome.TOO_LATE, counted)
    _clear_away(sent)
    if counted is None:
        return Submission(Outcome.COUNTED, store_response(occasion, sent.given, now=sent.now))
    keep_replaced(counted, is_correction=_is_recent(counted, sent.now), now=sent.now)
    counted.submission_key = occasion.submission_key or counted.submission_key
    return Submission(Outcome.CHANGED, change_response(counted, sent.given, now=sent.now))


def _clear_away(sent: _Sent) -> None:
    """Take back what is held and need not be looked at any more, and free the key of the page."""
    for response in sent.held:
        if response in sent.alike or sent.takes_the_place_of(response):
            withdraw(response, now=sent.now)
    for response in sent.standing:
        if sent.is_of_same_page(response):
            response.submission_key = None
    db.session.flush()
