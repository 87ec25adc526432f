"""What a manager gets of a service that is not theirs: what they get of one that does not exist, to the letter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import select
from time_machine import TimeMachineFixture
from werkzeug.routing import Rule

from survey_app.accounts.models import Role, User
from survey_app.accounts.roles import permits
from survey_app.actions.followups.notes import NoteKind
from survey_app.actions.followups.operations import open_follow_ups, write_note
from survey_app.actions.ideas.operations import write_idea
from survey_app.actions.improvements.aims import Aim
from survey_app.actions.improvements.letters import letter_of
from survey_app.actions.improvements.operations import Written, enter_improvement, hear_theme
from survey_app.actions.models import FollowUp, Heard, Improvement, PassedPraise, StaffIdea, YouSaidWeDid
from survey_app.actions.praise.operations import pass_on
from survey_app.actions.public.operations import ChangeWords, write_change
from survey_app.comments.alerts.models import Alert
from survey_app.comments.alerts.operations import raise_alerts
from survey_app.comments.models import Comment, Theme
from survey_app.contacts.models import Contact
from survey_app.dashboards.digests.operations import begin_digest
from survey_app.dashboards.digests.queries import DigestChoice
from survey_app.dashboards.models import Digest, PinnedFigure, Rhythm, SavedView
from survey_app.dashboards.pinned.operations import pin_figure
from survey_app.dashboards.saved.operations import save_view
from survey_app.dashboards.saved.pages import Asking
from survey_app.exports.formats import FileFormat
from survey_app.exports.models import Export, ExportPart
from survey_app.exports.operations import ask_for_export, finish
from survey_app.exports.orders import Content, Order
from survey_app.extensions import db, transaction
from survey_app.measures.address import make_query, to_id
from survey_app.measures.operations import freeze_passport
from survey_app.organisation.models import Service, Team
from survey_app.organisation.scope import Scope
from survey_app.responses.afterwards.operations import allow_contact
from survey_app.responses.models import OpenLink, ResponseState, SurveyResponse
from survey_app.web.access import BY_KEY, PUBLIC, SIGNED_IN, access_of
from tests.conftest import PersonsClient
from tests.dashboards.conftest import make_comment
from tests.databases import Database, Templates
from tests.factories import (
    make_answers,
    make_contacts,
    make_council,
    make_invitation,
    make_link,
    make_service,
    make_survey,
    make_user,
)
from tests.fuzz.conftest import stored

NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
DAY = date(2026, 3, 10)
YEAR = (date(2025, 4, 1), date(2026, 3, 31))
OURS, THEIRS, NOBODYS = "housing", "planning", "nowhere"
SECRET = "zebra"  # stands in every text about the other service
MANAGER = "manager@anyborough.example"
LEAD = "lead@anyborough.example"

# Who may see what is put together in Python; the statements are the same on both databases.
pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")

# The data of services. What stands below `manage_…` and the like is the whole council's: one administrator sets it up.
OF_SERVICES = {
    SIGNED_IN,
    "view_results",
    "view_comments",
    "check_comments",
    "read_originals",
    "handle_alerts",
    "follow_up",
    "write_improvements",
    "publish_actions",
    "lead_teams",
    "pin_evidence",
    "enter_answers",
    "withdraw_answers",
    "review_held",
    "record_stops",
}
OF_THE_WHOLE_COUNCIL = {  # below these addresses
    "/comments/sample/": "the blind sample is drawn from all services, and shows no more than redacted words",
    "/comments/methods/": "which method judged the comments of which days",
    "/comments/themes/": "themes are the same everywhere; their figures are asked for with filters, below",
    "/dashboards/control": "a control chart begins anew for all who look at its measure",
    "/dashboards/wordings/": "a question's wordings are the same everywhere",
    "/dashboards/measures/": "a measure's definition",
    "/dashboards/series/": "figures of others about the whole council",
    "/dashboards/questions/": "a survey's questions; its figures are asked for with filters, below",
    "/dashboards/channels/": "channels are the same everywhere; their figures are asked for with filters, below",
    "/dashboards/sites/": "sites are the whole council's, and so are their names",
    "/dashboards/teams/": "teams are the whole council's, and so are their names",
    "/coverage/": "a stage and a reason; the contacts are asked for with filters, below",
    "/actions/standards/": "standards are promises of the whole council",
    "/evidence/": "an accreditation is the whole council's",
    "/accounts/": "one's own sessions and passkeys; other people's are asked for in tests/accounts",
}


# Alerts are handled by those who see all services; tickets are made by the page before; no
# table was published; there is no single sign-on; the group of customers is too small for figures.
NOT_FOR_A_PART = (
    "/accounts/single-sign-on/link",
    "/comments/alerts/",
    "/assisted/enter/",
    "/assisted/sent/",
    "/dashboards/tables.csv",
    "/dashboards/groups/<path:code>/figures.csv",
)


def fill() -> None:
    """Two services with rows of every kind; the words about the other one hold a word that must not be seen."""
    make_council()
    survey = make_survey()
    lead = make_user("cse_lead", email=LEAD)
    theme = Theme(code="call_back", name="Call backs", keywords="call back")
    team = Team(code="all", name="The team of all")
    db.session.add_all([theme, team])
    db.session.flush()
    for code in (OURS, THEIRS):
        words = SECRET if code == THEIRS else "robin"
        service = make_service(code)
        make_answers(survey, service, DAY, {"satisfaction": "5", "timeliness": "4"}, 30, customer_group=f"{words} folk")
        make_contacts(service, DAY, 40, draw_outcome="not_eligible")
        (low,) = make_answers(survey, service, DAY, {"satisfaction": "1"}, submitted_at=NOW)
        low.team_id = team.id
        said = make_comment(low, f"I will stab you with a knife. The {words} waits", "negative", theme)
        db.session.flush()
        pass_on(said, f"For the {words}", now=NOW, by=lead.id)
        write_idea(f"More {words}s", service, team, now=NOW, by=lead.id)
        held = {"state": ResponseState.QUARANTINED, "quarantine_reason": "too_fast"}
        make_answers(survey, service, DAY, {"satisfaction": "2"}, submitted_at=NOW, **held)
        make_invitation(service, survey, DAY)
        make_link(service, survey, name=f"The {words} link")
        allow_contact(low, {"email": f"{words}@example.org"}, now=NOW)
        written = Written(f"Fewer {words}s", f"Too many {words}s", f"We moved the {words}s", date(2025, 9, 1))
        improvement = enter_improvement(written, Aim("satisfaction", services=(code,)), now=NOW)
        db.session.flush()
        hear_theme(improvement, "call_back", now=NOW)
        write_change(ChangeWords(f"The {words}", "Said", "Did"), improvement=improvement, now=NOW, by=lead.id)
        save_view(f"All {words}s", Asking("/comments/", f"service={code}"), is_shared=True, now=NOW, by=lead.id)
        pin_figure(make_query("satisfaction", *YEAR, {"service": code}), "2025/26", now=NOW, by=lead.id)
        freeze_passport(make_query("satisfaction", *YEAR, {"service": code}), now=NOW)
        begin_digest(DigestChoice(Rhythm.WEEKLY, code), lead, now=NOW)
    manager = make_user("service_manager", OURS, email=MANAGER)
    manager.teams = [team]
    for code, user, words in ((OURS, manager, "robin"), (THEIRS, lead, SECRET)):
        make_file(code, user, words)


def make_file(code: str, user: User, words: str) -> None:
    """A file of a service's answers, as its asker can take it away."""
    scope = Scope(frozenset(db.session.scalars(select(Service.id).where(Service.code == code))))
    order = Order(Content.RESPONSES, FileFormat.CSV, DAY, DAY)
    export = ask_for_export(order, scope, now=NOW, by=user.id)
    export.parts.append(ExportPart(part=0, content=words.encode()))
    finish(export, rows=1, size=len(words), sha256="0" * 64, now=NOW)


