"""Setting the rules of follow-ups, and who owns those of a service."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from survey_app.actions.followups.complaints_system import check_address
from survey_app.actions.followups.queries import follow_up_rules, possible_owners
from survey_app.actions.models import FollowUpOwner
from survey_app.audit.operations import record_change
from survey_app.extensions import db
from survey_app.kernel.errors import InvalidInput
from survey_app.work.jobs import wake
from survey_app.work.operations import hold

MOST_DAYS = 60  # working days


@dataclass(frozen=True)
class RuleFacts:
    """What the council sets. Days are working days; a score of `highest_score` or less opens a follow-up."""

    is_on: bool
    highest_score: int
    first_contact_days: int
    close_days: int
    asks_for_verdict: bool
    complaints_url: str


def set_rules(facts: RuleFacts, *, now: datetime, by: int | None = None) -> bool:
    """These hold from now on, for what opens from now on; whether that is a change. InvalidInput for what cannot be."""
    if not 1 <= facts.highest_score <= 5:
        raise InvalidInput("The score is 1 to 5.")
    if not 1 <= facts.first_contact_days <= facts.close_days <= MOST_DAYS:
        raise InvalidInput(f"First contact comes before closing, and both within {MOST_DAYS} working days.")
    check_address(facts.complaints_url)
    hold("follow-up rules")
    rules = follow_up_rules()
    after = asdict(facts)
    before = {name: getattr(rules, name) for name in after}
    if before == after:
        return False
    for name, value in after.items():
        setattr(rules, name, value)
    db.session.add(rules)
    db.session.flush()
    record_change("follow-up.rules", "follow-ups", at=now, by=by, before=before, after=after)
    wake("open_follow_ups")
    return True


def set_owner(service_id: int, user_id: int, *, now: datetime, by: int | None = None) -> None:
    """New follow-ups of a service, and of those below it without an owner, are this user's from now on.

    InvalidInput for somebody who may not follow up there.
    """
    if user_id not in {user.id for user in possible_owners(service_id)}:
        raise InvalidInput("Choose somebody who follows up for this service: their role and services must cover it.")
    owner = db.session.get(FollowUpOwner, service_id)
    before = owner.user_id if owner is not None else None
    if owner is None:
        db.session.add(FollowUpOwner(service_id=service_id, user_id=user_id))
    else:
        owner.user_id = user_id
    db.session.flush()
    _record_owner(service_id, before, user_id, now=now, by=by)


def remove_owner(service_id: int, *, now: datetime, by: int | None = None) -> None:
    """From now on the owner of a service above gets them, or nobody does."""
    owner = db.session.get(FollowUpOwner, service_id)
    if owner is None:
        return
    before = owner.user_id
    db.session.delete(owner)
    db.session.flush()
    _record_owner(service_id, before, None, now=now, by=by)


def _record_owner(service_id: int, before: int | None, after: int | None, *, now: datetime, by: int | None) -> None:
    facts = [None if user_id is None else {"owner": user_id} for user_id in (before, after)]
    record_change("follow-up.owner", f"service {service_id}", at=now, by=by, before=facts[0], after=facts[1])
