"""The second step: what it asks for, that it cannot be skipped, replayed or guessed, and who has to have one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest
import time_machine
from bs4 import BeautifulSoup
from cryptography.fernet import Fernet
from sqlalchemy import select, text

from survey_app.accounts.models import SecondStepFor, User
from survey_app.accounts.second_step.operations import set_second_step_for
from survey_app.audit.models import AuditLine
from survey_app.extensions import db
from survey_app.kernel.ciphers import Cipher
from tests.accounts.authenticators import App
from tests.conftest import PersonsClient
from tests.factories import PASSWORD, make_service, make_user

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
PAGE = "/accounts/second-step/"
SET_UP = "/accounts/second-step/app"
CODE = "/accounts/second-step/code"
CODES = "/accounts/second-step/recovery-codes"
RECOVERY = "/accounts/second-step/recovery-code"
NOT_RIGHT = "That code is not right, has passed or was used already."


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def priya(app, clock):
    make_service("housing")
    return make_user("service_manager", "housing", email="priya@example.org")


@pytest.fixture
def browser(app):
    """browser() is one more browser."""
    return lambda: PersonsClient(app, app.response_class)


def now() -> datetime:
    return datetime.now(UTC)


def set_up(client) -> App:
    """Scan the code of the page, and show that the app has it."""
    app = App.of_page(client.send_form(SET_UP, setup="authenticator").text)
    assert confirm(client, app).location == PAGE
    return app


def confirm(client, app, code=None):
    return client.send_form(CODE, form_at=PAGE, code=code or app.code(now()))


def is_inside(client) -> bool:
    return client.get("/accounts/").status_code == 200


@pytest.fixture
def phone(client, priya, clock):
    """Priya's app; she is signed in on `client`. A minute later its first code has passed."""
    client.sign_in("priya@example.org")
    phone = set_up(client)
    clock.shift(timedelta(seconds=90))
    return phone


