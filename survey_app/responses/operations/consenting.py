"""Whether somebody may be contacted about their answer: said in the survey, or after it; the last word holds.

Who holds a copy of what somebody gave to be contacted by hears at once, in the same transaction, when it changes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from flask import Flask, current_app

from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.responses.given import GivenAnswers
from survey_app.responses.models import ContactConsent, SurveyResponse
from survey_app.responses.queries import consent_of
from survey_app.surveys.kinds import AGREED, QuestionKind

CONSENT_KEPT_DAYS = 90

ConsentHeard = Callable[[SurveyResponse, datetime], None]


def on_consent_changed(app: Flask, heard: ConsentHeard) -> None:
    """A later package is told of a response whose consent was given, given anew, taken back, or went with its answer.

    What holds now it reads itself.
    """
    app.extensions.setdefault("consent_heard", []).append(heard)


def heed_consent(response: SurveyResponse, given: GivenAnswers, now: datetime) -> None:
    """What somebody said of it in the survey itself. To say yes is enough where we know how to reach them: that is
    copied. Whom we do not know the thank-you asks for an address or a number: until then there is no consent."""
    for item in response.survey_version.items:
        said = given.choices.get(item.question_version.question.code)
        if item.question_version.kind is not QuestionKind.CONSENT or said is None:
            continue
        details = details_held(response) if said == AGREED else None
        if details is None or details:
            say_consent(response, details, now)


def details_held(response: SurveyResponse) -> dict[str, str]:
    """How we know to reach whoever was invited: "email", "phone"."""
    detail = response.invitation.contact.detail if response.invitation is not None else None
    held = {"email": detail.email, "phone": detail.phone} if detail is not None else {}
    return {name: value for name, value in held.items() if value}


def say_consent(response: SurveyResponse, details: Mapping[str, str] | None, now: datetime) -> None:
    """They may be contacted by these details, of which this keeps a copy; or, with None, they do not want it."""
    consent = consent_of(response)
    if consent is None:
        consent = ContactConsent(response_id=response.id)
        db.session.add(consent)
    consent.is_wanted, consent.given_at = details is not None, now
    consent.details = None if details is None else json.dumps(dict(details), sort_keys=True)
    consent.keep_until = london_day(now) + timedelta(days=CONSENT_KEPT_DAYS)
    db.session.flush()
    tell_of_consent(response, now)


def tell_of_consent(response: SurveyResponse, now: datetime) -> None:
    """The consent of this response is not what it was."""
    for heard in current_app.extensions.get("consent_heard", ()):
        heard(response, now)
