"""A backup of either database, restored into the other: the same rows, the same figures, or a refusal."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from bs4 import BeautifulSoup
from click.testing import Result
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import Text, cast, func, select, text

from survey_app import create_app
from survey_app.accounts.keys.operations import make_key
from survey_app.accounts.keys.queries import key_by_public
from survey_app.accounts.models import Identity, Passkey, SecondStepFor, SignedInBy, SignInRules, StaffSession, User
from survey_app.actions.followups.notes import NoteKind
from survey_app.actions.followups.operations import RuleFacts, open_for_alert, set_owner, set_rules, write_note
from survey_app.actions.improvements.aims import Aim
from survey_app.actions.improvements.operations import Written, enter_improvement, hear_theme
from survey_app.actions.models import PassedPraise, StaffIdea
from survey_app.actions.public.operations import (
    ChangeWords,
    StandardWords,
    begin_edition,
    publish_change,
    publish_standard,
)
from survey_app.api.webhooks.models import Webhook, WebhookDelivery, WebhookEvent, WebhookTry
from survey_app.audit.models import AuditCheck, AuditHead, AuditLine
from survey_app.comments.alerts.models import Alert, AlertKind, AlertWatch
from survey_app.comments.checking.models import CheckingRules
from survey_app.comments.models import (
    Comment,
    CommentJudgement,
    CommentLabel,
    Judging,
    LabelSource,
    QuoteMark,
    TermPart,
    TermTally,
    ThemeEdit,
)
from survey_app.comments.queries import active_themes
from survey_app.contacts.feeds.models import FeedAlarm, FeedLetter, LetterKind
from survey_app.contacts.feeds.operations import FeedFacts, note_arrival, set_feed
from survey_app.contacts.feeds.sources import source_of_key
from survey_app.contacts.feeds.watch import Finding
from survey_app.contacts.models import (
    AddressBlock,
    AddressFailure,
    AskingRules,
    BlockReason,
    Contact,
    ContactDetail,
    ContactsFile,
    Dimension,
    DrawDay,
    Exclusion,
    OptOut,
    SamplingRule,
    SendingWindow,
    Way,
)
from survey_app.contacts.sorting import Sorted
from survey_app.dashboards.models import Digest, DigestLetter, HomeView, PinnedFigure, Rhythm, SavedView
from survey_app.demo.operations import load
from survey_app.demo.scenarios import BOROUGH
from survey_app.evidence.assessors.operations import mark_element, note_page, settle, write_comment
from survey_app.evidence.assessors.walk import Mark
from survey_app.evidence.documents.operations import store_document
from survey_app.evidence.elements.operations import import_contact_centre, rate_element
from survey_app.evidence.models import AssessorAccess, Element, EvidencePack, Framework, Rating
from survey_app.evidence.packs.operations import keep_pack
from survey_app.evidence.queries import framework_by_code
from survey_app.evidence.visits.operations import Said, choose_to_show, hold_visit, plan_round
from survey_app.exports.formats import FileFormat
from survey_app.exports.models import Export, ExportPart
from survey_app.exports.orders import Content
from survey_app.extensions import Base, db, migrate, transaction
from survey_app.invitations.models import (
    Callback,
    CallbackKind,
    Invitation,
    InvitationState,
    InvitationToken,
    Message,
    MessageKind,
    MessageText,
    ReceivedText,
    TextOutcome,
    TokenPurpose,
)
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.tokens import keyed_hash, new_reference, new_salt, token_digest
from survey_app.measures.definitions import Unit
from survey_app.measures.models import FrozenPassport, LineageBridge, Rebase
from survey_app.measures.own.operations import define_measure
from survey_app.measures.own.rule import OwnRule, Part
from survey_app.measures.series.line import SeriesUnit
from survey_app.measures.series.models import OtherPoint, OtherSeries
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import ChannelSetting, CouncilPage, Logo, Service, Team
from survey_app.organisation.page_text import PageKind
from survey_app.organisation.queries import the_council
from survey_app.privacy.models import (
    DataComplaint,
    PrivacyText,
    Reencryption,
    RequestKind,
    RetentionRule,
    SubjectRequest,
)
from survey_app.responses.kiosk.operations import set_up_kiosk, take_over
from survey_app.responses.kiosk.taps import Tap
from survey_app.responses.models import (
    ContactConsent,
    EqualityAnswer,
    EqualityQuestion,
    ReplacedAnswer,
    ResponseChange,
    SupportText,
    SurveyResponse,
)
from survey_app.responses.operations import invited, save_draft
from survey_app.settings import PROJECT_ROOT, load_settings
from survey_app.surveys.models import Language, SurveyFile, SurveyPicture, SurveyVersion
from survey_app.surveys.operations import begin_draft
from survey_app.upkeep.dump_folder import MANIFEST, SIGNATURE
from survey_app.upkeep.dump_format import Keys
from survey_app.upkeep.operations import write_backup
from survey_app.work.models import JobRun, Subject
from survey_app.work.operations import recount
from tests.compiled import share_compiled
from tests.conftest import PersonsClient
from tests.databases import CONFIG, KINDS, Database, Templates
from tests.factories import (
    NOON,
    make_answers,
    make_contact,
    make_council,
    make_new_wording,
    make_service,
    make_survey,
    make_user,
)

YEAR = ("--from", "2025-04-01", "--to", "2026-03-31", "--json")
TOKEN = "a-token-from-a-message"
EVERY_WAY = [
    pytest.param((here, there), id=f"{here}-to-{there}", marks=[pytest.mark.slow] if here == there else [])
    for here in KINDS
    for there in KINDS
]
OF_ITS_OWN = {"audit_line"}  # a restore adds its own line
LEASE = {"claimed_by", "claimed_until"}
VERY = {"5": Part.COUNTS, "4": Part.BASE}
APRIL = date(2025, 4, 1), date(2025, 4, 30)


@contextmanager
def opened(database: Database, *, migrations: Path | None = None, **settings: str) -> Iterator[Flask]:
    """The app on a database, with its context pushed; with other migrations, as a newer version has."""
    app = create_app(load_settings(database.environment | settings), CONFIG)
    share_compiled(app)
    if migrations is not None:
        migrate.directory = str(migrations)  # until the next app is made
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def flask(database: Database, *arguments: str | Path, migrations: Path | None = None, **settings: str) -> Result:
    """Run a command on a database."""
    with opened(database, migrations=migrations, **settings) as app:
        return app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])


def done(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def assert_refused(result: Result, *words: str) -> None:
    assert result.exit_code == 1, result.output
    for word in words:
        assert word in result.stderr
    assert "Traceback" not in result.output


def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All rows by table, read by the models; JSON as its text."""
    with opened(database):
        found = {}
        for table in Base.metadata.sorted_tables:
            wanted = [
                cast(column, Text) if column.type.__class__.__name__ == "JSON" else column
                for column in table.columns
                if column.name not in LEASE
            ]
            found[table.name] = sorted((tuple(row) for row in db.session.execute(select(*wanted))), key=repr)
        return found


