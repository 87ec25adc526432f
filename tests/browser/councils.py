"""The councils that the browser visits: real databases behind a real gunicorn."""

from __future__ import annotations

import email
import json
import os
import re
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import time_machine
from flask import Flask
from flask_migrate import upgrade
from flask_security.recoverable import generate_reset_password_token
from sqlalchemy import select

from survey_app import create_app
from survey_app.accounts.keys.operations import make_key
from survey_app.accounts.models import Identity, Passkey, User
from survey_app.accounts.operations import create_user
from survey_app.accounts.queries import first_link, user_by_email
from survey_app.actions.followups.notes import NoteKind
from survey_app.actions.followups.operations import (
    close,
    hear_verdict,
    open_follow_ups,
    open_for_alert,
    set_owner,
    write_note,
)
from survey_app.actions.followups.operations.acting import Closing
from survey_app.actions.followups.queries import low_score
from survey_app.actions.ideas.operations import answer_idea, write_idea
from survey_app.actions.improvements.aims import Aim
from survey_app.actions.improvements.operations import Written, enter_improvement, hear_theme
from survey_app.actions.models import FollowUp, IdeaState, Outcome, Prompt, Verdict
from survey_app.actions.praise.operations import pass_on
from survey_app.actions.public.operations import (
    ChangeWords,
    StandardWords,
    propose,
    publish_change,
    publish_standard,
    write_change,
)
from survey_app.api.webhooks.events import EVENTS
from survey_app.api.webhooks.models import WebhookDelivery, WebhookTry
from survey_app.api.webhooks.operations import WebhookFacts, add_webhook
from survey_app.api.webhooks.operations.noting import note_events
from survey_app.comments.alerts.models import Alert, AlertOutcome
from survey_app.comments.alerts.operations import acknowledge, decide, raise_alerts, set_kind
from survey_app.comments.alerts.operations.setting import facts_of
from survey_app.comments.alerts.queries import kind_of
from survey_app.comments.methods.operations import ask_for_judging, judge_again
from survey_app.comments.models import Comment, CommentLabel, LabelSource
from survey_app.comments.queries import active_themes
from survey_app.comments.quotes.operations import mark_quote
from survey_app.contacts.feeds.models import FeedDay
from survey_app.contacts.feeds.operations import FeedFacts, set_feed, watch_feeds
from survey_app.contacts.feeds.sources import source_of_key
from survey_app.contacts.models import AskingRules, Contact
from survey_app.dashboards.digests.operations import begin_digest, send_digests, send_now, write_digests
from survey_app.dashboards.digests.queries import DigestChoice
from survey_app.dashboards.models import Rhythm
from survey_app.dashboards.pinned.operations import pin_figure
from survey_app.dashboards.saved.operations import save_view
from survey_app.dashboards.saved.pages import Asking
from survey_app.demo.operations import DEMO_PASSWORD
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, InvitationToken, TokenPurpose
from survey_app.invitations.operations import stop_asking
from survey_app.kernel.periods import Period
from survey_app.kernel.tokens import CODE_ALPHABET, new_reference, token_digest
from survey_app.measures.address import make_query, to_id
from survey_app.measures.definitions import Unit
from survey_app.measures.models import FrozenPassport, PublishedEdition
from survey_app.measures.operations import publish_edition, set_target
from survey_app.measures.own.operations import define_measure
from survey_app.measures.own.rule import OwnRule, Part
from survey_app.measures.queries import read_standing
from survey_app.measures.queries.published import editions, proposed_edition, publishable
from survey_app.measures.series.operations import import_series
from survey_app.organisation.channels import CustomerKind
from survey_app.organisation.models import Service, Site, Team
from survey_app.organisation.operations import publish_page
from survey_app.organisation.page_text import PageKind
from survey_app.organisation.queries import subtree_ids
from survey_app.privacy.complaints import operations as complaints
from survey_app.privacy.complaints.findings import Finding
from survey_app.responses.afterwards.operations import QuestionFacts, set_question, set_support_text
from survey_app.responses.given import GivenAnswers
from survey_app.responses.kiosk.operations import set_up_kiosk
from survey_app.responses.links.operations import close_link, open_link
from survey_app.responses.models import (
    ContactConsent,
    HandOver,
    LinkKind,
    OpenLink,
    ResponseState,
    SurveyResponse,
)
from survey_app.responses.operations import KEEP_OPEN_DRAFTS, by_link, invited, record_response, save_draft
from survey_app.settings import PROJECT_ROOT, load_settings
from survey_app.statistics.target_status import Comparator
from survey_app.surveys.bank import BANK, GROUPS
from survey_app.surveys.default import DEFAULT_SURVEY
from survey_app.surveys.kinds import Paging, VersionState
from survey_app.surveys.models import Survey, SurveyItem, SurveyVersion
from survey_app.surveys.operations import (
    begin_draft,
    publish_default_survey,
    publish_kiosk_survey,
    publish_survey,
    start_survey,
)
from survey_app.surveys.operations import save_draft as save_edit
from survey_app.surveys.queries import published_version, structure_in, wordings_with_stems
from survey_app.surveys.structure import Item, SurveyStructure
from survey_app.work.models import Subject
from survey_app.work.operations import recount
from tests.browser.moment import MOMENT, TODAY
from tests.browser.translated import publish_in
from tests.factories import make_answers, make_council, make_new_wording, make_service, publish_anew
from tests.smtp import free_port, parts

PATIENCE_SECONDS = 60
AS_MADE = "as-made.db"  # in its folder: what a council held before anybody came
PROXIES = "1"  # so that one visitor's tries do not count as another's
KIOSK_PIN = "4711"
THIS_YEAR = ("2025-04-01", "2026-03-31")

