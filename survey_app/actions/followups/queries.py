"""Reads follow-ups, within a scope. A person's details are read by one function alone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, func, select, true, union_all
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from survey_app.accounts.models import User
from survey_app.accounts.roles import sees_everything
from survey_app.actions.followups.complaints import Timetable, timetable
from survey_app.actions.followups.due import late_before
from survey_app.actions.followups.in_time import Closing
from survey_app.actions.models import FollowUp, FollowUpNote, FollowUpOwner, FollowUpRules, FollowUpState, Outcome
from survey_app.comments.alerts.models import Alert, AlertOutcome
from survey_app.comments.models import Comment
from survey_app.extensions import db
from survey_app.kernel.clock import day_ends_at, day_starts_at, london_day
from survey_app.kernel.errors import NotFound
from survey_app.kernel.periods import Period
from survey_app.kernel.tokens import token_digest
from survey_app.organisation.models import Service
from survey_app.organisation.queries import council_nation, with_those_above, within
from survey_app.organisation.scope import Scope
from survey_app.responses.models import Answer, ContactConsent, SurveyResponse
from survey_app.responses.queries import counting
from survey_app.surveys.models import Option, Question, QuestionVersion
from survey_app.work.backlog import Backlog

USUAL_HIGHEST_SCORE = 2
OVERALL = "satisfaction"  # what the question about overall satisfaction asks


def follow_up_rules() -> FollowUpRules:
    """The rules as they hold; before anybody has set them, the defaults, not stored."""
    return db.session.scalar(select(FollowUpRules).limit(1)) or _usual_rules()


def _usual_rules() -> FollowUpRules:
    return FollowUpRules(
        is_on=True,
        highest_score=USUAL_HIGHEST_SCORE,
        first_contact_days=2,
        close_days=10,
        asks_for_verdict=True,
        complaints_url="",
    )


def owners_by_service() -> Mapping[int, int]:
    """The id of the user who gets the follow-ups of each service that has an owner; those who left own none."""
    rows = db.session.execute(
        select(FollowUpOwner.service_id, FollowUpOwner.user_id).join(FollowUpOwner.user).where(User.active)
    )
    return dict(rows.all())


def all_owners() -> Sequence[tuple[Service, User]]:
    """Every service that has an owner, by name, with its owner; one who left too, so that it is seen."""
    rows = db.session.execute(
        select(Service, User)
        .join(FollowUpOwner, FollowUpOwner.service_id == Service.id)
        .join(User, User.id == FollowUpOwner.user_id)
        .order_by(Service.name, Service.id)
    )
    return [(service, user) for service, user in rows]


def who_follows_up() -> list[User]:
    """Everybody who holds the permission, by name."""
    users = db.session.scalars(select(User).where(User.active).order_by(User.name, User.email))
    return [user for user in users if user.may("follow_up")]


def possible_owners(service_id: int) -> list[User]:
    """Who may follow up for a service, by name: those who hold the permission and see the service."""
    above = set(with_those_above(service_id))
    return [
        user
        for user in who_follows_up()
        if sees_everything(user.role_names) or any(service.id in above for service in user.services)
    ]


def highest_score() -> ColumnElement[int]:
    """The highest score that opens a follow-up, as the rules hold: 0 while they are off."""
    holds = select(case((FollowUpRules.is_on, FollowUpRules.highest_score), else_=0)).limit(1)
    return func.coalesce(holds.scalar_subquery(), USUAL_HIGHEST_SCORE)


def low_score(highest: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a response gave overall satisfaction this score or less."""
    return exists().where(
        Answer.response_id == SurveyResponse.id,
        Answer.option_id == Option.id,
        Option.score <= highest,
        Answer.question_version_id == QuestionVersion.id,
        QuestionVersion.question_id == Question.id,
        Question.asks == OVERALL,
    )


def to_open() -> Select[int]:
    """The ids of responses that count, have a low score and a wanted consent, and no follow-up yet; oldest first.

    None while the rules are off.
    """
    return (
        select(SurveyResponse.id)
        .join(ContactConsent, ContactConsent.response_id == SurveyResponse.id)
        .outerjoin(FollowUp, FollowUp.response_id == SurveyResponse.id)
        .where(*_is_wanted(), FollowUp.id.is_(None), low_score(highest_score()))
        .order_by(ContactConsent.id)
    )


