"""Reading the audit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, literal_column, or_, select

from survey_app.audit.models import CHANGED, AuditCheck, AuditHead, AuditLine
from survey_app.audit.sealing import Head, Line, SignedHead
from survey_app.audit.verifying import Unreadable
from survey_app.extensions import db
from survey_app.kernel.errors import InvalidInput, NotFound
from survey_app.work.backlog import Backlog
from survey_app.work.queries import backlog_of

AT_ONCE = 1000  # lines in memory
_LINE = (
    AuditLine.id,
    AuditLine.at,
    AuditLine.actor_kind,
    AuditLine.actor_id,
    AuditLine.action,
    AuditLine.subject,
    AuditLine.before,
    AuditLine.after,
    AuditLine.sealed_as,
    AuditLine.seal,
)
Rows = Select[*tuple[Any, ...]]
_NEVER = datetime.fromisoformat("1970-01-01T00:00+00:00")


def newest_head() -> Head | None:
    """Where the chain stands; None while no line is sealed."""
    newest = select(AuditHead.place, AuditHead.seal).order_by(AuditHead.place.desc()).limit(1)
    found = db.session.execute(newest).one_or_none()
    return None if found is None else Head(found.place, found.seal)


def end_of_chain() -> Head | None:
    """What the next line is sealed after: the newest line or the newest head, whichever is further."""
    line = db.session.execute(
        select(AuditLine.sealed_as, AuditLine.seal)
        .where(AuditLine.sealed_as.is_not(None))
        .order_by(AuditLine.sealed_as.desc())
        .limit(1)
    ).one_or_none()
    last = None if line is None or line[0] is None else Head(line[0], line[1] or "")
    ends = [end for end in (last, newest_head()) if end is not None]
    return max(ends, key=lambda end: end.place, default=None)


def unsealed_lines(most: int) -> list[Line]:
    """The first lines that are not sealed yet, in the order of their numbers."""
    waiting = select(*_LINE).where(AuditLine.sealed_as.is_(None)).order_by(AuditLine.id).limit(most)
    return [Line(*row) for row in db.session.execute(waiting)]


def unsealed_backlog(_now: datetime) -> Backlog:
    return backlog_of(select(AuditLine.at).where(AuditLine.sealed_as.is_(None)))


def count_unsealed() -> int:
    return db.session.scalar(select(func.count()).where(AuditLine.sealed_as.is_(None))) or 0


def sealed_lines(after: int = 0) -> Iterator[Line | Unreadable]:
    """All lines that are sealed behind a place, in the order of their places, a few at a time in memory."""
    query = select(*_LINE).where(AuditLine.sealed_as.is_not(None)).order_by(AuditLine.sealed_as).limit(AT_ONCE)
    last: Any = after or None
    while lines := _read(query if last is None else query.where(AuditLine.sealed_as > last)):
        yield from lines
        last = lines[-1].place


def signed_heads(after: int = 0, up_to: int | None = None) -> Iterator[SignedHead]:
    """The heads behind a place, in the order of their places."""
    query: Rows = select(AuditHead.place, AuditHead.seal, AuditHead.sealed_at, AuditHead.signature)
    query = query.order_by(AuditHead.place).limit(AT_ONCE)
    if up_to is not None:
        query = query.where(AuditHead.place <= up_to)
    last: int | None = after or None
    while heads := _read_heads(query if last is None else query.where(AuditHead.place > last)):
        yield from heads
        last = heads[-1].place


def newest_check() -> AuditCheck | None:
    """The walk along the chain that runs, or else the last that was finished."""
    return db.session.scalar(select(AuditCheck).order_by(AuditCheck.id.desc()).limit(1))


def newest_finished_check() -> AuditCheck | None:
    done = select(AuditCheck).where(AuditCheck.finished_at.is_not(None)).order_by(AuditCheck.id.desc()).limit(1)
    return db.session.scalar(done)


@dataclass(frozen=True)
class Wanted:
    """Which lines somebody asks for: all that meet what is given here."""

    since: datetime | None = None
    until: datetime | None = None  # excluded
    actor_kind: str | None = None
    actor_id: str | None = None
    action: str | None = None
    subject: str | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        found = [
            column == value
            for column, value in (
                (AuditLine.actor_kind, self.actor_kind),
                (AuditLine.actor_id, self.actor_id),
                (AuditLine.action, self.action),
                (AuditLine.subject, self.subject),
            )
            if value is not None
        ]
        if self.since is not None:
            found.append(AuditLine.at >= self.since)
        if self.until is not None:
            found.append(AuditLine.at < self.until)
        return found


def newest_lines(wanted: Wanted, *, most: int, before: int | None = None) -> Sequence[AuditLine]:
    """The newest lines, or those before the line of this number: found by an index, however many there are.

    InvalidInput where there is no line of this number.
    """
    query = select(AuditLine).where(*wanted.conditions)
    if before is not None:
        at = db.session.scalar(select(AuditLine.at).where(AuditLine.id == before))
        if at is None:
            raise InvalidInput("There is no such page of this list.")
        query = query.where(or_(AuditLine.at < at, and_(AuditLine.at == at, AuditLine.id < before)))
    return db.session.scalars(query.order_by(AuditLine.at.desc(), AuditLine.id.desc()).limit(most)).all()


def actions_known() -> list[str]:
    """Every kind of act that there is a line of, without reading each line: from one to the next in the index."""
    first = select(func.min(AuditLine.action).label("action")).cte("acts", recursive=True)
    following = select(func.min(AuditLine.action)).where(AuditLine.action > first.c.action).scalar_subquery()
    acts = first.union_all(select(following).where(first.c.action.is_not(None)))
    return list(db.session.scalars(select(acts.c.action).where(acts.c.action.is_not(None))))


def _read(query: Rows) -> list[Line | Unreadable]:
    """SQLite takes any value into any column; reading one that is no time or no JSON fails."""
    try:
        return [Line(*row) for row in db.session.execute(query)]
    except (ValueError, TypeError):
        keys: Rows = query.with_only_columns(AuditLine.id, literal_column("sealed_as"), literal_column("seal"))
        return [_read_one(row) for row in db.session.execute(keys).all()]


def _read_one(key: Row[*tuple[Any, ...]]) -> Line | Unreadable:
    try:
        return Line(*db.session.execute(select(*_LINE).where(AuditLine.id == key[0])).one())
    except (ValueError, TypeError):
        return Unreadable(key[0], key[1], key[2])


def _read_heads(query: Rows) -> list[SignedHead]:
    try:
        return [SignedHead(*row) for row in db.session.execute(query)]
    except (ValueError, TypeError):
        plain = query.with_only_columns(AuditHead.place, AuditHead.seal)
        return [SignedHead(place, seal, _NEVER, "") for place, seal in db.session.execute(plain)]


def count_changes(kinds: Collection[str]) -> int:
    """How often settings of these kinds were changed."""
    return db.session.scalar(select(func.count(AuditLine.id)).where(_are_changes(kinds))) or 0


def changes(kinds: Collection[str], *, skip: int, most: int) -> Sequence[AuditLine]:
    """Changes of settings of these kinds, the newest first."""
    lines = select(AuditLine).where(_are_changes(kinds)).order_by(AuditLine.id.desc()).offset(skip).limit(most)
    return db.session.scalars(lines).all()


def last_changed(kinds: Collection[str]) -> dict[str, datetime]:
    """When a setting of each kind was last changed; kinds that never were are left out."""
    lines = select(AuditLine.action, func.max(AuditLine.at)).where(_are_changes(kinds)).group_by(AuditLine.action)
    return {action.removesuffix(CHANGED): at for action, at in db.session.execute(lines)}


def changes_since(kinds: Collection[str], line_id: int) -> Sequence[AuditLine]:
    """The changes of settings of these kinds that came after a line, oldest first."""
    lines = select(AuditLine).where(_are_changes(kinds), AuditLine.id > line_id).order_by(AuditLine.id)
    return db.session.scalars(lines).all()


def change_by_id(kinds: Collection[str], line_id: int) -> AuditLine:
    """One change. NotFound for a line that is none, or of another kind."""
    found = db.session.scalar(select(AuditLine).where(_are_changes(kinds), AuditLine.id == line_id))
    if found is None:
        raise NotFound("There is no such change.")
    return found


def _are_changes(kinds: Collection[str]) -> ColumnElement[bool]:
    return AuditLine.action.in_([f"{kind}{CHANGED}" for kind in kinds])