CAREFUL = "careful@anyborough.example"  # is asked for a second step
STAFF = {
    "cse_lead": "cse.lead@anyborough.example",
    "manager": "manager.housing@anyborough.example",
    "assessor": "assessor@anyborough.example",
    "administrator": "admin@anyborough.example",
    "officer": "data.protection@anyborough.example",
    "adviser": "adviser@anyborough.example",
    "newcomer": "manager.markets@anyborough.example",  # of a service that nobody has answered about
}
# Each is asked by e-mail about a call of yesterday. Tests that answer or stop have a resident of their own.
RESIDENTS = (
    "reader",
    "answered",
    "closed",
    "stopped",
    "urdu",
    "urdu-answered",
    "scripted",
    "scriptless",
    "keyboard",
    "leaver",
    "tapper",
    "urdu-sender",
    "caller",
    "writer",
    "consenter-answered",
    "regretter-answered",
    "polyglot",
)


@dataclass(frozen=True)
class Council:
    """A council that is being served. `places` fill the names in addresses: "/s/{reader}"."""

    address: str
    folder: Path
    places: Mapping[str, str]

    def copy_database(self, target: Path) -> None:
        """All that it holds now, to a file of that name."""
        with closing(sqlite3.connect(self.folder / "survey.db")) as here, closing(sqlite3.connect(target)) as there:
            here.backup(there)

    def flask(self, *command: str) -> None:
        """Run a command beside the server; fails where the command does."""
        with _app(self.folder, self.address) as app:
            _run(app, *command)

    @contextmanager
    def app(self) -> Iterator[Flask]:
        """An app beside the server, to look at what is stored."""
        with _app(self.folder, self.address) as app:
            yield app

    def url(self, address: str) -> str:
        """The whole address of a page of this council."""
        filled = address.format(**self.places)
        return filled if filled.startswith("file:") else self.address + filled


@contextmanager
def borough(folder: Path, *, scale: float) -> Iterator[Council]:
    """The demo borough on the day after its last contacts, with residents who were asked this morning."""
    address = f"http://127.0.0.1:{free_port()}"
    with _new_app(folder, address) as app:
        _run(app, "demo", "load", "borough", "--scale", str(scale), "--today", TODAY.isoformat())
        _ask_residents(app, folder)
        places = _survey_links(folder)
        _bring_residents_into_their_states()
        _add_newcomer()
        _run(app, "jobs", "run", "--once")
        places |= _ask_question_by_question() | _ask_every_kind_of_question() | _remember_an_answer_of_long_ago()
        places |= _figures() | _files(app, folder) | _reset_link() | _word_a_question_anew()
        _publish_a_page()
        _ask_about_people()
        places |= _say_where_to_turn() | _add_careful()
        _define_a_measure()
        _enter_an_improvement()
        _take_in_series(folder)
        places |= _a_comment_with_details()
        places |= (
            _watch_a_feed()
            | _tell_other_systems()
            | _open_links()
            | _follow_up()
            | _publish_actions()
            | _raise_alerts()
        )
        places |= _judge_again()
        places |= _work_on_comments() | _complain() | _ask_for_figures(folder) | _work_in_a_team()
    with served(folder, address):
        yield Council(address, folder, places)


@contextmanager
def new_council(folder: Path) -> Iterator[Council]:
    """A council on its first day: a name, a survey, a lead and an administrator; no service, contact or evidence."""
    address = f"http://127.0.0.1:{free_port()}"
    with _new_app(folder, address), transaction():
        make_council(created_at=MOMENT)
        publish_default_survey(MOMENT)
        create_user(STAFF["cse_lead"], "cse_lead", [], DEMO_PASSWORD, MOMENT)
        create_user(STAFF["administrator"], "administrator", [], DEMO_PASSWORD, MOMENT)
    with served(folder, address):
        yield Council(address, folder, {})


@contextmanager
def empty_site(folder: Path) -> Iterator[Council]:
    """A site that nobody has set up: no council, nobody who could sign in."""
    address = f"http://127.0.0.1:{free_port()}"
    with _new_app(folder, address):
        places = {"first": first_link("")}
    with served(folder, address):
        yield Council(address, folder, places)


@contextmanager
def reception(folder: Path) -> Iterator[Council]:
    """A council with a kiosk in each state: with one question, with all of them but the texts, and closed."""
    address = f"http://127.0.0.1:{free_port()}"
    with _new_app(folder, address), transaction():
        make_council(created_at=MOMENT)
        long = publish_default_survey(MOMENT - timedelta(days=30)).survey
        short = publish_kiosk_survey(MOMENT - timedelta(days=30)).survey
        service = make_service("customer-services", "Customer services")
        create_user(STAFF["administrator"], "administrator", [], DEMO_PASSWORD, MOMENT)
        names = ("kiosk", "long", "closed", "throttled", "renewed", "received")
        links = {
            name: set_up_kiosk(
                "Riverside House reception",
                long if name == "long" else short,
                service,
                site=None,
                pin=KIOSK_PIN,
                seconds_between_taps=10 if name == "throttled" else 3,
                now=MOMENT - timedelta(days=7),
            )
            for name in names
        }
        close_link(links["closed"], now=MOMENT)
        received = {"answers": 214, "held": 9, "repeated": 3, "refused": 4, "too_early": 3, "thrown_away": 12}
        db.session.add(
            HandOver(open_link_id=links["received"].id, received_at=MOMENT - timedelta(minutes=5), **received)
        )
        places = {name: link.code for name, link in links.items()}
    with served(folder, address):
        yield Council(address, folder, places)


