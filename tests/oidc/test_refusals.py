"""Whatever comes back from a sign-in that is not just what was asked for lets nobody in."""

from __future__ import annotations

import re
import time
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from joserfc.jwk import ECKey, OctKey, RSAKey
from sqlalchemy import select

from survey_app.accounts.models import User
from survey_app.accounts.single_sign_on import provider as provider_module
from survey_app.accounts.single_sign_on.claims import grant, read_claims, tenant_of
from survey_app.extensions import db
from survey_app.kernel.errors import Refused
from tests.factories import make_user
from tests.oidc.conftest import Visitor
from tests.oidc.forger import OTHER_TENANT, TENANT

REFUSED = "did not say that it is you"


@pytest.fixture
def nobody(visitor):
    """Checks that it came to nothing."""

    def check(answer, status=400, words=REFUSED):
        assert (answer.status_code, words in answer.text) == (status, True), answer.text
        assert not visitor.is_in()
        assert db.session.scalars(select(User)).all() == []

    return check


class TestTokens:
    """Each differs from a good one in one thing."""

    @pytest.mark.parametrize(
        "claims",
        [
            {"aud": "another app"},
            {"aud": ["survey", "another app"], "azp": "another app"},
            {"aud": ["survey", "another app"]},
            {"aud": None},
            {"azp": "another app"},
            {"iss": "https://evil.example"},
            {"iss": None},
            {"nonce": "of another sign-in"},
            {"nonce": None},
            {"exp": 1_700_000_000},
            {"exp": None},
            {"exp": "tomorrow"},
            {"iat": None},
            {"iat": 4_000_000_000},
            {"nbf": 4_000_000_000},
            {"sub": None},
            {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
        ],
        ids=str,
    )
    def test_with_a_wrong_claim_are_refused(self, signed_in, nobody, claims):
        nobody(signed_in(**claims))

    @pytest.mark.parametrize(
        "claims", [{"tid": OTHER_TENANT}, {"tid": None}, {"oid": None}, {"oid": ""}, {"oid": {"of": "many"}}], ids=str
    )
    def test_of_another_tenant_or_of_nobody_are_refused(self, signed_in, nobody, claims):
        nobody(signed_in(**claims), 403, "did not say who you are")

    def test_expired_within_the_skew_of_two_clocks_are_taken(self, signed_in):
        assert signed_in(exp=int(time.time()) - 30).status_code == 303

    def test_expired_beyond_it_are_refused(self, signed_in, nobody):
        nobody(signed_in(exp=int(time.time()) - 90))

    def test_signed_by_somebody_else_under_the_same_name_are_refused(self, signed_in, nobody):
        nobody(signed_in(key=RSAKey.generate_key(2048, {"kid": "first"})))

    def test_that_are_not_signed_are_refused(self, signed_in, nobody, provider, visitor):
        header, body = ('{"alg":"none"}', '{"sub":"x"}')
        unsigned = ".".join(urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in (header, body)) + "."
        nobody(signed_in(key=unsigned))

    def test_signed_with_the_public_key_as_a_password_are_refused(self, signed_in, nobody, provider):
        nobody(signed_in(key=provider.key.as_pem(private=False)))

    def test_signed_with_our_secret_are_refused(self, signed_in, nobody):
        nobody(signed_in(key=OctKey.import_key("a secret of the tests", {"kid": "first"})))

    def test_signed_with_a_password_that_the_provider_publishes_are_refused(self, signed_in, nobody, provider):
        shared = OctKey.generate_key(256, {"kid": "shared"})
        provider.published = [provider.key, shared]
        nobody(signed_in(key=shared))

    def test_that_bring_their_own_key_are_refused(self, signed_in, nobody):
        own = RSAKey.generate_key(2048, {"kid": "own"})
        nobody(signed_in(key=own, header={"jwk": own.as_dict(private=False), "jku": "https://evil.example"}))

    @pytest.mark.parametrize("text", ["", "a.b.c", "x" * 200_000, "..", "eyJ", "[" * 50_000])
    def test_that_are_none_are_refused(self, signed_in, nobody, text):
        nobody(signed_in(key=text))

    def test_that_are_missing_are_refused(self, signed_in, nobody, provider):
        provider.token_answer = {"id_token": None}
        nobody(signed_in())

    def test_with_an_elliptic_key_are_taken(self, signed_in, provider):
        provider.key = ECKey.generate_key("P-256", {"kid": "curve"})
        assert signed_in().status_code == 303


class TestKeys:
    def test_that_are_new_are_fetched_once(self, visitor, signed_in, provider, monkeypatch):
        signed_in()
        provider.key = RSAKey.generate_key(2048, {"kid": "second"})
        monkeypatch.setattr(provider_module, "SECONDS_BETWEEN_KEYS", 0)
        assert signed_in().status_code == 303
        assert provider.asked.count("/keys") == 2

    def test_that_nobody_has_do_not_make_us_ask_again_and_again(self, signed_in, provider):
        for _ in range(4):
            signed_in(key=RSAKey.generate_key(2048, {"kid": "unknown"}))
        assert provider.asked.count("/keys") == 1


class TestStates:
    def test_that_are_missing_are_refused(self, visitor, nobody, provider):
        url = visitor.leave()
        code = provider.code_for(url)
        nobody(visitor.get("/accounts/single-sign-on/callback", query_string={"code": code}), 400, "not begun here")

    def test_of_somebody_else_are_refused(self, app, visitor, nobody, provider):
        """The attacker's own code and state, put into somebody's browser: they would be signed in as the attacker."""
        attacker = Visitor(app, app.response_class)
        url = attacker.leave()
        nobody(visitor.come_back(url, provider.code_for(url)), 400, "not begun here")
        assert "/token" not in provider.asked

    def test_are_worth_something_once(self, app, visitor, provider):
        url = visitor.leave()
        assert visitor.come_back(url, "wrong").status_code == 400
        assert "not begun here" in visitor.come_back(url, provider.code_for(url)).text

    def test_end_after_a_quarter_of_an_hour(self, visitor, nobody, provider):
        now = datetime.now(UTC)
        url = visitor.leave()
        with time_machine.travel(now + timedelta(minutes=16)):
            nobody(visitor.come_back(url, provider.code_for(url)), 400, "not begun here")

    def test_of_three_windows_at_once_all_work_and_the_cookie_stays_small(self, visitor, provider):
        urls = [visitor.leave("/coverage?" + "x" * 280) for _ in range(5)]
        assert len(visitor.get_cookie("session").value) < 3_500
        assert visitor.come_back(urls[2], provider.code_for(urls[2])).status_code == 303

    def test_from_another_issuer_are_refused_before_the_code_is_tried(self, visitor, nobody, provider):
        url = visitor.leave()
        nobody(visitor.come_back(url, provider.code_for(url), iss="https://evil.example"))
        assert "/token" not in provider.asked

    def test_by_head_change_nothing(self, visitor, provider):
        url = visitor.leave()
        state = parse_qs(urlsplit(url).query)["state"][0]
        path = f"/accounts/single-sign-on/callback?code={provider.code_for(url)}&state={state}"
        assert visitor.head(path).status_code == 405
        assert db.session.scalars(select(User)).all() == []


class TestCodes:
    def test_that_were_used_are_refused(self, app, visitor, provider):
        url = visitor.leave()
        code = provider.code_for(url)
        visitor.come_back(url, code)
        other = Visitor(app, app.response_class)
        assert REFUSED in other.come_back(other.leave(), code).text
        assert not other.is_in()

    def test_of_another_sign_in_are_refused_by_their_nonce_and_verifier(self, app, visitor, nobody, provider):
        """A code that was stolen on its way, brought into the thief's own sign-in."""
        victim = Visitor(app, app.response_class)
        stolen = provider.code_for(victim.leave())
        nobody(visitor.come_back(visitor.leave(), stolen))
        provider.checks_verifier = False
        stolen = provider.code_for(victim.leave())
        nobody(visitor.come_back(visitor.leave(), stolen))

    def test_go_with_the_verifier_of_their_own_sign_in(self, visitor, provider):
        url = visitor.leave()
        code = provider.code_for(url)
        provider.codes[code]["query"]["code_challenge"] = "another"
        assert REFUSED in visitor.come_back(url, code).text

    def test_that_do_not_come_because_the_person_gave_up_are_no_error_of_ours(self, visitor, nobody):
        url = visitor.leave()
        state = parse_qs(urlsplit(url).query)["state"][0]
        query = {"error": "access_denied\r\nforged: line", "state": state}
        nobody(visitor.get("/accounts/single-sign-on/callback", query_string=query))


class TestAProviderInTrouble:
    DOWN = "does not answer"

    def leave(self, visitor):
        return visitor.send_form("/accounts/single-sign-on/", form_at="/accounts/sign-in")

    def is_down(self, visitor):
        answer = self.leave(visitor)
        return (answer.status_code, self.DOWN in answer.text) == (503, True)

    def test_that_is_gone_is_told_with_the_way_round(self, app, visitor, provider):
        app.extensions["single_sign_on"].settings.__dict__["issuer"] = f"http://127.0.0.1:1/{TENANT}/v2.0"
        answer = self.leave(visitor)
        assert answer.status_code == 503
        assert "break-glass" in answer.text
        assert 'href="/accounts/sign-in"' in answer.text

    @pytest.mark.parametrize(
        "metadata",
        [
            {"issuer": "https://evil.example"},
            {"issuer": None},
            {"token_endpoint": None},
            {"token_endpoint": "http://evil.example/token"},
            {"authorization_endpoint": "javascript:alert(1)"},
            {"jwks_uri": "file:///etc/passwd"},
            {"jwks_uri": ["https://a.example"]},
        ],
        ids=str,
    )
    def test_that_says_what_it_must_not_is_not_believed(self, visitor, provider, metadata):
        provider.metadata = metadata
        assert self.is_down(visitor)

    def respond(self, provider, body, status=200, **headers):
        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            for name, value in headers.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(body)

        provider.discovery = answer

    @pytest.mark.parametrize("body", [b"[]", b"{", b"\xff\xfe", b"null", b"[" * 50_000])
    def test_that_talks_nonsense_is_down(self, visitor, provider, body):
        self.respond(provider, body)
        assert self.is_down(visitor)

    def test_whose_document_has_no_end_is_down(self, visitor, provider):
        def pour(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.end_headers()
            try:
                for _ in range(10_000):
                    handler.wfile.write(b" " * 65_536)
            except OSError:
                provider.asked.append("hung up")

        provider.discovery = pour
        assert self.is_down(visitor)
        deadline = time.monotonic() + 10
        while "hung up" not in provider.asked and time.monotonic() < deadline:
            time.sleep(0.01)
        assert "hung up" in provider.asked

    def test_that_leads_elsewhere_is_not_followed(self, visitor, provider):
        self.respond(provider, b"", 302, Location=f"{provider.address}/secret")
        assert self.is_down(visitor)
        assert "/secret" not in provider.asked

    def test_is_left_in_peace_for_a_moment(self, visitor, provider):
        provider.metadata = {"issuer": None}
        for _ in range(3):
            assert self.is_down(visitor)
        assert len(provider.asked) == 1

    def test_that_fails_later_is_still_known(self, app, visitor, provider, monkeypatch):
        visitor.leave()
        monkeypatch.setattr(provider_module, "KEPT_SECONDS", 0)
        provider.metadata = {"issuer": None}
        assert visitor.leave().startswith(provider.address)

    def test_whose_keys_are_gone_lets_nobody_in(self, visitor, provider):
        provider.metadata = {"jwks_uri": f"{provider.address}/nowhere"}
        url = visitor.leave()
        answer = visitor.come_back(url, provider.code_for(url))
        assert (answer.status_code, self.DOWN in answer.text) == (503, True)
        assert not visitor.is_in()

    def test_leaves_local_accounts_alone(self, visitor, provider):
        provider.metadata = {"issuer": None}
        user = make_user("administrator")
        user.is_break_glass = True
        assert visitor.sign_in(user.email).status_code == 302


class TestWhatIsWrittenDown:
    def test_holds_no_code_token_or_secret(self, signed_in, caplog, provider):
        caplog.set_level("DEBUG", logger="survey_app")
        signed_in(aud="another app")
        text = caplog.text
        assert "refused" in text
        assert not re.search(r"eyJ|a secret of the tests|asif@", text)


class TestRules:
    @pytest.mark.parametrize(
        ("issuer", "tenant"),
        [
            (f"https://login.microsoftonline.com/{TENANT}/v2.0", TENANT),
            (f"https://login.microsoftonline.com/{TENANT.upper()}/v2.0", TENANT.lower()),
            ("https://login.council.example", ""),
            ("https://login.council.example/realms/staff", ""),
        ],
    )
    def test_an_issuer_of_entra_is_known_by_its_address(self, issuer, tenant):
        assert tenant_of(issuer) == tenant

    def test_elsewhere_the_subject_is_who_it_is(self):
        claims = {"sub": "asif-1", "oid": "not looked at", "tid": "neither", "groups": ["cse_lead"]}
        read = read_claims(claims, issuer="https://login.council.example", role_claim="groups")
        assert (read.tenant, read.subject, read.roles) == ("", "asif-1", ("cse_lead",))

    @pytest.mark.parametrize("sub", ["", " ", "x" * 256, "a\nb", 7, None])
    def test_a_subject_that_cannot_be_relied_on_is_refused(self, sub):
        with pytest.raises(Refused):
            read_claims({"sub": sub}, issuer="https://login.council.example", role_claim="roles")

    def test_roles_come_with_their_services(self):
        given = grant(
            ["adviser:housing", "adviser:waste", "service_manager:housing", "adviser:moon"], {"housing", "waste"}
        )
        assert given.roles == ("adviser", "service_manager")
        assert given.services == ("housing", "waste")
        assert given.ignored == ("adviser:moon",)
