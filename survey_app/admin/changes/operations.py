"""Putting a setting back as it was."""

from __future__ import annotations

from datetime import datetime

from survey_app.admin.changes.kinds import KINDS
from survey_app.admin.changes.overlap import same_things, stands_as
from survey_app.audit.models import CHANGED, AuditLine
from survey_app.audit.queries import changes_since
from survey_app.kernel.errors import Refused
from survey_app.work.operations import hold


def undo_change(line: AuditLine, *, now: datetime, by: int) -> None:
    """Put back what a change took away, through the operation of its page, which writes down that it did.

    Refused where something changed the same since then, or where it cannot be put back; nothing is done then.
    """
    kind = line.action.removesuffix(CHANGED)
    hold("changes of settings")
    if any(same_things(line, later) for later in changes_since([kind], line.id)):
        raise Refused("This was changed again since then. Undo the newest change of it first.")
    if not stands_as(KINDS[kind].now(line.subject), line.after):
        raise Refused("This no longer stands as the change left it, so it cannot be undone. Change it on its own page.")
    KINDS[kind].restore(line.subject, line.before, now, by)