def is_empty(database: Database) -> bool:
    return not any(contents(database).values())


Fresh = Callable[[str], Database]
Small = tuple[Database, Path]


@pytest.fixture
def fresh(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fresh]:
    """fresh("postgresql") is a new database of that kind at the newest schema."""
    made: list[Database] = []

    def copy(kind: str) -> Database:
        made.append(templates.filled(kind).copy(tmp_path_factory.mktemp(kind)))
        return made[-1]

    yield copy
    for database in made:
        database.drop()


@pytest.fixture(scope="module")
def borough(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Database]]:
    """A borough that has rows in every table, on SQLite, and its restored copy on PostgreSQL."""
    first = templates.filled("sqlite", load_borough, fill_what_a_demo_leaves_empty)
    second = templates.filled("postgresql").copy(tmp_path_factory.mktemp("borough"))
    folder = tmp_path_factory.mktemp("backups") / "first"
    done(flask(first, "upkeep", "backup", folder))
    done(flask(second, "upkeep", "restore", folder))
    yield {"sqlite": first, "postgresql": second}
    second.drop()


def load_borough() -> None:
    load(BOROUGH, date(2026, 5, 1), 0.02, NOON)


def fill_what_a_demo_leaves_empty() -> None:
    """A resident who was asked and has not answered, a message in flight, answers not yet folded, a job that ran.

    A logo, a text and a measure of the council's own, a series of others, a file of contacts that waits, and published
    tables.
    """
    now = utc_now()
    service = db.session.scalars(select(Service)).first()
    version = db.session.scalars(select(SurveyVersion)).one()
    assert service is not None
    contact = make_contact(service, email="priya@example.org", occurred_at=now - timedelta(days=1))
    assert contact.detail is not None
    contact.detail.email_key = keyed_hash(bytes(32), "priya@example.org")
    invitation = Invitation(
        reference=new_reference(),
        contact_id=contact.id,
        survey_version_id=version.id,
        salt=new_salt(),
        service_id=service.id,
        channel=contact.channel,
        drawn_at=now,
        closes_at=now + timedelta(days=14),
        counts_on=contact.occurred_on,
    )
    db.session.add(invitation)
    recount(Subject.INVITATIONS, [(contact.occurred_on, service.id)])
    db.session.flush()
    db.session.add_all(
        [
            InvitationToken(
                invitation=invitation, token_sha256=token_digest(TOKEN), purpose=TokenPurpose.ANSWER, created_at=now
            ),
            Message(
                invitation_id=invitation.id,
                kind=MessageKind.INVITATION,
                due_at=now,
                claimed_by="a worker of the old system",
                claimed_until=now + timedelta(days=400),
                attempts=1,
            ),
            Rebase(measure="satisfaction", month=date(2025, 4, 1), reason="A new contact centre", entered_at=now),
            JobRun(name="fold_tallies", started_at=now, claimed_by="the old", claimed_until=now + timedelta(days=400)),
            CouncilPage(kind=PageKind.COOKIES, body="We set none.", published_at=now, reviewed_on=london_day(now)),
            ContactsFile(reference="waits", name="contacts.csv", content="reference", uploaded_at=now, keep_until=now),
            SurveyFile(reference="waits", name="survey.qsf", content="packed", uploaded_at=now, keep_until=now),
            Logo(
                council_id=the_council().id,
                media_type="image/png",
                sha256="0" * 64,
                content=bytes(range(256)),
                stored_at=now,
            ),
        ]
    )
    fill_what_asking_keeps(service, invitation, now)
    fill_feeds(now)
    fill_what_comes_after_an_answer(service, now)
    fill_follow_ups(service, now)
    fill_kiosks(service, version, now)
    fill_drafts(invitation, now)
    fill_improvements(now)
    fill_ratings(now)
    fill_visits(now)
    fill_an_assessors_sitting(now)
    newer = make_new_wording(version, "satisfaction", "How satisfied were you?", now)
    pair = {
        "from_version_id": version.items[0].question_version_id,
        "to_version_id": newer.items[0].question_version_id,
    }
    db.session.add(LineageBridge(**pair, reason="Asked side by side.", declared_at=now))
    make_user("cse_lead", email="lead@anyborough.example")
    define_measure(
        OwnRule("very_satisfied", "Very", "Those very satisfied.", "satisfaction", Unit.SHARE, VERY), now=now
    )
    points = [OtherPoint(period="2025-04", first=APRIL[0], last=APRIL[1], value=0.8, source="Phones", imported_at=now)]
    db.session.add(OtherSeries(code="calls", name="Calls", unit=SeriesUnit.SHARE, points=points))
    make_answers(version, service, contact.occurred_on, {"satisfaction": "5"}, 3)
    fill_packs(now)
    fill_surveys(version, now)
    fill_comments(service, now)
    fill_accounts(service, now)
    fill_what_people_asked(now)
    fill_webhooks(now)


