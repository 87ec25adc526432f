"""Inviting assessors and ending their access; marks, comments and answers; the list of what was opened."""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app
from sqlalchemy import delete

from survey_app.accounts.first_link import WELCOME_DAYS
from survey_app.accounts.models import User
from survey_app.accounts.operations import checked_email, invite_user, letter_to_staff, send_after_answer
from survey_app.accounts.queries import user_by_email, welcome_link
from survey_app.accounts.roles import RoleName
from survey_app.audit.operations import record_act_by
from survey_app.evidence.assessors import queries
from survey_app.evidence.assessors.access import wrong_last_day
from survey_app.evidence.assessors.letters import Letter, comments_letter, invitation_letter
from survey_app.evidence.assessors.walk import Mark
from survey_app.evidence.models import (
    AccessLine,
    AssessorAccess,
    Element,
    ElementComment,
    ElementMark,
    Framework,
    Visit,
)
from survey_app.extensions import db, transaction, upsert
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.kernel.tokens import new_reference
from survey_app.messaging.errors import SendError, ServerTrouble
from survey_app.messaging.ways import mail_transport
from survey_app.organisation.queries import the_council
from survey_app.settings import Settings

log = logging.getLogger(__name__)

LONGEST_COMMENT = 4_000
FORGOTTEN_AT_ONCE = 1_000
TOO_LATE = "It is more than ten minutes old, so it stays as it is. Write another one below it."


# ---- Access ----


@dataclass(frozen=True)
class Invitation:
    """Who is invited, of which body, and until when."""

    name: str
    email: str
    body: str
    expires_on: date


def invite(
    asked: Invitation, framework: Framework, visit: Visit | None, *, now: datetime, by: int | None
) -> AssessorAccess:
    """Open a framework to an assessor, whose account is made where there is none, and write to them.

    InvalidInput for an address of somebody who works here, and for a last day that cannot be.
    """
    address = checked_email(asked.email)
    user = user_by_email(address)
    if user is None:
        user = invite_user(address, asked.name, RoleName.ASSESSOR, now)
    elif not queries.is_outside(user) or not user.active:
        raise InvalidInput("Somebody signs in with this address who is no assessor. Use another address.")
    access = give_access(user, framework, asked.body, asked.expires_on, visit=visit, now=now, by=by)
    send_invitation(access, now=now)
    return access


def give_access(
    user: User,
    framework: Framework,
    body: str,
    expires_on: date,
    *,
    visit: Visit | None = None,
    now: datetime,
    by: int | None = None,
) -> AssessorAccess:
    """Open a framework to an assessor who has an account. InvalidInput for a last day that cannot be."""
    if (problem := wrong_last_day(expires_on, london_day(now))) is not None:
        raise InvalidInput(problem)
    access = AssessorAccess(
        user=user,
        framework=framework,
        visit_id=visit.id if visit else None,
        body=body,
        invited_at=now,
        invited_by=by,
        expires_on=expires_on,
    )
    db.session.add(access)
    db.session.flush()
    _record("assessor invited", access, now, by, expires_on=expires_on.isoformat(), framework=framework.code)
    return access


def send_invitation(access: AssessorAccess, *, now: datetime) -> None:
    """Write to the assessor where to begin; once more is a fresh link. It leaves after the answer to this request."""
    settings, user = _settings(), access.user
    is_new = user.password is None
    letter = invitation_letter(
        council=the_council().name,
        framework=access.framework.name,
        expires_on=access.expires_on,
        link=welcome_link(settings.base_url, user) if is_new else f"{settings.base_url}/evidence/sitting/",
        is_new=is_new,
        lead=queries.inviter_of(access),
        days=WELCOME_DAYS,
    )
    message_id = f"{new_reference()}.assessor"
    send_after_answer(letter_to_staff(message_id, recipient=user.email, subject=letter.subject, text=letter.text))


def invite_again(access: AssessorAccess, *, now: datetime, by: int | None) -> None:
    """Send the invitation once more."""
    send_invitation(access, now=now)
    _record("assessor invited again", access, now, by)


def end_access(access: AssessorAccess, *, now: datetime, by: int | None) -> None:
    """From this moment on it opens nothing."""
    if access.ended_at is None:
        access.ended_at = now
        _record("assessor access ended", access, now, by)


def reopen_access(access: AssessorAccess, *, now: datetime, by: int | None) -> None:
    """Take an ending back; the last day stays as it was."""
    if access.ended_at is not None:
        access.ended_at = None
        _record("assessor access reopened", access, now, by)


def prolong(access: AssessorAccess, expires_on: date, *, now: datetime, by: int | None) -> None:
    """Let it last until another day, be it earlier. InvalidInput for one that cannot be; Refused once it is ended."""
    if access.ended_at is not None:
        raise Refused("This access was ended. Reopen it first, or invite the assessor again.")
    if (problem := wrong_last_day(expires_on, london_day(now))) is not None:
        raise InvalidInput(problem)
    before, access.expires_on = access.expires_on, expires_on
    _record("assessor access prolonged", access, now, by, was=before.isoformat(), expires_on=expires_on.isoformat())


