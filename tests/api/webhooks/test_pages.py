"""The pages of webhooks: who is told, what was sent, what was answered."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from survey_app.api.webhooks.models import Webhook, WebhookDelivery, WebhookTry
from survey_app.audit.models import AuditLine
from survey_app.extensions import db, transaction
from survey_app.kernel.clock import utc_now
from tests.api.webhooks.conftest import deliveries, happen, run, run_until_quiet
from tests.listener import Listener
from tests.statements import statements

URL = "/admin/webhooks/"
NEW = f"{URL}new"


@pytest.fixture
def admin(council, sign_in):
    return sign_in("administrator")


def page(answer) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "html.parser")


def the_hook() -> Webhook:
    db.session.expire_all()
    return db.session.scalars(select(Webhook)).one()


def acts() -> list[str]:
    return list(
        db.session.scalars(select(AuditLine.action).where(AuditLine.action.like("webhook%")).order_by(AuditLine.id))
    )


def test_without_one_the_page_says_what_it_is_and_where_to_begin(admin):
    found = page(admin.get(URL))
    assert "No other system is told" in found.h1.text
    assert found.find("a", href=NEW) is not None


def test_it_is_added_its_secret_shown_once_and_a_test_arrives(admin, ear: Listener):
    events = ["response.recorded", "pack.made"]
    answer = admin.send_form(NEW, name="Case management", address=ear.url, events=events)
    secret = page(answer).find("code").text
    hook = the_hook()
    assert (hook.name, hook.url, hook.events, hook.secret) == ("Case management", ear.url, sorted(events), secret)
    one = f"{URL}{hook.reference}/"
    assert secret not in admin.get(one).text
    assert secret not in admin.get(URL).text
    assert admin.send_form(f"{one}test", form_at=one).status_code == 303
    run()
    found = admin.get(one).text
    assert "A test" in found and "Delivered" in found and "204" in found
    assert ear.heard[0].headers["webhook-id"] in found
    assert acts() == ["webhook added", "webhook test sent"]
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "webhook added")).one()
    assert line.actor_kind == "user"
    assert "of-theirs" not in str(line.after) and "127.0.0.1" in str(line.after)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("http://records.example.org/", "https://"),
        ("https://10.0.0.1/", "not on the internet"),
        ("https://[::ffff:127.0.0.1]/", "not on the internet"),
        ("https://2130706433/", "no name of a host"),
        ("https://user:pw@93.184.215.14/", "user name"),
        ("https://93.184.215.14:22/", "port"),
        ("", "Type the address"),
    ],
)
def test_an_address_that_cannot_be_is_told_beside_it_and_nothing_typed_is_lost(admin, typed, said):
    answer = admin.send_form(NEW, name="Case management", address=typed, events=["pack.made"])
    assert answer.status_code == 422
    found = page(answer)
    assert [link["href"] for link in found.select(".govuk-error-summary a")] == ["#address"]
    assert said in found.find(id="address-error").text
    assert found.find("input", id="address")["value"] == typed
    assert found.find("input", id="name")["value"] == "Case management"
    assert found.find("input", value="pack.made").has_attr("checked")
    assert db.session.scalar(select(func.count()).select_from(Webhook)) == 0


def test_whoever_leaves_all_out_is_told_all_of_it(admin):
    answer = admin.send_form(NEW, name="", address="", events=["nothing.known"])
    problems = [link["href"] for link in page(answer).select(".govuk-error-summary a")]
    assert problems == ["#name", "#address", "#events"]
    assert all(page(answer).select(problem) for problem in problems)


def test_it_is_changed_and_what_waits_goes_to_the_new_address(admin, hook: Webhook, ear: Listener):
    happen(hook)
    with transaction():
        hook.url = "http://127.0.0.1:1/"
    one = f"{URL}{hook.reference}/"
    assert page(admin.get(f"{one}change")).find("input", id="name")["value"] == "Case management"
    bad = admin.send_form(f"{one}change", name="Other", address="https://10.0.0.1/", events=["pack.made"])
    assert bad.status_code == 422
    assert the_hook().name == "Case management"
    good = admin.send_form(f"{one}change", name="Other", address=ear.url, events=["pack.made"])
    assert good.status_code == 303
    run()
    assert len(ear.heard) == 1
    assert (the_hook().name, the_hook().events) == ("Other", ["pack.made"])


def test_its_secret_is_changed_and_shown_once(admin, hook: Webhook):
    old, one = hook.secret, f"{URL}{hook.reference}/"
    answer = admin.send_form(f"{one}secret", form_at=one)
    new = the_hook().secret
    assert new != old
    assert page(answer).find("code").text == new
    assert the_hook().earlier_secret == old
    assert "the secret before signs as well" in admin.get(one).text
    assert old not in answer.text


def test_it_is_stopped_and_resumed(admin, hook: Webhook, ear: Listener):
    one = f"{URL}{hook.reference}/"
    happen(hook)
    assert admin.send_form(f"{one}stop", form_at=one).status_code == 303
    assert "No systems are told." in page(admin.get(URL)).h1.text
    assert "1 message waits" in admin.get(one).text
    assert run() == 0
    assert admin.send_form(f"{one}test", form_at=one).status_code == 403
    assert admin.send_form(f"{one}resume", form_at=one).status_code == 303
    assert run() == 1
    assert acts()[1:] == ["webhook stopped", "webhook resumed"]


def test_it_is_deleted_with_its_log_after_a_question_that_says_what_goes(admin, hook: Webhook, ear: Listener):
    happen(hook)
    run()
    happen(hook, n=2)
    one = f"{URL}{hook.reference}/"
    question = f"{one}delete"
    assert page(admin.get(one)).find("a", href=question) is not None
    asked = admin.get(question)
    assert "2 messages that wait are never sent" in asked.text
    assert "of-theirs" not in asked.text
    assert the_hook() is not None
    answer = admin.send_form(question)
    assert answer.status_code == 303
    assert "Case management is deleted." in admin.get(answer.location).text
    assert (db.session.scalars(select(Webhook)).all(), deliveries()) == ([], [])
    assert db.session.scalar(select(func.count(WebhookTry.id))) == 0
    assert (admin.get(one).status_code, admin.get(question).status_code) == (404, 404)
    assert run() == 0
    assert len(ear.heard) == 1
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "webhook deleted")).one()
    assert line.before["name"] == "Case management"
    assert line.before["address"].startswith("http://127.0.0.1:")
    assert "of-theirs" not in str(line.before)


def test_one_at_an_address_that_is_no_longer_allowed_can_be_deleted(admin, hook: Webhook):
    with transaction():
        hook.url = "https://crm.council.internal/hooks?key=of-theirs"
    question = f"{URL}{hook.reference}/delete"
    assert admin.send_form(question).status_code == 303
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "webhook deleted")).one()
    assert "of-theirs" not in str(line.before)


def test_what_came_of_each_try_can_be_read_and_it_can_be_sent_again(admin, hook: Webhook, ear: Listener):
    ear.answers = [500]
    happen(hook)
    run()
    one = f"{URL}{hook.reference}/"
    assert "Failing" in admin.get(URL).text
    assert "Failed" in admin.get(one).text
    delivery = f"{one}events/{deliveries()[0].event.reference}/"
    found = page(admin.get(delivery))
    assert "It answered" in found.text or "500" in found.text
    assert '"response":"R0"' in found.text
    assert admin.send_form(delivery).status_code == 303
    run()
    assert [cell.text for cell in page(admin.get(delivery)).select("tbody td:nth-of-type(1)")] == ["204", "500"]
    assert "Works" in admin.get(URL).text


def test_one_that_stopped_by_itself_says_why(admin, hook: Webhook, ear: Listener):
    ear.status = 410
    happen(hook)
    run()
    assert "Stopped by itself" in admin.get(URL).text
    assert "gone for good" in admin.get(f"{URL}{hook.reference}/").text


def test_the_last_hundred_are_listed_in_few_statements(admin, hook: Webhook, ear: Listener):
    happen(hook, n=3)
    run_until_quiet()
    one = f"{URL}{hook.reference}/"
    with statements() as few:
        admin.get(one)
    happen(hook, n=120)
    run_until_quiet()
    with statements() as many:
        found = admin.get(one)
    assert len(page(found).select("tbody tr")) == 100
    assert len(many) == len(few)


def test_what_is_not_there_is_not_found(admin, hook: Webhook):
    for address in ("NOSUCH/", "NOSUCH/change", "NOSUCH/delete", f"{hook.reference}/events/msg_NOSUCH/"):
        assert admin.get(f"{URL}{address}").status_code == 404


def test_the_event_of_another_webhook_is_not_found(admin, hook: Webhook, ear: Listener):
    admin.send_form(NEW, name="Other", address=ear.url, events=["pack.made"])
    happen(hook)
    other = db.session.scalars(select(Webhook).where(Webhook.name == "Other")).one()
    event = db.session.scalars(select(WebhookDelivery)).one().event.reference
    assert admin.get(f"{URL}{other.reference}/events/{event}/").status_code == 404


@pytest.mark.parametrize("role", ["adviser", "service_manager", "cse_lead", "data_protection_officer", "assessor"])
def test_only_who_may_say_who_is_told_sees_any_of_it(sign_in, hook: Webhook, role):
    from tests.factories import make_service

    client = sign_in(role, *(["housing"] if role in ("adviser", "service_manager") and make_service() else []))
    for address in ("", "new", f"{hook.reference}/", f"{hook.reference}/change", f"{hook.reference}/delete"):
        assert client.get(f"{URL}{address}").status_code == 403
    token = {"csrf_token": "none"}
    for act in ("test", "stop", "resume", "secret", "change", "delete"):
        assert client.post(f"{URL}{hook.reference}/{act}", data=token).status_code in (400, 403)
    assert the_hook().stopped_at is None


def test_times_are_london_s(admin, hook: Webhook, ear: Listener):
    summer = utc_now().replace(month=7, day=1, hour=11, minute=5)
    happen(hook, at=summer)
    assert "1 July" in admin.get(f"{URL}{hook.reference}/").text
    assert "12:05" in admin.get(f"{URL}{hook.reference}/").text
