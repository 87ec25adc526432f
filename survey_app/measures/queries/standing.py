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
from survey_app.kernel.periods import Period
from survey_app.measures.models import NamedHeadline, Target
from survey_app.measures.naming import Naming
from survey_app.measures.targets import TargetLine
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
    namings: tuple[Naming, ...] = ()  # headlines of years, in the order of their naming


def read_standing(now: datetime) -> Standing:
    """Read it once for a page of many figures."""
    return Standing(_service_tree(), _target_lines(), *_unsettled_days(now), namings())


def _service_tree() -> ServiceTree:
    rows = db.session.execute(select(Service.id, Service.code, Service.name, Service.parent_id))
    return ServiceTree(ServiceNode(*row) for row in rows)


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
