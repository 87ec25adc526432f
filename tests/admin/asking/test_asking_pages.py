"""Who is asked is set by rules that everybody can read, tried before they are kept, and put back with one press."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import event, select
from time_machine import TimeMachineFixture

from survey_app.audit.models import AuditLine
from survey_app.contacts.asking.operations import draw_day
from survey_app.contacts.asking.queries import exclusions, sampling_rules
from survey_app.contacts.models import DrawDay
from survey_app.contacts.queries import asking_rules
from survey_app.extensions import db, transaction
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Service
from tests.conftest import PersonsClient
from tests.factories import make_cast, make_contacts, make_service

NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)
INDEX, LEFT_OUT, AMOUNTS, RULES = (f"/admin/asking/{page}" for page in ("", "left-out", "amounts", "rules"))
BEREAVEMENT = {"dimension": "reason", "value": "Bereavement", "why": "Asking would hurt.", "act": "save"}
STANDARD = {
    "cooling_off_days": "90",
    "too_old_days": "14",
    "ask_second_contact": "no",
    "ask_open_complaint": "no",
    "reserved_percent": "20",
    "rare_below": "200",
    "staff_domains": "",
}


@pytest.fixture(autouse=True)
def _in_march(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW)


@pytest.fixture
def admin(app: object, sign_in: Callable[..., PersonsClient]) -> PersonsClient:
    make_cast()
    return sign_in("administrator")


@pytest.fixture
def contacts(admin: PersonsClient) -> Service:
    """Of housing and of what is below it, a day ago and before."""
    with transaction():
        housing = db.session.scalars(select(Service).where(Service.code == "housing")).one()
        below = make_service("homeless", "Homelessness", parent_id=housing.id)
        day = (NOW - timedelta(days=1)).date()
        make_contacts(housing, day, 40)
        make_contacts(housing, day, 10, draw_outcome="not_sampled", channel=Channel.WEB, reason="BEREAVEMENT")
        make_contacts(below, day, 5, draw_outcome="sensitive", reason="bereavement ")
        make_contacts(below, day - timedelta(days=100), 9, reason="Bereavement")
        return housing


def words(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def problems(page: str) -> list[str]:
    return [
        each.get_text(" ", strip=True) for each in BeautifulSoup(page, "html.parser").select(".govuk-error-message")
    ]


def acts() -> list[tuple[str, str]]:
    lines = select(AuditLine.action, AuditLine.subject).where(AuditLine.action.like("asking.%"))
    return [tuple(line) for line in db.session.execute(lines.order_by(AuditLine.id))]


def undo(client: PersonsClient) -> str:
    """Where the link leads that puts the last change back."""
    link = BeautifulSoup(client.get(INDEX).text, "html.parser").select_one(".said a")
    assert link is not None
    return str(link["href"])


def typed(page: str) -> dict[str, str]:
    """What stands in the fields of a form."""
    form = BeautifulSoup(page, "html.parser").select("main form")[0]
    fields = {field["name"]: str(field.get("value", "")) for field in form.select("input[type=text]")}
    fields |= {field["name"]: field.get_text() for field in form.select("textarea")}
    fields |= {field["name"]: str(field["value"]) for field in form.select("input[checked]")}
    for field in form.select("select"):
        chosen = field.select_one("option[selected]") or field.select_one("option")
        assert chosen is not None
        fields[str(field["name"])] = str(chosen["value"])
    return fields


def test_the_page_says_what_each_rule_left_out(contacts: Service, admin: PersonsClient) -> None:
    page = words(admin.get(INDEX).text)
    assert "50 of 55 contacts of the last 90 days could be asked about. 40 were" in page
    assert "Marked as sensitive Asking after a bereavement or an abuse does harm. 5 always" in page
    assert "Everybody Everyone 50 40" in page


def test_without_contacts_it_says_what_the_rules_are_for(admin: PersonsClient) -> None:
    assert "There are no contacts of the last 90 days yet." in words(admin.get(INDEX).text)


def test_leaving_out_is_tried_kept_and_taken_back(contacts: Service, admin: PersonsClient) -> None:
    tried = admin.send_form(LEFT_OUT, **BEREAVEMENT | {"act": "try", "why": ""})
    assert "15 contacts of the last 90 days would have been left out. Nothing has been kept yet." in words(tried.text)
    assert typed(tried.text)["value"] == "Bereavement"
    assert exclusions() == []
    assert admin.send_form(LEFT_OUT, **BEREAVEMENT).status_code == 303
    assert "Reason: Bereavement Asking would hurt. 15 Ask again" in words(admin.get(INDEX).text)
    (kept,) = exclusions()
    admin.send_form(f"/admin/asking/left-out/{kept.id}/end", form_at=INDEX)
    assert exclusions() == []
    again = admin.get(undo(admin)).text
    assert typed(again) == {key: value for key, value in BEREAVEMENT.items() if key != "act"}
    assert acts() == [("asking.exclusion changed", "reason bereavement")] * 2


@pytest.mark.parametrize(
    ("dimension", "value", "stored", "count"),
    [
        ("service", "Housing options", "housing", 55),
        ("channel", "Web form", "web", 10),
        ("language", "EN", "en", 55),
        ("outcome", "closed", "closed", "No"),
    ],
)
@pytest.mark.usefixtures("contacts")
def test_values_are_known_however_they_are_typed(
    admin: PersonsClient, dimension: str, value: str, stored: str, count: object
) -> None:
    form = BEREAVEMENT | {"dimension": dimension, "value": value}
    assert re.search(f"{count} contacts? of the last", words(admin.send_form(LEFT_OUT, **form | {"act": "try"}).text))
    admin.send_form(LEFT_OUT, **form)
    assert [each.value for each in exclusions()] == [stored]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"value": ""}, "Type the value."),
        ({"why": " "}, "Say why"),
        ({"dimension": "service", "value": "Housng options"}, "Did you mean Housing options (housing)?"),
        ({"dimension": "channel", "value": "pigeon"}, "There is no such channel."),
        ({"dimension": "language", "value": "Welsh!"}, "Type a language code"),
        ({"dimension": "person"}, None),
        ({"value": "x" * 121}, "Use 120 characters or fewer."),
    ],
)
def test_what_cannot_be_left_out_is_said_where_it_was_typed(
    admin: PersonsClient, change: dict[str, str], problem: str | None
) -> None:
    answer = admin.send_form(LEFT_OUT, **BEREAVEMENT | change)
    assert answer.status_code == 400
    assert problem is None or problem in problems(answer.text)[0]
    assert typed(answer.text)["value"] == (BEREAVEMENT | change)["value"]
    assert exclusions() == []


def test_the_same_is_not_left_out_twice(admin: PersonsClient) -> None:
    admin.send_form(LEFT_OUT, **BEREAVEMENT)
    again = admin.send_form(LEFT_OUT, **BEREAVEMENT | {"value": "  BEREAVEMENT"})
    assert "left out already" in problems(again.text)[0]


def test_a_share_is_tried_kept_changed_and_removed(contacts: Service, admin: PersonsClient) -> None:
    form = {"service": "housing", "channel": "", "how": "share", "number": "25%"}
    tried = words(admin.send_form(AMOUNTS, **form, act="try").text)
    assert "Of 50 contacts of the last 90 days that could be asked about, 40 were asked." in tried
    assert "With this rule it would have been about 12." in tried
    assert sampling_rules() == []
    admin.send_form(AMOUNTS, **form, act="save")
    admin.send_form(AMOUNTS, **form | {"how": "quota", "number": "300"}, act="save")
    assert typed(admin.get(undo(admin)).text) == form | {"number": "25"}
    page = words(admin.get(INDEX).text)
    assert "Housing options, every channel About 300 a month 50 40 0 of 300" in page
    assert "All others Everyone 0 0" in page
    (rule,) = sampling_rules()
    admin.send_form(f"/admin/asking/amounts/{rule.id}/end", form_at=INDEX)
    assert sampling_rules() == []
    assert typed(admin.get(undo(admin)).text) == form | {"how": "quota", "number": "300"}
    assert [act for act, _ in acts()] == ["asking.sampling changed"] * 3


def test_a_share_of_all_is_the_general_one_and_ends_a_quota_for_all(admin: PersonsClient) -> None:
    everybody = {"service": "", "channel": "", "act": "save"}
    admin.send_form(AMOUNTS, **everybody, how="quota", number="500")
    assert [rule.monthly_quota for rule in sampling_rules()] == [500]
    admin.send_form(AMOUNTS, **everybody, how="share", number="12.5")
    assert (list(sampling_rules()), asking_rules().sampling_fraction) == ([], 0.125)
    assert "Everybody 12.5% of them" in words(admin.get(INDEX).text)


@pytest.mark.parametrize(
    "change",
    [
        {"number": ""},
        {"number": "101"},
        {"number": "-1"},
        {"how": "quota", "number": "0"},
        {"how": "quota"},
        {"how": ""},
    ],
)
def test_an_amount_that_is_none_is_refused(admin: PersonsClient, change: dict[str, str]) -> None:
    form = {"service": "", "channel": "", "how": "share", "number": "2.5", "act": "save"} | change
    answer = admin.send_form(AMOUNTS, **form)
    assert answer.status_code == 400
    assert problems(answer.text)
    assert typed(answer.text)["number"] == form["number"]


def test_the_rules_for_all_are_changed_together_and_put_back(admin: PersonsClient) -> None:
    with transaction():
        draw_day(asking_rules(), NOW)
    changed = STANDARD | {
        "cooling_off_days": "60",
        "ask_open_complaint": "yes",
        "reserved_percent": "12.5",
        "staff_domains": "@Anyborough.example\nmail.anyborough.example",
    }
    admin.send_form(RULES, **changed)
    rules = asking_rules()
    assert (rules.cooling_off_days, rules.ask_open_complaint, rules.reserved_share) == (60, True, 0.125)
    assert rules.staff_domains == ["anyborough.example", "mail.anyborough.example"]
    assert not db.session.get_one(DrawDay, NOW.date()).is_worked_out  # today's draw goes by the new rules
    back = undo(admin)
    assert typed(admin.get(back).text) == STANDARD
    admin.send_form(RULES, form_at=back, **STANDARD)
    assert asking_rules().staff_domains == []
    assert [act for act, _ in acts()] == ["asking.rules changed", "asking.rules changed"]


def test_a_change_is_said_with_what_was_before(admin: PersonsClient) -> None:
    admin.send_form(RULES, **STANDARD | {"cooling_off_days": "60"})
    assert "Kept. Before, the gap was 90 days." in words(admin.get(INDEX).text)
    admin.send_form(RULES, **STANDARD | {"cooling_off_days": "60"})
    assert "Nothing was changed." in words(admin.get(INDEX).text)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cooling_off_days", "0"),
        ("cooling_off_days", "ninety"),
        ("too_old_days", "91"),
        ("ask_second_contact", "perhaps"),
        ("reserved_percent", "91"),
        ("rare_below", "²"),
        ("staff_domains", "anyborough.example\npat@anyborough.example"),
    ],
)
def test_a_rule_that_is_none_is_refused_and_what_was_typed_stays(admin: PersonsClient, field: str, value: str) -> None:
    answer = admin.send_form(RULES, **STANDARD | {field: value})
    assert answer.status_code == 400
    assert len(problems(answer.text)) == 1
    if field != "ask_second_contact":
        assert typed(answer.text)[field] == value
    assert acts() == []


@pytest.mark.parametrize(("role", "services"), [("cse_lead", ()), ("service_manager", ("housing",))])
def test_only_who_manages_the_council_may_look_and_change(
    admin: PersonsClient, sign_in: Callable[..., PersonsClient], role: str, services: tuple[str, ...]
) -> None:
    other = sign_in(role, *services)
    for address in (INDEX, LEFT_OUT, AMOUNTS, RULES):
        assert other.get(address).status_code == 403


def test_what_is_gone_is_said(admin: PersonsClient) -> None:
    for address in ("/admin/asking/left-out/99/end", "/admin/asking/amounts/99/end"):
        assert admin.send_form(address, form_at=LEFT_OUT).status_code == 404


def test_the_page_needs_the_same_statements_however_many_rules_there_are(
    contacts: Service, admin: PersonsClient
) -> None:
    def statements() -> int:
        seen: list[str] = []
        note = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(db.engine, "after_cursor_execute", note)
        assert admin.get(INDEX).status_code == 200
        event.remove(db.engine, "after_cursor_execute", note)
        return len(seen)

    admin.send_form(LEFT_OUT, **BEREAVEMENT)
    admin.send_form(AMOUNTS, service="housing", channel="phone", how="share", number="5", act="save")
    before = statements()
    admin.send_form(LEFT_OUT, **BEREAVEMENT | {"value": "Abuse"})
    admin.send_form(AMOUNTS, service="waste", channel="web", how="quota", number="5", act="save")
    assert statements() <= before < 30
