"""Who holds a copy of what somebody gave to be contacted by hears at once, in the same transaction, when it changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app

from survey_app.responses.models import SurveyResponse

ConsentHeard = Callable[[SurveyResponse, datetime], None]


def on_consent_changed(app: Flask, heard: ConsentHeard) -> None:
    """A later package is told of a response whose consent was given, given anew, taken back, or went with its answer.

    What holds now it reads itself.
    """
    app.extensions.setdefault("consent_heard", []).append(heard)


def tell_of_consent(response: SurveyResponse, now: datetime) -> None:
    """The consent of this response is not what it was."""
    for heard in current_app.extensions.get("consent_heard", ()):
        heard(response, now)