def to_open_for_alert() -> Select[int]:
    """The ids of responses that count, have an alert that somebody found real and a wanted consent, and no follow-up
    yet, whatever their score; oldest first."""
    is_real = exists().where(Alert.response_id == SurveyResponse.id, Alert.outcome == AlertOutcome.REAL)
    return (
        select(SurveyResponse.id)
        .join(ContactConsent, ContactConsent.response_id == SurveyResponse.id)
        .outerjoin(FollowUp, FollowUp.response_id == SurveyResponse.id)
        .where(*_is_wanted(), FollowUp.id.is_(None), is_real)
        .order_by(ContactConsent.id)
    )


def wanted_consents(response_ids: Sequence[int]) -> Sequence[tuple[SurveyResponse, ContactConsent]]:
    """Those of these responses that count, may be contacted about, and have no follow-up, as they stand now."""
    rows = db.session.execute(
        select(SurveyResponse, ContactConsent)
        .join(ContactConsent, ContactConsent.response_id == SurveyResponse.id)
        .outerjoin(FollowUp, FollowUp.response_id == SurveyResponse.id)
        .where(SurveyResponse.id.in_(response_ids), *_is_wanted(), FollowUp.id.is_(None))
        .order_by(ContactConsent.id)
        .execution_options(populate_existing=True)
    )
    return [(response, consent) for response, consent in rows]


def follow_ups_to_open(_now: datetime) -> Backlog:
    """How many have asked to be contacted and have no follow-up yet."""
    waiting = to_open().order_by(None).union(to_open_for_alert().order_by(None)).subquery()
    return Backlog(db.session.scalar(select(func.count()).select_from(waiting)) or 0, None)


@dataclass(frozen=True)
class Prospect:
    """What an answer can expect: the rules, whether they would follow it up once it counts and its person wants to be
    contacted, and by when the follow-up that it has gets in touch."""

    rules: FollowUpRules
    is_low: bool
    contact_due_on: date | None


# Put together once: a resident's page takes longer to build this than to run it.
_PROSPECT = (
    select(FollowUpRules, low_score(highest_score()), FollowUp.contact_due_on)
    .select_from(SurveyResponse)
    .outerjoin(FollowUpRules, true())
    .outerjoin(FollowUp, FollowUp.response_id == SurveyResponse.id)
    .where(SurveyResponse.id == bindparam("response_id"))
    .limit(1)
)


def prospect_of(response: SurveyResponse) -> Prospect:
    """In one statement: every resident who answers waits for it."""
    row = db.session.execute(_PROSPECT, {"response_id": response.id}).one()
    rules: FollowUpRules | None = row[0]
    return Prospect(rules or _usual_rules(), row[1], row[2])


def consent_as_it_stands(response_id: int) -> ContactConsent | None:
    """The wanted consent of a response, with its details; None when there is none, or not any more."""
    return db.session.scalar(
        select(ContactConsent)
        .where(ContactConsent.response_id == response_id, ContactConsent.is_wanted, ContactConsent.details.is_not(None))
        .execution_options(populate_existing=True)
    )


def consent_kept_until(response_id: int) -> date | None:
    return db.session.scalar(select(ContactConsent.keep_until).where(ContactConsent.response_id == response_id))


def copies_kept_until(invitations: Sequence[int]) -> date | None:
    """Until when details are kept that were given with the answers to these invitations: those of the consent, and
    their copy in a follow-up. None where none are."""
    kept = union_all(
        *(
            select(copy.keep_until.label("day"))
            .join(SurveyResponse, SurveyResponse.id == copy.response_id)
            .where(SurveyResponse.invitation_id.in_(invitations), copy.details.is_not(None))
            for copy in (ContactConsent, FollowUp)
        )
    ).subquery()
    last: date | None = db.session.scalar(select(func.max(kept.c.day)))
    return last


def follow_up_of(response_id: int) -> FollowUp | None:
    return db.session.scalar(select(FollowUp).where(FollowUp.response_id == response_id))


def follow_up_in(reference: str, scope: Scope) -> FollowUp:
    """The follow-up of this reference. NotFound when there is none in scope: missing and forbidden look alike."""
    found = db.session.scalar(
        select(FollowUp)
        .where(FollowUp.reference == reference, *within(scope, FollowUp.service_id))
        .options(
            joinedload(FollowUp.service),
            joinedload(FollowUp.owner),
            selectinload(FollowUp.notes).joinedload(FollowUpNote.author),
        )
    )
    if found is None:
        raise NotFound("There is no such follow-up.")
    return found


def follow_up_by_token(token: str) -> FollowUp | None:
    """Whose verdict a link asks for."""
    return db.session.scalar(
        select(FollowUp)
        .where(FollowUp.verdict_token_sha256 == token_digest(token))
        .options(joinedload(FollowUp.service))
    )


