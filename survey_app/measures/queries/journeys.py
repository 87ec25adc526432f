"""Counting journeys in the database: contacts joined to persons, and cut where 28 days pass without one."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from survey_app.contacts.models import Contact, ContactDetail
from survey_app.extensions import db
from survey_app.invitations.models import Invitation
from survey_app.kernel.periods import Period
from survey_app.measures.choosing import choices_for
from survey_app.measures.counting import count
from survey_app.measures.definitions import measure_named
from survey_app.measures.journeys import FOLLOWED_DAYS, MANY, WITHIN_DAYS, Journeys
from survey_app.measures.queries.cells import counted_responses
from survey_app.measures.queries.counts import as_choices
from survey_app.measures.queries.standing import questions_asked, read_lineage
from survey_app.organisation.channels import PUBLIC, Channel
from survey_app.organisation.models import Service
from survey_app.organisation.queries import within
from survey_app.organisation.scope import Scope
from survey_app.responses.models import Answer, SurveyResponse
from survey_app.surveys.models import Option

# Each pass joins contacts that share the detail; the first is made again for who is known by it through another.
PASSES = ("customer_ref", "email_key", "phone_key", "customer_ref")


class DaysBetween(FunctionElement[int]):
    """How many days the first day is after the second."""

    type = Integer()
    inherit_cache = True


@compiles(DaysBetween, "sqlite")
def _on_sqlite(element: DaysBetween, compiler: SQLCompiler, **options: Any) -> str:
    later, earlier = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"


@compiles(DaysBetween, "postgresql")
def _on_postgresql(element: DaysBetween, compiler: SQLCompiler, **options: Any) -> str:
    later, earlier = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({later} - {earlier})"


def journeys(period: Period, scope: Scope, channel: Channel | None = None) -> Journeys:
    """The journeys that began in a period, within the services of a scope; `channel` is that of the first contact.

    Always the same few statements. Contacts and answers are read once, together: placing the contacts is what takes
    time. As in every figure, answers to an earlier wording are not added to those to a newer one.
    """
    measure = measure_named("satisfaction")
    choices = choices_for(measure, questions_asked())
    sizes: defaultdict[int, int] = defaultdict(int)
    by_service: defaultdict[str, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    by_reason: defaultdict[str, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    answers: defaultdict[int, Counter[tuple[int, str]]] = defaultdict(Counter)
    counted = _counted(period, scope, channel, {version for version, _ in choices})
    for contacts, service, reason, version, code, began, answered in db.session.execute(counted):
        if began:
            sizes[contacts] += began
            by_service[service][contacts] += began
            by_reason[reason][contacts] += began
        if answered:
            answers[contacts][version, code] += answered
    feeding = read_lineage().feeding({version for found in answers.values() for version, _ in found})
    satisfied = {
        contacts: count(measure, as_choices(measure, found, choices, feeding))
        for contacts, found in sorted(answers.items())
    }
    return Journeys(
        sizes=dict(sorted(sizes.items())),
        by_service={code: dict(found) for code, found in sorted(by_service.items())},
        by_reason={code: dict(found) for code, found in sorted(by_reason.items())},
        satisfied={contacts: (found.numerator, found.base) for contacts, found in satisfied.items()},
        outside=_outside(period, scope, channel),
    )


def _counted(period: Period, scope: Scope, channel: Channel | None, versions: set[int]) -> Select[Any]:
    """Journeys that began and answers given, by contacts of the journey, service, reason, and what was answered."""
    placed, answered = _placed(period, scope), _answered(period, versions)
    size = case((placed.c.size >= MANY, MANY), else_=placed.c.size)
    groups = (size, Service.code, placed.c.reason, answered.c.version, answered.c.code)
    # a contact with two answers is there twice, and begins its journey once
    begins = case((and_(placed.c.is_first == 1, func.coalesce(answered.c.nth, 1) == 1), 1), else_=0)
    statement = (
        select(*groups, func.sum(begins), func.count(answered.c.contact_id))
        .join_from(placed, Service, Service.id == placed.c.first_service)
        .outerjoin(answered, answered.c.contact_id == placed.c.id)
        .where(placed.c.began.between(period.first, period.last))
        .group_by(*groups)
    )
    return statement if channel is None else statement.where(placed.c.first_channel == channel.value)


def _answered(period: Period, versions: set[int]) -> CTE:
    """The counted answers to these questions by the contact that they are about."""
    nth = func.row_number().over(partition_by=Invitation.contact_id, order_by=Answer.id)
    return (
        select(Invitation.contact_id, Answer.question_version_id.label("version"), Option.code, nth.label("nth"))
        .join(SurveyResponse, SurveyResponse.invitation_id == Invitation.id)
        .join(Answer, Answer.response_id == SurveyResponse.id)
        .join(Option, Option.id == Answer.option_id)
        .where(
            SurveyResponse.counts_on.between(*_days_read(period)),
            Answer.question_version_id.in_(versions),
            *counted_responses(),
        )
        .cte("answered")
    )


def _placed(period: Period, scope: Scope) -> CTE:
    """Each contact with its journey: when that began, with which service and channel, and how many contacts it took."""
    people = _people(period, scope)
    key = (people.c.person, people.c.reason)
    in_order = (people.c.occurred_on, people.c.id)
    before = func.lag(people.c.occurred_on).over(partition_by=key, order_by=in_order)
    stepped = select(people, type_coerce(before, Date).label("before")).cte("stepped")
    is_first = case(
        (stepped.c.before.is_(None), 1),
        (DaysBetween(stepped.c.occurred_on, stepped.c.before) > WITHIN_DAYS, 1),
        else_=0,
    )
    started = select(stepped, is_first.label("is_first")).cte("started")
    key = (started.c.person, started.c.reason)
    in_order = (started.c.occurred_on, started.c.id)
    number = func.sum(started.c.is_first).over(partition_by=key, order_by=in_order, rows=(None, 0))
    numbered = select(started, number.label("number")).cte("numbered")
    journey = (numbered.c.person, numbered.c.reason, numbered.c.number)
    in_order = (numbered.c.occurred_on, numbered.c.id)
    return select(
        numbered.c.id,
        numbered.c.reason,
        numbered.c.is_first,
        func.count().over(partition_by=journey).label("size"),
        type_coerce(func.min(numbered.c.occurred_on).over(partition_by=journey), Date).label("began"),
        func.first_value(numbered.c.service_id).over(partition_by=journey, order_by=in_order).label("first_service"),
        func.first_value(numbered.c.channel).over(partition_by=journey, order_by=in_order).label("first_channel"),
    ).cte("placed")


def _people(period: Period, scope: Scope) -> CTE:
    """The contacts around a period with their person: the smallest contact id that a shared detail leads to."""
    joined = (
        select(
            Contact.id,
            Contact.customer_ref,
            ContactDetail.email_key,
            ContactDetail.phone_key,
            Contact.id.label("person"),
        )
        .outerjoin(ContactDetail, ContactDetail.contact_id == Contact.id)
        .where(
            Contact.occurred_on.between(*_days_read(period)),
            _is_known(),
            *_in_scope(scope),
        )
        .cte("known")
    )
    for n, detail in enumerate(PASSES):
        alone = literal("of contact ", String) + cast(joined.c.id, String)  # nothing is shared where it is not known
        key = func.coalesce(joined.c[detail], alone)
        person = func.min(joined.c.person).over(partition_by=key).label("person")
        still_needed = [joined.c[name] for name in ("id", *dict.fromkeys(PASSES[n + 1 :]))]
        joined = select(*still_needed, person).cte(f"joined_{n}")
    return (
        select(
            Contact.id,
            type_coerce(Contact.occurred_on, Date).label("occurred_on"),
            Contact.service_id,
            type_coerce(Contact.channel, String).label("channel"),
            Contact.reason,
            joined.c.person,
        )
        .join(joined, joined.c.id == Contact.id)
        .cte("people")
    )


def _days_read(period: Period) -> tuple[date, date]:
    """A contact before the period may have begun a journey; one after it may go on with one."""
    return period.first - timedelta(days=WITHIN_DAYS), period.last + timedelta(days=FOLLOWED_DAYS)


def _is_known() -> ColumnElement[bool]:
    details = (Contact.customer_ref, ContactDetail.email_key, ContactDetail.phone_key)
    return and_(func.coalesce(Contact.reason, "") != "", or_(*(detail.is_not(None) for detail in details)))


def _in_scope(scope: Scope) -> list[ColumnElement[bool]]:
    return [Contact.customer_kind.in_(PUBLIC), *within(scope, Contact.service_id)]


def _outside(period: Period, scope: Scope, channel: Channel | None) -> int:
    """Contacts of the period that belong to no journey: no person or no reason is known."""
    statement = (
        select(func.count())
        .select_from(Contact)
        .outerjoin(ContactDetail, ContactDetail.contact_id == Contact.id)
        .where(Contact.occurred_on.between(period.first, period.last), ~_is_known(), *_in_scope(scope))
    )
    if channel is not None:
        statement = statement.where(Contact.channel == channel)
    return db.session.scalar(statement) or 0