@contextmanager
def remade(folder: Path) -> Iterator[Council]:
    """A council that words a question of its survey anew: there are two versions, with answers to both, and a draft."""
    address = f"http://127.0.0.1:{free_port()}"
    with _new_app(folder, address), transaction():
        make_council(created_at=MOMENT)
        service = make_service("customer-services", "Customer services")
        create_user(STAFF["cse_lead"], "cse_lead", [], DEMO_PASSWORD, MOMENT)
        first = publish_default_survey(MOMENT - timedelta(days=200))
        second = publish_anew(first.survey, _say_it_otherwise, MOMENT - timedelta(days=100))
        for days, version, answer in ((170, first, "5"), (140, first, "4"), (80, second, "4"), (45, second, "5")):
            make_answers(version, service, (MOMENT - timedelta(days=days)).date(), {"satisfaction": answer}, 12)
        draft = begin_draft(first.survey, now=MOMENT)
        changed = _say_it_otherwise(structure_in(draft), "Were you satisfied with us?")
        titles, welsh = {2: "More about it"}, {"cy": {"wording": "Pa mor fodlon oeddech chi?"}}
        items = (replace(changed.items[0], translations=welsh), *changed.items[2:5], changed.items[1])
        changed = replace(changed, items=(*items[:4], replace(items[4], page=2)), page_titles=titles)
        save_edit(first.survey, changed, revision=draft.revision, what="Shortened", now=MOMENT)
        first.survey.paging = Paging.PAGES
    with served(folder, address):
        yield Council(address, folder, {})


@contextmanager
def in_parts(folder: Path) -> Iterator[Council]:
    """A small council whose contacts name a site, a team and a group of customers: two years of few answers a month, a
    target that was raised, and a service that became part of another."""
    address = f"http://127.0.0.1:{free_port()}"
    with _new_app(folder, address), transaction():
        make_council(created_at=MOMENT)
        survey = publish_default_survey(MOMENT - timedelta(days=1000))
        service = make_service("customer-services", "Customer services")
        make_service("cash-office", "Cash office", valid_to=date(2025, 6, 30), successor_id=service.id)
        create_user(STAFF["cse_lead"], "cse_lead", [], DEMO_PASSWORD, MOMENT)
        for value, since in ((0.85, date(2023, 4, 1)), (0.9, date(2025, 10, 1))):
            set_target("satisfaction", value, Comparator.AT_LEAST, since, reason="Cabinet decided", now=MOMENT)
        sites = {
            code: Site(code=code, name=name) for code, name in (("town-hall", "Town Hall"), ("library", "Library"))
        }
        teams = {code: Team(code=code, name=name) for code, name in (("front", "Front desk"), ("cash", "Cash desk"))}
        db.session.add_all([*sites.values(), *teams.values()])
        db.session.flush()
        for month in Period.between(date(2024, 4, 1), date(2026, 3, 31)).split("month"):
            for answer, n, site, team, group in (
                ("5", 6, "town-hall", "front", "65 and over"),
                ("2", 1, "town-hall", "front", "65 and over"),
                ("4", 2, "library", "front", "16 to 34"),
                ("5", 1, "library", "cash", None),
                ("5" if month.first.month > 6 else "2", 1, "town-hall", "cash", "35 to 64"),
            ):
                facts = {"site_id": sites[site].id, "team_id": teams[team].id, "customer_group": group}
                day = month.first + timedelta(days=9)
                make_answers(survey, service, day, {"satisfaction": answer, "timeliness": answer}, n, **facts)
    with served(folder, address):
        yield Council(address, folder, {})


def _say_it_otherwise(survey: SurveyStructure, wording: str = "How satisfied are you with us?") -> SurveyStructure:
    first, *rest = survey.items
    return replace(survey, items=(replace(first, question=replace(first.question, wording=wording)), *rest))


@contextmanager
def open_council(name: str, folder: Path, *, scale: float) -> Iterator[Council]:
    """The council of that name in a folder that is made for it; `scale` says how large the borough is."""
    folder.mkdir()
    small = {"new": new_council, "empty": empty_site, "reception": reception, "remade": remade, "parts": in_parts}
    with small[name](folder) if name in small else borough(folder, scale=scale) as council:
        council.copy_database(folder / AS_MADE)
        yield council


@contextmanager
def _app(folder: Path, address: str) -> Iterator[Flask]:
    """The app of the folder, at the moment."""
    with time_machine.travel(MOMENT, tick=False):
        app = create_app(load_settings({"INSTANCE_PATH": str(folder), "BASE_URL": address}))
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


@contextmanager
def _new_app(folder: Path, address: str) -> Iterator[Flask]:
    with _app(folder, address) as app:
        upgrade()
        yield app


def _run(app: Flask, *command: str) -> None:
    result = app.test_cli_runner().invoke(args=list(command))
    assert result.exit_code == 0, f"flask {' '.join(command)}: {result.output}"


def _ask_residents(app: Flask, folder: Path) -> None:
    called_at = (MOMENT - timedelta(days=1)).isoformat()
    rows = [f"web-{name},{called_at},phone,housing,{name}@example.org," for name in RESIDENTS]
    rows += [f"post-{service},{called_at},phone,{service},,CASE-{service}" for service in ("housing", "planning")]
    path = folder / "contacts.csv"
    path.write_text("\n".join(["reference,occurred_at,channel,service,email,case_ref", *rows]))
    with transaction():
        fraction, reserved = _rules().sampling_fraction, _rules().reserved_share
        _rules().sampling_fraction = 1.0  # each of them is asked,
        _rules().reserved_share = 0.0  # and none kept for a service that is rare: how many are, hangs on the scale
        _rules().letters_are_on = True
    _run(app, "contacts", "import", str(path))
    _run(app, "jobs", "run", "--once", "draw_invitations")
    with transaction():
        _rules().sampling_fraction, _rules().reserved_share = fraction, reserved
        _rules().letters_are_on = False
    _run(app, "jobs", "run", "--once", "send_messages")