def fill_more() -> None:
    """What the jobs make of it."""
    for comment in db.session.scalars(select(Comment)):
        raise_alerts([(comment.answer_text, comment.redacted_text)], NOW)
    db.session.commit()
    open_follow_ups(NOW, "test")
    lead = db.session.scalars(select(User).where(User.email == LEAD)).one()
    for found in db.session.scalars(select(FollowUp)):
        word = SECRET if found.service.code == THEIRS else "robin"
        write_note(found, NoteKind.NOTE, f"About the {word}", now=NOW, by=lead.id)


@pytest.fixture
def template(templates: Templates, kind: str) -> Database:
    return templates.filled(kind, fill, fill_more)


@pytest.fixture
def council(app: Flask, time_machine: TimeMachineFixture) -> Flask:
    time_machine.move_to(NOW, tick=False)
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = PersonsClient
    return app


@pytest.fixture
def manager(council: Flask) -> PersonsClient:
    """Of one service, and nothing else."""
    return signed_in(council)


@pytest.fixture
def manager_with_every_role(council: Flask) -> PersonsClient:
    """Who may do everything, with one limited role among theirs: it limits all of them."""
    with transaction():
        user = db.session.scalars(select(User).where(User.email == MANAGER)).one()
        for name in ("cse_lead", "data_protection_officer", "administrator"):
            role = db.session.scalar(select(Role).where(Role.name == name)) or Role(name=name)
            user.roles.append(role)
    return signed_in(council)


