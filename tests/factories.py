"""Small makers of what tests need, with a cast that stays the same: Anyborough, its services and its residents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from survey_app.accounts.models import User
from survey_app.accounts.operations import create_user
from survey_app.contacts.models import Contact, ContactDetail
from survey_app.evidence.models import AssessorAccess, Framework
from survey_app.extensions import db
from survey_app.invitations.models import Invitation
from survey_app.kernel.clock import london_day
from survey_app.kernel.tokens import new_reference, new_salt
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Council, Service
from survey_app.responses import operations
from survey_app.responses.links.operations import open_link
from survey_app.responses.models import (
    Answer,
    ChangeKind,
    LinkKind,
    OpenLink,
    ResponseChange,
    ResponseState,
    SurveyDraft,
    SurveyResponse,
)
from survey_app.surveys.kinds import QuestionKind, VersionState
from survey_app.surveys.models import Option, Question, QuestionVersion, Survey, SurveyItem, SurveyVersion
from survey_app.surveys.operations import begin_draft, publish_survey, save_draft
from survey_app.surveys.queries import structure_in, wordings_with_stems
from survey_app.surveys.structure import SurveyStructure
from survey_app.work.models import Subject
from survey_app.work.operations import recount

# The cast. Tests that need somebody take one of these, so that a name means the same wherever it is read.
SERVICES = {
    "housing": "Housing options",
    "waste": "Waste and recycling",
    "planning": "Planning",
    "licensing": "Licensing",  # so small that its figures are hidden
}
STAFF = {
    "lead": ("cse_lead", ()),  # sees all, pins evidence
    "manager": ("service_manager", ("housing",)),  # sees housing and what is below it
    "assessor": ("assessor", ()),  # sees the evidence, and nothing else
    "admin": ("administrator", ()),
}
RESIDENTS = {
    "asha": "asha@example.org",  # the one whom most tests are about
    "bryn": "bryn@example.org",  # another one, whose answers and links are not hers
}

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
_numbers = count(1)


def make_council(**facts: Any) -> Council:
    """Anyborough Council."""
    defaults = {
        "name": "Anyborough Council",
        "sender_name": "Anyborough Council",
        "sender_email": "feedback@anyborough.example",
        "postal_address": "Town Hall, Anyborough AB1 2CD",
        "complaint_url": "https://anyborough.example/complain",
        "complaint_phone": "01632 960100",
        "created_at": NOON,
    }
    return _add(Council(**defaults | facts))


def make_service(code: str = "housing", name: str | None = None, **facts: Any) -> Service:
    """One service, called by its code where no name is given."""
    return _add(Service(code=code, name=name or code.replace("-", " ").capitalize(), **facts))


def make_cast() -> None:
    """Anyborough with all its SERVICES, and its STAFF as lead@anyborough.example and so on."""
    make_council()
    for code, name in SERVICES.items():
        make_service(code, name)
    for who, (role, services) in STAFF.items():
        make_user(role, *services, email=f"{who}@anyborough.example")


def make_contact(service: Service, *, email: str | None = RESIDENTS["asha"], **facts: Any) -> Contact:
    """Asha's phone call of NOON about a service, imported in the night after it."""
    occurred_at = facts.pop("occurred_at", NOON)
    defaults = {
        "reference": f"C-{next(_numbers)}",
        "occurred_at": occurred_at,
        "occurred_on": london_day(occurred_at),
        "channel": Channel.PHONE,
        "content_digest": "0" * 64,
        "imported_at": occurred_at + timedelta(hours=12),
    }
    contact = Contact(service_id=service.id, **defaults | facts)
    if email is not None:
        contact.detail = ContactDetail(
            email=email, email_key=email, keep_until=london_day(occurred_at) + timedelta(days=30)
        )
    recount(Subject.CONTACTS, [(contact.occurred_on, service.id)])
    return _add(contact)