def _rules() -> AskingRules:
    return db.session.scalars(select(AskingRules)).one()


def _survey_links(folder: Path) -> dict[str, str]:
    """The token of each resident's message by name, and the messages as files that a browser can open."""
    tokens, messages = {}, {}
    for path in (folder / "outbox").glob("*.eml"):
        message = cast(EmailMessage, email.message_from_bytes(path.read_bytes(), policy=policy.default))
        name = str(message["To"]).partition("@")[0]
        tokens[name] = re.findall(r"/s/([\w-]+)", parts(message)["text/plain"])[0]
        page = folder / f"{name}.html"
        page.write_text(parts(message)["text/html"], encoding="utf-8")
        messages[f"message-to-{name}"] = page.as_uri()
    assert set(tokens) == set(RESIDENTS)
    return tokens | messages


def _bring_residents_into_their_states() -> None:
    with transaction():
        version = published_version()
        assert version is not None
        in_urdu = publish_in(version.survey, "cy", "ur", now=MOMENT)
        for place, name in enumerate(RESIDENTS):
            invitation = db.session.scalars(
                select(Invitation).join(Contact).where(Contact.reference == f"web-{name}")
            ).one()
            if name.startswith("urdu") or name == "polyglot":
                invitation.survey_version = in_urdu
            if name.endswith("answered"):
                response = record_response(invited(invitation), GivenAnswers({"satisfaction": "4"}), now=MOMENT)
                response.reference = CODE_ALPHABET[place : place + len(response.reference)]  # the same in each picture
            if name == "closed":
                invitation.closes_at = MOMENT
            if name == "stopped":
                stop_asking(invitation, source="page", now=MOMENT)


def _ask_question_by_question() -> dict[str, str]:
    """A link to a survey of one question a page, and the keys of two who began it there."""
    asked = published_version()
    assert asked is not None
    keys = {"half-through": "half-through-a-survey-", "nearly-done": "nearly-done-with-this-"}
    with transaction():
        survey = Survey(code="by-question", name="Question by question", paging=Paging.ONE_QUESTION)
        version = SurveyVersion(survey=survey, label="pages", state=VersionState.PUBLISHED, published_at=MOMENT)
        version.items = [
            SurveyItem(
                question_version_id=item.question_version_id, position=item.position, is_required=item.is_required
            )
            for item in asked.items
        ]
        survey.customer_kind = CustomerKind.INTERNAL  # no message asks by it
        db.session.add(survey)
        service = db.session.scalars(select(Service).where(Service.code == "housing")).one()
        link = open_link(LinkKind.OPEN, "Housing reception", survey, service, now=MOMENT)
        codes = [item.question_version.question.code for item in asked.items]
        for key, passed in ((keys["half-through"], codes[:3]), (keys["nearly-done"], codes[:-1])):
            given = {code: "4" if code == codes[0] else "" for code in passed}
            occasion = by_link(link, version, submission_key=key, at=MOMENT)
            save_draft(occasion, given, started_at=MOMENT, drops_at=MOMENT + KEEP_OPEN_DRAFTS, now=MOMENT)
        return {"by-question": link.code, **keys}


def _ask_every_kind_of_question() -> dict[str, str]:
    """The link of a survey of the whole question bank, and a matrix."""
    offered = [question for group in GROUPS.values() for question in group]
    rows = [BANK[place] for place in (2, 3)]
    items = [Item(BANK[0], is_required=True), *(Item(row, stem="How far do you agree?") for row in rows)]
    items += [Item(question) for question in offered if question not in (BANK[0], *rows)]
    with transaction():
        structure = SurveyStructure("every-kind", "Every kind", CustomerKind.INTERNAL, "", tuple(items))
        survey = start_survey(structure, "Made", now=MOMENT)
        publish_survey(survey, now=MOMENT)
        service = db.session.scalars(select(Service).where(Service.code == "housing")).one()
        return {"every-kind": open_link(LinkKind.OPEN, "Every kind", survey, service, now=MOMENT).code}


def _remember_an_answer_of_long_ago() -> dict[str, str]:
    """The link of somebody whose answer cannot be changed any more."""
    token = "answered-long-ago"
    with transaction():
        response = db.session.scalars(
            select(SurveyResponse)
            .where(SurveyResponse.invitation_id.is_not(None))
            .order_by(SurveyResponse.submitted_at)
        ).first()
        assert response is not None and response.invitation is not None
        kept = InvitationToken(token_sha256=token_digest(token), purpose=TokenPurpose.ANSWER, created_at=MOMENT)
        kept.invitation = response.invitation
        db.session.add(kept)
    return {token: token}


def _add_newcomer() -> None:
    with transaction():
        db.session.add(Service(code="markets", name="Markets"))
        db.session.flush()
        create_user(STAFF["newcomer"], "service_manager", ["markets"], DEMO_PASSWORD, MOMENT)


def _add_careful() -> dict[str, str]:
    """Somebody who has two kinds of second step, and recovery codes; a sealed account; and one that is linked."""
    with transaction():
        careful = create_user(CAREFUL, "service_manager", ["markets"], DEMO_PASSWORD, MOMENT)
        careful.tf_primary_method = "authenticator"
        careful.tf_totp_secret = '{"key": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "type": "totp", "v": 1}'
        careful.mf_recovery_codes = [f"0000-0000-000{place}" for place in range(4)]
        careful.webauthn.append(
            Passkey(
                credential_id=b"careful",
                public_key=b"public",
                backup_state=False,
                device_type="single_device",
                create_datetime=MOMENT,
                lastuse_datetime=MOMENT,
                name="Blue key",
                usage="secondary",
            )
        )
        sealed = create_user(
            "sealed@anyborough.example", "administrator", [], DEMO_PASSWORD, MOMENT, is_break_glass=True
        )
        linked = create_user("linked@anyborough.example", "cse_lead", [], DEMO_PASSWORD, MOMENT)
        tenant, account = "6b7f3f0a-1111-4222-8333-944444444444", "0c5d8e6b-5555-4666-8777-988888888888"
        issuer = f"https://login.example/{tenant}/v2.0"
        db.session.add(Identity(user_id=linked.id, issuer=issuer, tenant=tenant, subject=account, linked_at=MOMENT))
    return {"careful": str(careful.id), "sealed": str(sealed.id), "linked": str(linked.id)}