class TestTheApp:
    def test_the_page_shows_a_picture_and_the_key_to_type(self, client, priya):
        client.sign_in("priya@example.org")
        page = BeautifulSoup(client.send_form(SET_UP, setup="authenticator").text, "html.parser")
        picture = page.find("img", {"class": "qr"})
        assert picture["src"].startswith("data:image/svg+xml;base64,")
        assert picture["alt"]
        assert len(page.find("code").text.replace("-", "")) >= 32

    def test_nothing_is_asked_for_before_the_app_has_shown_a_right_code(self, client, priya, browser):
        client.sign_in("priya@example.org")
        app = App.of_page(client.send_form(SET_UP, setup="authenticator").text)
        assert NOT_RIGHT in confirm(client, app, "000000").text
        assert browser().sign_in("priya@example.org").location == "/accounts/start"
        assert confirm(client, app).location == PAGE, "a wrong code loses nothing"
        assert browser().sign_in("priya@example.org").location.startswith(CODE)

    def test_the_password_and_a_code_sign_in(self, phone, browser):
        client = browser()
        client.sign_in("priya@example.org")
        assert client.send_form(CODE, code=phone.code(now())).location == "/accounts/start"
        assert is_inside(client)

    def test_the_page_that_was_wanted_follows_the_code(self, phone, browser):
        client = browser()
        to_code = client.sign_in("priya@example.org", next="/dashboards/?from=2025-04-01").location
        assert client.send_form(to_code, code=phone.code(now())).location == "/dashboards/?from=2025-04-01"

    @pytest.mark.parametrize(("seconds", "is_taken"), [(0, True), (-30, True), (30, True), (-90, False), (90, False)])
    def test_a_clock_may_be_half_a_minute_wrong(self, phone, browser, clock, seconds, is_taken):
        clock.shift(timedelta(minutes=10))
        client = browser()
        client.sign_in("priya@example.org")
        client.send_form(CODE, code=phone.code(now() + timedelta(seconds=seconds)))
        assert is_inside(client) is is_taken

    def test_a_code_that_was_used_does_not_work_again(self, phone, browser):
        code = phone.code(now())
        for client, is_taken in ((browser(), True), (browser(), False)):
            client.sign_in("priya@example.org")
            client.send_form(CODE, code=code)
            assert is_inside(client) is is_taken

    def test_neither_does_an_older_one_than_the_newest_used(self, phone, browser, clock):
        older = phone.code(now())
        clock.shift(timedelta(seconds=30))
        for client, code, is_taken in ((browser(), phone.code(now()), True), (browser(), older, False)):
            client.sign_in("priya@example.org")
            client.send_form(CODE, code=code)
            assert is_inside(client) is is_taken

    def test_ten_wrong_codes_close_it_for_a_while_from_everywhere(self, phone, browser):
        answers = []
        for _ in range(11):
            client = browser()
            client.sign_in("priya@example.org")
            answers.append(client.send_form(CODE, code="000000").status_code)
        assert answers == [200] * 10 + [429]
        client = browser()
        client.sign_in("priya@example.org")
        assert client.send_form(CODE, code=phone.code(now())).status_code == 429
        assert not is_inside(client)

    def test_the_secret_stands_encrypted_in_the_database(self, phone):
        stored = db.session.scalar(text("select tf_totp_secret from staff_user where tf_totp_secret is not null"))
        assert stored.startswith("gAAAA")
        assert phone.key.replace("-", "") not in stored

    def test_it_can_be_left_and_other_browsers_are_signed_out(self, client, phone, browser):
        other = browser()
        other.sign_in("priya@example.org")
        other.send_form(CODE, code=phone.code(now()))
        assert client.send_form(SET_UP, setup="disable").location == PAGE
        assert is_inside(client)
        assert not is_inside(other)
        assert browser().sign_in("priya@example.org").location == "/accounts/start"

    def test_each_change_is_told_to_the_person_and_to_the_audit(self, client, phone, outbox):
        client.send_form(SET_UP, setup="disable", buffered=True)
        acts = db.session.scalars(select(AuditLine.action).order_by(AuditLine.id)).all()
        assert [act for act in acts if "app" in act] == ["authenticator app added", "authenticator app removed"]
        assert "To: priya@example.org\nThe authenticator app was removed." in outbox()[-1]


