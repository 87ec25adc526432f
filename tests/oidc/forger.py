"""A provider of the tests' own that does what a real one never would: each part of an answer can be bent.

It speaks HTTP on loopback. A test asks it for a code, as a person's browser would bring it, with the claims to come.
"""

from __future__ import annotations

import hmac
import json
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

TENANT = "11111111-2222-4333-8444-555555555555"
OTHER_TENANT = "99999999-2222-4333-8444-555555555555"
CLIENT, SECRET = "survey", "a secret of the tests"


@dataclass
class Forger:
    """What it publishes and signs with, how often it was asked for what, and the codes that are out."""

    address: str
    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first", "use": "sig"}))
    published: list[Any] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)  # what differs from the usual
    discovery: Callable[[BaseHTTPRequestHandler], None] | None = None  # answers in place of the document
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    token_answer: dict[str, Any] = field(default_factory=dict)
    checks_verifier: bool = True

    @property
    def issuer(self) -> str:
        return f"{self.address}/{TENANT}/v2.0"

    def document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "end_session_endpoint": f"{self.address}/end",
        } | self.metadata

    def keys(self) -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False) for key in (self.published or [self.key])]}

    def usual(self, nonce: str) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "pairwise",
            "tid": TENANT,
            "oid": "00000000-0000-4000-8000-00000000000a",
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "email": "asif@anyborough.example",
            "name": "Asif Khan",
            "roles": ["cse_lead"],
        }

    def code_for(self, url: str, header: dict[str, Any] | None = None, key: Any = None, **claims: Any) -> str:
        """The code that a browser brings back from this authorisation address; a claim that is None is left out."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        code = secrets.token_urlsafe(8)
        whole = {name: value for name, value in (self.usual(query["nonce"]) | claims).items() if value is not None}
        self.codes[code] = {
            "query": query,
            "claims": whole,
            "header": header or {},
            "key": self.key if key is None else key,
        }
        return code

    def redeem(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        found = self.codes.pop(form.get("code", ""), None)
        if found is None:
            return 400, {"error": "invalid_grant"}
        challenge = create_s256_code_challenge(form.get("code_verifier", ""))
        if self.checks_verifier and challenge != found["query"].get("code_challenge"):
            return 400, {"error": "invalid_grant", "error_description": "PKCE"}
        answer = {"access_token": "access", "token_type": "Bearer", "id_token": signed(found)}
        return 200, answer | self.token_answer


def signed(found: dict[str, Any]) -> str:
    key = found["key"]
    if isinstance(key, str):  # ready made
        return key
    if isinstance(key, bytes):  # as a password, which no library would do with a public key
        parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "kid": "first"}, found["claims"])]
        text = b".".join(map(_base64, parts))
        return b".".join((text, _base64(hmac.digest(key, text, "sha256")))).decode()
    alg = {ECKey: "ES256", OctKey: "HS256"}.get(type(key), "RS256")
    header = {"alg": alg, "kid": key.kid} | found["header"]
    return jwt.encode(header, found["claims"], key, algorithms=[alg])


def _base64(content: bytes) -> bytes:
    return urlsafe_b64encode(content).rstrip(b"=")


@contextmanager
def forger() -> Iterator[Forger]:
    """One for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            made.asked.append(path)
            if path.endswith("/.well-known/openid-configuration") and made.discovery is not None:
                made.discovery(self)
            elif path == f"/{TENANT}/v2.0/.well-known/openid-configuration":
                self.answer(200, made.document())
            elif path == "/keys":
                self.answer(200, made.keys())
            else:
                self.answer(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            made.asked.append(self.path)
            self.answer(*made.redeem({name: values[0] for name, values in parse_qs(body).items()}))

        def answer(self, status: int, body: dict[str, Any]) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Forger(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