def _a_comment_with_details() -> dict[str, str]:
    comments = db.session.scalars(select(Comment).order_by(Comment.id))
    return {"redacted": next(comment.reference for comment in comments if comment.removed)}


def _reset_link() -> dict[str, str]:
    user = db.session.scalars(select(User).where(User.email == STAFF["newcomer"])).one()
    return {"reset": generate_reset_password_token(user)}


def _publish_a_page() -> None:
    """A text of the council's own, and the standard text again: so there is one from before to look at."""
    with transaction():
        publish_page(PageKind.COOKIES, "We set no cookie for residents.", now=MOMENT, by=None)
        publish_page(PageKind.COOKIES, None, now=MOMENT, by=None)


def _ask_about_people() -> None:
    """Four of the standard questions about the person, after each survey."""
    with transaction():
        for code in ("age", "sex", "disability", "ethnic_group"):
            set_question(code, QuestionFacts(is_asked=True, wording=None, options=None), now=MOMENT)


def _say_where_to_turn() -> dict[str, str]:
    """An open link about planning, whose survey says where to turn in danger, and an answer that came by it."""
    key = "key-of-the-page-sent-x"
    with transaction():
        service = db.session.scalars(select(Service).where(Service.code == "planning")).one()
        version = published_version()
        assert version is not None
        body = "**In danger now?** Call 999.\n\nTo talk to somebody: 0808 2000 247, free, day and night."
        set_support_text(service.id, body, "https://www.bbc.co.uk/weather", now=MOMENT)
        link = open_link(LinkKind.OPEN, "Poster", version.survey, service, now=MOMENT)
        occasion = by_link(link, version, submission_key=key, at=MOMENT)
        record_response(occasion, GivenAnswers({"satisfaction": "4"}), now=MOMENT)
        return {"support": link.code, "support-key": key}


def _word_a_question_anew() -> dict[str, str]:
    """A draft in which one question reads otherwise, and the address of that change; and a frozen figure's code."""
    with transaction():
        first = (
            select(SurveyVersion).join(Survey).where(Survey.code == DEFAULT_SURVEY.code, SurveyVersion.label == "1.0")
        )
        version = db.session.scalars(first).one()
        draft = make_new_wording(version, "access", "It was easy to find somebody who could help", None)
        (question,) = {
            new.question_version.question
            for old, new in zip(version.items, draft.items, strict=True)
            if old.question_version_id != new.question_version_id
        }
        (new, _), (old, _), *_ = wordings_with_stems(question)
        change = f"{old.id}-{new.id}"
    frozen = db.session.scalars(select(FrozenPassport.code).order_by(FrozenPassport.id)).first()
    return {"wording": change, "frozen": str(frozen)}


def _define_a_measure() -> None:
    """A measure of the council's own, in its second version."""
    parts = {"5": Part.COUNTS, **dict.fromkeys("4321", Part.BASE)}
    words = "Answers very satisfied overall, as a share of all who gave an opinion."
    rule = OwnRule("very_satisfied", "Very satisfied", words, "satisfaction", Unit.SHARE, parts)
    with transaction():
        define_measure(replace(rule, words="Answers very satisfied."), now=MOMENT)
        define_measure(rule, based_on=1, now=MOMENT)


def _enter_an_improvement() -> None:
    """One that could have an effect by now; the demo's own come before it, if it has any."""
    written = Written(
        title="Officers at the front desk",
        heard="People were sent from desk to desk.",
        did="Two housing officers sit at the front desk.",
        done_on=date(2025, 9, 1),
        prompt=Prompt.CONSULTATION,
        prompt_note="212 people took part",
        owner="Customer services",
    )
    with transaction():
        entered = enter_improvement(written, Aim("resolved", services=("housing",)), now=MOMENT)
        hear_theme(entered, active_themes()[0].code, now=MOMENT)


def _take_in_series(folder: Path) -> None:
    """Calls answered in time, by month for 14 months, and a survey of somebody else."""
    header = "name,period,value,numerator,denominator,source,unit,target"
    months = [f"{2025 + n // 12}-{n % 12 + 1:02}" for n in range(14)]
    calls = [
        f"Calls answered in time,{month},,{810 + n % 5},1000,Telephone system,share,0.8"
        for n, month in enumerate(months)
    ]
    file = folder / "series.csv"
    file.write_text("\n".join([header, *calls, "Another survey,2024/25,0.84,,,A survey house,share,"]))
    with transaction():
        import_series(file, now=MOMENT)


def _watch_a_feed() -> dict[str, str]:
    """The feed of a key that brought contacts for weeks, and too few on the last day; and the key's public name."""
    with transaction():
        key = make_key("Telephone system", ["contacts:write"], days=200, now=MOMENT)
        source = source_of_key(key.public, "Telephone system")
        owner = FeedFacts("Telephone system", "contact.centre@anyborough.example", None, 10, is_on=True)
        feed = set_feed(source, owner, now=MOMENT - timedelta(days=60))
        feed.last_at = MOMENT - timedelta(hours=14)
        for back in range(1, 57):
            day = TODAY - timedelta(days=back)
            accepted = 0 if day.weekday() > 4 else 38 if back == 1 else 140 + back * 37 % 60
            if accepted:
                rows = accepted + back % 4
                db.session.add(FeedDay(feed_id=feed.id, day=day, read=rows, accepted=accepted, rejected=back % 4))
    watch_feeds(MOMENT, "worker")
    return {"key": key.public}


