"""Reading who the actors of lines are, and lines for a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from survey_app.accounts.queries import names_of_users
from survey_app.audit.models import AuditCheck, AuditLine
from survey_app.audit.queries import Wanted, newest_finished_check, newest_head, newest_lines, unsealed_backlog
from survey_app.audit.sealing import Head
from survey_app.extensions import db, reading
from survey_app.kernel.clock import utc_now
from survey_app.work.backlog import Backlog

AT_ONCE = 1000


@dataclass(frozen=True)
class ChainState:
    """Where the chain stands, what waits for its seal, and what the last walk along it found."""

    head: Head | None
    unsealed: Backlog
    check: AuditCheck | None


def chain_state() -> ChainState:
    return ChainState(newest_head(), unsealed_backlog(utc_now()), newest_finished_check())


def names_of(lines: Iterable[AuditLine]) -> dict[str, str]:
    """How the people of these lines are called now, by the number that stands in a line."""
    actors = {line.actor_id or "" for line in lines if line.actor_kind == "user"}
    numbers = {int(actor) for actor in actors if actor.isascii() and actor.isdecimal() and len(actor) < 19}
    return {str(number): name for number, name in names_of_users(numbers).items()}


def batches(wanted: Wanted) -> Iterator[tuple[Sequence[AuditLine], dict[str, str]]]:
    """All lines that are wanted, newest first, a few at a time, each time in a transaction of its own: what is written
    meanwhile is newer than the first line, and not among them."""
    last: int | None = None
    while True:
        with reading():
            lines = newest_lines(wanted, most=AT_ONCE, before=last)
            names = names_of(lines)
            db.session.expunge_all()
            db.session.rollback()
        if not lines:
            return
        yield lines, names
        last = lines[-1].id
