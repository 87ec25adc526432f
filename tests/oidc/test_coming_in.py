"""Who comes in by the council's own sign-in, as whom, with which roles."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from survey_app.accounts.models import Identity, SignedInBy, StaffSession, User
from survey_app.accounts.operations import deactivate
from survey_app.accounts.single_sign_on.operations import unlink
from survey_app.audit.models import AuditLine
from survey_app.extensions import db, transaction
from survey_app.settings import SingleSignOn
from tests.conftest import PersonsClient
from tests.factories import PASSWORD, make_user
from tests.oidc.conftest import Visitor, address_on
from tests.oidc.forger import TENANT


def asif() -> User:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(User).join(Identity)).one()


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditLine.action).order_by(AuditLine.id)))


class TestTheWayThere:
    def test_carries_code_pkce_state_and_nonce_and_no_secret(self, app, visitor, provider):
        query = {name: values[0] for name, values in parse_qs(urlsplit(visitor.leave()).query).items()}
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert query["redirect_uri"] == "http://127.0.0.1:5000/accounts/single-sign-on/callback"
        assert set(query["scope"].split()) == {"openid", "profile", "email"}
        assert all(len(query[name]) >= 22 for name in ("state", "nonce", "code_challenge"))
        assert "secret" not in " ".join(query)

    def test_is_another_one_each_time(self, visitor, provider):
        assert visitor.leave() != visitor.leave()

    def test_is_begun_by_the_button_alone(self, visitor):
        assert visitor.get("/accounts/single-sign-on/").status_code == 405
        assert visitor.post("/accounts/single-sign-on/").status_code == 400

    def test_is_offered_before_the_password(self, visitor):
        page = visitor.get("/accounts/sign-in").text
        assert page.index("Sign in with your council account") < page.index("E-mail address")

    def test_asks_the_provider_once_what_it_is(self, visitor, provider):
        for _ in range(3):
            visitor.leave()
        assert len(provider.asked) == 1

    def test_is_not_there_where_none_is_set_up(self, settings, make_app):
        plain = make_app(settings)
        client = PersonsClient(plain, plain.response_class)
        assert "council account" not in client.get("/accounts/sign-in").text
        assert client.get("/accounts/single-sign-on/callback?code=x&state=y").status_code == 404


class TestTheFirstTime:
    def test_makes_an_account_with_the_roles_that_the_token_names(self, visitor, signed_in):
        answer = signed_in()
        assert (answer.status_code, answer.location) == (303, "/accounts/start")
        assert visitor.is_in()
        user = asif()
        assert (user.email, user.name, user.role_names, user.password) == (
            "asif@anyborough.example",
            "Asif Khan",
            ["cse_lead"],
            None,
        )
        assert acts() == ["user created by single sign-on"]

    def test_knows_people_of_entra_by_tenant_and_object(self, signed_in):
        signed_in()
        identity = db.session.scalars(select(Identity)).one()
        assert (identity.tenant, identity.subject) == (TENANT, "00000000-0000-4000-8000-00000000000a")

    def test_makes_a_session_that_says_how_it_began(self, signed_in):
        signed_in()
        assert db.session.scalars(select(StaffSession.signed_in_by)).one() == SignedInBy.SINGLE_SIGN_ON

    def test_gives_a_role_for_one_service(self, signed_in):
        signed_in(roles=["service_manager:housing"])
        user = asif()
        assert (user.role_names, [service.code for service in user.services]) == (["service_manager"], ["housing"])

    @pytest.mark.parametrize(
        "roles",
        [
            None,
            [],
            ["Everything.Admin"],
            ["assessor"],
            ["service_manager"],
            ["service_manager:nowhere"],
            ["cse_lead:housing"],
            "nonsense",
            {"cse_lead": True},
            [["cse_lead"], 7],
        ],
    )
    def test_lets_nobody_in_without_a_role_that_there_is(self, visitor, signed_in, roles):
        answer = signed_in(roles=roles)
        assert answer.status_code == 403
        assert "Ask your IT service desk" in answer.text
        assert not visitor.is_in()
        assert db.session.scalars(select(User)).all() == []

    def test_says_which_roles_gave_nothing(self, signed_in):
        page = signed_in(roles=["Everything.Admin", "<b>"]).text
        assert "Everything.Admin" in page
        assert "&lt;b&gt;" in page and "<b></code>" not in page

    def test_ignores_an_unknown_role_beside_a_known_one_and_says_so_in_the_log(self, visitor, signed_in, caplog):
        assert signed_in(roles=["Everything.Admin", "administrator"]).status_code == 303
        assert asif().role_names == ["administrator"]
        assert "ignored the roles Everything.Admin" in caplog.text

    def test_needs_an_address(self, visitor, signed_in):
        answer = signed_in(email=None)
        assert answer.status_code == 403
        assert "tells no e-mail address" in answer.text

    def test_takes_the_name_that_one_signs_in_with_for_an_address(self, signed_in):
        signed_in(email=None, preferred_username="asif.khan@anyborough.example")
        assert asif().email == "asif.khan@anyborough.example"

    def test_leads_to_the_page_that_was_wanted(self, visitor, provider):
        url = visitor.leave("/coverage?from=2025-04-01")
        assert visitor.come_back(url, provider.code_for(url)).location == "/coverage?from=2025-04-01"

    @pytest.mark.parametrize(
        "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
    )
    def test_never_leads_to_another_site(self, visitor, provider, elsewhere):
        url = visitor.leave(elsewhere)
        assert visitor.come_back(url, provider.code_for(url)).location == "/accounts/start"


class TestThePassword:
    def test_is_none_that_whoever_sits_at_an_open_browser_could_choose(self, visitor, signed_in):
        signed_in()
        page = visitor.get("/accounts/password")
        assert page.status_code == 403 and "there is none to change" in page.text
        new = {"new_password": "another horse battery", "new_password_confirm": "another horse battery"}
        answer = visitor.send_form("/accounts/password", form_at="/accounts/second-step/", **new)
        assert answer.status_code == 403
        assert asif().password is None


class TestEachTime:
    def test_is_the_same_person_whatever_their_address_and_name_are_now(self, signed_in):
        signed_in()
        first = asif().id
        signed_in(email="asif.khan-lee@anyborough.example", name="Asif Khan-Lee", sub="another")
        user = asif()
        assert (user.id, user.email, user.name) == (first, "asif.khan-lee@anyborough.example", "Asif Khan-Lee")

    def test_replaces_roles_and_services_and_the_audit_has_both(self, signed_in):
        signed_in()
        signed_in(roles=["adviser:housing"])
        line = db.session.scalars(select(AuditLine).where(AuditLine.action.startswith("roles changed"))).one()
        assert line.before == {"roles": ["cse_lead"], "services": []}
        assert line.after == {"roles": ["adviser"], "services": ["housing"]}

    def test_a_last_role_that_was_taken_away_ends_every_session(self, app, visitor, signed_in, provider):
        signed_in()
        other = Visitor(app, app.response_class)
        url = other.leave()
        assert other.come_back(url, provider.code_for(url, roles=[])).status_code == 403
        assert not visitor.is_in()
        assert asif().role_names == []

    def test_another_person_with_the_same_address_is_another_person(self, signed_in):
        signed_in()
        answer = signed_in(oid="00000000-0000-4000-8000-00000000000b", name="Somebody Else")
        assert answer.status_code == 403
        assert asif().name == "Asif Khan"

    def test_an_address_that_somebody_else_has_is_not_taken_over(self, signed_in):
        make_user("administrator", email="boss@anyborough.example")
        signed_in()
        assert signed_in(email="boss@anyborough.example").status_code == 303
        assert asif().email == "asif@anyborough.example"

    def test_a_deactivated_user_stays_out(self, visitor, signed_in):
        signed_in()
        with transaction():
            deactivate(asif(), datetime.now(UTC))
        answer = signed_in()
        assert answer.status_code == 403
        assert "Your access here has ended" in answer.text
        assert not visitor.is_in()

    def test_the_cookie_of_before_is_worth_nothing(self, app, visitor, provider):
        url = visitor.leave()
        planted = visitor.get_cookie("session").value
        visitor.come_back(url, provider.code_for(url))
        other = Visitor(app, app.response_class)
        other.set_cookie("session", planted)
        assert not other.is_in()


class TestLocalAccounts:
    def test_are_never_taken_over_by_an_address(self, visitor, signed_in):
        make_user("administrator", email="asif@anyborough.example")
        answer = signed_in()
        assert answer.status_code == 403
        assert "link your council account" in answer.text
        assert not visitor.is_in()
        assert db.session.scalars(select(Identity)).all() == []

    def link(self, visitor, provider, password=PASSWORD, **claims):
        answer = visitor.send_form("/accounts/single-sign-on/link", password=password)
        if answer.status_code != 200:
            return answer
        url = address_on(answer)
        return visitor.come_back(url, provider.code_for(url, **claims))

    def test_are_linked_by_their_person_with_the_password(self, app, visitor, provider, signed_in):
        user = make_user("administrator", email="asif@elsewhere.example")
        visitor.sign_in(user.email)
        assert self.link(visitor, provider).location == "/accounts/"
        assert asif().id == user.id
        assert asif().role_names == ["cse_lead"]
        other = Visitor(app, app.response_class)
        assert "You sign in with your council account" in other.sign_in("asif@anyborough.example").text
        url = other.leave()
        assert other.come_back(url, provider.code_for(url)).status_code == 303

    def test_are_not_linked_without_the_password(self, visitor, provider):
        visitor.sign_in(make_user("administrator").email)
        answer = self.link(visitor, provider, "wrong horse battery")
        assert answer.status_code == 422
        assert "That is not your password" in answer.text

    def test_are_not_linked_to_an_account_without_a_role(self, visitor, provider):
        visitor.sign_in(make_user("administrator").email)
        assert self.link(visitor, provider, roles=[]).status_code == 403
        assert db.session.scalars(select(Identity)).all() == []

    def test_are_not_linked_to_somebody_elses_account(self, app, visitor, provider, signed_in):
        signed_in()
        other = Visitor(app, app.response_class)
        other.sign_in(make_user("administrator").email)
        assert self.link(other, provider).status_code == 403

    def test_are_not_linked_by_who_has_signed_out_meanwhile(self, visitor, provider):
        visitor.sign_in(make_user("administrator").email)
        url = address_on(visitor.send_form("/accounts/single-sign-on/link", password=PASSWORD))
        cookie = visitor.get_cookie("session").value
        visitor.send_form("/accounts/sign-out", form_at="/accounts/")
        visitor.set_cookie("session", cookie)
        assert visitor.come_back(url, provider.code_for(url)).status_code == 400
        assert db.session.scalars(select(Identity)).all() == []

    def test_for_emergencies_are_never_linked(self, visitor, provider):
        user = make_user("administrator")
        user.is_break_glass = True
        visitor.sign_in(user.email)
        assert self.link(visitor, provider).status_code == 403

    def test_get_no_letter_with_a_new_password_once_they_are_linked(self, visitor, provider, settings):
        user = make_user("administrator", email="asif@anyborough.example")
        visitor.sign_in(user.email)
        self.link(visitor, provider)
        other = Visitor(visitor.application, visitor.application.response_class)
        other.send_form("/accounts/forgotten-password", email="asif@anyborough.example", buffered=True)
        assert list((settings.instance_path / "outbox").glob("*")) == []

    def test_are_local_again_when_unlinked(self, visitor, provider, app):
        user = make_user("administrator", email="asif@anyborough.example")
        visitor.sign_in(user.email)
        self.link(visitor, provider)
        with transaction():
            assert unlink(asif(), datetime.now(UTC), by=None) == 1
        assert not visitor.is_in()
        assert visitor.sign_in("asif@anyborough.example").status_code == 302


class TestWhereItIsTheOnlyWay:
    @pytest.fixture
    def local(self, settings, make_app, provider):
        sign_in = SingleSignOn(provider.issuer, "survey", "secret", is_only_way=True)
        app = make_app(replace(settings, single_sign_on=sign_in))
        return Visitor(app, app.response_class)

    def test_a_password_lets_nobody_in_but_break_glass_accounts_and_assessors(self, app, local):
        plain, sealed, assessor = make_user("cse_lead"), make_user("administrator"), make_user("assessor")
        sealed.is_break_glass = True
        db.session.commit()
        assert local.sign_in(plain.email).status_code == 200
        assert local.sign_in(sealed.email).status_code == 302
        other = Visitor(local.application, local.application.response_class)
        assert other.sign_in(assessor.email).status_code == 302


class TestSigningOut:
    def test_offers_to_sign_out_there_too(self, visitor, signed_in, provider):
        signed_in()
        visitor.send_form("/accounts/sign-out", form_at="/accounts/")
        assert "/accounts/single-sign-on/sign-out" in visitor.get("/accounts/signed-out").text
        there = visitor.get("/accounts/single-sign-on/sign-out").location
        assert there.startswith(f"{provider.address}/end?")
        assert parse_qs(urlsplit(there).query) == {
            "client_id": ["survey"],
            "post_logout_redirect_uri": ["http://127.0.0.1:5000/accounts/signed-out"],
        }

    def test_says_so_where_the_provider_has_no_such_page(self, visitor, provider):
        provider.metadata["end_session_endpoint"] = None
        assert visitor.get("/accounts/single-sign-on/sign-out").status_code == 404