def _tell_other_systems() -> dict[str, str]:
    """One system that takes what it is told and one that takes nothing; the second's reference, and a message to it."""
    with transaction():
        told, failing = (
            add_webhook(WebhookFacts(name, url, tuple(EVENTS)), now=MOMENT)
            for name, url in (("Records", "http://127.0.0.1:9/"), ("Case management", "http://127.0.0.1:10/"))
        )
        facts = [{"response": f"7KQ4M3HDR{number}", "service": "housing"} for number in range(3)]
        note_events("response.recorded", facts, MOMENT - timedelta(hours=3), [told.id, failing.id])
        failing.failing_since = MOMENT - timedelta(hours=3)
        for row in db.session.scalars(select(WebhookDelivery)):
            is_taken, row.attempts = row.webhook_id == told.id, 1
            row.due_at, row.delivered_at = (None, MOMENT) if is_taken else (MOMENT + timedelta(days=1), None)
            error = "" if is_taken else "Nothing answers at this address."
            tried = WebhookTry(delivery_id=row.id, at=MOMENT, milliseconds=23, error=error)
            tried.status = 204 if is_taken else None
            db.session.add(tried)
        return {"webhook": failing.reference, "webhook_event": row.event.reference}


def _publish_actions() -> dict[str, str]:
    """Tables of two years, three changes, one that waits for approval, a draft and two standards."""
    lead, manager = (
        db.session.scalars(select(User.id).where(User.email == STAFF[who])).one() for who in ("cse_lead", "manager")
    )
    with transaction():
        tables = [_publish_tables(label) for label in ("2024/25", "2025/26")]
        told = Written(
            "Officers at the front desk",
            "I had to explain everything three times before I got someone who could decide.",
            "Since 1 September 2025 housing officers work at the front desk: most is settled there and then.",
            date(2025, 9, 1),
        )
        aim = Aim("resolved", services=("housing",))
        desk = enter_improvement(told, aim, now=MOMENT - timedelta(days=300))
        later = Written("Texts", "Nobody told me how long it would take.", "We send a text.", date(2026, 4, 1))
        texts = enter_improvement(later, Aim("satisfaction", services=("benefits",)), now=MOMENT - timedelta(days=60))
        words = (
            (ChangeWords("Visiting us", "The town hall is hard to get to.", "We opened a second reception."), None),
            (ChangeWords("Benefits", later.heard, later.did), texts),
            (ChangeWords("Housing", told.heard, told.did), desk),
        )
        for place, (change, improvement) in enumerate(words):
            now = MOMENT - timedelta(days=3 - place)
            publish_change(change, improvement=improvement, now=now, written_by=manager, by=lead)
        waiting = write_change(
            ChangeWords("Bins", "Bins were missed.", "We changed the rounds."), now=MOMENT, by=manager
        )
        propose(waiting, now=MOMENT, by=manager)
        write_change(ChangeWords("Housing", told.heard, told.did), improvement=desk, now=MOMENT, by=manager)
        satisfied = StandardWords("Every contact", "You will be satisfied with how we deal with you.", tables[1])
        stated = StandardWords(
            "Phone calls",
            "We will answer your call within two minutes.",
            stated_target="within 2 minutes",
            stated_figure="1 minute 40 seconds on average",
            stated_source="Our telephone system",
            stated_on=date(2026, 4, 30),
        )
        standards = [publish_standard(each, now=MOMENT, by=lead) for each in (satisfied, stated)]
    return {"waiting": waiting.code, "standard": standards[0].code}


def _publish_tables(label: str) -> PublishedEdition:
    year, now = Period.parse(label), MOMENT + timedelta(days=31)
    known = editions("satisfaction", year)
    proposed = proposed_edition(publishable("satisfaction"), year, known, standing=read_standing(now))
    if proposed.is_unchanged:
        return known[-1]
    return publish_edition("satisfaction", year, seen=proposed.edition.digest, now=now)


def _follow_up() -> dict[str, str]:
    """People who want to be contacted: one waits since long, one is nobody's, one complained, two were asked whether it
    was put right, and one of them has answered."""
    with transaction():
        housing = db.session.scalars(select(Service).where(Service.code == "housing")).one()
        owner = db.session.scalars(select(User).where(User.email == STAFF["manager"])).one()
        set_owner(housing.id, owner.id, now=MOMENT)
        theirs = select(SurveyResponse).where(
            SurveyResponse.service_id.in_(subtree_ids([housing.id])),
            SurveyResponse.state == ResponseState.COUNTED,
            SurveyResponse.is_test.is_(False),
            SurveyResponse.submitted_at < MOMENT,
        )
        responses = db.session.scalars(theirs.order_by(~low_score(2), SurveyResponse.id.desc()).limit(7)).all()
        details = json.dumps({"name": "Asha Khan", "email": "asha@example.org", "phone": "+441632960123"})
        for days, response in enumerate(responses):
            given_at = MOMENT - timedelta(days=days)
            keep_until = (given_at + timedelta(days=90)).date()
            consent = {"is_wanted": True, "details": details, "given_at": given_at, "keep_until": keep_until}
            db.session.add(ContactConsent(response_id=response.id, **consent))
    open_follow_ups(MOMENT, "test")
    with transaction():
        for response in responses:
            open_for_alert(response, now=MOMENT)
    tokens = {"verdict": "v" * 22, "verdict-given": "w" * 22}
    with transaction():
        found = db.session.scalars(select(FollowUp).order_by(FollowUp.contact_due_on.desc(), FollowUp.id)).all()
        for place, each in enumerate(found):
            each.reference = f"FU{place}ACDEFG"
            each.opened_at = MOMENT - timedelta(days=place)
        fresh, unowned, touched, complaint, asked, given, *_late = found
        unowned.owner_id = None
        write_note(touched, NoteKind.TRIED, "Engaged.", now=MOMENT - timedelta(hours=3), by=owner.id)
        write_note(touched, NoteKind.REACHED, "They wait for the form.", now=MOMENT - timedelta(hours=1), by=owner.id)
        went_on = Closing(Outcome.COMPLAINT, "decision", complaint_reference="C-2026-77")
        close(complaint, went_on, now=MOMENT - timedelta(days=1), by=owner.id)
        for each, token in zip((asked, given), tokens.values(), strict=True):
            close(each, Closing(Outcome.PUT_RIGHT, "waited"), now=MOMENT - timedelta(days=1), by=owner.id)
            each.verdict_due_at, each.verdict_token_sha256 = None, token_digest(token)
            each.verdict_asked_at = MOMENT - timedelta(hours=20)
        hear_verdict(given, Verdict.PARTLY, now=MOMENT)
        return {"follow-up": fresh.reference, "touched": touched.reference, "complaint": complaint.reference} | tokens


