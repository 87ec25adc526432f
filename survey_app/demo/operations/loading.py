"""Loading a scenario into the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from survey_app.accounts.models import User
from survey_app.accounts.operations import create_user
from survey_app.accounts.queries import demo_users
from survey_app.accounts.roles import RoleName
from survey_app.actions.models import Improvement
from survey_app.audit.operations import record_act
from survey_app.comments.models import REFERENCE_LENGTH, Comment
from survey_app.comments.themes.operations import ensure_themes
from survey_app.demo.allocation import CHUNK, seeded
from survey_app.demo.answering import make_responses
from survey_app.demo.checking import read_samples, review_unsure, reviewed_until
from survey_app.demo.gathering import Gatherer
from survey_app.demo.keeping import Keeper
from survey_app.demo.looping import enter_improvements, follow_up
from survey_app.demo.open_links import add_open_links
from survey_app.demo.operations.storing import CHANGE_DAYS, OPEN_DAYS, Store, references
from survey_app.demo.other_series import import_others
from survey_app.demo.population import DemoContact, contacts_by_year
from survey_app.demo.publishing import publish
from survey_app.demo.scenarios.plans import DemoUser
from survey_app.demo.scenarios.scenario import Scenario
from survey_app.demo.scenarios.years import this_year, years_until
from survey_app.demo.texts import load_comment_texts
from survey_app.evidence.assessors.access import MOST_DAYS
from survey_app.evidence.assessors.operations import give_access
from survey_app.evidence.frameworks import CSE_CODE
from survey_app.evidence.queries import framework_by_code
from survey_app.extensions import db
from survey_app.kernel.clock import day_starts_at, london_day
from survey_app.kernel.errors import Refused
from survey_app.kernel.periods import ONE_DAY
from survey_app.measures.operations import rebuild_month
from survey_app.organisation.models import Team
from survey_app.organisation.queries import council
from survey_app.responses.models import ResponseState, SurveyResponse
from survey_app.surveys.default import DEFAULT_SURVEY
from survey_app.surveys.queries import survey_named

DEMO_PASSWORD = "anyborough-listens-2026"  # noqa: S105 - printed at the start; works on this machine alone
STEPS = 3  # that each contact takes: it is drawn, stored and counted
QUOTED = (50, 180)  # characters of kind words that are passed on


@dataclass(frozen=True)
class Loaded:
    """How many rows a load made."""

    contacts: int
    invitations: int
    responses: int
    comments: int


def load(
    scenario: Scenario,
    today: date,
    scale: float,
    now: datetime,
    *,
    progress: Callable[[int], None] = lambda _contacts: None,
) -> Loaded:
    """Fill an empty database with a scenario as it would stand on `today`; the caller commits all of it or nothing.

    The same scenario, day and scale give the same contacts, answers and references; salts and keys differ. Contacts
    come without details to reach people by, and messages without their tokens: after thirty days a council has
    neither. Refused where there is a council already. `progress` is told how many contacts went on by one of STEPS.
    """
    if (present := council()) is not None:
        raise Refused(f"{present.name} is in this database. --replace empties it first: everything in it is lost.")
    store = Store(scenario, today, scale)
    stored, asked = 0, list[DemoContact]()
    for contacts in contacts_by_year(scenario, today, scale, progress):
        store.store_contacts(contacts, progress)
        stored += len(contacts)
        asked += (contact for contact in contacts if contact.is_asked)
        del contacts
    responses = make_responses(scenario, asked, load_comment_texts(), today, scale)
    store.store_invitations(asked, responses)
    store.store_responses(responses)
    comments = _make_comments(
        day_starts_at(today), references(seeded(scenario.name, today, scale, "comments"), REFERENCE_LENGTH)
    )
    users = {plan.role: _create_demo_user(plan, now) for plan in scenario.users}
    review_unsure(scenario, today, _unsure_before(reviewed_until(today)), users[RoleName.CSE_LEAD].id)
    months = [month.first for year in years_until(today) for month in year.split("month")]
    for done, month in enumerate(months):
        rebuild_month(month)
        progress(stored * (done + 1) // len(months) - stored * done // len(months))
    if (officer := users.get(RoleName.DATA_PROTECTION_OFFICER)) is not None:
        read_samples(scenario, today, users[RoleName.CSE_LEAD].id, officer.id)
    follow_up(scenario, today, scale, store.low_scores(responses), users[RoleName.CSE_LEAD].id)
    improvements = _gather_evidence(scenario, today, users)
    Keeper(scenario, today, demo_users(), now, _kind_words).keep(improvements)
    _let_in(users[RoleName.ASSESSOR], now)
    add_open_links(scenario, survey_named(DEFAULT_SURVEY.code), day_starts_at(today))
    record_act(
        "demo loaded",
        "council",
        at=now,
        actor_kind="command",
        after={"scenario": scenario.name, "today": today.isoformat(), "scale": scale},
    )
    db.session.flush()
    return Loaded(stored, len(asked), len(responses), comments)


def _gather_evidence(scenario: Scenario, today: date, users: Mapping[str, User]) -> Mapping[int, Improvement]:
    """What was improved and published, and the evidence that all of it makes."""
    at_first, lead = day_starts_at(today), users[RoleName.CSE_LEAD].id
    improvements = enter_improvements(scenario, today, lead)
    administrator = users[RoleName.ADMINISTRATOR].id
    editions = publish(scenario, today, improvements, now=at_first, writer=lead, by=administrator)
    Gatherer(scenario, today, lead).gather(improvements, editions.get(scenario.headline))
    import_others(scenario, today, now=at_first, by=lead)
    return improvements


def _kind_words(team: Team, most: int) -> Sequence[tuple[Comment, date]]:
    """The newest kind words about a team that are long enough to say what was good."""
    rows = db.session.execute(
        select(Comment, SurveyResponse.counts_on)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .where(
            SurveyResponse.team_id == team.id,
            SurveyResponse.state == ResponseState.COUNTED,
            Comment.sentiment == "positive",
            Comment.needs_review.is_(False),
            func.length(Comment.redacted_text).between(*QUOTED),
        )
        .order_by(SurveyResponse.counts_on.desc(), Comment.id.desc())
        .limit(most)
    )
    return [(comment, counts_on) for comment, counts_on in rows]


def is_unsettled(today: date) -> bool:
    """Whether on this day answers about the last days of `this year` may still come or change."""
    return today < this_year(today).last + ONE_DAY + timedelta(days=OPEN_DAYS + CHANGE_DAYS + 1)


def _make_comments(analysed_at: datetime, references: Iterator[str]) -> int:
    """Comments of all that was written, as the job of the worker makes them; their references are the same at each
    load, and so are the lots that hang on them."""
    from survey_app.comments.operations import make_comments  # noqa: PLC0415 - textblob is slow to load
    from survey_app.comments.queries import texts_without_comment  # noqa: PLC0415

    themes = ensure_themes()
    made = 0
    while texts := texts_without_comment(CHUNK):
        comments = make_comments(texts, themes, analysed_at)
        for comment in comments:
            comment.reference = next(references)
        db.session.add_all(comments)
        db.session.flush()
        made += len(texts)
    return made


def _unsure_before(day: date) -> Iterator[tuple[Comment, date]]:
    unsure = (
        select(Comment, SurveyResponse.counts_on)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .where(Comment.needs_review, SurveyResponse.counts_on < day)
        .order_by(Comment.id)
        .options(joinedload(Comment.answer_text))
    )
    return ((comment, counts_on) for comment, counts_on in db.session.execute(unsure))


def _let_in(assessor: User, now: datetime) -> None:
    """From the moment of loading, whatever day it is in the demo: people look at it now."""
    now = day_starts_at(london_day(now))
    last_day = london_day(now) + timedelta(days=MOST_DAYS)
    give_access(assessor, framework_by_code(CSE_CODE), "Whitfield Assessments", last_day, now=now)


def _create_demo_user(plan: DemoUser, now: datetime) -> User:
    user = create_user(plan.email, plan.role, plan.services, DEMO_PASSWORD, now, is_demo=True)
    user.name = plan.name
    of_services = [f"team-{code}" for code in plan.services]
    user.teams = list(db.session.scalars(select(Team).where(Team.code.in_(of_services)).order_by(Team.name)))
    return user
