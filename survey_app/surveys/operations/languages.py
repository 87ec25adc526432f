"""Languages that a council adds to ours."""

from __future__ import annotations

from datetime import datetime

from survey_app.audit.operations import record_act_by
from survey_app.extensions import db
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.kernel.languages import ENGLISH, TRANSLATED, is_language, name_in_english, own_name
from survey_app.surveys.models import Language


def add_language(code: str, called: str, *, now: datetime, by: int | None = None) -> Language:
    """A language into which surveys can be translated, by its code; `called` is its own name, or empty for the usual
    one. InvalidInput for what is no language; Refused for one that is there."""
    if not is_language(code):
        raise InvalidInput("We know no language of this code. Codes are like so for Somali, or zh-Hant for Chinese.")
    if code in (ENGLISH, *TRANSLATED) or db.session.get(Language, code) is not None:
        raise Refused(f"{name_in_english(code)} is there already.")
    language = Language(code=code, name=name_in_english(code)[:60], own_name=(called or own_name(code))[:60])
    db.session.add(language)
    record_act_by("language.added", code, at=now, by=by)
    db.session.flush()
    return language


def remove_language(code: str, *, now: datetime, by: int | None = None) -> None:
    """Offer a language no more. What surveys say in it stays as it is."""
    language = db.session.get(Language, code)
    if language is None:
        raise NotFound("This language is not there any more.")
    db.session.delete(language)
    record_act_by("language.removed", code, at=now, by=by)
    db.session.flush()
