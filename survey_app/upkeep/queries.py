"""Whether the site can work, and what this program is."""

from __future__ import annotations

import tomllib
from datetime import datetime
from functools import cache

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from survey_app.extensions import db, migrate
from survey_app.privacy.keys.queries import wrong_keys
from survey_app.settings import PROJECT_ROOT


def readiness_problems(now: datetime) -> list[str]:
    """What keeps this process from serving, one sentence each; empty when nothing does.

    A schema that is newer than this program is none: while machines are brought to a new version one after the other,
    those of the old one go on serving, and no revision takes away what the release before it needs (docs/deploy.md).
    """
    try:
        revision = schema_revision()
    except SQLAlchemyError:
        return ["The database does not answer."]
    newest = newest_revision()
    if revision is None or revision in known_revisions() - {newest}:
        return [f"The database is not at schema {newest}: run `flask db upgrade`."]
    # a wrong INDEX_KEY is noted (watching/): pages are served under it, though nobody is recognised by their address
    return ["DATA_KEYS opens nothing of what is stored here."] if "DATA_KEYS" in wrong_keys(now) else []


@cache
def newest_revision() -> str | None:
    """The schema that this program works with."""
    return _scripts().get_current_head()


@cache
def known_revisions() -> frozenset[str]:
    """Every schema that this program can bring to the newest."""
    return frozenset(script.revision for script in _scripts().walk_revisions())


def _scripts() -> ScriptDirectory:
    """Each file of migrations/ is loaded for it, which takes long: what comes of it is kept as long as the process."""
    return ScriptDirectory.from_config(migrate.get_config())


def schema_revision() -> str | None:
    """The schema of the database; None while it has none."""
    return MigrationContext.configure(db.session.connection()).get_current_revision()


@cache
def product_version() -> str:
    """The version of this program."""
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())["project"]
    return str(project["version"])
