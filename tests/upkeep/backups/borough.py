"""A borough that has rows in every table."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlalchemy import select

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
from survey_app.audit.models import AuditCheck, AuditHead
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
    BlockReason,
    ContactsFile,
    Dimension,
    DrawDay,
    Exclusion,
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
from survey_app.extensions import db
from survey_app.invitations.models import (
    Callback,
    CallbackKind,
    Invitation,
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
from survey_app.measures.models import LineageBridge, Rebase
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
    SupportText,
    SurveyResponse,
)
from survey_app.responses.operations import invited, save_draft
from survey_app.surveys.models import Language, SurveyFile, SurveyPicture, SurveyVersion
from survey_app.surveys.operations import begin_draft
from survey_app.work.models import JobRun, Subject
from survey_app.work.operations import recount
from tests.factories import (
    NOON,
    make_answers,
    make_contact,
    make_new_wording,
    make_user,
)

TOKEN = "a-token-from-a-message"


VERY = {"5": Part.COUNTS, "4": Part.BASE}


APRIL = date(2025, 4, 1), date(2025, 4, 30)


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
                sha256=sha256(bytes(range(256))).hexdigest(),
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
    db.session.add(
        SurveyPicture(sha256=sha256(b"\x89PNG").hexdigest(), media_type="image/png", content=b"\x89PNG", stored_at=now)
    )
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
