"""Writing the council's own records. The newest text of a place holds, the others are its history."""

from __future__ import annotations

from datetime import datetime

from survey_app.audit.operations import record_act_by
from survey_app.extensions import db
from survey_app.privacy.models import PrivacyText


def write_text(place: str, body: str, *, now: datetime, by: int) -> PrivacyText:
    """What holds in this place from now on; empty: our suggestion again. The words themselves are not audited."""
    text = PrivacyText(place=place, body=body, written_at=now, written_by=by)
    db.session.add(text)
    db.session.flush()
    after = {"text": text.id, "characters": len(body)}
    record_act_by("privacy record written", place, at=now, by=by, after=after)
    return text
