"""Begins and stops digests, writes their letters and sends them. Functions flush; the jobs commit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from flask import current_app
from sqlalchemy import select

from survey_app.accounts.models import User
from survey_app.accounts.operations import letter_to_staff
from survey_app.accounts.queries import may_sign_in, viewer_scope
from survey_app.comments.picking import Quotable
from survey_app.dashboards.comments.picked.queries import quotes_again
from survey_app.dashboards.digests.composing import composed
from survey_app.dashboards.digests.letter import Letter
from survey_app.dashboards.digests.presenters import letter_html, letter_text, subject_of
from survey_app.dashboards.digests.queries import (
    DigestChoice,
    letter_day,
    own_digests,
    read_digest,
    to_send,
    to_write,
)
from survey_app.dashboards.digests.rhythm import next_day
from survey_app.dashboards.models import Digest, DigestLetter
from survey_app.dashboards.queries import narrowed
from survey_app.extensions import db, transaction
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import NotFound, Refused
from survey_app.kernel.periods import ONE_DAY
from survey_app.kernel.tokens import new_reference, new_token, token_digest
from survey_app.measures.figures import Figure
from survey_app.measures.operations.passports import freeze_passport
from survey_app.measures.queries.cells import one_snapshot
from survey_app.messaging.email import Email
from survey_app.messaging.operations import Letters, Outcome, send_due
from survey_app.messaging.ways import mail_transport
from survey_app.organisation.queries import council_nation
from survey_app.organisation.scope import Scope
from survey_app.settings import Settings
from survey_app.work.jobs import wake

MOST_DIGESTS = 10  # of one person
STOP_PAGE = "/digests/stop/"
NOBODY = "its reader has no access any more, or may not see this"


def begin_digest(choice: DigestChoice, user: User, *, now: datetime) -> Digest:
    """Have the figures of a choice sent from the next day of its rhythm on. The same choice twice is one digest.

    NotFound for a service that they may not see, Refused for the eleventh.
    """
    narrowed(viewer_scope(user), choice.service)
    running = own_digests(user.id)
    for digest in running:
        if DigestChoice.of(digest) == choice:
            return digest
    if len(running) >= MOST_DIGESTS:
        raise Refused(f"You have {MOST_DIGESTS} digests. Stop one first.")
    digest = Digest(
        reference=new_reference(),
        user=user,
        rhythm=choice.rhythm,
        arguments=choice.arguments,
        next_on=next_day(choice.rhythm, london_day(now), council_nation()),
        created_at=now,
    )
    db.session.add(digest)
    db.session.flush()
    return digest


def stop_digest(digest: Digest, *, now: datetime) -> None:
    """No more letters, not even one that waits."""
    if digest.next_on is not None:
        digest.next_on, digest.stopped_at = None, now
        db.session.flush()


def go_on_with(digest: Digest, *, now: datetime) -> None:
    """Undo of `stop_digest`: the next letter comes on the next day of its rhythm."""
    if digest.next_on is None:
        digest.next_on = next_day(digest.rhythm, london_day(now), council_nation())
        digest.stopped_at = None
        db.session.flush()


def send_now(digest: Digest, *, now: datetime) -> None:
    """Make its newest letter due, with the figures of the next moment. Refused while one is on its way, and for a
    digest that was stopped; NotFound where its reader may not see it any more."""
    if digest.next_on is None:
        raise Refused("This digest is stopped. Begin it again first.")
    narrowed(viewer_scope(digest.user), DigestChoice.of(digest).service)
    waiting = select(DigestLetter.id).where(DigestLetter.digest_id == digest.id, DigestLetter.done_at.is_(None))
    today = london_day(now)
    if digest.next_on < today or db.session.scalar(waiting.limit(1)) is not None:
        raise Refused("A letter of this digest is on its way already.")
    digest.next_on = today - ONE_DAY
    db.session.flush()
    wake("write_digests")


def write_digests(now: datetime, _worker: str) -> int:
    """Write the letter of one digest that is due; 1, or 0 when none is. Whoever may not see it any more gets none.

    What the letter says and what is frozen is read from one snapshot: they are the same to the last answer.
    """
    with transaction():
        one_snapshot()
        digest = db.session.scalar(select(Digest).where(to_write(now)).order_by(Digest.next_on, Digest.id).limit(1))
        if digest is None:
            return 0
        if _write_letter(digest, now=now):
            wake("send_digests")
        digest.next_on = next_day(digest.rhythm, london_day(now), council_nation())
    return 1


def send_digests(now: datetime, worker: str) -> int:
    """Send the letters that wait; how many were dealt with."""
    return send_due(_LETTERS, mail_transport(_settings()), worker, now)


def _write_letter(digest: Digest, *, now: datetime) -> bool:
    """The letter of the newest days, counted at this moment; False where there is none. One of the same days is written
    anew."""
    choice = DigestChoice.of(digest)
    found = _composed(digest.user, choice, day=letter_day(choice, now, council_nation()), now=now)
    if found is None:
        return False
    letter = db.session.scalar(
        select(DigestLetter).where(
            DigestLetter.digest_id == digest.id,
            DigestLetter.first_on == found.first,
            DigestLetter.last_on == found.last,
        )
    ) or DigestLetter(digest=digest, reference=new_reference(), first_on=found.first, last_on=found.last)
    letter.reference, letter.token_sha256 = new_reference(), token_digest(new_token())
    letter.cut_at, letter.document, letter.due_at, letter.done_at = now, found.stored(), now, None
    letter.attempts, letter.last_error = 0, None
    db.session.add(letter)
    db.session.flush()
    return True


def _composed(user: User, choice: DigestChoice, *, day: date, now: datetime) -> Letter | None:
    """What a letter says, its figures frozen; None for a reader who may not see it."""
    scope = _scope_of(user)
    if scope is None:
        return None
    try:
        read = read_digest(
            choice,
            scope,
            day=day,
            may_comments=user.may("view_comments"),
            may_follow_up=user.may("follow_up"),
            now=now,
        )
    except NotFound:
        return None

    def frozen(figure: Figure) -> str:
        return f"/figures/{freeze_passport(figure.query, scope=scope, now=now).code}"

    return composed(read, frozen)


def _scope_of(user: User) -> Scope | None:
    """What they may see; None for who has left, or sees no figures."""
    if not user.active or not may_sign_in(user) or not user.may("view_results"):
        return None
    return viewer_scope(user)


def _written(row: DigestLetter, _now: datetime) -> list[Email]:
    """Nothing for a digest that was stopped since, and for a reader who may not see all of it any more."""
    digest, choice = row.digest, DigestChoice.of(row.digest)
    scope = _scope_of(digest.user)
    if digest.next_on is None or scope is None:
        return []
    try:
        within = narrowed(scope, choice.service)
    except NotFound:
        return []
    token = new_token()
    row.token_sha256 = token_digest(token)
    letter, base_url = Letter.read(row.document), _settings().base_url
    quotes = _quotes(letter, within) if digest.user.may("view_comments") else []
    stop = f"{base_url}{STOP_PAGE}{token}"
    email = letter_to_staff(
        f"{row.reference}.digest",
        recipient=digest.user.email,
        subject=subject_of(letter, digest.rhythm),
        text=letter_text(letter, quotes, digest.rhythm, base_url=base_url, stop=stop),
    )
    html = letter_html(letter, quotes, digest.rhythm, base_url=base_url, stop=stop)
    return [replace(email, html=html, unsubscribe_url=f"{stop}/one-click")]


def _quotes(letter: Letter, within: Scope) -> list[Quotable]:
    """Those that may still be quoted, in the order in which they were picked."""
    standing = quotes_again(letter.quotes, within)
    return [standing[number] for number in letter.quotes if number in standing]


def _settle(row: DigestLetter, outcome: Outcome, now: datetime) -> None:
    row.done_at = now
    if not outcome.taken_by and outcome.error is None:
        row.last_error = NOBODY


_LETTERS = Letters(
    "letters of digests", DigestLetter, to_send, _written, _settle, which=lambda letter: letter.reference
)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