class TestSkippingIt:
    """Between the password and the code nothing is open."""

    @pytest.fixture
    def half_way(self, phone, browser):
        client = browser()
        client.sign_in("priya@example.org")
        return client

    @pytest.mark.parametrize("page", ["/accounts/", "/dashboards/", PAGE, SET_UP, CODES, "/accounts/passkeys"])
    def test_no_page_opens(self, half_way, page):
        assert half_way.get(page).location.startswith("/accounts/sign-in")

    @pytest.mark.parametrize(
        "form", [SET_UP, CODES, "/accounts/passkeys", "/accounts/passkeys/remove", "/accounts/password"]
    )
    def test_nothing_can_be_changed(self, half_way, form):
        answer = half_way.send_form(form, form_at=CODE, setup="disable", name="x")
        assert answer.location.startswith("/accounts/sign-in")
        user = db.session.scalars(select(User).where(User.email == "priya@example.org")).one()
        db.session.refresh(user)
        assert user.tf_totp_secret is not None

    @pytest.mark.parametrize("way", [CODE, RECOVERY, "/accounts/second-step/which"])
    def test_without_the_password_there_is_no_second_step(self, phone, browser, way):
        client = browser()
        assert client.get(way).location == "/accounts/sign-in"
        assert (
            client.send_form(way, form_at="/accounts/sign-in", code=phone.code(now())).location == "/accounts/sign-in"
        )
        assert not is_inside(client)

    def test_the_second_step_of_one_is_not_that_of_another(self, phone, browser, clock):
        make_user("service_manager", "housing", email="sam@example.org")
        sam = browser()
        sam.sign_in("sam@example.org")
        app_of_sam = set_up(sam)
        clock.shift(timedelta(seconds=90))
        client = browser()
        client.sign_in("priya@example.org")
        assert NOT_RIGHT in client.send_form(CODE, code=app_of_sam.code(now())).text
        assert not is_inside(client)

    def test_a_person_whose_access_ended_meanwhile_does_not_get_in(self, phone, half_way, priya):
        from survey_app.accounts.operations import deactivate

        deactivate(priya, now())
        half_way.post(CODE, data={"code": phone.code(now())})
        assert not is_inside(half_way)

    def test_the_form_of_the_code_cannot_carry_more(self, half_way, phone, priya):
        posted = {"is_break_glass": "y", "roles": "administrator", "is_demo": "y", "active": "", "tf_user_id": "1"}
        half_way.send_form(CODE, code=phone.code(now()), **posted)
        db.session.refresh(priya)
        assert (priya.is_break_glass, priya.is_demo, priya.active) == (False, False, True)
        assert priya.role_names == ["service_manager"]

    def test_a_new_password_by_letter_leaves_the_second_step(self, app, phone, browser, outbox):
        client = browser()
        client.send_form("/accounts/forgotten-password", email="priya@example.org", buffered=True)
        link = re.search(r"http://127\.0\.0\.1:5000(/accounts/forgotten-password/\S+)", outbox()[-1])[1]
        client.send_form(link, password="another horse battery", password_confirm="another horse battery")
        assert not is_inside(client)
        assert client.sign_in("priya@example.org", "another horse battery").location.startswith(CODE)

    @pytest.mark.parametrize(
        "closed", ["/accounts/second-step/app/token", "/accounts/second-step/rescue", "/accounts/passkey-again"]
    )
    def test_what_the_library_offers_and_we_do_not_is_not_there(self, client, phone, closed):
        assert client.get(closed).status_code in (404, 405)
        assert client.send_form(closed, form_at="/accounts/").status_code == 404

    def test_a_lost_bookmark_of_the_code_signs_nobody_out(self, client, phone):
        assert client.get(CODE).location == PAGE
        assert is_inside(client)


class TestRecoveryCodes:
    def made(self, client) -> list[str]:
        page = BeautifulSoup(client.send_form(CODES).text, "html.parser")
        return [code.text for code in page.select(".codes code")]

    @pytest.fixture
    def codes(self, client, phone):
        return self.made(client)

    def use(self, client, code):
        client.sign_in("priya@example.org")
        return client.send_form(RECOVERY, form_at=CODE, code=code)

    def test_ten_are_made_and_shown_once(self, client, codes):
        assert len(set(codes)) == 10
        for address in (CODES, f"{CODES}?show_codes=1", PAGE):
            assert codes[0] not in client.get(address).text
        assert "10 recovery codes of 10 are left" in client.get(PAGE).text

    @pytest.mark.parametrize("typed", [str, str.upper, lambda code: f"  {code.replace('-', ' ')} "])
    def test_one_stands_in_for_the_app_however_it_is_typed(self, codes, browser, typed):
        client = browser()
        assert self.use(client, typed(codes[3])).location == "/accounts/start"
        assert is_inside(client)
        assert "9 recovery codes of 10 are left" in client.get(PAGE).text

    def test_each_works_once(self, codes, browser):
        self.use(browser(), codes[3])
        again = browser()
        assert "none of your recovery codes" in self.use(again, codes[3]).text
        assert not is_inside(again)
        assert self.use(browser(), codes[4]).status_code == 302

    def test_new_ones_end_the_old(self, client, codes, browser):
        self.made(client)
        again = browser()
        self.use(again, codes[0])
        assert not is_inside(again)

    def test_ten_wrong_ones_close_it_for_a_while(self, codes, browser):
        assert [self.use(browser(), "0000-0000-0000").status_code for _ in range(11)] == [200] * 10 + [429]

    def test_they_stand_encrypted_in_the_database(self, codes, priya):
        stored = db.session.scalar(text("select mf_recovery_codes from staff_user where mf_recovery_codes is not null"))
        assert stored.startswith("gAAAA")
        assert codes[0] not in stored

    def test_the_audit_tells_that_one_was_used_and_how_many_are_left(self, codes, browser, priya):
        self.use(browser(), codes[0])
        line = db.session.scalars(select(AuditLine).where(AuditLine.action == "recovery code used")).one()
        assert (line.subject, line.after) == (f"user {priya.id}", {"left": 9})


