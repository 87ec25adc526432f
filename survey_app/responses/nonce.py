"""The signed nonce of a survey page: it stands in for a session, so that residents need no cookie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from itsdangerous import BadSignature, URLSafeSerializer

from survey_app.kernel.tokens import new_token

MAX_AGE = timedelta(hours=24)


class NonceState(StrEnum):
    GOOD = "good"
    EXPIRED = "expired"  # the page stood open for too long: what was typed is kept, and the form is shown again
    BAD = "bad"


@dataclass(frozen=True)
class SentNonce:
    """What a nonce that came back says: which page it was of, and when that was made. Both None for a bad one."""

    state: NonceState
    key: str | None = None
    made_at: datetime | None = None


@dataclass(frozen=True)
class PageNonces:
    """Makes and checks the nonces of survey pages. A nonce is bound to a subject (the digest of a link's token), to a
    survey version and to its time, and carries a random key: whatever is sent twice from one page has the same."""

    secret_key: str

    def make(self, subject: str, version_id: int, *, now: datetime) -> str:
        return self._serializer().dumps([subject[:32], version_id, int(now.timestamp() * 1000), new_token()])

    def check(self, nonce: str, subject: str, version_id: int, *, now: datetime) -> SentNonce:
        try:
            found_subject, found_version, made_ms, key = self._serializer().loads(nonce)
        except (BadSignature, ValueError, TypeError):
            return SentNonce(NonceState.BAD)
        if (found_subject, found_version) != (subject[:32], version_id):
            return SentNonce(NonceState.BAD)
        made_at = datetime.fromtimestamp(made_ms / 1000, UTC)
        return SentNonce(NonceState.EXPIRED if now - made_at > MAX_AGE else NonceState.GOOD, key, made_at)

    def _serializer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret_key, salt="survey-page-2")