def note_page(access_id: int, at: datetime, path: str) -> None:
    """Write down that a page was opened. One of an access that is gone since, as after a restore, is dropped."""
    if db.session.get(AssessorAccess, access_id) is not None:
        db.session.add(AccessLine(access_id=access_id, at=at, what=path[:200]))
        db.session.flush()


def forget_lines(now: datetime, _worker: str) -> int:
    """Delete what was opened more than three years ago; how many."""
    with transaction():
        ids = db.session.scalars(queries.lines_to_forget(now).limit(FORGOTTEN_AT_ONCE)).all()
        db.session.execute(delete(AccessLine).where(AccessLine.id.in_(ids)))
        return len(ids)


# ---- The walk ----


def mark_element(access: AssessorAccess, element: Element, mark: Mark, *, now: datetime) -> None:
    """How far the assessor got with an element; the last word stands."""
    values = {"access_id": access.id, "element_id": element.id, "mark": mark.value, "at": now}
    statement = upsert(ElementMark).values(values)
    changed = {"mark": mark.value, "at": now}
    db.session.execute(statement.on_conflict_do_update(index_elements=["access_id", "element_id"], set_=changed))


# ---- Comments ----


def write_comment(element: Element, text: str, *, author: User, is_question: bool, now: datetime) -> ElementComment:
    """What an assessor says or asks about an element, or what the council answers. InvalidInput for nothing, or too
    much."""
    is_assessors = queries.is_outside(author)
    comment = ElementComment(
        element_id=element.id,
        author=author,
        is_assessors=is_assessors,
        is_question=is_assessors and is_question,
        text=_checked(text),
        at=now,
    )
    db.session.add(comment)
    db.session.flush()
    record_act_by("element commented", f"element {element.number}", at=now, by=author.id)
    return comment


def change_comment(comment: ElementComment, text: str, *, author: User, now: datetime) -> None:
    """Put one's own words right within ten minutes. NotFound for another's, Refused for older ones."""
    _check_changeable(comment, author, now)
    comment.text = _checked(text)
    record_act_by("element comment changed", f"comment {comment.id}", at=now, by=author.id)


def take_back(comment: ElementComment, *, author: User, now: datetime) -> None:
    """Delete one's own words within ten minutes. NotFound for another's, Refused for older ones."""
    _check_changeable(comment, author, now)
    db.session.delete(comment)
    record_act_by("element comment taken back", f"comment {comment.id}", at=now, by=author.id)
    db.session.flush()


def settle(comment: ElementComment, is_settled: bool, *, now: datetime, by: int | None) -> None:
    """Mark a question settled, or open it again. Refused for what is no question."""
    if not comment.is_question:
        raise Refused("This is no question, so there is nothing to settle.")
    comment.closed_at = now if is_settled else None
    record_act_by("question settled" if is_settled else "question reopened", f"comment {comment.id}", at=now, by=by)


def tell_of_comments(now: datetime, _worker: str) -> int:
    """Write to the other side that something new stands there; how many threads of frameworks were told of.

    They are written down as told before the letter goes: an e-mail that is lost costs less than one a minute.
    """
    letters = list[tuple[str, Letter]]()
    with transaction():
        pairs = queries.comments_to_tell(now)
        for framework_id, is_assessors in pairs:
            framework = db.session.get_one(Framework, framework_id)
            told = queries.untold(framework_id, is_assessors, now)
            for comment in told:
                comment.told_at = now
            place = (
                f"/evidence/assessors/questions?framework={framework.code}" if is_assessors else "/evidence/sitting/"
            )
            letter = comments_letter(
                n=len(told),
                framework=framework.name,
                link=f"{_settings().base_url}{place}",
                is_to_assessor=not is_assessors,
            )
            letters += [(to, letter) for to in queries.readers_of(framework_id, is_assessors, london_day(now))]
        emails = [
            letter_to_staff(f"{new_reference()}.comments", recipient=to, subject=each.subject, text=each.text)
            for to, each in letters
        ]
    settings = _settings()
    with closing(mail_transport(settings)) as transport:
        for email in emails:
            try:
                transport.send(email)
            except (SendError, ServerTrouble) as problem:
                log.warning("the e-mail %s about comments was not sent: %s", email.message_id, problem)
    return len(pairs)


def _check_changeable(comment: ElementComment, author: User, now: datetime) -> None:
    if comment.author_id != author.id:
        raise NotFound("There is no such comment of yours.")
    if now - comment.at > queries.CHANGEABLE_FOR:
        raise Refused(TOO_LATE)


def _checked(text: str) -> str:
    words = text.strip()
    if not words:
        raise InvalidInput("Write something first.")
    if len(words) > LONGEST_COMMENT:
        raise InvalidInput(f"Use {LONGEST_COMMENT:,} characters or fewer; it has {len(words):,}.")
    return words


def _record(action: str, access: AssessorAccess, now: datetime, by: int | None, **after: str) -> None:
    db.session.flush()
    record_act_by(action, f"access {access.id}", at=now, by=by, after=after or None)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
