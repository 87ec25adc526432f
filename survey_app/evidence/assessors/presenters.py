"""Accesses, threads, the walk and the rows behind a figure, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from survey_app.accounts.models import User
from survey_app.evidence.assessors.access import AccessState, access_state, watermark_words
from survey_app.evidence.assessors.queries import CHANGEABLE_FOR, Use
from survey_app.evidence.models import AssessorAccess, ElementComment, Visit, VisitKind
from survey_app.kernel.periods import in_words

STATE_WORDS = {AccessState.OPEN: "Open", AccessState.EXPIRED: "Run out", AccessState.ENDED: "Ended"}


@dataclass(frozen=True)
class AccessRow:
    """One access as a lead sees it. `link` is where its holder chooses a password: only where no e-mail can be sent
    and they have none yet."""

    id: int
    name: str
    email: str
    body: str
    framework: str
    state: AccessState
    until: date
    pages: int
    last_at: datetime | None
    has_password: bool
    link: str | None

    @property
    def state_words(self) -> str:
        return STATE_WORDS[self.state]


def access_row(access: AssessorAccess, use: Use, today: date, link: str | None) -> AccessRow:
    return AccessRow(
        id=access.id,
        name=access.user.name or access.user.email,
        email=access.user.email,
        body=access.body,
        framework=access.framework.name,
        state=access_state(access.expires_on, access.ended_at, today),
        until=access.expires_on,
        pages=use.pages,
        last_at=use.last_at,
        has_password=access.user.password is not None,
        link=link,
    )


def watermark(access: AssessorAccess) -> str:
    """What stands on every page that an assessor opens."""
    return watermark_words(access.user.name or access.user.email, access.body, access.expires_on)


def visit_label(visit: Visit) -> str:
    kind = "Full assessment" if visit.kind is VisitKind.FULL else f"{visit.months}-month review"
    return f"{kind}, {in_words(visit.due_on)}"


@dataclass(frozen=True)
class Said:
    """One comment of a thread."""

    id: int
    who: str
    at: datetime
    text: str
    is_assessors: bool
    is_question: bool
    is_settled: bool
    may_change: bool


def thread(comments: Sequence[ElementComment], viewer: User, now: datetime) -> list[Said]:
    """A thread for one viewer. Assessors see no names of staff: the council answers."""
    return [_said(comment, viewer, now) for comment in comments]


def _said(comment: ElementComment, viewer: User, now: datetime) -> Said:
    name = comment.author.name or "The assessor" if comment.is_assessors else "The council"
    return Said(
        id=comment.id,
        who=name,
        at=comment.at,
        text=comment.text,
        is_assessors=comment.is_assessors,
        is_question=comment.is_question,
        is_settled=comment.closed_at is not None,
        may_change=comment.author_id == viewer.id and now - comment.at <= CHANGEABLE_FOR,
    )