def make_contacts(service: Service, day: date, n: int, **facts: Any) -> list[Contact]:
    """`n` contacts of a day that were asked about, by phone, without anybody's details."""
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    defaults = {
        "service_id": service.id,
        "occurred_at": moment,
        "occurred_on": day,
        "channel": Channel.PHONE,
        "content_digest": "0" * 64,
        "imported_at": moment + timedelta(hours=12),
        "draw_outcome": "asked",
    }
    contacts = [Contact(reference=f"C-{next(_numbers)}", **defaults | facts) for _ in range(n)]
    recount(Subject.CONTACTS, [(day, service.id)])
    db.session.add_all(contacts)
    db.session.flush()
    recount(Subject.CONTACTS, [(day, service.id)])
    return contacts


def make_link(service: Service, survey: SurveyVersion, kind: LinkKind = LinkKind.OPEN, **facts: Any) -> OpenLink:
    """A link that stands open, called "Riverside House reception"."""
    name = facts.pop("name", "Riverside House reception")
    return open_link(kind, name, survey.survey, service, **{"now": NOON} | facts)


def make_invitation(service: Service, survey: SurveyVersion, day: date, **facts: Any) -> Invitation:
    """Somebody who contacted a service on this day and was asked about it."""
    drawn = datetime(day.year, day.month, day.day, 18, tzinfo=UTC)
    contact = make_contact(service, occurred_at=drawn)
    defaults = {
        "reference": new_reference(),
        "contact_id": contact.id,
        "survey_version_id": survey.id,
        "service_id": service.id,
        "channel": Channel.PHONE,
        "salt": new_salt(),
        "drawn_at": drawn,
        "sent_at": drawn,
        "closes_at": drawn + timedelta(days=14),
        "counts_on": day,
    }
    recount(Subject.INVITATIONS, [(day, service.id)])
    return _add(Invitation(**defaults | facts))


def make_user(role: str, *services: str, email: str | None = None, is_demo: bool = False) -> User:
    """A user who signs in with PASSWORD; an assessor can read the first framework that there is."""
    address = email or f"{role.replace('_', '-')}-{next(_numbers)}@anyborough.example.org"
    user = create_user(address, role, services, PASSWORD, NOON, is_demo=is_demo)
    if role == "assessor":
        make_access(user)
    return user


def make_access(user: User, framework: Framework | None = None, **facts: Any) -> AssessorAccess:
    """What lets an assessor in, without end."""
    framework = framework or db.session.scalar(select(Framework).order_by(Framework.id).limit(1))
    framework = framework or _add(Framework(code="assessed", name="What is assessed"))
    defaults = {"body": "Assessing Ltd", "invited_at": NOON, "expires_on": date(2099, 12, 31)}
    return _add(AssessorAccess(user=user, framework=framework, **defaults | facts))


def _add(thing: Any) -> Any:
    db.session.add(thing)
    db.session.flush()
    return thing


SATISFIED = {"5": 5, "4": 4, "3": 3, "2": 2, "1": 1, "dk": None, "na": None}
RESOLVED = {"yes": 3, "partly": 2, "no": 1, "too_early": None}


def make_survey(
    code: str = "post-contact", *, label: str = "1.0", more: Sequence[QuestionVersion] = (), **facts: Any
) -> SurveyVersion:
    """A published survey that asks overall satisfaction, timeliness and whether it was resolved, on one page, and then
    whatever else is given."""
    survey = Survey(code=code, name=code, **facts)
    version = SurveyVersion(label=label, state=VersionState.PUBLISHED, published_at=NOON)
    survey.versions.append(version)
    questions = {"satisfaction": SATISFIED, "timeliness": SATISFIED, "resolved": RESOLVED}
    for position, (asks, scores) in enumerate(questions.items(), start=1):
        question = QuestionVersion(
            question=Question(code=f"{code}-{asks}", asks=asks),
            kind=QuestionKind.YES_PARTLY_NO if asks == "resolved" else QuestionKind.SATISFACTION,
            wording=asks,
            short_label=asks,
            options=[
                Option(position=place, code=value, label=value, score=score, is_substantive=score is not None)
                for place, (value, score) in enumerate(scores.items())
            ],
        )
        version.items.append(SurveyItem(question_version=question, position=position))
    for position, question in enumerate(more, start=len(questions) + 1):
        version.items.append(SurveyItem(question_version=question, position=position))
    return _add(survey).versions[0]


