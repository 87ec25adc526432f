"""Every change of a setting is listed in words, and goes back by the way it came."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from survey_app.accounts.models import SecondStepFor
from survey_app.accounts.roles import ROLES
from survey_app.accounts.second_step.operations import SECOND_STEP_RULE, set_second_step_for
from survey_app.actions.followups.operations import RuleFacts, set_rules
from survey_app.actions.followups.queries import follow_up_rules
from survey_app.admin.changes.kinds import KINDS
from survey_app.audit.models import CHANGED, AuditLine
from survey_app.audit.operations import record_act_by
from survey_app.comments.checking.operations import RuleFacts as CheckingFacts
from survey_app.comments.checking.operations import set_checking_rules
from survey_app.contacts.asking.operations import add_exclusion, change_rules, set_sampling
from survey_app.contacts.asking.queries import exclusions, sampling_rules
from survey_app.contacts.eligibility import Dimension
from survey_app.contacts.feeds.operations import FeedFacts, set_feed
from survey_app.contacts.feeds.sources import Source
from survey_app.contacts.queries import asking_rules
from survey_app.contacts.sampling import Amount
from survey_app.contacts.ways import Way
from survey_app.extensions import db
from survey_app.invitations.operations.own_texts import set_bilingual
from survey_app.invitations.operations.windows import set_window
from survey_app.invitations.timing import Window
from survey_app.organisation.channels import Channel, ChannelFacts
from survey_app.organisation.models import Council, Service
from survey_app.organisation.operations import set_channel, set_colours, set_data_protection_email, set_sender
from survey_app.organisation.parts.operations import CHANGE_KIND, add_services
from survey_app.privacy.models import RetentionRule
from survey_app.privacy.purging.operations import keep_for
from survey_app.privacy.retention import BY_CODE
from survey_app.responses.afterwards.operations import QuestionFacts, set_question, set_support_text
from survey_app.settings import PROJECT_ROOT
from survey_app.surveys.kinds import Paging
from survey_app.surveys.models import Survey
from survey_app.surveys.operations.publishing import set_paging
from tests.conftest import PersonsClient
from tests.factories import NOON, make_council, make_service, make_survey, make_user
from tests.statements import statements

CONSTANTS = {"CHANGE_KIND": CHANGE_KIND, "SECOND_STEP_RULE": SECOND_STEP_RULE}
OF_THEIR_OWN = {
    "user changed": "the page of the person",
    "user teams changed": "the page of the person",
    "idea.answered": "the page of ideas, where it can be answered anew",
    "comment labelled": "the labels of the comment, each of which stays",
    "evidence.claim written": "the claims of the element, each of which stays",
    "measure.defined": "versions of the measure, which are never rewritten",
    "series.changed": "the lines of the series, each of which stays",
    "target.set": "the lines of the target, each of which stays",
    "link.renamed": "the page of the link",
}
URL = "/admin/changes/"
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def admin(sign_in: Callable[..., PersonsClient]) -> PersonsClient:
    make_council()
    return sign_in("administrator")


def words(client: PersonsClient) -> str:
    return " ".join(BeautifulSoup(client.get(URL).text, "html.parser").main.get_text(" ").split())


def newest(action: str) -> AuditLine:
    lines = select(AuditLine).where(AuditLine.action == action).order_by(AuditLine.id.desc()).limit(1)
    line = db.session.scalar(lines)
    assert line is not None
    return line


def undo(client: PersonsClient, line: AuditLine) -> object:
    return client.send_form(f"{URL}{line.id}/undo", form_at=URL)


def council() -> Council:
    db.session.expire_all()
    return db.session.scalars(select(Council)).one()


def test_nothing_changed_says_what_will_stand_here(admin: PersonsClient) -> None:
    assert "No setting was changed yet." in words(admin)


def test_a_change_is_told_with_who_and_from_what_to_what(admin: PersonsClient) -> None:
    user = make_user("administrator", email="dana@anyborough.example")
    user.name = "Dana Whitlock"
    set_colours("#00573f", "#00573f", now=NOON, by=user.id)
    told = words(admin)
    assert "1 change of settings." in told
    assert "Brand: #1d3557 → became #00573f" in told
    assert "Dana Whitlock" in told
    set_sender("Us", "us@example.org", now=LATER)
    assert "A command" in words(admin)


def test_an_undo_puts_it_back_and_is_a_change_that_can_be_undone(admin: PersonsClient) -> None:
    set_colours("#00573f", "#00573f", now=NOON)
    assert undo(admin, newest("council.colours changed")).status_code == 303
    assert council().brand_colour == "#1d3557"
    line = newest("council.colours changed")
    assert (line.before["brand"], line.after["brand"], line.actor_kind) == ("#00573f", "#1d3557", "user")
    assert undo(admin, line).status_code == 303
    assert council().brand_colour == "#00573f"


def test_what_was_changed_again_since_is_not_undone(admin: PersonsClient) -> None:
    set_colours("#00573f", "#00573f", now=NOON)
    first = newest("council.colours changed")
    set_colours("#5c2d91", "#5c2d91", now=LATER)
    assert "changed again since" in words(admin)
    answer = undo(admin, first)
    assert answer.status_code == 409
    assert "Undo the newest change of it first." in answer.text
    assert council().brand_colour == "#5c2d91"


def test_changes_of_different_rules_do_not_stand_in_each_others_way(admin: PersonsClient) -> None:
    change_rules({"cooling_off_days": 60}, now=NOON)
    first = newest("asking.rules changed")
    change_rules({"open_days": 21}, now=LATER)
    assert undo(admin, first).status_code == 303
    db.session.expire_all()
    assert (asking_rules().cooling_off_days, asking_rules().open_days) == (90, 21)


def test_what_no_longer_stands_as_it_was_left_is_not_undone(admin: PersonsClient) -> None:
    set_colours("#00573f", "#00573f", now=NOON)
    council().brand_colour = "#111111"  # past every operation
    answer = undo(admin, newest("council.colours changed"))
    assert answer.status_code == 409
    assert "no longer stands as the change left it" in answer.text


def test_what_would_break_something_is_refused_with_the_reason(admin: PersonsClient) -> None:
    add_services("Waste", now=NOON)
    line = newest("organisation.parts changed")
    waste = db.session.scalars(select(Service)).one()
    make_service("bins", parent_id=waste.id)
    answer = undo(admin, line)
    assert answer.status_code == 409
    assert "Waste cannot be removed: Bins stands below it." in answer.text
    assert db.session.get(Service, waste.id) is not None


def test_a_line_that_is_no_change_of_a_setting_is_not_found(admin: PersonsClient) -> None:
    record_act_by("job.woken", "fold", at=NOON, by=None)
    other = newest("job.woken")
    set_colours("#00573f", "#00573f", now=NOON)
    assert undo(admin, other).status_code == 404
    assert admin.send_form(f"{URL}999999/undo", form_at=URL).status_code == 404


def test_who_may_not_make_a_change_does_not_undo_it(admin: PersonsClient) -> None:
    by = make_user("cse_lead")
    set_checking_rules(CheckingFacts(30, 0.5, 20), now=NOON, by=by.id)
    assert undo(admin, newest("checking.rules changed")).status_code == 403


@pytest.mark.parametrize("role", ["adviser", "service_manager", "cse_lead", "data_protection_officer", "assessor"])
def test_only_the_administrator_sees_them(sign_in: Callable[..., PersonsClient], role: str) -> None:
    make_council()
    make_service("housing")
    assert sign_in(role, *(["housing"] if ROLES[role].own_services_only else [])).get(URL).status_code == 403


def test_the_address_of_a_person_is_in_no_line(admin: PersonsClient) -> None:
    set_data_protection_email("priya.shah@anyborough.example", now=NOON, by=None)
    line = newest("council.data_protection changed")
    assert "priya" not in f"{line.before} {line.after}"
    assert "priya" not in words(admin)


def test_the_list_takes_as_many_statements_for_many_changes_as_for_one(admin: PersonsClient) -> None:
    set_colours("#00573f", "#00573f", now=NOON)
    admin.get(URL)
    with statements() as few:
        admin.get(URL)
    for n in range(30):
        set_sender(f"Sender {n}", "us@example.org", now=LATER)
    db.session.commit()
    with statements() as many:
        admin.get(URL)
    assert len(many) == len(few) < 12
    assert "26 to 31" in admin.get(f"{URL}?page=2").text
    assert admin.get(f"{URL}?page=9").status_code == 400


def _of_every_kind(by: int) -> None:
    """One change of each kind that has a way back."""
    housing, survey = make_service("housing"), make_survey().survey
    add_services("Waste", now=NOON)
    set_channel(Channel.WEBCHAT, ChannelFacts("Ask Anya", True), now=NOON)
    change_rules({"staff_domains": ["anyborough.example"], "reminder_after_days": 0}, now=NOON)
    add_exclusion(Dimension.REASON, "Bereavement", "Asking would hurt.", now=NOON)
    set_sampling(housing.id, Channel.PHONE, Amount(fraction=0.5), now=NOON)
    set_sampling(None, Channel.WEB, Amount(monthly_quota=40), now=NOON)
    set_window(Way.EMAIL, housing.id, Window(540, 1050, "12345", on_bank_holidays=False), now=NOON)
    set_rules(RuleFacts(True, 1, 1, 5, False, ""), now=NOON)
    set_bilingual(survey, True, now=NOON)
    set_paging(survey, Paging.ONE_QUESTION, now=NOON)
    set_second_step_for(SecondStepFor.EVERYBODY, now=NOON, by=by)
    keep_for("raw_comments", 60, now=NOON)
    source = Source("page", "Uploaded")
    set_feed(source, FeedFacts("Calls", "owner@anyborough.example", 48, 0, True), now=NOON)
    set_question("age", QuestionFacts(True, None, None), now=NOON)
    set_support_text(None, "Call 999.", "https://example.org/weather", now=NOON)
    set_support_text(housing.id, "Call the duty officer.", "https://example.org/weather", now=NOON)


def test_every_kind_of_change_comes_back(admin: PersonsClient, app: object) -> None:
    by = make_user("administrator").id
    _of_every_kind(by)
    lines = db.session.scalars(select(AuditLine).where(AuditLine.action.endswith(CHANGED)).order_by(AuditLine.id)).all()
    told = words(admin)
    assert "Bereavement" in told
    assert "Ask Anya" in told
    for line in reversed(lines):
        kind = KINDS[line.action.removesuffix(CHANGED)]
        assert kind.label in told
        assert undo(admin, line).status_code == 303, line.action
        db.session.expire_all()
        after = kind.now(line.subject)
        if line.before is None:
            assert after is None or after.get("is_asked") is False
        else:
            assert {name: (after or {}).get(name) for name in line.before} == line.before
    assert list(exclusions()) == []
    assert list(sampling_rules()) == []
    assert follow_up_rules().highest_score != 1
    assert not db.session.scalars(select(Survey)).one().is_bilingual


def _written_as_changes() -> set[str]:
    """The kinds that the source writes down by record_change(); one that is no constant fails here."""
    found: set[str] = set()
    for path in (PROJECT_ROOT / "survey_app").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "record_change":
                kind = call.args[0]
                found.add(kind.value if isinstance(kind, ast.Constant) else CONSTANTS[ast.unparse(kind)])
    return found


def test_every_setting_that_is_written_down_as_changed_has_its_way_back() -> None:
    assert _written_as_changes() == set(KINDS)


def test_nothing_else_is_written_down_as_if_it_were_a_setting() -> None:
    """An act with what stood before and after it is a change of a setting, or has a history of its own."""
    found = set()
    for path in (PROJECT_ROOT / "survey_app").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("record_act", "record_act_by"):
                named = {each.arg for each in call.keywords}
                if {"before", "after"} <= named and isinstance(call.args[0], ast.Constant):
                    found.add(call.args[0].value)
    assert found == OF_THEIR_OWN.keys()


def test_an_address_of_data_protection_is_taken_off_again_but_an_earlier_one_is_not_known(admin: PersonsClient) -> None:
    set_data_protection_email("dpo@anyborough.example", now=NOON, by=None)
    assert undo(admin, newest("council.data_protection changed")).status_code == 303
    assert council().data_protection_email == ""
    set_data_protection_email("dpo@anyborough.example", now=LATER, by=None)
    set_data_protection_email("new@anyborough.example", now=LATER, by=None)
    answer = undo(admin, newest("council.data_protection changed"))
    assert answer.status_code == 409
    assert "Type the earlier one again" in answer.text
    assert council().data_protection_email == "new@anyborough.example"


def test_the_owner_of_a_feed_is_not_known_once_they_are_taken_off(admin: PersonsClient) -> None:
    source = Source("page", "Uploaded")
    set_feed(source, FeedFacts("Calls", "owner@anyborough.example", 24, 2, True), now=NOON)
    set_feed(source, FeedFacts("Calls", None, 24, 2, False), now=LATER)
    assert "owner@" not in words(admin)
    answer = undo(admin, newest("feed changed"))
    assert answer.status_code == 409
    assert "Name one on the page of the feed." in answer.text


def test_retention_goes_back_and_is_named_by_its_class(admin: PersonsClient) -> None:
    keep_for("contact_details", 20, now=NOON)
    told = words(admin)
    assert f"How long data is kept {BY_CODE['contact_details'].name} Days: 30 → became 20" in told
    assert undo(admin, newest("retention changed")).status_code == 303
    assert db.session.scalars(select(RetentionRule.keep_days)).all() == [30]


def test_every_kind_that_is_listed_has_its_page(app: object) -> None:
    assert [kind for kind, each in KINDS.items() if each.page not in app.view_functions] == []  # type: ignore[attr-defined]
