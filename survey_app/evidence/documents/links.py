"""Links that open a document at the origin of uploads, where nobody is signed in: signed, and good for five minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer

LASTS = timedelta(minutes=5)


@dataclass(frozen=True)
class Links:
    """Makes and reads the signed part of such a link."""

    secret_key: str

    def make(self, sha256: str) -> str:
        return self._serializer().dumps(sha256)

    def read(self, signed: str) -> str | None:
        """The SHA-256 of the document. None for what we did not sign, and for a link that is too old."""
        try:
            return str(self._serializer().loads(signed, max_age=int(LASTS.total_seconds())))
        except BadSignature:
            return None

    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret_key, salt="document")