def signed_in(app: Flask) -> PersonsClient:
    client = cast(PersonsClient, app.test_client())
    assert client.sign_in(MANAGER).status_code == 302
    return client


def figure(code: str) -> str:
    return to_id(make_query("satisfaction", *YEAR, {"service": code}))


def things(code: str) -> dict[str, str]:
    """What addresses name of a service's rows, by endpoint's blueprint or endpoint and parameter."""

    def one(column: Any, *conditions: Any) -> str:
        return str(db.session.scalars(select(column).where(*conditions).limit(1)).one())

    service = db.session.scalars(select(Service).where(Service.code == code)).one()
    of_service = SurveyResponse.service_id == service.id
    held = of_service & (SurveyResponse.state == ResponseState.QUARANTINED)
    counted = of_service & (SurveyResponse.state == ResponseState.COUNTED)
    comment = Comment.response.has(of_service)
    improvements = list(db.session.scalars(select(Improvement)))
    improvement = next(each for each in improvements if each.where.get("service") in (code, [code]))
    return {
        "exports.reference": one(Export.reference, Export.arguments == f"within={service.id}"),
        "follow_ups.reference": one(FollowUp.reference, FollowUp.service_id == service.id),
        "improvements.letter": letter_of(improvement.number),
        "improvements.heard_id": one(Heard.id, Heard.improvement_id == improvement.id),
        "publishing.code": one(YouSaidWeDid.code, YouSaidWeDid.improvement_id == improvement.id),
        "comment_pages.reference": one(Comment.reference, comment),
        "digests.reference": one(Digest.reference),  # somebody else's
        "praise.comment": one(Comment.reference, comment),
        "praise.reference": one(PassedPraise.reference, PassedPraise.comment.has(comment)),
        "ideas.reference": one(StaffIdea.reference, StaffIdea.service_id == service.id),
        "team.reference": one(StaffIdea.reference),  # somebody else's
        "pinned.reference": one(PinnedFigure.reference, PinnedFigure.arguments == f"service.{code}"),  # the lead's
        "saved_views.reference": one(SavedView.reference, SavedView.arguments == f"service={code}"),
        "checking.reference": one(Comment.reference, comment),
        "originals.reference": one(Comment.reference, comment),
        "alerts.reference": one(Alert.reference, Alert.response.has(of_service)),
        "held.reference": one(SurveyResponse.reference, held),
        "withdrawals.reference": one(SurveyResponse.reference, counted),
        "dashboards.figure_id": figure(code),
        "dashboards.service_code": code,
        "parts.code": f"{SECRET if code == THEIRS else 'robin'} folk",
        "assisted.ticket": one(OpenLink.code, OpenLink.service_id == service.id),
    }


MISSING: Mapping[str, str] = {
    "improvements.letter": "ZZ",
    "improvements.heard_id": "987654",
    "dashboards.figure_id": figure(NOBODYS),
    "dashboards.service_code": NOBODYS,
}
ANYTHING_MISSING = "ZZZZZZZZZZ"


def walk(app: Flask, may: Callable[[str], bool]) -> Iterator[tuple[str, Rule]]:
    for rule in app.url_map.iter_rules():
        declared = access_of(app, rule.endpoint) or ""
        if declared == PUBLIC or declared.startswith(BY_KEY) or declared not in OF_SERVICES or not may(declared):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule


