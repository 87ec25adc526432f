"""What stands beside the counts: the tree of services, targets, wordings, and days that are not settled yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from survey_app.contacts.models import AskingRules
from survey_app.extensions import db
from survey_app.invitations.models import Invitation
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import NotFound
from survey_app.kernel.periods import Period
from survey_app.measures.choosing import Asked, Choices, choices_for
from survey_app.measures.definitions import Choice, Measure
from survey_app.measures.lineage import Lineage, Turn, Wording
from survey_app.measures.models import (
    LastClosing,
    LineageBridge,
    MaintainMargin,
    NamedHeadline,
    SubjectDayTally,
    Tallied,
    Target,
)
from survey_app.measures.naming import Naming
from survey_app.measures.queries.subjects import is_in, is_of, rows_of, touched
from survey_app.measures.rules import USUAL, Rules
from survey_app.measures.targets import TargetLine, last_day
from survey_app.measures.tree import ServiceNode, ServiceTree
from survey_app.organisation.models import Service
from survey_app.surveys.kinds import TALLIED
from survey_app.surveys.models import Option, Question, QuestionVersion, SurveyItem, SurveyVersion
from survey_app.surveys.queries import STEM_ASKED, question_of
from survey_app.surveys.wordings import as_read, scale_of

CHANGE_DAYS = 14  # where no rules of asking are set


@dataclass(frozen=True)
class Standing:
    """What stands beside the counts of every figure, as it was at one moment."""

    services: ServiceTree
    asked: Mapping[str, Asked]  # questions by code
    targets: Mapping[str, Sequence[TargetLine]]  # by measure, all that were ever entered
    unsettled: frozenset[date]  # days of contacts whose invitations are open or may still be changed
    change_days: int  # for so many days answers may be
    lineage: Lineage
    namings: tuple[Naming, ...] = ()  # headlines of years, in the order of their naming

    def choices(self, measure: Measure, rules: Rules = USUAL) -> Choices:
        """What the answers to the questions of a measure may be, as it counts them."""
        return choices_for(measure, self.asked, rules)


def read_standing(now: datetime) -> Standing:
    """Read it once for a page of many figures."""
    return Standing(
        service_tree(), questions_asked(), _target_lines(), *_unsettled_days(now), read_lineage(), namings()
    )


def read_lineage() -> Lineage:
    """The questions that have had more than one version: all their wordings, and the bridges between them."""
    reworded = select(QuestionVersion.question_id).group_by(QuestionVersion.question_id).having(func.count() > 1)
    published: ColumnElement[Any] = (
        select(func.min(SurveyVersion.published_at))
        .join(SurveyItem, SurveyItem.survey_version_id == SurveyVersion.id)
        .where(SurveyItem.question_version_id == QuestionVersion.id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(QuestionVersion, STEM_ASKED, published).where(
            QuestionVersion.question_id.in_(reworded), QuestionVersion.kind.in_(TALLIED)
        )
    ).all()
    if not rows:
        return Lineage()
    bridges = db.session.execute(select(LineageBridge.from_version_id, LineageBridge.to_version_id))
    return Lineage(
        (_wording(*row) for row in rows),
        ((earlier, later) for earlier, later in bridges),
    )


def turn_between(earlier: int, later: int) -> Turn:
    """The change from one version of a question to the next. NotFound where there is none."""
    for turn in read_lineage().turns():
        if turn.versions == (earlier, later):
            return turn
    raise NotFound("No question changed its wording from the one to the other.")


def bridges_by_versions() -> dict[tuple[int, int], LineageBridge]:
    """All bridges, by the earlier and the later version."""
    found = db.session.scalars(select(LineageBridge))
    return {(bridge.from_version_id, bridge.to_version_id): bridge for bridge in found}


def _wording(version: QuestionVersion, stem: str, since: datetime | None) -> Wording:
    question = question_of(version)
    return Wording(
        version=version.id,
        question=question.code,
        number=version.number,
        asks=question.asks,
        reads=as_read(question, stem),
        scale=scale_of(question),
        since=None if since is None else london_day(since),
    )


def service_tree() -> ServiceTree:
    rows = db.session.execute(select(Service.id, Service.code, Service.name, Service.parent_id))
    return ServiceTree(ServiceNode(*row) for row in rows)


def questions_asked() -> dict[str, Asked]:
    """Every question with the options of all its versions, by code."""
    rows = db.session.execute(
        select(Question.code, Question.asks, QuestionVersion.id, Option.code, Option.score, Option.is_substantive)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .join(Option, Option.question_version_id == QuestionVersion.id)
        .order_by(QuestionVersion.id, Option.position)
    )
    choices: defaultdict[tuple[str, str | None], dict[tuple[int, str], Choice]] = defaultdict(dict)
    for question, asks, version, code, score, substantive in rows:
        choices[question, asks][version, code] = Choice(code, score, substantive)
    return {question: Asked(question, asks, options) for (question, asks), options in choices.items()}


def _target_lines() -> dict[str, list[TargetLine]]:
    rows = db.session.execute(
        select(
            Target.measure,
            Target.service_id,
            Target.value,
            Target.comparator,
            Target.valid_from,
            Target.valid_to,
            Target.ended_on,
            Target.entered_at,
            Target.stretch,
        ).order_by(Target.id)
    )
    lines: defaultdict[str, list[TargetLine]] = defaultdict(list)
    for measure, service, value, over, begin, end, ended, entered, stretch in rows:
        line = TargetLine(service, value, str(over), begin, last_day(end, ended), london_day(entered), stretch)
        lines[measure].append(line)
    return lines


def council_targets(measure: str) -> Sequence[Target]:
    """The targets of the whole council for a measure that were not corrected since, the one that begins last first."""
    return [
        target for target in target_history(measure) if target.ended_on is None or target.ended_on >= target.valid_from
    ]


def target_history(measure: str, service_id: int | None = None) -> Sequence[Target]:
    """All targets ever entered for a measure and one scope (None: the whole council), the last to begin first."""
    of_scope = Target.service_id.is_(None) if service_id is None else Target.service_id == service_id
    found = select(Target).where(Target.measure == measure, of_scope)
    return db.session.scalars(found.order_by(Target.valid_from.desc(), Target.id.desc())).all()


def all_targets() -> Sequence[Target]:
    """Those of every measure and scope, the last to begin first."""
    return db.session.scalars(select(Target).order_by(Target.valid_from.desc(), Target.id.desc())).all()


def margins(measure: str | None = None) -> Sequence[MaintainMargin]:
    """The margins for "maintained" that were ever set, of one measure or of all, the newest first."""
    of_measure = [] if measure is None else [MaintainMargin.measure == measure]
    found = select(MaintainMargin).where(*of_measure)
    return db.session.scalars(found.order_by(MaintainMargin.set_at.desc(), MaintainMargin.id.desc())).all()


def target_by_id(target_id: int) -> Target:
    """NotFound when there is none."""
    target = db.session.get(Target, target_id)
    if target is None:
        raise NotFound("There is no such target.")
    return target


def named_headlines() -> Sequence[NamedHeadline]:
    """Every naming of a headline, in the order in which they were made."""
    return db.session.scalars(select(NamedHeadline).order_by(NamedHeadline.named_at, NamedHeadline.id)).all()


def namings() -> tuple[Naming, ...]:
    """The same as the rules know them."""
    return tuple(
        Naming(row.measure, Period.financial_year_of(row.year_begins), london_day(row.named_at))
        for row in named_headlines()
    )


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
