"""Somebody asked us to stop, or others wrote that down for them: one way for all, and back again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import islice

from sqlalchemy import ColumnElement, select, update

from survey_app.audit.operations import record_act, record_act_by
from survey_app.contacts.models import STOPPED_BY_IMPORT, STOPPED_BY_STAFF, STOPPED_ON_PAGE, OptOut
from survey_app.contacts.operations import opt_out, undo_opt_outs
from survey_app.contacts.people import People, PersonKeys
from survey_app.contacts.queries import people_beside, people_who_stopped, spellings_of, stops_of
from survey_app.extensions import db
from survey_app.invitations.models import Invitation, InvitationState, Message, MessageState
from survey_app.invitations.operations.outcomes import count_again
from survey_app.invitations.queries import invitations_of, invitations_stopped_at
from survey_app.work.jobs import wake
from survey_app.work.operations import is_free

AT_ONCE = 2_000  # invitations that one statement names
WHY = InvitationState.OPTED_OUT.value  # what a message says that was called off by a stop


def stop_asking(invitation: Invitation, *, source: str, now: datetime) -> None:
    """The person who got this invitation asked us to stop: see `stop_people`. Asking twice changes nothing."""
    person = PersonKeys.of(invitation.contact)
    stop_people([person], source=source, now=now)
    _end([invitation.id], now)


def stop_people(people: Iterable[PersonKeys], *, source: str, now: datetime) -> list[PersonKeys]:
    """Nothing is sent to these people again, about any contact; those for whom that is new.

    They are stopped by their keys and by those that their contacts hold beside them, and what waits to be sent to
    them is called off. A message that is on its way just now still goes out.
    """
    given = list(people)
    everybody = [*given, *people_beside(given)]
    fresh = set(opt_out(everybody, source=source, now=now))
    _end(
        invitations_of(People.of(everybody), Invitation.state == InvitationState.OPEN, Invitation.closes_at > now), now
    )
    return [person for person in dict.fromkeys(given) if person in fresh]


def record_stop(person: PersonKeys, *, now: datetime, by: int | None = None) -> None:
    """Staff write down that somebody wants no more surveys. Nobody learns from it whether we know the person.

    A customer reference that was typed with other capitals than contacts have it stops those too: rather one too many.
    """
    spelt = spellings_of(person.customer_ref) if person.customer_ref else []
    people = [person, *(PersonKeys(customer_ref=reference) for reference in spelt if reference != person.customer_ref)]
    stop_people(people, source=STOPPED_BY_STAFF, now=now)
    record_act_by("stop.recorded", "stop list", at=now, by=by, after={"details": person.count})


def undo_recorded_stop(person: PersonKeys, *, now: datetime, by: int | None = None) -> None:
    """Take back what staff wrote down by mistake. A stop that the person gave us themselves still holds."""
    people = People.of([person])
    people.customer_refs.update(spellings_of(person.customer_ref) if person.customer_ref else [])
    _undo(OptOut.source == STOPPED_BY_STAFF, stops_of(people), among=people)
    record_act_by("stop.undone", "stop list", at=now, by=by, before={"details": person.count})


def undo_stop_on_page(invitation: Invitation, stopped_at: datetime, *, now: datetime) -> None:
    """The person pressed the button by mistake. Only what that press did is taken back."""
    people = People.of([PersonKeys.of(invitation.contact)])
    gone = _undo(OptOut.source == STOPPED_ON_PAGE, OptOut.created_at == stopped_at, stops_of(people), among=people)
    if invitation.opted_out_at == stopped_at and not people_who_stopped(people).has(PersonKeys.of(invitation.contact)):
        _open_again([invitation.id])  # also one whose person is known by no key any more
    record_act("stop.undone", "stop list", at=now, actor_kind="resident", before={"stops": gone})


def undo_imported_stops(imported_at: datetime, *, now: datetime, by: int | None = None) -> int:
    """Take back what one import added to the list; how many stops."""
    gone = _undo(OptOut.source == STOPPED_BY_IMPORT, OptOut.created_at == imported_at)
    record_act_by("stops.import undone", "stop list", at=now, by=by, before={"stops": gone})
    return gone


def _end(invitation_ids: Collection[int], now: datetime) -> None:
    """These invitations are over for the person, but where an answer came first."""
    ids = list(invitation_ids)
    # one that somebody holds stays: its worker looks at the list itself
    waiting = select(Message.id).where(
        Message.invitation_id.in_(ids), Message.state == MessageState.WAITING, is_free(Message, now)
    )
    # messages before invitations, as whoever sends locks them
    free = db.session.scalars(waiting.order_by(Message.id).with_for_update()).all()
    db.session.execute(
        update(Message).where(Message.id.in_(free)).values(state=MessageState.DROPPED, last_error=WHY),
        execution_options={"synchronize_session": "fetch"},
    )
    ended = _locked(ids)
    for invitation in ended:
        if invitation.opted_out_at is None:
            invitation.opted_out_at = now
        if invitation.state is InvitationState.OPEN:
            invitation.state = InvitationState.OPTED_OUT
    count_again(*ended)
    wake("fold_tallies")
    db.session.flush()


def _undo(*conditions: ColumnElement[bool], among: People | None = None) -> int:
    """Take stops back, and open what they ended unless another stop of the same person holds; how many stops.

    `among`: invitations of nobody else are touched.
    """
    given_at = undo_opt_outs(*conditions)
    ended = iter(invitations_stopped_at(set(given_at), among).items())
    while some := dict(islice(ended, AT_ONCE)):
        stopped = people_who_stopped(People.of(some.values()))
        _open_again([invitation_id for invitation_id, person in some.items() if not stopped.has(person)])
    return len(given_at)


def _open_again(invitation_ids: Collection[int]) -> None:
    ids = list(invitation_ids)
    db.session.execute(
        update(Message)
        .where(Message.invitation_id.in_(ids), Message.state == MessageState.DROPPED, Message.last_error == WHY)
        .values(state=MessageState.WAITING, last_error=None),
        execution_options={"synchronize_session": "fetch"},
    )
    opened = _locked(ids)
    for invitation in opened:
        invitation.opted_out_at = None
        if invitation.state is InvitationState.OPTED_OUT:
            invitation.state = InvitationState.OPEN
    count_again(*opened)
    wake("fold_tallies")
    wake("send_messages")
    db.session.flush()


def _locked(ids: Collection[int]) -> list[Invitation]:
    """These invitations as they stand now, and nobody changes them until the transaction ends."""
    rows = select(Invitation).where(Invitation.id.in_(ids)).order_by(Invitation.id).with_for_update()
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))
