"""What was deleted is to be gone from the file of the database too.

SQLite leaves deleted words in pages that it has not used again, in segments of the search index and in its write-ahead
log: all three are made anew. PostgreSQL keeps rows that were deleted, for nobody to read, until a vacuum lets their
place be used again.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from survey_app.audit.operations import record_act
from survey_app.comments.search.queries import SEARCH_INDEX
from survey_app.extensions import db, transaction
from survey_app.privacy.requests.queries import SCRUBBED, erasures_done

VACUUMED = ("answer_text", "comment", "contact", "contact_detail", "contact_consent", "follow_up", "survey_draft")


def scrub(now: datetime, *, actor_kind: str) -> None:
    """Call it with no transaction open. On SQLite nobody else writes meanwhile: some ten seconds for a gigabyte.

    The audit says how many erasures were behind it; who is erased while it runs is for the next.
    """
    with transaction():
        behind = erasures_done()
    _make_anew()
    with transaction():
        record_act(SCRUBBED, "database", at=now, actor_kind=actor_kind, after={"erasures": behind})


def _make_anew() -> None:
    if db.engine.dialect.name == "sqlite":
        with transaction():
            db.session.execute(text(f"INSERT INTO {SEARCH_INDEX} ({SEARCH_INDEX}) VALUES ('optimize')"))  # noqa: S608 # nosec B608
        driver = db.engine.raw_connection()
        try:
            driver.cursor().execute("VACUUM")
            driver.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            driver.close()
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in VACUUMED:
            connection.exec_driver_sql(f"VACUUM {table}")
