"""Writing the audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from survey_app.audit.models import CHANGED, LONGEST_SUBJECT, AuditLine
from survey_app.extensions import db
from survey_app.kernel.characters import fit


def record_act(
    action: str,
    subject: str,
    *,
    at: datetime,
    actor_kind: str,
    actor_id: str | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add one line in the caller's transaction: it stands if, and only if, the act does. No personal data goes in.

    A `subject` that is longer than a line has room for, such as the name of a file, is cut.
    """
    db.session.add(
        AuditLine(
            at=at,
            actor_kind=actor_kind,
            actor_id=actor_id,
            action=action,
            subject=fit(subject)[:LONGEST_SUBJECT],
            before=before,
            after=after,
        )
    )


def record_act_by(
    action: str,
    subject: str,
    *,
    at: datetime,
    by: int | None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """The same for what both a user's page and a command can do: `by` is the user's id, None for a command."""
    record_act(
        action,
        subject,
        at=at,
        actor_kind="command" if by is None else "user",
        actor_id=None if by is None else str(by),
        before=before,
        after=after,
    )


def record_change(
    kind: str,
    subject: str,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    at: datetime,
    by: int | None,
) -> None:
    """A setting was changed: the line "<kind> changed", from which it can be put back as it was.

    Both hold the whole of what was changed, in values that JSON can carry; None is what was not there. Nothing is
    written where they are equal.
    """
    if before != after:
        record_act_by(f"{kind}{CHANGED}", subject, at=at, by=by, before=before, after=after)