def fill_accounts(service: Service, now: datetime) -> None:
    """Somebody with a passkey, signed in, known to single sign-on; a key for one service; a sealed line."""
    person = make_user("administrator", email="passkeys@anyborough.example")
    db.session.add_all(
        [
            Passkey(
                user=person,
                credential_id=b"\x00\x01",
                public_key=b"\x02",
                transports=["usb"],
                backup_state=False,
                device_type="single_device",
                create_datetime=now,
                lastuse_datetime=now,
                name="Blue key",
                usage="secondary",
            ),
            SignInRules(second_step_for=SecondStepFor.SENSITIVE_ROLES),
            Identity(user_id=person.id, issuer="https://sign-in.example", subject="a-b-c", linked_at=now),
            StaffSession(
                reference="A",
                key_digest="0" * 64,
                user_id=person.id,
                signed_in_by=SignedInBy.PASSKEY,
                started_at=now,
                last_seen_at=now,
                ends_at=now,
            ),
            AuditCheck(begun_at=now, seal="0" * 64),
            AuditHead(place=1, seal="0" * 64, sealed_at=now, signature="A" * 88),
            ChannelSetting(channel=Channel.WEBCHAT, is_used=False),
        ]
    )
    key = key_by_public(make_key("Charts", ["contacts:write"], days=1, now=now).public)
    key.services = [service]
    db.session.flush()


def fill_what_people_asked(now: datetime) -> None:
    """A time of the council's own to keep something, a request, a complaint, a text, and a column under a new key."""
    author = make_user("data_protection_officer", email="officer@anyborough.example").id
    today = london_day(now)
    db.session.add_all(
        [
            RetentionRule(data_class="comments", keep_days=730, changed_at=now),
            SubjectRequest(reference="A", kind=RequestKind.ACCESS, received_on=today, due_on=today),
            DataComplaint(reference="A", body="You wrote to me.", reply_to="07", received_at=now, acknowledge_by=today),
            PrivacyText(place="dpia.purpose", body="To hear.", written_at=now, written_by=author),
            Reencryption(column="contact_detail.email", key_digest="0" * 64, last_id=2, done=2),
        ]
    )
    db.session.flush()


def fill_webhooks(now: datetime) -> None:
    """An address that was told once, in vain."""
    hook = Webhook(
        reference="A",
        name="Records",
        url="https://records.example/",
        events=["response.recorded"],
        secret="whsec_",
        created_at=now,
    )
    event = WebhookEvent(reference="msg_A", kind="response.recorded", at=now, data={"reference": "A"})
    delivery = WebhookDelivery(webhook=hook, event=event, due_at=now)
    db.session.add(delivery)
    db.session.flush()
    db.session.add(WebhookTry(delivery_id=delivery.id, at=now, status=500, milliseconds=20))


def fill_comments(service: Service, now: datetime) -> None:
    """A comment that people and another method judged, one that raised an alert, and words that were counted."""
    comment = db.session.scalars(select(Comment).order_by(Comment.id)).first()
    person = make_user("cse_lead", email="reader@anyborough.example").id
    theme = active_themes()[0]
    assert comment is not None
    kind = AlertKind(code="threat", name="Threats", phrases="kill you", edited_at=now, earlier={"name": "Threat"})
    times = {"raised_at": now, "due_at": now, "letter_due_at": now}
    facts = {"kind": kind, "response_id": comment.response_id, "matched": ["kill you"], **times}
    period = {"first_on": APRIL[0], "last_on": APRIL[1]}
    counted = {"starts_on": APRIL[0], "service_id": service.id, "comments": 2}
    change = {"theme_id": theme.id, "before": None, "after": {"name": theme.name}}
    db.session.add_all(
        [
            CheckingRules(),
            CommentLabel(comment_id=comment.id, label="neutral", source=LabelSource.REVIEW, labelled_at=now),
            CommentJudgement(comment_id=comment.id, method="a+1", needs_review=False, flags=["request"], judged_at=now),
            Judging(method="a+1", reason="New weights.", asked_by=person, asked_at=now, **period),
            QuoteMark(comment_id=comment.id, marked_by=person, marked_at=now),
            Alert(reference="A", answer_text_id=comment.answer_text_id, **facts),
            AlertWatch(answer_text_id=comment.answer_text_id, watched_at=now),
            ThemeEdit(edited_by=person, edited_at=now, **change),
            TermPart(counted=2, counted_at=now, **counted),
            TermTally(term="garden waste", **counted),
        ]
    )
    fill_what_people_keep(comment, service, person, now)


def fill_what_people_keep(comment: Comment, service: Service, person: int, now: datetime) -> None:
    """Views and figures of somebody's own, a letter of a digest, a file that was asked for, praise and an idea."""
    team = db.session.scalars(select(Team)).first()
    view = SavedView(
        reference="A", owner_id=person, name="Mine", path="/comments/", arguments="theme=waste", created_at=now
    )
    digest = Digest(reference="A", user_id=person, rhythm=Rhythm.WEEKLY, next_on=APRIL[0], created_at=now)
    days = {"first_on": APRIL[0], "last_on": APRIL[1]}
    export = {"content": Content.RESPONSES, "file_format": FileFormat.CSV, "asked_at": now, "asked_by": person}
    reader = db.session.get_one(User, person)
    assert team is not None
    reader.teams.append(team)
    db.session.add_all(
        [
            HomeView(user_id=person, view=view),
            PinnedFigure(
                reference="A", user_id=person, measure="resolved", span="last-12-months", place=1, created_at=now
            ),
            DigestLetter(
                reference="A", digest=digest, cut_at=now, document="{}", token_sha256="0" * 64, due_at=now, **days
            ),
            Export(reference="A", parts=[ExportPart(part=1, content=b"a,b")], **export, **days),
            PassedPraise(reference="A", comment_id=comment.id, team=team, passed_at=now, passed_by=person),
            StaffIdea(
                reference="A", words="Say when we call.", service_id=service.id, written_at=now, written_by=person
            ),
        ]
    )


def fill_surveys(version: SurveyVersion, now: datetime) -> None:
    """A draft, a picture of an Easy Read version, a language of the council's own, and a text of its own."""
    begin_draft(version.survey, now=now)
    db.session.add(Language(code="so", name="Somali", own_name="Soomaali"))
    db.session.add(SurveyPicture(sha256="1" * 64, media_type="image/png", content=b"\x89PNG", stored_at=now))
    text = {"kind": MessageKind.INVITATION, "way": Way.EMAIL, "subject": "How was it?", "body": "{{link}}"}
    db.session.add(MessageText(survey_id=version.survey_id, earlier_body="Was: {{link}}", edited_at=now, **text))


def fill_packs(now: datetime) -> None:
    """A pack that is ready, in two parts."""
    framework = db.session.scalars(select(Framework)).first()
    pack = EvidencePack(code="a0b1c2", framework=framework, first_on=APRIL[0], last_on=APRIL[1], asked_at=now)
    keep_pack(pack, bytes(range(256)) * 4_000, "0" * 64, now=now)
    db.session.add(pack)
    fill_what_is_published(now)