def details_of(found: FollowUp) -> Mapping[str, str]:
    """How to reach the person, decrypted: name, email, phone, where known; empty once they are deleted.

    A page that shows them writes that down first.
    """
    details: dict[str, str] = json.loads(found.details) if found.details else {}
    return details


def has_details(found: FollowUp) -> bool:
    """Whether we still know how to reach the person. Nothing is decrypted."""
    kept = select(FollowUp.id).where(FollowUp.id == found.id, FollowUp.details.is_not(None))
    return db.session.scalar(kept) is not None


@dataclass(frozen=True)
class Given:
    """What somebody answered, as far as a follow-up needs it: their score's label, and their redacted words."""

    rating: str | None
    score: int | None
    comments: Sequence[str]


def answer_given(response_id: int) -> Given:
    """The answer behind a follow-up."""
    rated = db.session.execute(_ratings([response_id])).first()
    comments = db.session.scalars(
        select(Comment.redacted_text).where(Comment.response_id == response_id).order_by(Comment.id)
    ).all()
    return Given(rated.label if rated else None, rated.score if rated else None, comments)


@dataclass(frozen=True)
class Wanted:
    """What the address of the queue asks for."""

    owner_id: int | None = None  # only this user's
    is_late: bool = False
    services: frozenset[int] | None = None  # with those below
    state: FollowUpState | None = None  # None: all that are open


@dataclass(frozen=True)
class Queued:
    """One follow-up as a list shows it."""

    follow_up: FollowUp
    rating: str | None


def queue(wanted: Wanted, scope: Scope, *, late_before: date, most: int, skip: int = 0) -> list[Queued]:
    """One page: what nobody owns first, then the longest due; closed ones, newest first."""
    nobody_first = case((_has_owner(), 1), else_=0)
    order = (
        (FollowUp.closed_at.desc(), FollowUp.id.desc())
        if wanted.state is FollowUpState.CLOSED
        else (nobody_first, due_on(), FollowUp.id)
    )
    rows = db.session.scalars(
        select(FollowUp)
        .join(FollowUp.service)
        .outerjoin(FollowUp.owner)
        .where(*_wanted(wanted, scope, late_before))
        .options(contains_eager(FollowUp.service), contains_eager(FollowUp.owner))
        .order_by(*order)
        .limit(most)
        .offset(skip)
    ).all()
    ratings = {row.response_id: row.label for row in db.session.execute(_ratings([row.response_id for row in rows]))}
    return [Queued(row, ratings.get(row.response_id)) for row in rows]


def number_in(wanted: Wanted, scope: Scope, *, late_before: date) -> int:
    """How many there are of what is wanted."""
    return db.session.scalar(select(func.count(FollowUp.id)).where(*_wanted(wanted, scope, late_before))) or 0


@dataclass(frozen=True)
class Standing:
    """How many follow-ups there are in a scope, by state, and what of the open ones is wrong."""

    by_state: Mapping[FollowUpState, int]
    late: int
    unowned: int

    @property
    def open(self) -> int:
        return sum(n for state, n in self.by_state.items() if state is not FollowUpState.CLOSED)


def standing(scope: Scope, *, late_before: date) -> Standing:
    """Counted in one statement."""
    is_open = FollowUp.state != FollowUpState.CLOSED
    rows = db.session.execute(
        select(
            FollowUp.state,
            func.count(FollowUp.id),
            func.sum(case((and_(is_open, due_on() < late_before), 1), else_=0)),
            func.sum(case((and_(is_open, _has_owner()), 0), (is_open, 1), else_=0)),
        )
        .outerjoin(FollowUp.owner)
        .where(*within(scope, FollowUp.service_id))
        .group_by(FollowUp.state)
    ).all()
    counts: Counter[FollowUpState] = Counter({row[0]: int(row[1]) for row in rows})
    return Standing(counts, sum(int(row[2] or 0) for row in rows), sum(int(row[3] or 0) for row in rows))


def late_follow_ups(scope: Scope, now: datetime) -> int:
    """How many people wait longer than they were promised."""
    late = late_before(london_day(now), council_nation())
    return number_in(Wanted(is_late=True), scope, late_before=late)


def late_since(scope: Scope, now: datetime) -> date | None:
    """The day by which the longest waiting of them were promised something; None where nobody waits too long."""
    late = late_before(london_day(now), council_nation())
    wanted = _wanted(Wanted(is_late=True), scope, late)
    return db.session.scalar(select(due_on()).where(*wanted).order_by(due_on()).limit(1))


