"""People: who has access is decided by another administrator, kept in the audit, and never lifts itself."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from survey_app.accounts.models import User
from survey_app.accounts.operations import invite_user
from survey_app.accounts.people.operations import THE_LAST, forget_accounts
from survey_app.accounts.roles import RoleName
from survey_app.audit.models import AuditLine
from survey_app.extensions import db, transaction
from tests.accounts.authenticators import App
from tests.conftest import PersonsClient
from tests.factories import NOON, PASSWORD, make_council, make_service, make_user
from tests.statements import statements

PAGE = "/admin/users/"
CREATE = ("users", "create", "glass@example.org", "--role")
ANN = {"name": "Ann Lee", "email": "ann@example.org", "role": "service_manager", "services": "waste"}


@pytest.fixture(autouse=True)
def council(app):
    make_council()
    make_service("housing")
    make_service("waste")


@pytest.fixture
def admin(sign_in):
    return sign_in("administrator")


@pytest.fixture
def sam():
    return make_user("adviser", "housing", email="sam@example.org")


def line(*actions: str) -> AuditLine:
    """The newest line, or the newest of these acts."""
    lines = select(AuditLine).where(AuditLine.action.in_(actions)) if actions else select(AuditLine)
    return db.session.scalars(lines.order_by(AuditLine.id.desc())).first()


def act(client, user, what, **values):
    return client.send_form(f"{PAGE}{user.id}/{what}", form_at=f"{PAGE}{user.id}/", buffered=True, **values)


def chosen(client) -> str:
    """Who needs a second step, as the page has it."""
    page = BeautifulSoup(client.get(PAGE).text, "html.parser")
    return page.find("input", {"name": "second_step_for", "checked": True})["value"]


def again(user) -> User:
    db.session.expire_all()
    return db.session.get(User, user.id)


class TestTheList:
    def test_says_who_signs_in_and_who_lacks_a_second_step(self, admin, sam):
        page = admin.get(PAGE).text
        assert "2 people can sign in." in page
        assert "1 of those who need a second step has none yet." in page
        assert "sam@example.org" in page
        assert "Housing" in page

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("role=adviser", {"sam", "gone"}),
            ("role=administrator", set()),
            ("state=ended", {"gone"}),
            ("state=invited", {"new"}),
            ("state=no-second-step", {"sam"}),
            ("role=adviser&state=ended", {"gone"}),
            ("role=x&state=' OR 1=1 --", {"sam", "gone", "new"}),
        ],
    )
    def test_is_narrowed_by_role_and_state(self, admin, sam, query, found):
        gone = make_user("adviser", "housing", email="gone@example.org")
        gone.active = False
        invite_user("new@example.org", "", "cse_lead", NOON)
        page = admin.get(f"{PAGE}?{query}").text
        assert {name for name in ("sam", "gone", "new") if f"{name}@example.org" in page} == found

    def test_services_stand_below_the_one_that_they_belong_to(self, admin):
        make_service("repairs", parent_id=make_service("homes").id)
        assert "Homes › Repairs" in admin.get(f"{PAGE}add").text

    def test_a_filter_that_finds_nobody_leads_back(self, admin):
        assert "Nobody is like that." in admin.get(f"{PAGE}?state=sealed").text

    def test_costs_the_same_however_many_there_are(self, admin, sam):
        with statements() as few:
            admin.get(PAGE)
        for _ in range(20):
            make_user("adviser", "housing", "waste")
        with statements() as many:
            admin.get(PAGE)
        assert len(many) == len(few)

    @pytest.mark.parametrize("role", ["cse_lead", "data_protection_officer", "adviser"])
    @pytest.mark.parametrize("way", ["", "add", "1/"])
    def test_is_for_administrators_alone(self, sign_in, role, way):
        assert sign_in(role, *(["housing"] if role == "adviser" else [])).get(PAGE + way).status_code == 403


class TestAdding:
    def add(self, client, **values):
        return client.send_form(f"{PAGE}add", buffered=True, **ANN | values)

    def found(self) -> User | None:
        return db.session.scalars(select(User).where(User.email == "ann@example.org")).first()

    def test_somebody_gets_a_letter_and_chooses_a_password(self, app, admin, outbox):
        assert self.add(admin).status_code == 303
        (letter,) = outbox()
        assert letter.startswith("To: ann@example.org")
        link = re.search(r"http://127\.0\.0\.1:5000(/accounts/welcome/\S+)", letter)[1]
        ann = PersonsClient(app, app.response_class)
        assert ann.send_form(link, password=PASSWORD, password_again=PASSWORD).status_code == 303
        assert ann.get("/accounts/").status_code == 200
        user = self.found()
        assert (user.role_names, [service.code for service in user.services]) == (["service_manager"], ["waste"])

    def test_the_address_of_the_letter_serves_once_also_where_the_page_stood_open(self, app, admin, outbox):
        self.add(admin)
        link = re.search(r"http://127\.0\.0\.1:5000(/accounts/welcome/\S+)", outbox()[0])[1]
        ann, thief = (PersonsClient(app, app.response_class) for _ in range(2))
        stood_open = BeautifulSoup(thief.get(link).text, "html.parser").find("input", {"name": "csrf_token"})["value"]
        ann.send_form(link, password=PASSWORD, password_again=PASSWORD)
        taken = "another password altogether"
        sent = {"csrf_token": stood_open, "password": taken, "password_again": taken}
        assert thief.post(link, data=sent).status_code == 410
        assert thief.get(link).status_code == 410
        assert thief.sign_in("ann@example.org", taken).status_code == 200
        assert thief.sign_in("ann@example.org", PASSWORD).status_code == 302

    def test_the_audit_knows_role_and_services_and_no_name(self, admin):
        self.add(admin)
        assert (line().action, line().after) == ("user invited", {"role": "service_manager", "services": ["waste"]})
        assert line().subject == f"user {self.found().id}"

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"name": " "}, "Type their name."),
            ({"email": "no address"}, "Type an e-mail address"),
            ({"email": "ADMIN@example.org"}, "already a user"),
            ({"role": "assessor"}, "Not a valid choice"),
            ({"role": "emperor"}, "Not a valid choice"),
            ({"services": []}, "Choose at least one service"),
            ({"services": "sewers"}, "not a valid choice"),
            ({"is_break_glass": "y"}, "A break-glass account is an administrator’s"),
        ],
    )
    def test_what_will_not_do_is_said_and_nothing_typed_is_lost(self, admin, values, words):
        make_user("cse_lead", email="admin@example.org")
        answer = self.add(admin, **values)
        assert answer.status_code == 422
        assert words.lower() in answer.text.lower()
        assert 'value="Ann Lee"' in answer.text or "name" in values
        assert self.found() is None

    def test_ticked_services_of_a_role_that_sees_all_are_left_out(self, admin):
        self.add(admin, role="cse_lead")
        assert self.found().services == []

    def test_the_form_cannot_carry_more_than_it_asks(self, admin):
        self.add(
            admin, is_demo="y", active="", password="chosen by me", id="1", fs_uniquifier="x", roles="administrator"
        )
        user = self.found()
        assert (user.is_demo, user.active, user.password, user.role_names) == (False, True, None, ["service_manager"])

    def test_a_new_address_is_sent_until_a_password_was_chosen(self, admin, outbox, sam):
        self.add(admin)
        assert act(admin, self.found(), "welcome").status_code == 303
        assert len(outbox()) == 2
        assert act(admin, sam, "welcome").status_code == 409
        assert len(outbox()) == 2


class TestChanging:
    def test_another_role_holds_from_the_next_sign_in(self, app, admin, sam):
        theirs = PersonsClient(app, app.response_class)
        theirs.sign_in("sam@example.org")
        assert act(admin, sam, "role", role="service_manager", services="waste").status_code == 303
        assert theirs.get("/accounts/").status_code == 302
        user = again(sam)
        assert (user.role_names, [service.code for service in user.services]) == (["service_manager"], ["waste"])
        assert line("user changed").before == {"role": "adviser", "services": ["housing"]}
        assert line("user changed").after == {"role": "service_manager", "services": ["waste"]}

    def test_nobody_lifts_their_own_rights(self, app, admin, sam):
        own = db.session.scalars(select(User).where(User.email.like("administrator%"))).one()
        for what, values in (
            ("role", {"role": "cse_lead"}),
            ("end", {}),
            ("second-step", {}),
            ("give-back", {}),
        ):
            answer = admin.send_form(f"{PAGE}{own.id}/{what}", form_at=f"{PAGE}{sam.id}/", **values)
            assert answer.status_code == 409
            assert "Nobody changes their own access" in answer.text
        assert again(own).role_names == ["administrator"]

    def test_the_last_administrator_stays_one(self, app, admin, sign_in, sam):
        """An administrator who cannot sign in any more does not count, nor does a sealed account."""
        other = make_user("administrator", email="other@example.org")
        sealed = make_user("administrator", email="sealed@example.org")
        sealed.is_break_glass = True
        own = db.session.scalars(select(User).where(User.email.like("administrator%"))).one()
        own.password = None  # signs in no more, but still has this session
        for what, values in (("end", {}), ("role", {"role": "cse_lead"})):
            answer = act(admin, other, what, **values)
            assert answer.status_code == 409
            assert THE_LAST in answer.text
        assert again(other).active

    def test_assessors_are_only_listed(self, admin):
        assessor = make_user("assessor")
        for what, values in (("role", {"role": "administrator"}), ("end", {})):
            assert act(admin, assessor, what, **values).status_code == 409
        assert again(assessor).role_names == ["assessor"]
        assert again(assessor).active

    @pytest.mark.parametrize("values", [{"role": "adviser"}, {"role": "emperor"}, {}])
    def test_what_will_not_do_changes_nothing(self, admin, sam, values):
        assert act(admin, sam, "role", **values).status_code == 422
        assert again(sam).role_names == ["adviser"]

    def test_who_is_not_there_is_not_found(self, admin):
        assert admin.get(f"{PAGE}424242/").status_code == 404


class TestEnding:
    def test_ends_sessions_and_sign_in_and_can_be_given_back(self, app, admin, sam):
        theirs = PersonsClient(app, app.response_class)
        theirs.sign_in("sam@example.org")
        assert act(admin, sam, "end").status_code == 303
        assert theirs.get("/accounts/").status_code == 302
        assert theirs.sign_in("sam@example.org").status_code == 200
        assert again(sam).deactivated_at is not None
        assert act(admin, sam, "give-back").status_code == 303
        assert theirs.sign_in("sam@example.org").status_code == 302
        assert line().action == "user access given back"

    def test_who_was_forgotten_is_a_number_that_nobody_gets_back(self, admin, sam):
        act(admin, sam, "end")
        with transaction():
            forget_accounts([sam.id])
        page = admin.get(f"{PAGE}{sam.id}/").text
        assert "They left long ago." in page
        assert "sam@example.org" not in page
        assert "Give access back" not in page
        assert act(admin, sam, "give-back").status_code == 409
        added = admin.send_form(f"{PAGE}add", buffered=True, **(ANN | {"email": "sam@example.org"}))
        assert added.status_code == 303

    def test_the_address_of_a_letter_works_no_more(self, client, admin, outbox):
        admin.send_form(f"{PAGE}add", buffered=True, **ANN)
        link = re.search(r"http://127\.0\.0\.1:5000(/accounts/welcome/\S+)", outbox()[0])[1]
        user = db.session.scalars(select(User).where(User.email == "ann@example.org")).one()
        act(admin, user, "end")
        assert client.get(link).status_code == 410

    def test_somebody_can_be_signed_out_everywhere_and_sign_in_again(self, app, admin, sam):
        theirs = PersonsClient(app, app.response_class)
        theirs.sign_in("sam@example.org")
        assert act(admin, sam, "sign-out").status_code == 303
        assert theirs.get("/accounts/").status_code == 302
        assert theirs.sign_in("sam@example.org").status_code == 302


class TestTheSecondStep:
    def test_is_taken_away_for_who_lost_it_and_asked_for_again(self, app, admin, outbox):
        lead = make_user("cse_lead", email="lead@example.org")
        theirs = PersonsClient(app, app.response_class)
        theirs.sign_in("lead@example.org")
        phone = App.of_page(theirs.send_form("/accounts/second-step/app", setup="authenticator").text)
        theirs.send_form(
            "/accounts/second-step/code", form_at="/accounts/second-step/", code=phone.code(datetime.now(UTC))
        )
        assert again(lead).has_second_step
        assert act(admin, lead, "second-step").status_code == 303
        assert "has taken away the second step of lead@example.org" in outbox()[-1]
        assert line().action == "second step taken away"
        assert theirs.get("/accounts/").status_code == 302
        assert theirs.sign_in("lead@example.org").location == "/accounts/start"
        assert theirs.get("/accounts/").location == "/accounts/second-step/", "a new one comes first"

    def test_who_needs_one_is_said_here(self, admin):
        answer = admin.send_form(f"{PAGE}rule", form_at=PAGE, second_step_for="everybody")
        assert answer.status_code == 303
        assert (line().before, line().after) == ({"for": "sensitive_roles"}, {"for": "everybody"})
        assert chosen(admin) == "everybody"

    def test_anything_else_that_is_sent_changes_nothing(self, admin):
        admin.send_form(f"{PAGE}rule", form_at=PAGE, second_step_for="all but me")
        assert chosen(admin) == "sensitive_roles"


class TestBreakGlass:
    @pytest.fixture
    def sealed(self):
        sealed = make_user("administrator", email="sealed@example.org")
        sealed.is_break_glass = True
        return sealed

    def test_its_use_is_told_at_once_to_who_must_know(self, app, client, sealed, outbox):
        for who, role in (("boss", "administrator"), ("dpo", "data_protection_officer"), ("lead", "cse_lead")):
            make_user(role, email=f"{who}@example.org")
        client.sign_in("sealed@example.org", buffered=True)
        told = sorted(letter.split()[1] for letter in outbox())
        assert told == ["boss@example.org", "dpo@example.org", "sealed@example.org"]
        assert f"http://127.0.0.1:5000/admin/users/{sealed.id}/" in outbox()[0]
        assert line().action == "break-glass account used"

    def test_a_wrong_password_tells_nobody(self, client, sealed, outbox):
        client.sign_in("sealed@example.org", "a wrong password", buffered=True)
        assert outbox() == []

    def test_the_page_shows_its_last_use_and_that_it_was_a_test(self, app, admin, sealed):
        page = f"{PAGE}{sealed.id}/"
        assert "It was never used." in admin.get(page).text
        PersonsClient(app, app.response_class).sign_in("sealed@example.org")
        assert "No use of it was a test." in admin.get(page).text
        assert act(admin, sealed, "tested").status_code == 303
        assert "It was tested within the last year." in admin.get(page).text
        assert line().action == "break-glass account tested"

    def test_it_keeps_its_role(self, admin, sealed):
        assert act(admin, sealed, "role", role="cse_lead").status_code == 409
        assert again(sealed).role_names == ["administrator"]

    def test_an_ordinary_account_has_no_tests(self, admin, sam):
        assert act(admin, sam, "tested").status_code == 409

    def test_a_command_makes_one(self, runner):
        made = runner.invoke(
            args=[
                "users",
                "create",
                "glass@example.org",
                "--role",
                "administrator",
                "--break-glass",
                "--password-stdin",
            ],
            input=f"{PASSWORD}\n",
        )
        assert made.exit_code == 0, made.output
        assert db.session.scalars(select(User).where(User.email == "glass@example.org")).one().is_break_glass

    def test_of_administrators_alone(self, runner):
        refused = runner.invoke(args=[*CREATE, "cse_lead", "--break-glass", "--password-stdin"], input=f"{PASSWORD}\n")
        assert refused.exit_code == 1


def test_every_role_has_its_place_in_the_filter(admin):
    page = admin.get(PAGE).text
    assert all(f'<option value="{role}">' in page for role in RoleName)
