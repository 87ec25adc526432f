"""Reading which terms have to be counted, and how often they were."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, func, literal, or_, select

from survey_app.comments.models import Comment, TermPart, TermTally
from survey_app.comments.terms.emerging import FLOOR, Emerging, emerging
from survey_app.contacts.models import Contact, ContactDetail
from survey_app.extensions import UtcDateTime, db
from survey_app.invitations.models import Invitation
from survey_app.kernel.periods import ONE_DAY, Period
from survey_app.organisation.channels import PUBLIC
from survey_app.organisation.queries import within
from survey_app.organisation.scope import Scope
from survey_app.responses.models import SurveyResponse
from survey_app.responses.queries import counting
from survey_app.surveys.models import Survey, SurveyVersion

EVERY_MINUTES = 15  # at most, while comments keep coming in: all parts within the same quarter of an hour
AT_LEAST_EVERY = timedelta(days=1)  # more may have been taken out of a comment since
MOST_READ = 10_000  # comments of a service in a quarter: the newest of more

Part = tuple[date, int]  # the first day of a quarter, and a service


@dataclass(frozen=True)
class Quarters:
    """The quarter of the newest comment, and the one before it."""

    now: Period
    before: Period

    @classmethod
    def of(cls, day: date) -> Quarters:
        now = Period.quarter_of(day)
        return cls(now, Period.quarter_of(now.first - ONE_DAY))

    @property
    def firsts(self) -> tuple[date, date]:
        return self.now.first, self.before.first


def quarters_with_comments(today: date) -> Quarters | None:
    """None where no comment counts yet."""
    newest = db.session.scalar(
        select(SurveyResponse.counts_on)
        .join(Comment, Comment.response_id == SurveyResponse.id)
        .where(*_in_english(), SurveyResponse.counts_on <= today)
        .order_by(SurveyResponse.counts_on.desc())
        .limit(1)
    )
    return None if newest is None else Quarters.of(newest)


def parts_to_count(quarters: Quarters, now: datetime) -> list[Part]:
    """The services and quarters whose comments changed since they were counted, the newest quarter first. What was
    counted a moment ago waits, and each is counted again after a day."""
    first = case((SurveyResponse.counts_on >= quarters.now.first, 1), else_=0).label("is_now")
    there = (
        select(first, SurveyResponse.service_id, func.count(), func.max(Comment.analysed_at, type_=UtcDateTime))
        .join(Comment, Comment.response_id == SurveyResponse.id)
        .where(*_in_english(), SurveyResponse.counts_on.between(quarters.before.first, quarters.now.last))
        .group_by(first, SurveyResponse.service_id)
    )
    held = {
        (part.starts_on, part.service_id): part
        for part in db.session.scalars(select(TermPart).where(TermPart.starts_on.in_(quarters.firsts)))
    }
    stale = []
    for is_now, service, comments, analysed_at in db.session.execute(there):
        place = (quarters.now.first if is_now else quarters.before.first, service)
        part = held.pop(place, None)
        if part is None or _is_stale(part, comments, analysed_at, now):
            stale.append(place)
    stale += [place for place, part in held.items() if part.comments]  # its last comment went
    return sorted(stale, key=lambda place: (-place[0].toordinal(), place[1]))


def _is_stale(part: TermPart, comments: int, analysed_at: datetime, now: datetime) -> bool:
    if _quarter_of_hour(part.counted_at) == _quarter_of_hour(now):
        return False
    is_changed = part.comments != comments or part.counted_at <= analysed_at
    return is_changed or now - part.counted_at >= AT_LEAST_EVERY


def _quarter_of_hour(at: datetime) -> datetime:
    return at.replace(minute=at.minute // EVERY_MINUTES * EVERY_MINUTES, second=0, microsecond=0)


def has_earlier_parts(quarters: Quarters) -> bool:
    return db.session.scalar(select(exists().where(TermPart.starts_on < quarters.before.first))) or False


def comments_of(part: Part) -> int:
    """How many comments a service has in a quarter."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Comment)
            .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
            .where(*_in_english(), *_of_part(part))
        )
        or 0
    )


