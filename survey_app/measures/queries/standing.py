"""What stands beside the counts: the tree of services, targets, and days that are not settled yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from survey_app.contacts.models import AskingRules
from survey_app.extensions import db
from survey_app.invitations.models import Invitation
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import NotFound
from survey_app.measures.definitions import Choice
from survey_app.measures.models import LastClosing, SubjectDayTally, Tallied, Target
from survey_app.measures.queries.counts import Choices
from survey_app.measures.queries.subjects import is_in, is_of, rows_of, touched
from survey_app.measures.targets import TargetLine
from survey_app.measures.tree import ServiceNode, ServiceTree
from survey_app.organisation.models import Service
from survey_app.surveys.models import Option, Question, QuestionVersion

CHANGE_DAYS = 14  # where no rules of asking are set


@dataclass(frozen=True)
class Standing:
    """What stands beside the counts of every figure, as it was at one moment."""

    services: ServiceTree
    choices: Mapping[str, Choices]  # by what a question asks
    targets: Mapping[str, Sequence[TargetLine]]  # by measure, all that were ever entered
    unsettled: frozenset[date]  # days of contacts whose invitations are open or may still be changed
    change_days: int  # for so many days answers may be


def read_standing(now: datetime) -> Standing:
    """Read it once for a page of many figures."""
    return Standing(_service_tree(), _choices(), _target_lines(), *_unsettled_days(now))


def _service_tree() -> ServiceTree:
    rows = db.session.execute(select(Service.id, Service.code, Service.name, Service.parent_id))
    return ServiceTree(ServiceNode(*row) for row in rows)


def _choices() -> dict[str, dict[tuple[int, str], Choice]]:
    rows = db.session.execute(
        select(Question.asks, QuestionVersion.id, Option.code, Option.score, Option.is_substantive)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .join(Option, Option.question_version_id == QuestionVersion.id)
        .where(Question.asks.is_not(None))
    )
    choices: defaultdict[str, dict[tuple[int, str], Choice]] = defaultdict(dict)
    for asks, version, code, score, substantive in rows:
        choices[asks or ""][version, code] = Choice(code, score, substantive)
    return choices


def _target_lines() -> dict[str, list[TargetLine]]:
    rows = db.session.execute(
        select(
            Target.measure, Target.service_id, Target.value, Target.comparator, Target.valid_from, Target.valid_to
        ).order_by(Target.id)
    )
    lines: defaultdict[str, list[TargetLine]] = defaultdict(list)
    for measure, service, value, over, begin, end in rows:
        lines[measure].append(TargetLine(service, value, str(over), begin, end))
    return lines


def council_targets(measure: str) -> Sequence[Target]:
    """The targets of the whole council for a measure, the one that begins last first."""
    of_council = select(Target).where(Target.measure == measure, Target.service_id.is_(None))
    return db.session.scalars(of_council.order_by(Target.valid_from.desc(), Target.id.desc())).all()


def council_target_from(measure: str, day: date) -> Target | None:
    """The council's target that begins on that day."""
    return next((target for target in council_targets(measure) if target.valid_from == day), None)


def council_target_by_id(target_id: int) -> Target:
    """NotFound when there is none, or it is a service's."""
    target = db.session.get(Target, target_id)
    if target is None or target.service_id is not None:
        raise NotFound("There is no such target.")
    return target


LONGEST_OPEN = timedelta(days=120)  # a contact's invitation has been drawn and has closed long before


def _unsettled_days(now: datetime) -> tuple[frozenset[date], int]:
    change_days = db.session.scalar(select(AskingRules.change_days)) or CHANGE_DAYS
    since, oldest = now - timedelta(days=change_days), london_day(now - LONGEST_OPEN)
    parts = touched(Tallied.INVITATIONS, SubjectDayTally)
    is_touched = is_of(parts, LastClosing.day, LastClosing.service_id)
    held = select(LastClosing.day).where(LastClosing.day >= oldest, LastClosing.closes_at > since, ~is_touched)
    rows = rows_of(Tallied.INVITATIONS)
    is_again = is_in(parts, rows)
    again = rows.chosen.add_columns(rows.day).where(is_again, Invitation.closes_at > since)
    return frozenset(db.session.scalars(held.union(again))), change_days
