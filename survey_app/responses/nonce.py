"""The signed nonce of a survey page: it stands in for a session, so that residents need no cookie."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

MAX_AGE_SECONDS = 24 * 60 * 60


class NonceState(StrEnum):
    GOOD = "good"
    EXPIRED = "expired"  # the page stood open for too long: what was typed is kept, and the form is shown again
    BAD = "bad"


@dataclass(frozen=True)
class PageNonces:
    """Makes and checks the nonces of survey pages. A nonce is bound to one token, one survey version and its time."""

    secret_key: str

    def make(self, token_sha256: str, version_id: int) -> str:
        return self._serializer().dumps([token_sha256[:32], version_id])

    def check(self, nonce: str, token_sha256: str, version_id: int) -> NonceState:
        try:
            found = self._serializer().loads(nonce, max_age=MAX_AGE_SECONDS)
        except SignatureExpired:
            return NonceState.EXPIRED
        except BadSignature:
            return NonceState.BAD
        return NonceState.GOOD if found == [token_sha256[:32], version_id] else NonceState.BAD

    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret_key, salt="survey-page")
