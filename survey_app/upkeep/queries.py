"""Whether the site can work, and what this program is."""

from __future__ import annotations

import tomllib

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from survey_app.extensions import db, migrate
from survey_app.settings import PROJECT_ROOT


def readiness_problems() -> list[str]:
    """What keeps this process from serving, one sentence each; empty when nothing does."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return ["The database does not answer."]
    newest = newest_revision()
    if schema_revision() != newest:
        return [f"The database is not at schema {newest}: run `flask db upgrade`."]
    return []


def newest_revision() -> str | None:
    """The schema that this program works with."""
    return ScriptDirectory.from_config(migrate.get_config()).get_current_head()


def known_revisions() -> frozenset[str]:
    """Every schema that this program can bring to the newest."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(migrate.get_config()).walk_revisions())


def schema_revision() -> str | None:
    """The schema of the database; None while it has none."""
    return MigrationContext.configure(db.session.connection()).get_current_revision()


def product_version() -> str:
    """The version of this program."""
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())["project"]
    return str(project["version"])