def written_in(part: Part) -> Iterator[tuple[str, str]]:
    """Who wrote, as far as we can tell them apart, and what: the newest comments of a part."""
    return _written([*_in_english(), *_of_part(part)], MOST_READ)


def written_with(terms: Sequence[str], quarter: Period, scope: Scope) -> Iterator[tuple[str, str]]:
    """The same of all comments in scope in which the words of one of these terms stand."""
    said = [and_(*map(_has_word, term.split())) for term in terms]
    conditions = [
        *_in_english(),
        SurveyResponse.counts_on.between(quarter.first, quarter.last),
        *within(scope, SurveyResponse.service_id),
    ]
    return _written([*conditions, or_(*said)], MOST_READ)


def _has_word(word: str) -> ColumnElement[bool]:
    """Apostrophes are folded in a term and not in a text."""
    return Comment.redacted_text.icontains(word.partition("'")[0], autoescape=True)


def emerging_terms(scope: Scope, quarters: Quarters, *, most: int) -> list[Emerging]:
    """The terms that stand in more comments in scope than in the quarter before, from the tallies."""
    is_now = TermTally.starts_on == quarters.now.first
    now, before = (func.sum(case((side, TermTally.comments), else_=0)) for side in (is_now, ~is_now))
    statement = (
        select(TermTally.term, now, before)
        .where(TermTally.starts_on.in_(quarters.firsts), *within(scope, TermTally.service_id))
        .group_by(TermTally.term)
        .having(func.sum(TermTally.comments) >= FLOOR)  # what fewer say is not even tested
    )
    rows = db.session.execute(statement).all()
    totals = (_total(quarters.now.first, scope), _total(quarters.before.first, scope))
    return emerging({term: int(n) for term, n, _ in rows}, {term: int(n) for term, _, n in rows}, totals, most=most)


def counted_last(scope: Scope, quarters: Quarters) -> tuple[int, datetime | None]:
    """When the parts in scope were counted last, and how many there are: while both are the same, so are the terms."""
    statement = select(func.count(), func.max(TermPart.counted_at, type_=UtcDateTime)).where(
        TermPart.starts_on.in_(quarters.firsts), *within(scope, TermPart.service_id)
    )
    parts, at = db.session.execute(statement).one()
    return parts, at


def _total(first: date, scope: Scope) -> int:
    statement = select(func.coalesce(func.sum(TermPart.counted), 0)).where(
        TermPart.starts_on == first, *within(scope, TermPart.service_id)
    )
    return int(db.session.scalar(statement) or 0)


def _written(conditions: Collection[ColumnElement[bool]], most: int) -> Iterator[tuple[str, str]]:
    person = func.coalesce(
        literal("c", String) + Contact.customer_ref,
        literal("e", String) + ContactDetail.email_key,
        literal("p", String) + ContactDetail.phone_key,
        literal("r", String) + cast(SurveyResponse.id, String),
    )
    rows = db.session.execute(
        select(person, Comment.redacted_text)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .outerjoin(Invitation, Invitation.id == SurveyResponse.invitation_id)
        .outerjoin(Contact, Contact.id == Invitation.contact_id)
        .outerjoin(ContactDetail, ContactDetail.contact_id == Contact.id)
        .where(*conditions)
        .order_by(SurveyResponse.counts_on.desc(), Comment.id.desc())
        .limit(most)
    )
    return ((who, text) for who, text in rows)


def _of_part(part: Part) -> list[ColumnElement[bool]]:
    quarter = Period.quarter_of(part[0])
    in_quarter = SurveyResponse.counts_on.between(quarter.first, quarter.last)
    return [in_quarter, SurveyResponse.service_id == part[1]]


def _in_english() -> list[ColumnElement[bool]]:
    """Comments in English that say something, of answers of residents and businesses that count. We know the stop words
    of no other language: each would seem new when more people write in it."""
    ours = (
        select(SurveyVersion.id)
        .join(Survey, Survey.id == SurveyVersion.survey_id)
        .where(Survey.customer_kind.in_(PUBLIC))
    )
    return [
        *counting(),
        SurveyResponse.survey_version_id.in_(ours),
        Comment.sentiment.is_not(None),
        or_(Comment.language.is_(None), Comment.language.startswith("en")),
    ]
