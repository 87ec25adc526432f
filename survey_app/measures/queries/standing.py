"""What stands beside the counts: the tree of services, targets, and days that are not settled yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from survey_app.contacts.models import AskingRules
from survey_app.extensions import db
from survey_app.invitations.models import Invitation, InvitationState
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import NotFound
from survey_app.measures.models import MaintainMargin, Target
from survey_app.measures.targets import TargetLine, last_day
from survey_app.measures.tree import ServiceNode, ServiceTree
from survey_app.organisation.models import Service

CHANGE_DAYS = 14  # where no rules of asking are set


@dataclass(frozen=True)
class Standing:
    """What stands beside the counts of every figure, as it was at one moment."""

    services: ServiceTree
    targets: Mapping[str, Sequence[TargetLine]]  # by measure, all that were ever entered
    unsettled: frozenset[date]  # days of contacts whose invitations are open or may still be changed
    change_days: int  # for so many days answers may be


def read_standing(now: datetime) -> Standing:
    """Read it once for a page of many figures."""
    return Standing(_service_tree(), _target_lines(), *_unsettled_days(now))


def _service_tree() -> ServiceTree:
    rows = db.session.execute(select(Service.id, Service.code, Service.name, Service.parent_id))
    return ServiceTree(ServiceNode(*row) for row in rows)


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


LONGEST_OPEN = timedelta(days=120)  # a contact's invitation has been drawn and has closed long before


def _unsettled_days(now: datetime) -> tuple[frozenset[date], int]:
    change_days = db.session.scalar(select(AskingRules.change_days)) or CHANGE_DAYS
    days = db.session.scalars(
        select(Invitation.counts_on)
        .distinct()
        .where(
            Invitation.counts_on >= london_day(now - LONGEST_OPEN),
            Invitation.closes_at > now - timedelta(days=change_days),
            Invitation.state != InvitationState.VOID,
        )
    )
    return frozenset(days), change_days
