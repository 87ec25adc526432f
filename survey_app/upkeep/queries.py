"""Whether the site can work."""

from __future__ import annotations

from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from survey_app.extensions import db, migrate


def readiness_problems() -> list[str]:
    """What keeps this process from serving, one sentence each; empty when nothing does."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return ["The database does not answer."]
    newest = ScriptDirectory.from_config(migrate.get_config()).get_current_head()
    if _schema() != newest:
        return [f"The database is not at schema {newest}: run `flask db upgrade`."]
    return []


def _schema() -> str | None:
    try:
        found: str | None = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        return None
    return found