class TestChangingHowOneSignsIn:
    @pytest.mark.parametrize("page", [SET_UP, CODES, "/accounts/passkeys"])
    def test_the_password_is_asked_for_again_after_a_quarter_of_an_hour(self, client, phone, clock, page):
        clock.shift(timedelta(minutes=30))
        asked = client.get(page).location
        assert asked.startswith("/accounts/password-again")
        assert "That is not your password." in client.send_form(asked, password="a wrong password").text
        assert client.send_form(asked, password=PASSWORD).location == page
        assert client.get(page).status_code == 200

    def test_neither_is_it_changed_by_a_form_that_was_opened_before(self, client, phone, clock, priya):
        clock.shift(timedelta(minutes=30))
        assert "/accounts/password-again" in client.send_form(SET_UP, form_at=PAGE, setup="disable").location
        db.session.refresh(priya)
        assert priya.tf_totp_secret is not None

    def test_ten_wrong_passwords_close_that_page(self, client, phone):
        again = "/accounts/password-again"
        answers = [client.send_form(again, password="a wrong password").status_code for _ in range(11)]
        assert answers == [200] * 10 + [429]

    @pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/"])
    def test_it_never_leads_to_another_site(self, client, phone, elsewhere):
        answer = client.send_form("/accounts/password-again", password=PASSWORD, next=elsewhere)
        assert answer.location == PAGE


class TestWhoNeedsOne:
    def account(self, client, role, **facts):
        user = make_user(role, email="ann@example.org", **facts)
        client.sign_in("ann@example.org")
        return user

    @pytest.mark.parametrize("role", ["administrator", "data_protection_officer", "cse_lead"])
    def test_roles_that_see_or_change_what_matters_have_seven_days(self, client, clock, role):
        self.account(client, role)
        assert "Add a second step to your sign-in by 17 March 2026" in client.get("/accounts/").text
        clock.shift(timedelta(days=6, hours=23))
        client.sign_in("ann@example.org")
        assert is_inside(client)

    def test_then_nothing_else_opens_until_it_is_there(self, client, clock):
        self.account(client, "administrator")
        clock.shift(timedelta(days=8))
        client.sign_in("ann@example.org")
        for page in ("/accounts/", "/admin/api-keys/", "/dashboards/"):
            assert client.get(page).location == PAGE
        assert client.send_form("/admin/api-keys/", form_at=PAGE, name="x").location == PAGE
        assert "Until then nothing else here opens for you." in client.get(PAGE).text
        set_up(client)
        assert is_inside(client)

    def test_signing_out_stays_possible(self, client, clock):
        self.account(client, "administrator")
        clock.shift(timedelta(days=8))
        client.sign_in("ann@example.org")
        assert client.send_form("/accounts/sign-out", form_at=PAGE).location == "/accounts/signed-out"

    def test_the_days_do_not_begin_anew_with_each_sign_in(self, client, clock, browser):
        self.account(client, "administrator")
        for _ in range(3):
            clock.shift(timedelta(days=3))
            client = browser()
            client.sign_in("ann@example.org")
        assert client.get("/accounts/").location == PAGE

    def test_who_takes_it_away_again_has_no_days_left(self, client, clock):
        self.account(client, "administrator")
        set_up(client)
        client.send_form(SET_UP, setup="disable")
        assert client.get("/accounts/").location == PAGE

    @pytest.mark.parametrize("facts", [{"is_demo": True}])
    def test_demonstration_users_need_none(self, client, clock, facts):
        self.account(client, "administrator", **facts)
        assert "Add a second step" not in client.get("/accounts/").text

    def test_an_adviser_needs_none_unless_everybody_does(self, client, priya, clock):
        client.sign_in("priya@example.org")
        assert "Add a second step" not in client.get("/accounts/").text
        set_second_step_for(SecondStepFor.EVERYBODY, now=NOW, by=None)
        client.send_form("/accounts/sign-out", form_at="/accounts/")
        client.sign_in("priya@example.org")
        assert "Add a second step" in client.get("/accounts/").text

    def test_nobody_needs_one_where_the_council_says_so(self, client, clock):
        user = self.account(client, "administrator")
        set_second_step_for(SecondStepFor.NOBODY, now=NOW, by=user.id)
        clock.shift(timedelta(days=30))
        client.sign_in("ann@example.org")
        assert is_inside(client)
        line = db.session.scalars(select(AuditLine).where(AuditLine.action.like("rule of%"))).one()
        assert (line.before, line.after) == ({"for": "sensitive_roles"}, {"for": "nobody"})


