"""Pictures of an Easy Read version: known by their content, kept once."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import select

from survey_app.extensions import db
from survey_app.organisation.pictures import read_picture
from survey_app.surveys.models import SurveyPicture


def keep_picture(content: bytes, *, now: datetime) -> str:
    """The hash by which a survey names the picture. InvalidInput when it can be none: it is known by what is in it."""
    picture, digest = read_picture(content), sha256(content).hexdigest()
    if db.session.scalar(select(SurveyPicture.id).where(SurveyPicture.sha256 == digest)) is None:
        db.session.add(SurveyPicture(sha256=digest, media_type=picture.media_type, content=content, stored_at=now))
        db.session.flush()
    return digest
