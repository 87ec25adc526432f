"""What a council writes into its messages itself: kept, taken back, and ours again."""

from __future__ import annotations

from datetime import datetime

from survey_app.audit.operations import record_act_by, record_change
from survey_app.extensions import db
from survey_app.invitations.message_texts import Slot, Written
from survey_app.invitations.models import MessageText
from survey_app.invitations.queries import message_text, written_in
from survey_app.kernel.errors import Refused
from survey_app.surveys.models import Survey
from survey_app.work.operations import hold


class WrittenMeanwhile(Refused):
    """Somebody else changed this text since it was opened."""


def write_text(
    survey: Survey, slot: Slot, written: Written | None, *, based_on: str, now: datetime, by: int | None = None
) -> MessageText:
    """From now on this text goes out; None: ours again. What stood there before is kept for one undo.

    `based_on` is the mark of the text that somebody changed, "" of ours: WrittenMeanwhile when another stands there.
    The text itself was checked (`message_texts.body_fault`).
    """
    row = _held(survey, slot)
    now_there = written_in(row)
    if based_on != (now_there.mark if now_there else ""):
        raise WrittenMeanwhile("Somebody changed this text after you opened this page.")
    if row is None:
        row = MessageText(survey_id=survey.id, kind=slot.kind, way=slot.way, language=slot.language)
        db.session.add(row)
    else:
        row.earlier_subject, row.earlier_body = row.subject, row.body
    row.subject, row.body = (written.subject, written.body) if written else ("", None)
    return _kept(row, survey, "message.written" if written else "message.standard", now=now, by=by)


def undo_text(survey: Survey, slot: Slot, *, now: datetime, by: int | None = None) -> MessageText:
    """Go back to what stood there before the last change; once more brings it back. Refused where nobody changed it."""
    row = _held(survey, slot)
    if row is None:
        raise Refused("This text was never changed: ours stands there.")
    earlier = row.earlier_subject, row.earlier_body
    row.earlier_subject, row.earlier_body = row.subject, row.body
    row.subject, row.body = earlier
    return _kept(row, survey, "message.undone", now=now, by=by)


def set_bilingual(survey: Survey, is_bilingual: bool, *, now: datetime, by: int | None = None) -> None:
    """From now on each message of this survey is in Welsh and English side by side, or not."""
    before, survey.is_bilingual = {"is_bilingual": survey.is_bilingual}, is_bilingual
    after = {"is_bilingual": is_bilingual}
    record_change("survey.bilingual", survey.code, at=now, by=by, before=before, after=after)
    db.session.flush()


def _held(survey: Survey, slot: Slot) -> MessageText | None:
    """The row, while nobody else changes a text of this survey."""
    hold(f"message texts {survey.id}")
    return message_text(survey, slot)


def _kept(row: MessageText, survey: Survey, act: str, *, now: datetime, by: int | None) -> MessageText:
    row.edited_at = now
    place = {"kind": row.kind.value, "way": row.way.value, "language": row.language}
    record_act_by(act, survey.code, at=now, by=by, after={**place, "characters": len(row.body or "")})
    db.session.flush()
    return row