def fill_improvements(now: datetime) -> None:
    """An improvement, and a theme that was heard before it."""
    told = Written("Reception opens", "Nobody was there.", "Somebody is.", date(2025, 6, 2))
    hear_theme(enter_improvement(told, Aim("satisfaction"), now=now), active_themes()[0].code, now=now)


def fill_ratings(now: datetime) -> None:
    """An element that the council rated."""
    element = framework_by_code("cse").elements[0]
    rate_element(element, Rating.PARTIAL, "One service is left out", now=now)


def fill_visits(now: datetime) -> None:
    """An assessment that was held, a review that is prepared, and a document of bytes that no text could hold."""
    import_contact_centre(now=now)  # the demo's own framework has its visits
    framework = framework_by_code("contact-centre")
    full, review, _ = plan_round(framework, london_day(now), now=now).visits
    hold_visit(full, london_day(now), {framework.elements[0].number: Said(Rating.PARTIAL, "Thin.")}, now=now)
    choose_to_show(review, [framework.elements[1].number], now=now)
    store_document("Minutes.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) + b"IEND\xaeB`\x82", now=now)


def fill_an_assessors_sitting(now: datetime) -> None:
    """What an assessor opened, marked and asked."""
    access = db.session.scalars(select(AssessorAccess)).first()
    element = db.session.scalars(select(Element)).first()
    assert access is not None and element is not None
    access.ended_at = now
    note_page(access.id, now, "/evidence/cse/1.1.1")
    mark_element(access, element, Mark.LATER, now=now)
    asked = write_comment(element, "Who checks it?", author=access.user, is_question=True, now=now)
    settle(asked, True, now=now, by=None)
    asked.told_at = now


def fill_what_asking_keeps(service: Service, invitation: Invitation, now: datetime) -> None:
    """Rules of asking, addresses that fail, and what a provider told us."""
    db.session.add_all(
        [
            DrawDay(day=date(2025, 4, 1), is_worked_out=True, busy_services=[], fractions={"1": 0.5}, asked={"1": 2}),
            Exclusion(dimension=Dimension.REASON, value="Bereavement", why="Nobody is to be hurt.", added_at=now),
            SamplingRule(service_id=service.id, channel=Channel.PHONE, fraction=0.25),
            SendingWindow(way=Way.SMS, opens_minute=540, closes_minute=1200, weekdays="123456", on_bank_holidays=False),
            AddressBlock(key="0" * 64, reason=BlockReason.DOES_NOT_EXIST, created_at=now),
            AddressFailure(key="0" * 64, message_reference="A.invitation", failed_at=now),
            Callback(kind=CallbackKind.RECEIPT, provider_id="1", digest="0" * 64, payload="{}", received_at=now),
            ReceivedText(provider_id="2", received_at=now, outcome=TextOutcome.STOPPED, invitation_id=invitation.id),
        ]
    )


def fill_drafts(invitation: Invitation, now: datetime) -> None:
    """What somebody gave before they were interrupted."""
    given = {"satisfaction": "4", "why": "They rang me back."}
    save_draft(invited(invitation), given, started_at=now, drops_at=invitation.closes_at, now=now)


def fill_feeds(now: datetime) -> None:
    """A key, and the feed that it is, which is late."""
    key = make_key("Telephone system", ["contacts:write"], days=30, now=now)
    source = source_of_key(key.public, "Telephone system")
    note_arrival(source, Sorted(), now=now)
    feed = set_feed(source, FeedFacts("Calls", "owner@anyborough.example", None, 10, is_on=True), now=now)
    alarm = FeedAlarm(feed=feed, finding=Finding.LATE, day=now.date(), came=0, read=0, began_at=now)
    db.session.add(FeedLetter(reference="A", alarm=alarm, kind=LetterKind.BEGAN, due_at=now))


def fill_what_comes_after_an_answer(service: Service, now: datetime) -> None:
    """Somebody who may be contacted and told of themselves, and where to turn in danger."""
    response = db.session.scalars(select(SurveyResponse).order_by(SurveyResponse.id)).first()
    assert response is not None
    details = '{"email": "priya@example.org"}'
    db.session.add_all(
        [
            ReplacedAnswer(response_id=response.id, given="{}", changed_at=None, first_at=now, last_at=now),
            ContactConsent(
                response_id=response.id, is_wanted=True, details=details, given_at=now, keep_until=date(2026, 9, 1)
            ),
            EqualityQuestion(code="age", is_asked=True, position=0, options={"young": "Young", "old": "Old"}),
            EqualityAnswer(response_id=response.id, question="age", option="old"),
            SupportText(service_id=service.id, body="In danger, call 999.", exit_url="https://www.example.org"),
        ]
    )


def fill_follow_ups(service: Service, now: datetime) -> None:
    """The follow-up of the answer with a consent, with its rules, its owner and what was done."""
    response = db.session.scalars(select(SurveyResponse).order_by(SurveyResponse.id)).first()
    assert response is not None
    owner = make_user("cse_lead", email="owner@anyborough.example")
    rules = RuleFacts(
        is_on=True, highest_score=5, first_contact_days=1, close_days=5, asks_for_verdict=True, complaints_url=""
    )
    set_rules(rules, now=now)
    set_owner(service.id, owner.id, now=now)
    found = open_for_alert(response, now=now)
    assert found is not None
    write_note(found, NoteKind.REACHED, "Called Priya.", now=now, by=owner.id)


def fill_kiosks(service: Service, version: SurveyVersion, now: datetime) -> None:
    """A kiosk that handed over what was tapped the day before."""
    kiosk = set_up_kiosk("Reception", version.survey, service, site=None, pin="4711", seconds_between_taps=3, now=now)
    kiosk.created_at = now - timedelta(days=2)
    tap = Tap("a" * 32, version.id, now - timedelta(days=1), {"satisfaction": "4"})
    take_over(kiosk, [tap], device_now=now, now=now)


def fill_what_is_published(now: datetime) -> None:
    """A change whose next edition is a draft, and a standard as the council states it."""
    change = publish_change(ChangeWords("Housing", "It took long.", "It is quicker."), now=now)
    begin_edition(change, now=now)
    stated = StandardWords("", "We call back.", stated_figure="1 day", stated_source="Phones", stated_on=APRIL[0])
    publish_standard(stated, now=now)


def test_the_borough_has_rows_in_every_table(borough: Mapping[str, Database]) -> None:
    """Whoever adds a table gives it a row here, so that its way through a backup is tested."""
    assert [name for name, rows in contents(borough["sqlite"]).items() if not rows] == []


@dataclass(frozen=True)
class Restored:
    """One way of a backup: where it came from, where it went, and what the two commands printed."""

    original: Database
    database: Database
    backup: dict[str, Any]
    restore: dict[str, Any]


@pytest.fixture(scope="module", params=EVERY_WAY)
def restored(
    borough: Mapping[str, Database],
    templates: Templates,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Restored]:
    here, there = request.param
    database = templates.filled(there).copy(tmp_path_factory.mktemp(there))
    folder = tmp_path_factory.mktemp("backups") / "b"
    backup = json.loads(done(flask(borough[here], "upkeep", "backup", folder, "--json")))
    restore = json.loads(done(flask(database, "upkeep", "restore", folder, "--json")))
    yield Restored(borough[here], database, backup, restore)
    database.drop()


def test_a_restored_database_has_the_same_rows(restored: Restored) -> None:
    assert restored.restore["ok"] is True
    assert restored.restore["rows"] == restored.backup["rows"]
    before, after = contents(restored.original), contents(restored.database)
    assert {name for name in before if before[name] != after[name]} == OF_ITS_OWN
    assert set(before["audit_line"]) < set(after["audit_line"])


def test_a_restored_database_shows_the_same_figures(restored: Restored) -> None:
    for command in (
        ("measures", "show", "satisfaction", *YEAR),
        ("measures", "show", "satisfaction", "--by", "month", *YEAR),
        ("measures", "show", "timeliness", "--by", "service", *YEAR),
    ):
        assert json.loads(done(flask(restored.database, *command))) == json.loads(
            done(flask(restored.original, *command))
        )
    done(flask(restored.database, "measures", "verify"))


def test_a_pack_of_the_one_verifies_live_in_the_other(restored: Restored, tmp_path: Path) -> None:
    pack = tmp_path / "pack.zip"
    done(flask(restored.original, "evidence", "pack", *YEAR[:4], "--out", pack))

    verified = json.loads(done(flask(restored.database, "evidence", "verify", pack, "--live", "--json")))

    assert verified["figures"] > 0
    assert verified["problems"] == []


def test_residents_and_staff_go_on_where_they_were(restored: Restored, tmp_path: Path) -> None:
    database = restored.database.copy(tmp_path)
    with opened(database) as app:
        app.test_client_class = PersonsClient
        client = app.test_client()
        assert isinstance(client, PersonsClient)
        assert client.sign_in("lead@anyborough.example").status_code == 302
        assert db.session.scalars(select(ContactDetail.email)).one() == "priya@example.org"
        last = db.session.scalar(select(func.max(SurveyResponse.id))) or 0
        nonce = BeautifulSoup(client.get(f"/s/{TOKEN}").text, "html.parser").select_one("input[name=nonce]")
        assert nonce is not None
        assert client.post(f"/s/{TOKEN}", data={"nonce": nonce["value"], "satisfaction": "5"}).status_code == 303
        response = db.session.get_one(SurveyResponse, last + 1)
        assert db.session.get_one(Invitation, response.invitation_id).state is InvitationState.ANSWERED
    done(flask(database, "measures", "verify"))
    database.drop()


def test_leases_of_the_old_system_hold_nothing_up(restored: Restored) -> None:
    with opened(restored.database):
        message = db.session.scalars(select(Message)).one()
        assert (message.claimed_by, message.claimed_until, message.attempts) == (None, None, 1)
        assert db.session.scalars(select(JobRun.claimed_until)).all() == [None]
    assert restored.restore["waiting_messages"] == 1


@pytest.fixture(scope="module", params=EVERY_WAY)
def carried(
    templates: Templates, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Database]:
    """A database restored from one that holds what is hard to carry."""
    here, there = request.param
    original = templates.filled(here, store_what_is_hard_to_carry)
    database = templates.filled(there).copy(tmp_path_factory.mktemp(there))
    folder = tmp_path_factory.mktemp("backups") / "b"
    done(flask(original, "upkeep", "backup", folder))
    done(flask(database, "upkeep", "restore", folder))
    yield database
    database.drop()


def test_every_value_arrives_exactly(carried: Database) -> None:
    with opened(carried):
        passports = db.session.scalars(select(FrozenPassport.value).order_by(FrozenPassport.id)).all()
        assert list(map(repr, passports)) == list(map(repr, HARD_NUMBERS))
        assert db.session.scalars(select(FrozenPassport.document)).first() == HARD_TEXT
        assert db.session.execute(select(OptOut.email_key, OptOut.customer_ref)).all() == [("", None), (None, "")]
        assert db.session.scalars(select(OptOut.created_at).order_by(OptOut.id)).all() == HARD_INSTANTS
        contact = db.session.scalars(select(Contact)).one()
        assert (contact.occurred_on, contact.resolved_first_time, contact.sensitive) == (date.max, None, True)
        line = db.session.scalars(select(AuditLine).order_by(AuditLine.id)).first()
        assert line is not None
        assert (line.id, line.sealed_as) == (2**40, 2**62)
        stored = text("SELECT CAST(before AS TEXT), after IS NULL FROM audit_line ORDER BY id LIMIT 1")
        assert tuple(db.session.execute(stored).one()) == (HARD_JSON, True)
        shown = text("SELECT CAST(show_if AS TEXT) FROM survey_item ORDER BY id")
        assert db.session.scalars(shown).all() == ["null", None, "{}"]


HARD_NUMBERS = (0.1 + 0.2, 5e-324, 1.7976931348623157e308, 3.0, None)
HARD_TEXT = 'Line\nline\r\n\ttab\u2028 "quoted" \\. \\N 你好 \U0001f600 \u202eright to left'
HARD_JSON = '{"z": 1, "a": [1.0, 1e3, 12345678901234567890, "\\u00e9", null]}'
HARD_INSTANTS = [
    datetime(2025, 10, 26, 1, 30, 0, 1, tzinfo=UTC),  # a time that London has twice
    datetime(1, 1, 1, tzinfo=UTC),
]


def store_what_is_hard_to_carry() -> None:
    survey = make_survey()
    for item, stored in zip(survey.items, ("null", None, "{}"), strict=True):
        # the row by its text: to a model, null in JSON and NULL look alike
        statement = text("UPDATE survey_item SET show_if = CAST(:stored AS JSON) WHERE id = :id")
        if db.engine.dialect.name == "sqlite":
            statement = text("UPDATE survey_item SET show_if = :stored WHERE id = :id")
        db.session.execute(statement, {"stored": stored, "id": item.id})
    for place, value in enumerate(HARD_NUMBERS):
        db.session.add(
            FrozenPassport(code=f"P{place}", document=HARD_TEXT, sha256=f"{place}", value=value, frozen_at=NOON)
        )
    for created_at, keys in zip(HARD_INSTANTS, ({"email_key": ""}, {"customer_ref": ""}), strict=True):
        db.session.add(OptOut(source="page", created_at=created_at, **keys))
        db.session.flush()
    child, parent = make_service("waste"), make_service("streets")
    child.parent_id, child.successor_id = parent.id, parent.id
    make_contact(child, email=None, occurred_on=date.max, sensitive=True)
    before = ":before" if db.engine.dialect.name == "sqlite" else "CAST(:before AS JSON)"
    line = text(
        "INSERT INTO audit_line (id, at, actor_kind, action, subject, before, sealed_as)"
        f" VALUES (:id, '2026-03-10 12:00:00.000000', 'job', 'a', 's', {before}, :sealed_as)"
    )
    db.session.execute(line, {"id": 2**40, "before": HARD_JSON, "sealed_as": 2**62})


def test_services_under_one_that_was_made_later_arrive(carried: Database) -> None:
    with opened(carried):
        services = select(Service.id, Service.code, Service.parent_id, Service.successor_id).order_by(Service.id)
        assert db.session.execute(services).all() == [(1, "waste", 2, 2), (2, "streets", None, None)]


def test_the_next_row_gets_the_number_after_the_last(carried: Database) -> None:
    with opened(carried):
        assert make_service("new").id == 3
        db.session.rollback()


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_stands_at_one_instant_while_answers_are_recorded(fresh: Fresh, tmp_path: Path, kind: str) -> None:
    original, restored = fresh(kind), fresh("sqlite")
    with opened(original) as app:
        with transaction():
            make_council()
            survey, service = make_survey(), make_service()
            make_answers(survey, service, NOON.date(), {"satisfaction": "5"}, 20)
            version_id, service_id = survey.id, service.id

        def record_one() -> None:
            with app.app_context(), transaction():
                answered = db.session.get_one(SurveyVersion, version_id)
                make_answers(answered, db.session.get_one(Service, service_id), NOON.date(), {"satisfaction": "1"})

        def meanwhile(_rows: int) -> None:
            resident = Thread(target=record_one)
            resident.start()
            resident.join()

        keys = Keys(*(getattr(app.extensions["settings"], name) for name in ("data_keys", "index_key", "signing_key")))
        meanwhile(0)
        write_backup(tmp_path / "b", keys, now=NOON, progress=lambda _rows: meanwhile)
        recorded = db.session.scalar(select(func.count()).select_from(SurveyResponse)) or 0
        db.session.rollback()
    assert json.loads(done(flask(restored, "upkeep", "restore", tmp_path / "b", "--json")))["ok"] is True

    with opened(restored):
        assert db.session.scalar(select(func.count()).select_from(SurveyResponse)) == 21
        assert db.session.scalar(select(func.count()).select_from(ResponseChange)) == 63
    assert recorded > 25


def test_a_backup_is_ours_alone_to_read_and_holds_no_key_and_no_address(
    borough: Mapping[str, Database], tmp_path: Path
) -> None:
    original, folder = borough["sqlite"], tmp_path / "b"
    printed = flask(original, "upkeep", "backup", folder)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    everything = b"".join(
        gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in folder.iterdir()
    )
    assert b"priya@example.org" not in everything
    for name in ("DATA_KEYS", "INDEX_KEY", "SIGNING_KEY"):
        assert f"{name} (environment)" in printed.stdout
        assert original.environment[name] not in everything.decode() + printed.output
    assert "Keep them too, in another place" in printed.stdout


def test_the_same_rows_make_the_same_files(borough: Mapping[str, Database], tmp_path: Path) -> None:
    for name in ("a", "b"):
        done(flask(borough["sqlite"], "upkeep", "backup", tmp_path / name))
    first, second = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir() if path.suffix == ".gz"} for name in "ab"
    )
    assert first == second


@pytest.fixture(scope="module")
def small_original(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Small:
    database = templates.filled("sqlite").copy(tmp_path_factory.mktemp("small"))
    with opened(database), transaction():
        make_council()
        db.session.add(Team(code="team-housing", name="Housing team"))
        make_answers(make_survey(), make_service(), NOON.date(), {"satisfaction": "5"}, 20)
    done(flask(database, "upkeep", "backup", database.folder / "b"))
    return database, database.folder / "b"


@pytest.fixture
def small(small_original: Small, tmp_path: Path) -> Small:
    """A database with a council and some answers, and its backup, to be damaged."""
    database, folder = small_original
    return database.copy(tmp_path), Path(shutil.copytree(folder, tmp_path / "b"))


def test_a_backup_goes_into_an_empty_folder_that_is_there(small: Small, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir(mode=0o755)
    done(flask(small[0], "upkeep", "backup", tmp_path / "empty"))
    assert stat.S_IMODE((tmp_path / "empty").stat().st_mode) == 0o700


def test_nothing_is_written_over(small: Small) -> None:
    database, folder = small
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert_refused(flask(database, "upkeep", "backup", folder), "not an empty folder")
    assert_refused(flask(database, "upkeep", "backup", folder / MANIFEST), "not an empty folder")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_place_that_cannot_be_written_is_said(small: Small, tmp_path: Path) -> None:
    database, folder = small
    assert_refused(flask(database, "upkeep", "backup", tmp_path / "none" / "b"), "cannot be written: No such file")
    assert_refused(flask(database, "upkeep", "backup", folder / MANIFEST / "b"), "cannot be written: Not a directory")


def test_a_database_without_schema_has_nothing_to_back_up(empty_database: Database, tmp_path: Path) -> None:
    assert_refused(flask(empty_database, "upkeep", "backup", tmp_path / "b"), "nothing to back up")
    assert not (tmp_path / "b").exists()


def in_a_process(database: Database, script: str) -> int:
    """Run a script on a database as a process of its own; how it ended."""
    prelude = (
        "import os, resource, signal, sys; from pathlib import Path; from survey_app import create_app;"
        "from survey_app.extensions import transaction; from survey_app.kernel.clock import london_day, utc_now;"
        "from survey_app.upkeep.dump_folder import open_dump; from survey_app.upkeep.dump_format import Keys;"
        "from survey_app.upkeep.operations import load_backup, write_backup\n"
        "def die(_rows): os.kill(os.getpid(), signal.SIGKILL)\n"
        "app = create_app(); app.app_context().push(); s = app.extensions['settings']\n"
        "keys = Keys(s.data_keys, s.index_key, s.signing_key)\n"
    )
    environment = os.environ | database.environment
    return subprocess.run(
        [sys.executable, "-c", prelude + script], cwd=PROJECT_ROOT, env=environment, check=False
    ).returncode


def test_a_backup_that_is_killed_leaves_nothing_under_its_name(small: Small, tmp_path: Path) -> None:
    database, target = small[0], tmp_path / "killed"
    script = f"write_backup(Path({str(target)!r}), keys, now=utc_now(), progress=lambda _rows: die)"
    assert in_a_process(database, script) == -signal.SIGKILL

    assert not target.exists()
    (left,) = tmp_path.glob("killed*")
    assert left.name.startswith("killed.unfinished-")
    done(flask(database, "upkeep", "backup", target))


def test_a_full_disk_leaves_nothing_behind(borough: Mapping[str, Database], tmp_path: Path) -> None:
    script = (
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        f"sys.exit(app.test_cli_runner().invoke(args=['upkeep', 'backup', {str(tmp_path / 'b')!r}]).exit_code)"
    )
    assert in_a_process(borough["postgresql"], script) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_restore_that_is_killed_leaves_the_database_empty(small: Small, fresh: Fresh, kind: str) -> None:
    folder, empty = small[1], fresh(kind)
    script = f"with transaction(): load_backup(open_dump(Path({str(folder)!r}), keys), progress=die)"
    assert in_a_process(empty, script) == -signal.SIGKILL

    assert is_empty(empty)
    done(flask(empty, "upkeep", "restore", folder))


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_that_is_not_empty_is_refused_and_left_as_it_is(small: Small, fresh: Fresh, kind: str) -> None:
    taken = fresh(kind)
    taken.fill(lambda: db.session.add(AskingRules()))
    before = contents(taken)

    assert_refused(
        flask(taken, "upkeep", "restore", small[1]), "not empty: there are rows in asking_rules", "Nothing was"
    )

    assert contents(taken) == before


@pytest.mark.parametrize("kind", KINDS)
def test_jobs_that_ran_on_an_empty_database_do_not_keep_a_backup_out(small: Small, fresh: Fresh, kind: str) -> None:
    empty = fresh(kind)
    done(flask(empty, "jobs", "run", "--once"))
    done(flask(empty, "upkeep", "restore", small[1]))
    before, after = contents(small[0]), contents(empty)
    assert {name for name in before if before[name] != after[name]} == OF_ITS_OWN


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_database_gets_its_schema_from_the_restore(small: Small, templates: Templates, kind: str) -> None:
    new = templates.empty(kind)
    done(flask(new, "upkeep", "restore", small[1]))
    before, after = contents(small[0]), contents(new)
    assert {name for name in before if before[name] != after[name]} == OF_ITS_OWN
    new.drop()


def test_a_database_of_something_else_is_refused(small: Small, templates: Templates) -> None:
    other = templates.empty("sqlite")
    other.fill(lambda: db.session.execute(text("CREATE TABLE theirs (id INTEGER)")))
    assert_refused(flask(other, "upkeep", "restore", small[1]), "not ours")


@pytest.fixture
def newer_migrations(tmp_path: Path) -> Path:
    """The migrations of a later version: teams have got a colour."""
    folder = Path(shutil.copytree(PROJECT_ROOT / "migrations", tmp_path / "migrations"))
    newest = sorted(path.name[:4] for path in (folder / "versions").glob("*.py"))[-1]
    (folder / "versions" / "9998_colours.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision, down_revision = '9998', '{newest}'\n"
        "def upgrade():\n"
        "    op.add_column('team', sa.Column('colour', sa.String(10), server_default='blue', nullable=False))\n"
    )
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_of_an_older_schema_is_loaded_and_then_brought_to_the_newest(
    small: Small, templates: Templates, newer_migrations: Path, kind: str
) -> None:
    new = templates.empty(kind)
    done(flask(new, "upkeep", "restore", small[1], migrations=newer_migrations))

    before, after = contents(small[0]), contents(new)
    assert {name for name in before if before[name] != after[name]} == OF_ITS_OWN
    with opened(new):
        assert db.session.scalar(text("SELECT version_num FROM alembic_version")) == "9998"
        assert db.session.scalars(text("SELECT colour FROM team")).all() == ["blue"]
    new.drop()


def test_a_backup_of_an_older_schema_is_kept_out_of_a_newer_one_with_what_to_do(
    small: Small, templates: Templates, newer_migrations: Path
) -> None:
    newer = templates.empty("sqlite")
    done(flask(newer, "db", "upgrade", migrations=newer_migrations))

    result = flask(newer, "upkeep", "restore", small[1], migrations=newer_migrations)

    assert_refused(result, "and the database 9998", "Restore into a new database, without `flask db upgrade`")
    assert is_empty(newer)


@pytest.mark.parametrize("file", ["survey_response.ndjson.gz", MANIFEST, SIGNATURE])
def test_one_changed_byte_is_found(small: Small, fresh: Fresh, file: str) -> None:
    path = small[1] / file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert_refused_and_nothing_left(small[1], fresh("sqlite"))


def test_every_changed_byte_of_the_manifest_is_found(small: Small, fresh: Fresh) -> None:
    empty = fresh("sqlite")
    path = small[1] / MANIFEST
    content = path.read_bytes()
    for place in range(0, len(content), 997):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert_refused_and_nothing_left(small[1], empty)


@pytest.mark.parametrize("file", ["council.ndjson.gz", MANIFEST, SIGNATURE])
def test_a_missing_file_is_named(small: Small, fresh: Fresh, file: str) -> None:
    (small[1] / file).unlink()
    assert_refused_and_nothing_left(small[1], fresh("sqlite"), file)


def test_a_file_that_does_not_belong_is_named(small: Small, fresh: Fresh) -> None:
    (small[1] / "notes.txt").write_text("hello")
    assert_refused_and_nothing_left(small[1], fresh("sqlite"), "notes.txt")


def test_a_file_cut_short_is_found(small: Small, fresh: Fresh) -> None:
    path = small[1] / "answer.ndjson.gz"
    path.write_bytes(path.read_bytes()[:-9])
    assert_refused_and_nothing_left(small[1], fresh("sqlite"), path.name)


@pytest.mark.parametrize(
    "content", [gzip.compress(b"[1]\n", mtime=0)[:-4], b"no gzip", gzip.compress(b"[\n" * 20, mtime=0)]
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_was_written_badly_is_found(small: Small, fresh: Fresh, kind: str, content: bytes) -> None:
    """Damage that the manifest agrees with: made while the backup was."""
    path = small[1] / "survey_response.ndjson.gz"
    path.write_bytes(content)
    resign(small, survey_response={"sha256": hashlib.sha256(content).hexdigest()})
    assert_refused_and_nothing_left(small[1], fresh(kind), path.name)


def test_a_wrong_count_is_found_before_anything_is_written(small: Small, fresh: Fresh) -> None:
    resign(small, survey_response={"rows": 21})
    assert_refused_and_nothing_left(small[1], fresh("sqlite"), "has 20 rows, and should have 21")


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_that_points_nowhere_is_refused(small: Small, fresh: Fresh, kind: str) -> None:
    content = gzip.compress(b"", mtime=0)
    (small[1] / "survey_version.ndjson.gz").write_bytes(content)
    resign(small, survey_version={"sha256": hashlib.sha256(content).hexdigest(), "rows": 0})
    assert_refused_and_nothing_left(small[1], fresh(kind), "survey")


def newest_schema() -> str:
    return max(path.name[:4] for path in (PROJECT_ROOT / "migrations" / "versions").glob("0*.py"))


def test_other_tables_than_the_schema_has_are_refused(small: Small, fresh: Fresh) -> None:
    resign(small, team={"name": "crew"})
    (small[1] / "team.ndjson.gz").rename(small[1] / "crew.ndjson.gz")
    assert_refused_and_nothing_left(small[1], fresh("sqlite"), f"not those of schema {newest_schema()}")


def test_what_does_not_fit_the_other_database_is_said_without_its_value(fresh: Fresh, tmp_path: Path) -> None:
    original, stricter = fresh("sqlite"), fresh("postgresql")
    original.fill(lambda: make_council(name="Too long a name " * 20))  # SQLite takes any length
    done(flask(original, "upkeep", "backup", tmp_path / "b"))

    result = flask(stricter, "upkeep", "restore", tmp_path / "b")

    assert_refused(result, "value too long", "Nothing was restored")
    assert "Too long a name" not in result.output
    assert is_empty(stricter)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"version": 2}, "format version 2"),
        ({"format": "something"}, "not the manifest of a backup"),
        ({"revision": "9999"}, "newer than this program"),
        ({"tables": 3}, "damaged"),
    ],
)
def test_a_backup_of_a_kind_that_is_not_known_is_refused(
    small: Small, fresh: Fresh, changed: dict[str, Any], words: str
) -> None:
    resign(small, changed)
    assert_refused_and_nothing_left(small[1], fresh("sqlite"), words)


@pytest.mark.parametrize("name", ["DATA_KEYS", "INDEX_KEY", "SIGNING_KEY"])
def test_other_keys_are_refused_by_name(small: Small, fresh: Fresh, name: str) -> None:
    empty = fresh("sqlite")
    other = Fernet.generate_key().decode() if name == "DATA_KEYS" else base64.b64encode(bytes(32)).decode()

    assert_refused(
        flask(empty, "upkeep", "restore", small[1], **{name: other}), f"under other keys: {name}.", "Nothing was"
    )

    assert is_empty(empty)


def test_a_newer_data_key_before_the_old_one_is_well(small: Small, fresh: Fresh) -> None:
    empty = fresh("sqlite")
    rotated = f"{Fernet.generate_key().decode()},{empty.environment['DATA_KEYS']}"
    done(flask(empty, "upkeep", "restore", small[1], DATA_KEYS=rotated))


def test_tallies_that_were_wrong_before_are_restored_and_said(small: Small, fresh: Fresh, tmp_path: Path) -> None:
    database, restored = small[0], fresh("sqlite")
    done(flask(database, "measures", "verify"))
    database.fill(lambda: db.session.execute(text("UPDATE day_tally SET count = count + 1")))
    done(flask(database, "upkeep", "backup", tmp_path / "wrong"))

    assert_refused(flask(restored, "upkeep", "restore", tmp_path / "wrong"), "tallies differ", "flask measures rebuild")

    assert contents(restored)["day_tally"] == contents(database)["day_tally"]


def assert_refused_and_nothing_left(folder: Path, empty: Database, *words: str) -> None:
    assert_refused(flask(empty, "upkeep", "restore", folder), "Nothing was restored", *words)
    assert is_empty(empty)


def resign(small: Small, changed: Mapping[str, Any] = {}, **tables: Mapping[str, Any]) -> None:
    """Write the manifest again, with something in it changed, under the system's own signature."""
    database, folder = small
    settings = load_settings(database.environment)
    document = json.loads((folder / MANIFEST).read_text()) | changed
    if tables:
        document["tables"] = [table | tables.get(table["name"], {}) for table in document["tables"]]
    content = json.dumps(document).encode()
    (folder / MANIFEST).write_bytes(content)
    signature = Ed25519PrivateKey.from_private_bytes(settings.signing_key).sign(content)
    (folder / SIGNATURE).write_bytes(base64.b64encode(signature))
