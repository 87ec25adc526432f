"""Writing the audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update

from survey_app.audit.models import CHANGED, LONGEST_SUBJECT, AuditCheck, AuditHead, AuditLine
from survey_app.audit.queries import end_of_chain, unsealed_lines
from survey_app.audit.sealing import BEGINNING, Head, SignedHead, sign_head
from survey_app.audit.verifying import Chain, Problem
from survey_app.extensions import db
from survey_app.kernel.characters import fit
from survey_app.work.jobs import wake
from survey_app.work.operations import hold

SEAL_AUDIT = "seal_audit"  # the job, and the lock of whoever seals
SEALED_AT_ONCE = 2000


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
    wake(SEAL_AUDIT)


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


def seal_lines(now: datetime, signing_key: bytes, *, most: int = SEALED_AT_ONCE) -> SignedHead | None:
    """Seal the lines that wait, in the order of their numbers, and sign where the chain then stands.

    The order of the chain is that of sealing: a line with a smaller number that was committed late stands behind those
    that were sealed before. None when no line waits.
    """
    hold(SEAL_AUDIT)
    lines = unsealed_lines(most)
    if not lines:
        return None
    end = end_of_chain() or Head(0, BEGINNING)
    place, seal, sealed = end.place, end.seal, []
    for line in lines:
        place += 1
        seal = line.seal_at(place, seal)
        sealed.append({"id": line.id, "sealed_as": place, "seal": seal})
    db.session.execute(update(AuditLine), sealed)
    head = sign_head(place, seal, now, signing_key)
    db.session.add(AuditHead(place=place, seal=seal, sealed_at=now, signature=head.signature))
    db.session.flush()
    return head


def begin_check(now: datetime) -> AuditCheck:
    """Begin to walk along the chain, from its first line."""
    check = AuditCheck(begun_at=now, seal=BEGINNING)
    db.session.add(check)
    db.session.flush()
    return check


def note_check(check_id: int, chain: Chain, found: Sequence[Problem], finished_at: datetime | None) -> None:
    """Write down how far a walk has come, and what it found on the way."""
    check = db.session.get_one(AuditCheck, check_id)
    check.place, check.seal, check.fitting_head = chain.place, chain.seal[:64], chain.fitting_head
    check.problems += len(found)
    check.first_problem = check.first_problem or (found[0].words if found else None)
    check.finished_at = finished_at


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