def make_new_wording(
    survey: SurveyVersion,
    asks: str,
    wording: str,
    published_at: datetime | None,
    *,
    scores: dict[str, int | None] = SATISFIED,
) -> SurveyVersion:
    """The next version of a survey, in which the question of one measure reads otherwise; a draft without a date."""
    number = len(survey.survey.versions) + 1
    state = VersionState.DRAFT if published_at is None else VersionState.PUBLISHED
    version = SurveyVersion(label=f"{number}.0", state=state, published_at=published_at)
    for item in survey.items:
        question = item.question_version
        if question.question.asks == asks:
            question = QuestionVersion(
                question=question.question,
                number=wordings_with_stems(question.question)[0][0].number + 1,
                kind=question.kind,
                wording=wording,
                short_label=question.short_label,
                options=[
                    Option(position=place, code=value, label=value, score=score, is_substantive=score is not None)
                    for place, (value, score) in enumerate(scores.items())
                ],
            )
        version.items.append(SurveyItem(question_version=question, position=item.position))
    survey.survey.versions.append(version)
    return _add(version)


def publish_anew(
    survey: Survey, change: Callable[[SurveyStructure], SurveyStructure], now: datetime = NOON
) -> SurveyVersion:
    """The next version of a survey: a draft begun from the newest, changed so, and published."""
    draft = begin_draft(survey, now=now)
    save_draft(survey, change(structure_in(draft)), revision=draft.revision, what="Changed", now=now)
    return publish_survey(survey, now=now)


def make_answers(
    survey: SurveyVersion, service: Service, day: date, answers: dict[str, str], n: int = 1, **facts: Any
) -> list[SurveyResponse]:
    """`n` responses that count on `day`, with the option code for each measure asked, and their change feed.

    A question that `answers` leaves out was shown and left empty.
    """
    defaults = {
        "survey_version_id": survey.id,
        "service_id": service.id,
        "counts_on": day,
        "channel": Channel.PHONE,
        "submitted_at": datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
    }
    responses = []
    for _ in range(n):
        response = SurveyResponse(reference=new_reference(), salt=new_salt(), **defaults | facts)
        for question in (item.question_version for item in survey.items):
            code = answers.get(question.question.asks or "", "")
            if code:
                option = next(option for option in question.options if option.code == code)
                response.answers.append(Answer(question_version_id=question.id, option_id=option.id))
        responses.append(response)
    db.session.add_all(responses)
    db.session.flush()
    db.session.add_all(
        ResponseChange(
            response_id=response.id,
            question_version_id=item.question_version_id,
            kind=ChangeKind.RECORDED,
            value=answers.get(item.question_version.question.asks or "", ""),
            delta=1,
            changed_at=response.submitted_at,
        )
        for response in responses
        if response.state is ResponseState.COUNTED
        for item in survey.items
    )
    db.session.flush()
    return responses


def make_draft(survey: SurveyVersion, service: Service, day: date, *, at: int = 0, **facts: Any) -> SurveyDraft:
    """What somebody saved on `day` and did not finish, before the question at this place."""
    saved_at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    defaults = {
        "survey_version_id": survey.id,
        "service_id": service.id,
        "channel": Channel.PHONE,
        "counts_on": day,
        "broke_off_at_id": survey.items[at].question_version_id,
        "started_at": saved_at,
        "saved_at": saved_at,
        "drops_at": saved_at + timedelta(days=30),
    }
    recount(Subject.INVITATIONS, [(day, service.id)])
    return _add(SurveyDraft(**defaults | facts))


def withdraw(response: SurveyResponse) -> None:
    """As a resident's withdrawal does: answers and salt go, the digests stay in the feed."""
    operations.withdraw(response, now=response.submitted_at + timedelta(days=1))