def _raise_alerts() -> dict[str, str]:
    """Alerts of every state, and one kind that has inboxes."""
    told = {"inbox": "duty@anyborough.example", "other_inbox": "monitoring@anyborough.example"}
    written = (
        "I have nobody left to ask. Some days I want to die.",
        "My partner hits me and the children are scared of him.",
        "Next time I come in I will stab one of you.",
        "My solicitor asked for it twice. I shall be taking this further.",
    )
    with transaction():
        lead = db.session.scalars(select(User.id).where(User.email == STAFF["cse_lead"])).one()
        set_kind("safeguarding", replace(facts_of(kind_of("safeguarding")), **told), now=MOMENT, by=lead)
        lately = Comment.response.has(SurveyResponse.counts_on >= MOMENT.date() - timedelta(days=50))
        found = select(Comment).where(Comment.sentiment.is_not(None), lately).order_by(Comment.id)
        comments = db.session.scalars(found.limit(len(written))).all()
        for days, (comment, words) in enumerate(zip(comments, written, strict=True)):
            comment.redacted_text, comment.sentiment, comment.themes = words, "negative", []
            raise_alerts([(comment.answer_text, words)], MOMENT - timedelta(days=days, minutes=10))
        raised = {
            alert.kind.code: alert
            for alert in db.session.scalars(
                select(Alert).where(Alert.response_id.in_([comment.response_id for comment in comments]))
            )
        }
        acknowledge(raised["threat"], now=MOMENT - timedelta(days=1, minutes=150), by=lead)
        decide(raised["legal_threat"], AlertOutcome.FALSE_ALARM, "About a search.", now=MOMENT, by=lead)
    return {name: raised[code].reference for name, code in (("alert", "self_harm"), ("alert-seen", "threat"))}


def _ask_for_figures(folder: Path) -> dict[str, str]:
    """A digest of the lead's: its letter as a file that a browser can open, and the link that stops it."""
    with transaction():
        lead = db.session.scalars(select(User).where(User.email == STAFF["cse_lead"])).one()
        digest = begin_digest(DigestChoice(Rhythm.MONTHLY), lead, now=MOMENT)
        send_now(digest, now=MOMENT)
    assert write_digests(MOMENT, "test") == 1
    assert send_digests(MOMENT, "test") == 1
    (path,) = (folder / "outbox").glob("*.digest.eml")
    message = cast(EmailMessage, email.message_from_bytes(path.read_bytes(), policy=policy.default))
    page = folder / "digest.html"
    page.write_text(parts(message)["text/html"], encoding="utf-8")
    (token,) = re.findall(r"/digests/stop/([\w-]+)", parts(message)["text/plain"])
    return {"digest": token, "digest-letter": page.as_uri()}


def _work_in_a_team() -> dict[str, str]:
    """The manager's team: praise was passed on to it, and two ideas were written, of which one waits."""
    with transaction():
        manager = db.session.scalars(select(User).where(User.email == STAFF["manager"])).one()
        service = db.session.scalars(select(Service).where(Service.code == "housing")).one()
        kind = db.session.scalars(
            select(Comment)
            .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
            .where(
                Comment.sentiment == "positive",
                SurveyResponse.team_id.is_not(None),
                SurveyResponse.service_id == service.id,
                SurveyResponse.state == ResponseState.COUNTED,
            )
            .order_by(Comment.id.desc())
            .limit(1)
        ).one()
        manager.teams = [db.session.get_one(Team, kind.response.team_id)]
        pass_on(kind, "Just as we had planned it.", now=MOMENT, by=manager.id)
        answered = write_idea("Tell people when forms change.", service, None, now=MOMENT, by=manager.id)
        answer_idea(answered, IdeaState.NOT_NOW, "The forms change again in June.", now=MOMENT, by=manager.id)
        write_idea("A bell at the desk.", service, manager.teams[0], now=MOMENT, by=manager.id)
        return {"passed-on": kind.reference}