class TestNewKeys:
    """DATA_KEYS get a new key in front; later the old one goes."""

    def test_app_and_recovery_codes_work_on_under_a_new_key(self, client, phone, settings, make_app, clock):
        codes = TestRecoveryCodes().made(client)
        renewed = make_app(replace(settings, data_keys=(Fernet.generate_key().decode(), *settings.data_keys)))
        by_app, by_code = (PersonsClient(renewed, renewed.response_class) for _ in range(2))
        by_app.sign_in("priya@example.org")
        assert by_app.send_form(CODE, code=phone.code(now())).location == "/accounts/start"
        by_code.sign_in("priya@example.org")
        assert by_code.send_form(RECOVERY, form_at=CODE, code=codes[0]).location == "/accounts/start"

    def test_once_stored_under_it_the_app_works_without_the_old_one(self, phone, settings, make_app, priya):
        """What keeps columns under the newest key finds nothing within them that still hangs on an old one."""
        new = Fernet.generate_key().decode()
        db.session.refresh(priya)
        kept = priya.tf_totp_secret
        stored = Cipher([new]).encrypt(kept)
        db.session.execute(text("update staff_user set tf_totp_secret = :stored"), {"stored": stored})
        db.session.commit()
        renewed = make_app(replace(settings, data_keys=(new,)))
        client = PersonsClient(renewed, renewed.response_class)
        client.sign_in("priya@example.org")
        assert client.send_form(CODE, code=phone.code(now())).location == "/accounts/start"


class TestFormsThatCarryMore:
    MORE = MappingProxyType(
        {"is_break_glass": "y", "is_demo": "y", "active": "y", "roles": "administrator", "role": "administrator"}
        | {"services": "waste", "fs_uniquifier": "x", "second_step_due_at": "", "tf_totp_secret": "", "id": "1"}
    )

    @pytest.mark.parametrize(
        ("form", "values"),
        [
            (
                "/accounts/password",
                {"password": PASSWORD, "new_password": "another horse battery"}
                | {"new_password_confirm": "another horse battery"},
            ),
            ("/accounts/password-again", {"password": PASSWORD}),
            (CODES, {}),
        ],
    )
    def test_change_nothing_else_of_ones_own_account(self, client, phone, priya, form, values):
        def facts():
            db.session.expire_all()
            return (
                priya.is_break_glass,
                priya.is_demo,
                priya.active,
                priya.role_names,
                priya.tf_totp_secret,
                priya.email,
            )

        before = facts()
        assert client.send_form(form, **values, **self.MORE).status_code in (200, 302)
        assert facts() == before

    def test_neither_at_sign_in(self, browser, priya):
        browser().sign_in("priya@example.org", **self.MORE)
        db.session.expire_all()
        assert (priya.is_break_glass, priya.is_demo, priya.role_names) == (False, False, ["service_manager"])
