"""Emptying the database for another load."""

from __future__ import annotations

from sqlalchemy import delete, text

from survey_app.contacts.queries import has_people
from survey_app.extensions import Base, db
from survey_app.kernel.errors import Refused
from survey_app.organisation.queries import council


def empty_database(*, confirmed: str | None = None) -> None:
    """Delete every row of every table, and number rows from 1 again. The caller commits.

    Refused for a council that is no demo, or no longer only one, unless `confirmed` is its name: what residents said
    cannot come back.
    """
    present = council()
    if present is not None and (not present.is_demo or has_people()) and confirmed != present.name:
        what = "has contacts beside the demo" if present.is_demo else "is no demo"
        raise Refused(
            f"{present.name} {what}: nothing was emptied. If all that it holds may be lost, "
            f'add --confirm "{present.name}"'
        )
    tables = Base.metadata.sorted_tables
    if db.engine.dialect.name == "postgresql":
        names = ", ".join(f'"{table.name}"' for table in tables)
        db.session.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
    else:
        for table in reversed(tables):
            db.session.execute(delete(table))
    db.session.expire_all()
