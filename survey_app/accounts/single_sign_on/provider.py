"""Speaking with the council's OpenID Connect provider, which may be slow, down, or not what it says it is."""

from __future__ import annotations

import hmac
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from urllib.parse import urlencode, urlsplit

from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import PreparedRequest, RequestException, Response, Session
from requests.adapters import HTTPAdapter

from survey_app.kernel.errors import AppError
from survey_app.settings import LOOPBACK_HOSTS, SingleSignOn

log = logging.getLogger(__name__)

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")  # of private keys only
KEY_TYPES = ("RSA", "EC")
SCOPE = "openid profile email"
MOST_BYTES = 300_000
CONNECT_SECONDS, READ_SECONDS, SECONDS_IN_ALL = 3, 5, 8
KEPT_SECONDS = 3_600  # discovery and keys
SECONDS_BETWEEN_KEYS = 60  # before an unknown key makes us ask again
SECONDS_AFTER_TROUBLE = 10  # in which nobody waits for it once more
SKEW_SECONDS = 60


class ProviderTrouble(AppError):
    """The provider could not be reached, or did not answer as OpenID Connect says it does."""


class TokenRefused(AppError):
    """The provider refused the code, or its ID token is not for us, or this sign-in, or now, or not signed by it."""


class _Careful(HTTPAdapter):
    """Every answer has an end, in time and in bytes, and leads nowhere else."""

    def send(self, request: PreparedRequest, *_rest: Any, **options: Any) -> Response:
        began = time.monotonic()
        options |= {"stream": True, "timeout": (CONNECT_SECONDS, READ_SECONDS)}
        answer = super().send(request, **options)
        body = b""
        for piece in answer.iter_content(16_384):
            body += piece
            if len(body) > MOST_BYTES or time.monotonic() - began > SECONDS_IN_ALL:
                answer.close()
                raise RequestException("the answer is too long or takes too long")
        if answer.is_redirect:
            raise RequestException("the answer leads elsewhere")
        answer._content = body
        return answer


