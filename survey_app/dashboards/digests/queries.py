"""Reads digests, and what a letter of one would say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import ColumnElement, func, select

from survey_app.actions.followups.queries import late_follow_ups
from survey_app.comments.picking import Quotable, pick, seed_of, too_few
from survey_app.dashboards import queries
from survey_app.dashboards.comments.picked.queries import quotable_comments
from survey_app.dashboards.digests.rhythm import days_of, due_at, latest_day, page_period
from survey_app.dashboards.models import Digest, DigestLetter, Rhythm
from survey_app.dashboards.overview import Overview
from survey_app.dashboards.queries import CommentFilter
from survey_app.dashboards.queries.overview import read_overview
from survey_app.dashboards.selection import Selection, read_channel
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import NotFound
from survey_app.kernel.periods import Period
from survey_app.kernel.tokens import token_digest
from survey_app.measures.figures import Figure
from survey_app.measures.queries import figures
from survey_app.measures.queries.standing import read_standing
from survey_app.organisation.channels import Channel
from survey_app.organisation.scope import Scope
from survey_app.work.backlog import Backlog

MOST_QUOTES = 3


@dataclass(frozen=True)
class DigestChoice:
    """How often, and of what. `service` is a code; None is all that the reader may see."""

    rhythm: Rhythm
    service: str | None = None
    channel: Channel | None = None

    @classmethod
    def of(cls, digest: Digest) -> DigestChoice:
        chosen = dict(parse_qsl(digest.arguments))
        return cls(digest.rhythm, chosen.get("service"), read_channel(chosen.get("channel")))

    @property
    def arguments(self) -> str:
        """Service and channel, encoded as in an address."""
        return urlencode({name: code for name, code in self.where.items() if code})

    @property
    def where(self) -> dict[str, str | None]:
        return {"service": self.service, "channel": self.channel.value if self.channel else None}


@dataclass(frozen=True)
class DigestRead:
    """What a letter is made of. `headline` is the figure of the overview at `selection`, `news` that of `days` alone
    where it is another one. `settled` are the months of the year to which no more answers come, judged against the same
    dates a year before; None while there is none. `quotes` were picked of `comments`."""

    choice: DigestChoice
    days: Period
    selection: Selection
    cut_at: datetime
    sees_all: bool
    names: dict[str, str]
    headline: Figure
    news: Figure
    settled: Overview | None
    late: int
    comments: int
    quotes: Sequence[Quotable]
    no_quotes: str | None  # why none is quoted

    @property
    def is_weekly(self) -> bool:
        return self.choice.rhythm is Rhythm.WEEKLY


def read_digest(
    choice: DigestChoice, scope: Scope, *, day: date, may_comments: bool, may_follow_up: bool, now: datetime
) -> DigestRead:
    """What a letter of this day says to somebody with this scope. NotFound for a service that they may not see."""
    within, days = queries.narrowed(scope, choice.service), days_of(choice.rhythm, day)
    period, standing = page_period(choice.rhythm, days), read_standing(now)
    selection = Selection(period.label, period, choice.service, choice.channel)

    def satisfied(span: Period) -> Figure:
        (found,) = figures(
            "satisfaction", span.first, span.last, where=selection.where, scope=scope, now=now, standing=standing
        )
        return found

    settled = settled_part(selection, days.last, scope, now=now)
    comments = quotable_comments(CommentFilter(within, days, choice.channel)) if may_comments else []
    no_quotes = too_few(len(comments)) if comments else None
    seed = seed_of(days.first, days.last, choice.service, None, choice.channel)
    return DigestRead(
        choice=choice,
        days=days,
        selection=selection,
        cut_at=now,
        sees_all=scope.is_everything,
        names=queries.service_names(),
        headline=satisfied(period),
        news=satisfied(days),
        settled=None if settled is None else read_overview(settled, scope, now=now),
        late=late_follow_ups(within, now) if may_follow_up else 0,
        comments=len(comments),
        quotes=pick(comments, MOST_QUOTES, seed) if comments and no_quotes is None else [],
        no_quotes=no_quotes,
    )


def settled_part(selection: Selection, until: date, scope: Scope, *, now: datetime) -> Selection | None:
    """From 1 April to the end of the last month that no answer comes to any more; of the year before where this year
    has none. None where neither has one."""
    year = Period.financial_year_of(until)
    for each in (year, year.previous):
        months = figures(
            "satisfaction",
            each.first,
            min(each.last, until),
            by=["month"],
            where=selection.where,
            scope=scope,
            now=now,
            are_compared=False,
        )
        over = [month.period.last for month in months if not month.provisional]
        if over and any(month.base for month in months if not month.provisional):
            period = Period.between(each.first, max(over))
            return Selection(each.label, period, selection.service, selection.channel)
    return None


def own_digests(user_id: int) -> Sequence[Digest]:
    """One's own that run, the oldest first."""
    return db.session.scalars(
        select(Digest).where(Digest.user_id == user_id, Digest.next_on.is_not(None)).order_by(Digest.id)
    ).all()


def own_digest(reference: str, user_id: int) -> Digest:
    """One's own, running or stopped. NotFound for any other."""
    found = db.session.scalar(select(Digest).where(Digest.reference == reference, Digest.user_id == user_id))
    if found is None:
        raise NotFound("You have no such digest.")
    return found


def last_letters(digests: Sequence[Digest]) -> dict[int, DigestLetter]:
    """The newest letter of each that was dealt with, by the digest's number."""
    wanted = [digest.id for digest in digests]
    rows = db.session.scalars(
        select(DigestLetter)
        .where(DigestLetter.digest_id.in_(wanted), DigestLetter.done_at.is_not(None))
        .order_by(DigestLetter.done_at)
    )
    return {letter.digest_id: letter for letter in rows}


def digest_by_token(token: str) -> Digest | None:
    """The digest whose letter holds this token."""
    letter = db.session.scalar(select(DigestLetter).where(DigestLetter.token_sha256 == token_digest(token)))
    return None if letter is None else letter.digest


def to_write(now: datetime) -> ColumnElement[bool]:
    """The condition under which a digest gets its next letter."""
    today = london_day(now)
    return Digest.next_on <= today if now >= due_at(today) else Digest.next_on < today


def digests_to_write(now: datetime) -> Backlog:
    waiting, oldest = db.session.execute(
        select(func.count(Digest.id), func.min(Digest.next_on)).where(to_write(now))
    ).one()
    return Backlog(waiting, None if oldest is None else due_at(oldest))


def to_send(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The condition under which a letter goes out."""
    return DigestLetter.done_at.is_(None), DigestLetter.due_at <= now


def digests_to_send(now: datetime) -> Backlog:
    waiting, oldest = db.session.execute(
        select(func.count(DigestLetter.id), func.min(DigestLetter.due_at)).where(*to_send(now))
    ).one()
    return Backlog(waiting, oldest)


def letter_day(choice: DigestChoice, now: datetime, nation: str) -> date:
    """The newest day on which a letter went or would have gone."""
    return latest_day(choice.rhythm, london_day(now), nation)