def found_for(rule: Rule, parameter: str, known: Mapping[str, str]) -> str | None:
    pages = rule.endpoint.split(".")[0]
    return known.get(f"{rule.endpoint}.{parameter}") or known.get(f"{pages}.{parameter}")


def address(app: Flask, rule: Rule, values: Mapping[str, str]) -> str:
    plain = {name: int(value) if value.isdecimal() else value for name, value in values.items()}
    with app.test_request_context():
        return cast("tuple[str, str]", rule.build(plain, append_unknown=False))[1]


def is_of_the_whole_council(rule: Rule) -> bool:
    return rule.rule.startswith(tuple(OF_THE_WHOLE_COUNCIL))


def answer_of(client: PersonsClient, method: str, path: str, names: Mapping[str, str]) -> tuple[int, str, str]:
    """The answer without what was asked for."""
    answer = client.open(
        path, method=method, data={"reason": "Somebody asked", "text": "Note"} if method == "POST" else None
    )
    text = re.sub(r'name="csrf_token"[^>]*', "", answer.text)
    where = answer.headers.get("Location", "")
    for name in sorted(names.values(), key=len, reverse=True):
        if len(name) > 2:  # the letter of an improvement stands in every word
            text, where = text.replace(name, "…"), where.replace(name, "…")
    return answer.status_code, where, text


@pytest.mark.parametrize("who", ["manager", "manager_with_every_role"])
def test_what_is_another_services_is_answered_as_what_does_not_exist(
    council: Flask, who: str, request: pytest.FixtureRequest
) -> None:
    client: PersonsClient = request.getfixturevalue(who)
    roles = ["service_manager"] if who == "manager" else ["service_manager", "cse_lead", "data_protection_officer"]
    theirs, wrong, asked = things(THEIRS), [], 0
    for method, rule in walk(council, lambda permission: permission == SIGNED_IN or permits(roles, permission)):
        if not rule.arguments or is_of_the_whole_council(rule):
            continue
        names = {each: found_for(rule, each, theirs) for each in rule.arguments}
        assert None not in names.values(), (
            f"{rule} ({rule.endpoint}): say what its parameters name, or why they need not"
        )
        foreign = cast("dict[str, str]", names)
        missing = {each: found_for(rule, each, MISSING) or ANYTHING_MISSING for each in rule.arguments}
        before = stored()
        got = answer_of(client, method, address(council, rule, foreign), foreign)
        if stored() != before:
            wrong.append(f"{method} {rule}: changed something")
        expected = answer_of(client, method, address(council, rule, missing), missing)
        asked += 1
        if got != expected:
            wrong.append(f"{method} {rule}: {got[0]} {got[1]}, for what is missing {expected[0]} {expected[1]}")
        elif got[0] not in (403, 404):
            wrong.append(f"{method} {rule}: {got[0]}")
    assert "\n".join(wrong) == ""
    assert asked > 20


@pytest.mark.parametrize("who", ["manager", "manager_with_every_role"])
def test_no_page_shows_what_is_another_services(council: Flask, who: str, request: pytest.FixtureRequest) -> None:
    client: PersonsClient = request.getfixturevalue(who)
    roles = ["service_manager"] if who == "manager" else ["service_manager", "cse_lead", "data_protection_officer"]
    ours, theirs = things(OURS), things(THEIRS)
    secret = {name for key, name in theirs.items() if len(name) > 6 and ours[key] != name and "reference" in key}
    wrong, not_open, seen = [], [], ""
    for method, rule in walk(council, lambda permission: permission == SIGNED_IN or permits(roles, permission)):
        names = {each: found_for(rule, each, ours) for each in rule.arguments}
        if method != "GET" or None in names.values() or is_of_the_whole_council(rule):
            continue
        answer = client.get(address(council, rule, cast("dict[str, str]", names)))
        seen += answer.text
        if answer.status_code not in (200, 302):
            not_open.append(f"{rule}: {answer.status_code}")
        shown = [each for each in (SECRET, *secret) if each in answer.text]
        if shown:
            wrong.append(f"{rule}: {shown}")
    assert "\n".join(wrong) == ""
    assert "robin" in seen  # of ours there is something to see
    assert [each for each in not_open if not each.startswith(NOT_FOR_A_PART)] == []


