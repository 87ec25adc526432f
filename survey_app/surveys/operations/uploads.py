"""Files of surveys that somebody uploads: kept encrypted for an hour, so that they see what is in them first."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from survey_app.audit.operations import record_act_by
from survey_app.extensions import db, transaction
from survey_app.kernel.characters import fit, shortened
from survey_app.kernel.packing import packed
from survey_app.kernel.tokens import new_reference
from survey_app.surveys.models import LONGEST_FILE_NAME, Survey, SurveyFile

KEEP_FILE = timedelta(hours=1)


def keep_survey_file(
    name: str, content: bytes, survey: Survey | None = None, *, now: datetime, by: int | None = None
) -> SurveyFile:
    """Keep a file, encrypted, until somebody imports it or the time to do so is over. `survey` is the one to which the
    answers in it are, where it holds no questions."""
    file = SurveyFile(
        reference=new_reference(),
        name=shortened(fit(name), LONGEST_FILE_NAME),
        survey=survey,
        content=packed(content),
        uploaded_at=now,
        keep_until=now + KEEP_FILE,
    )
    db.session.add(file)
    db.session.flush()
    record_act_by("survey.file uploaded", file.reference, at=now, by=by, after={"bytes": len(content)})
    return file


def forget_survey_file(file: SurveyFile) -> None:
    """Forget a file that was imported, or that nobody wants."""
    db.session.delete(file)
    db.session.flush()


def forget_survey_files(now: datetime, _worker: str) -> int:
    """Forget the files whose time is over; how many."""
    with transaction():
        gone = delete(SurveyFile).where(SurveyFile.keep_until <= now).returning(SurveyFile.id)
        return len(db.session.scalars(gone).all())