def _work_on_comments() -> dict[str, str]:
    """A lead's work on comments: two are marked as quotes, one was corrected twice, and two searches are kept."""
    with transaction():
        lead = db.session.scalars(select(User).where(User.email == STAFF["cse_lead"])).one()
        newest = db.session.scalars(
            select(Comment)
            .where(Comment.place.is_not(None), Comment.sentiment == "negative")
            .order_by(Comment.place.desc())
            .limit(2)
        ).all()
        for comment in newest:
            mark_quote(comment, now=MOMENT, by=lead.id)
        corrected = newest[0]
        for before, label in (("negative", "neutral"), ("neutral", "negative")):
            given = {"label": label, "before": before, "source": LabelSource.CORRECTION, "labelled_at": MOMENT}
            db.session.add(CommentLabel(comment_id=corrected.id, labelled_by=lead.id, **given))
        corrected.person_label = "negative"
        for name, arguments, is_shared in (
            ("Hearing back from Planning", "text=ring+back&service=planning", True),
            ("Bins this year", "text=bins", False),
        ):
            save_view(name, Asking("/comments/", arguments), is_shared=is_shared, now=MOMENT, by=lead.id)
        save_view(
            "Housing by quarter",
            Asking("/dashboards/control", "service=housing&by=quarter"),
            is_shared=True,
            now=MOMENT,
            by=lead.id,
        )
        year = Period.parse("2025/26")
        manager = db.session.scalars(select(User.id).where(User.email == STAFF["manager"])).one()
        for measure, span in (
            ("satisfaction", "2025/26"),
            ("timeliness", "last-12-months"),
            ("resolved", "latest-month"),
        ):
            pin_figure(make_query(measure, year.first, year.last), span, now=MOMENT, by=manager)
        return {"comment": corrected.reference}


def _open_links() -> dict[str, str]:
    """The codes of the demo's links: of a poster, of a frame, and of one that is closed."""
    with transaction():
        by_name = {link.name: link for link in db.session.scalars(select(OpenLink))}
        close_link(by_name["Riverside House, benefits desk"], now=MOMENT)
    names = {
        "poster": "Town Hall reception",
        "framed": "Page on recycling",
        "closed-link": "Riverside House, benefits desk",
    }
    return {place: by_name[name].code for place, name in names.items()}


def _complain() -> dict[str, str]:
    """One complaint about data that is late, a new one, one that is acknowledged, one that is answered."""
    made, officer = dict[str, str](), user_by_email(STAFF["officer"])
    assert officer is not None
    for name, days in (("late", 34), ("new", 3), ("known", 20), ("answered", 60)):
        with transaction():
            complaint = complaints.receive(
                new_reference(),
                "You wrote to my old address about a call that somebody else made.",
                "a.reader@residents.example",
                language="cy" if name == "new" else "en",
                now=MOMENT - timedelta(days=days),
            )
            made[f"complaint-{name}"] = complaint.reference
            then = MOMENT - timedelta(days=days - 2)
            if name == "known":
                complaints.acknowledge(complaint, by_email=True, now=then, by=officer.id)
            if name == "answered":
                words = "The record was wrong. We have put it right."
                complaints.answer(complaint, Finding.UPHELD, words, by_email=False, now=then, by=officer.id)
    return made


def _judge_again() -> dict[str, str]:
    """Comments of long ago, which an earlier method judged more harshly, are judged by the present one too."""
    first, last = date(2023, 4, 1), date(2024, 3, 31)
    of_days = SurveyResponse.counts_on.between(first, last)
    with transaction():
        past = db.session.execute(
            select(Comment, SurveyResponse)
            .join(SurveyResponse, Comment.response_id == SurveyResponse.id)
            .where(of_days)
        ).all()
        for place, (comment, _response) in enumerate(past):
            comment.method = "rules-0+1f2e3d4c"
            if place % 9 == 0 and comment.sentiment == "positive":
                comment.sentiment = "neutral"
        recount(Subject.COMMENTS, {(response.counts_on, response.service_id) for _comment, response in past})
        judging = ask_for_judging(first, last, "A new list of words.", now=MOMENT, by=None)
    while judge_again(MOMENT, "browser"):
        pass
    with transaction():
        return {"judging": str(judging.id)}


def _figures() -> dict[str, str]:
    def figure(measure: str, **where: str) -> str:
        return to_id(make_query(measure, *(TODAY.fromisoformat(day) for day in THIS_YEAR), where))

    return {
        "satisfaction": figure("satisfaction"),
        "response_rate": figure("response_rate"),
        "suppressed": figure("satisfaction", service="markets"),
    }


def _files(app: Flask, folder: Path) -> dict[str, str]:
    """The evidence pack as an assessor unpacks it."""
    first, last = THIS_YEAR
    _run(app, "evidence", "pack", "--from", first, "--to", last, "--out", str(folder / "pack.zip"))
    with zipfile.ZipFile(folder / "pack.zip") as pack:
        pack.extractall(folder / "pack")
    return {"pack": (folder / "pack").as_uri()}


@contextmanager
def served(folder: Path, address: str) -> Iterator[None]:
    """gunicorn on the folder's database, until the block ends."""
    command: Sequence[str] = [
        *(str(Path(sys.executable).parent / "gunicorn"), "tests.browser.served:app"),
        *("--bind", address.removeprefix("http://"), "--threads", "4", "--log-level", "warning"),
    ]
    environment = os.environ | {
        "INSTANCE_PATH": str(folder),
        "BASE_URL": address,
        "TRUSTED_PROXIES": PROXIES,
        "SOONEST_ANSWER_SECONDS": "0",
    }
    with (folder / "web.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=PROJECT_ROOT, env=environment, stdout=log, stderr=log)
        try:
            _wait_until_ready(server, address, folder / "web.log")
            yield
        finally:
            server.terminate()
            server.wait(30)


def _wait_until_ready(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"{address}/health/ready") as answer:
                assert answer.read() == b"ok\n"
                return
        except (urllib.error.URLError, ConnectionError):
            assert server.poll() is None and time.monotonic() < deadline, f"no web server: {log.read_text()}"
            time.sleep(0.05)