def test_a_filter_by_another_service_is_one_by_a_service_that_does_not_exist(
    council: Flask, manager: PersonsClient
) -> None:
    wrong = []
    for method, rule in walk(council, lambda permission: permits(["service_manager"], permission)):
        names = {each: found_for(rule, each, things(OURS)) for each in rule.arguments}
        if method != "GET" or None in names.values():
            continue
        path = address(council, rule, cast("dict[str, str]", names))
        got, expected = (
            answer_of(manager, "GET", f"{path}?service={code}", {"service": code}) for code in (THEIRS, NOBODYS)
        )
        if got != expected:
            wrong.append(f"{rule}: {got[0]} and {expected[0]}")
    assert "\n".join(wrong) == ""


def sent(code: str) -> Mapping[str, dict[str, str]]:
    """What forms of one's own pages say of a service's rows, by the address that the form is sent to."""
    known = things(code) if code != NOBODYS else {}
    service = db.session.scalar(select(Service).where(Service.code == code))
    comment = db.session.scalar(
        select(Comment.id).where(Comment.response.has(SurveyResponse.service_id == (service.id if service else 0)))
    )
    contact = db.session.scalar(select(Contact.reference).where(Contact.service_id == (service.id if service else 0)))
    letter = known.get("improvements.letter", "ZZ")
    improvement = {"title": "T", "heard": "H", "did": "D", "done_on": "1/9/2025", "prompt": "survey"}
    return {
        "/actions/improvements/": improvement | {"measure": "satisfaction", "direction": "increase", "services": code},
        "/actions/improvements/A/edit": improvement
        | {"measure": "satisfaction", "direction": "increase", "services": code},
        "/actions/improvements/A/heard/quote": {"comment": str(comment or 987654)},
        "/actions/improvements/figure": {"figure": figure(OURS), "improvement": letter},
        "/actions/improvements/figure ": {"figure": figure(code), "improvement": "A"},
        "/actions/published/": {"improvement": letter, "heading": "H", "said": "S", "did": "D"},
        f"/actions/improvements/A/heard/{known.get('improvements.heard_id', 987654)}/take-away": {},
        "/assisted/": {"mode": "phone", "reference": contact or "C-987654"},
        "/comments/csv?service=" + code: {},
        "/dashboards/my-team/ideas": {"words": "Better", "service": code},
        "/dashboards/digests/": {"rhythm": "weekly", "service": code, "channel": ""},
        "/dashboards/pinned": {"figure": figure(code), "span": "2025/26"},
        "/dashboards/saved/": {"name": "Mine", "page": f"/dashboards/?service={code}"},
    }


def test_a_form_that_names_another_services_row_is_answered_as_one_that_names_nothing(
    council: Flask, manager: PersonsClient
) -> None:
    foreign, missing = sent(THEIRS), sent(NOBODYS)
    wrong = []
    for (path, data), (other_path, other_data) in zip(foreign.items(), missing.items(), strict=True):
        names = {str(place): value for place, value in enumerate((*data.values(), THEIRS, NOBODYS)) if value}
        others = {str(place): value for place, value in enumerate((*other_data.values(), THEIRS, NOBODYS)) if value}
        before = stored()
        got = form_answer(manager, path, data, names)
        changed = {table for table, rows in stored().items() if rows != before[table]} - {"audit_line"}
        expected = form_answer(manager, other_path, other_data, others)
        if got != expected:
            wrong.append(f"{path}: {got[0]}, for what is missing {expected[0]}")
        if changed and path != "/dashboards/saved/":  # a view of nothing may be kept
            wrong.append(f"{path}: changed {changed}")
    assert "\n".join(wrong) == ""


def form_answer(
    client: PersonsClient, path: str, data: Mapping[str, str], names: Mapping[str, str]
) -> tuple[int, str, str]:
    answer = client.post(path.strip(), data=dict(data))
    text = answer.text
    for name in sorted(names.values(), key=len, reverse=True):
        text = text.replace(name, "…") if len(name) > 2 else text.replace(f'"{name}"', "…")
    return answer.status_code, answer.headers.get("Location", ""), text