@dataclass
class Provider:
    """One provider and us as its client. What it publishes of itself is kept for an hour."""

    settings: SingleSignOn
    _metadata: dict[str, Any] = field(default_factory=dict)
    _keys: KeySet | None = None
    _read_at: float = 0
    _keys_at: float = 0
    _trouble_at: float = float("-inf")
    _lock: Lock = field(default_factory=Lock)

    def authorization_url(self, redirect_uri: str, *, state: str, nonce: str, verifier: str) -> str:
        """Where the browser goes to sign in. The verifier stays here; its digest goes along (PKCE, S256)."""
        metadata = self.metadata()
        with self._session(redirect_uri) as session:
            url, _state = session.create_authorization_url(
                metadata["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        return str(url)

    def claims(self, code: str, redirect_uri: str, *, nonce: str, verifier: str) -> Mapping[str, Any]:
        """What the ID token says that this code is worth, checked. TokenRefused or ProviderTrouble."""
        metadata = self.metadata()
        with self._session(redirect_uri) as session:
            try:
                token = session.fetch_token(metadata["token_endpoint"], code=code, code_verifier=verifier)
            except RequestException as error:
                raise self._trouble(f"the token endpoint: {error}") from error
            except Exception as error:  # what Authlib makes of a refusal, or of what is no JSON
                raise TokenRefused(f"the code was refused: {type(error).__name__}") from error
        text = token.get("id_token") if isinstance(token, dict) else None
        if not isinstance(text, str) or len(text) > MOST_BYTES:
            raise TokenRefused("there is no ID token")
        return self._checked(text, nonce, str(token.get("access_token") or ""))

    def sign_out_url(self, back_to: str) -> str | None:
        """Where one signs out there too; None where the provider has no such page."""
        endpoint = self.metadata().get("end_session_endpoint")
        if not isinstance(endpoint, str) or not _is_safe(endpoint):
            return None
        query = {"client_id": self.settings.client_id, "post_logout_redirect_uri": back_to}
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    def metadata(self) -> dict[str, Any]:
        """What the provider publishes of itself. While it is down what was read before goes on being used."""
        with self._lock:
            now = time.monotonic()
            if self._metadata and now - self._read_at < KEPT_SECONDS:
                return self._metadata
            if now - self._trouble_at < SECONDS_AFTER_TROUBLE:
                if self._metadata:
                    return self._metadata
                raise ProviderTrouble("The council’s sign-in does not answer.")
            try:
                self._metadata, self._read_at = self._discovered(), now
            except ProviderTrouble:
                if not self._metadata:
                    raise
            return self._metadata

    def _discovered(self) -> dict[str, Any]:
        found = self._json(f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.settings.issuer:
            raise self._trouble("it says that it is another issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not isinstance(found.get(name), str) or not _is_safe(found[name]):
                raise self._trouble(f"its {name} is missing, or no https address")
        return found

    def _checked(self, text: str, nonce: str, access_token: str) -> Mapping[str, Any]:
        try:
            token = self._decoded(text)
            options = {
                "iss": {"essential": True, "value": self.settings.issuer},
                "aud": {"essential": True, "value": self.settings.client_id},
                "exp": {"essential": True},
                "iat": {"essential": True},
                "nonce": {"essential": True},
            }
            params = {"nonce": nonce, "client_id": self.settings.client_id, "access_token": access_token}
            claims = CodeIDToken(token.claims, token.header, options, params)
            claims.validate(leeway=SKEW_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise TokenRefused(f"the ID token: {type(error).__name__} {error}") from error
        if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise TokenRefused("the ID token is of another sign-in")
        return dict(claims)

    def _decoded(self, text: str) -> jwt.Token:
        """The token, if a key of the provider signed it; where none fits, its keys are read anew, once a minute."""
        keys = self._key_set(is_new=False)
        try:
            return jwt.decode(text, keys, algorithms=list(ALGORITHMS))
        except (JoseError, ValueError):
            newer = self._key_set(is_new=True)
            if newer is keys:
                raise
            return jwt.decode(text, newer, algorithms=list(ALGORITHMS))

    def _key_set(self, *, is_new: bool) -> KeySet:
        metadata = self.metadata()
        with self._lock:
            now = time.monotonic()
            kept = SECONDS_BETWEEN_KEYS if is_new else KEPT_SECONDS
            if self._keys is None or now - self._keys_at >= kept:
                found = self._json(metadata["jwks_uri"]).get("keys")
                usable = [key for key in found if _is_usable(key)] if isinstance(found, list) else []
                try:
                    self._keys, self._keys_at = KeySet.import_key_set({"keys": usable}), now
                except (JoseError, ValueError, TypeError, KeyError) as error:
                    raise self._trouble("its keys cannot be read") from error
            return self._keys

    def _json(self, url: str) -> dict[str, Any]:
        try:
            with self._mounted(Session()) as session:
                answer = session.get(url, headers={"Accept": "application/json"})
            found = answer.json() if answer.status_code == 200 else None
        except (RequestException, ValueError, RecursionError) as error:
            raise self._trouble(f"{url}: {error}") from error
        if not isinstance(found, dict):
            raise self._trouble(f"{url}: status {answer.status_code}, or no JSON object")
        return found

    def _session(self, redirect_uri: str) -> OAuth2Session:
        methods = self._metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return self._mounted(
            OAuth2Session(
                self.settings.client_id,
                self.settings.client_secret,
                scope=SCOPE,
                redirect_uri=redirect_uri,
                code_challenge_method="S256",
                token_endpoint_auth_method=(
                    "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
                ),
            )
        )

    def _mounted(self, session: Session) -> Any:
        for scheme in ("https://", "http://"):
            session.mount(scheme, _Careful())
        return session

    def _trouble(self, what: str) -> ProviderTrouble:
        self._trouble_at = time.monotonic()
        log.error("single sign-on: %s", what)
        return ProviderTrouble("The council’s sign-in does not answer as it should.")


def _is_safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS)


def _is_usable(key: object) -> bool:
    return isinstance(key, dict) and key.get("kty") in KEY_TYPES and key.get("use", "sig") == "sig"
