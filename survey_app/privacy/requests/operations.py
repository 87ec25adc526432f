"""Writing down what people ask, and that it was done. Nothing of who it was is kept."""

from __future__ import annotations

from datetime import date, datetime
from itertools import zip_longest

from survey_app.audit.operations import record_act_by
from survey_app.contacts.models import STOPPED_BY_STAFF
from survey_app.contacts.people import People, PersonKeys
from survey_app.extensions import db
from survey_app.invitations.operations import stop_people
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.kernel.tokens import new_reference
from survey_app.privacy.models import RequestKind, SubjectRequest
from survey_app.privacy.people.naming import NamedBy, Subject
from survey_app.privacy.people.queries import SharedByMany, find_person
from survey_app.privacy.requests.due import due_on
from survey_app.privacy.requests.queries import request_by_reference

STOP_IT_ALONE = (
    "If they have no other, write this one down on the page of stops: "
    "nothing goes there any more, to none of those who share it."
)


def write_down(kind: RequestKind, received_on: date, *, now: datetime, by: int | None = None) -> SubjectRequest:
    """Somebody asked. From that day a month is left. InvalidInput for a day that lies ahead."""
    if received_on > london_day(now):
        raise InvalidInput("The day lies ahead: enter the day on which they asked.")
    found = SubjectRequest(reference=new_reference(), kind=kind, received_on=received_on, due_on=due_on(received_on))
    db.session.add(found)
    db.session.flush()
    record_act_by("request.written down", found.reference, at=now, by=by, after={"kind": kind})
    return found


def note_done(kind: RequestKind, found: int, *, now: datetime, by: int | None = None) -> SubjectRequest:
    """It was asked and done at once, such as by a command."""
    today = london_day(now)
    request = SubjectRequest(
        reference=new_reference(),
        kind=kind,
        received_on=today,
        due_on=due_on(today),
        done_at=now,
        done_by=by,
        found=found,
    )
    db.session.add(request)
    db.session.flush()
    return request


def finish(request: SubjectRequest, found: int, *, now: datetime, by: int | None = None) -> None:
    """What was asked is done. Done twice, as an answer may be sent again, the first day stays."""
    held = request_by_reference(request.reference, lock=True)
    if held.done_at is None:
        held.done_at, held.done_by, held.found = now, by, found
    db.session.flush()
    record_act_by(f"request.{held.kind} done", held.reference, at=now, by=by, after={"found": found})


def person_for(kind: RequestKind, person: str, named_by: NamedBy | None) -> Subject:
    """Whom a request of this kind is about. Refused as find_person() refuses; who only wants no more surveys is told
    what can be done with an address that many share."""
    try:
        return find_person(person, named_by)
    except SharedByMany as problem:
        if kind is not RequestKind.OBJECTION:
            raise
        raise Refused(f"{problem.message} {STOP_IT_ALONE}") from problem


def stop_for(person: str, named_by: NamedBy | None, *, now: datetime) -> int:
    """Nothing is sent to them again, by any key of theirs; how many contacts they have here. Somebody of whom nothing
    is known is stopped as well: they may come."""
    subject = person_for(RequestKind.OBJECTION, person, named_by)
    people = subject.people
    stop_people(_together(people), source=STOPPED_BY_STAFF, now=now)
    return len(subject.contact_ids)


def _together(people: People) -> list[PersonKeys]:
    """All keys of one person in as few stops as hold them; the first key of each kind stands in all, so that one leads
    to the next when no contact of theirs is left."""
    emails, phones, references = map(sorted, (people.email_keys, people.phone_keys, people.customer_refs))
    first = PersonKeys(next(iter(emails), None), next(iter(phones), None), next(iter(references), None))
    return [
        PersonKeys(email or first.email_key, phone or first.phone_key, reference or first.customer_ref)
        for email, phone, reference in zip_longest(emails, phones, references)
    ]


def object_for(person: str, named_by: NamedBy | None, *, now: datetime, by: int | None = None) -> SubjectRequest:
    """The same, asked and done at once."""
    request = note_done(RequestKind.OBJECTION, stop_for(person, named_by, now=now), now=now, by=by)
    record_act_by("request.objection done", request.reference, at=now, by=by, after={"found": request.found})
    return request