def services_with_follow_ups(scope: Scope) -> Sequence[Service]:
    """For the filter: the services in scope that have had any, by name."""
    having = select(FollowUp.service_id).where(*within(scope, FollowUp.service_id))
    return db.session.scalars(select(Service).where(Service.id.in_(having)).order_by(Service.name, Service.id)).all()


def closings(period: Period, scope: Scope) -> list[Closing]:
    """Of the follow-ups opened in a period: by when each was to be closed, and when it was."""
    rows = db.session.execute(
        select(FollowUp.close_due_on, FollowUp.closed_at).where(
            FollowUp.opened_at >= day_starts_at(period.first),
            FollowUp.opened_at < day_ends_at(period.last),
            *within(scope, FollowUp.service_id),
        )
    )
    return [Closing(due, london_day(closed_at) if closed_at else None) for due, closed_at in rows]


def complaints_under_way(scope: Scope, nation: str, *, most: int) -> list[tuple[FollowUp, Timetable]]:
    """Complaints with something due, the longest due first."""
    rows = db.session.scalars(
        select(FollowUp)
        .where(
            FollowUp.outcome == Outcome.COMPLAINT,
            FollowUp.complaint_made_on.is_not(None),
            *within(scope, FollowUp.service_id),
        )
        .options(joinedload(FollowUp.service), joinedload(FollowUp.owner))
        .order_by(FollowUp.complaint_made_on.desc(), FollowUp.id.desc())
        .limit(most)
    )
    found = [
        (row, timetable(row.complaint_made_on, row.complaint_dates or {}, nation))
        for row in rows
        if row.complaint_made_on is not None
    ]
    with_next = [(row, times, times.next.due_on) for row, times in found if times.next and times.next.due_on]
    return [(row, times) for row, times, _ in sorted(with_next, key=lambda each: each[2])]


def details_to_forget(now: datetime) -> Backlog:
    """Follow-ups whose person's details were kept long enough. Since when they wait is not told."""
    return Backlog(db.session.scalar(select(func.count(FollowUp.id)).where(*is_over(now))) or 0, None)


def is_over(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The condition under which a person's details are deleted."""
    return FollowUp.keep_until < london_day(now), FollowUp.details.is_not(None)


def reminders_due(now: datetime) -> Backlog:
    return Backlog(db.session.scalar(select(func.count(FollowUp.id)).where(*to_remind(now))) or 0, None)


def to_remind(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The condition under which an owner is written to."""
    return (
        FollowUp.state != FollowUpState.CLOSED,
        FollowUp.remind_on <= london_day(now),
        FollowUp.owner_id.is_not(None),
    )


def verdicts_due(now: datetime) -> Backlog:
    waiting, oldest = db.session.execute(
        select(func.count(FollowUp.id), func.min(FollowUp.verdict_due_at)).where(*to_ask(now))
    ).one()
    return Backlog(waiting, oldest)


def to_ask(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The condition under which a resident is asked whether it was put right."""
    return FollowUp.state == FollowUpState.CLOSED, FollowUp.verdict_due_at <= now


def due_on() -> ColumnElement[date]:
    """What is due next: until somebody called or wrote, that; then closing it."""
    is_waiting = and_(FollowUp.state == FollowUpState.NEW, FollowUp.first_contact_at.is_(None))
    return case((is_waiting, FollowUp.contact_due_on), else_=FollowUp.close_due_on)


def _has_owner() -> ColumnElement[bool]:
    """Needs the owner joined; one who left owns nothing."""
    return and_(FollowUp.owner_id.is_not(None), User.active)


def _is_wanted() -> tuple[ColumnElement[bool], ...]:
    return (
        ContactConsent.is_wanted.is_(True),
        ContactConsent.details.is_not(None),
        *counting(),
    )


def _wanted(wanted: Wanted, scope: Scope, late_before: date) -> list[ColumnElement[bool]]:
    conditions = within(scope, FollowUp.service_id)
    conditions.append(
        FollowUp.state != FollowUpState.CLOSED if wanted.state is None else FollowUp.state == wanted.state
    )
    if wanted.owner_id is not None:
        conditions.append(FollowUp.owner_id == wanted.owner_id)
    if wanted.services is not None:
        conditions.append(FollowUp.service_id.in_(wanted.services))
    if wanted.is_late:
        conditions.append(and_(FollowUp.state != FollowUpState.CLOSED, due_on() < late_before))
    return conditions


def _ratings(responses: Sequence[int]) -> Select[int, str, int | None]:
    return (
        select(Answer.response_id, Option.label, Option.score)
        .join(Option, Option.id == Answer.option_id)
        .join(QuestionVersion, QuestionVersion.id == Answer.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(Answer.response_id.in_(responses), Question.asks == OVERALL)
    )
