"""What the page after a stop carries, so that only it can take the stop back. Residents have no session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from itsdangerous import BadSignature, URLSafeTimedSerializer

MAX_AGE_SECONDS = 60 * 60


@dataclass(frozen=True)
class UndoNotes:
    """Makes and reads notes of stops. A note is bound to one token and one moment, and ends after an hour."""

    secret_key: str

    def make(self, token_sha256: str, stopped_at: datetime) -> str:
        return self._serializer().dumps([token_sha256[:32], stopped_at.isoformat()])

    def read(self, note: str, token_sha256: str) -> datetime | None:
        """When the stop was given; None when the note is not ours, not for this token, or too old."""
        try:
            token, stopped_at = self._serializer().loads(note, max_age=MAX_AGE_SECONDS)
        except BadSignature:
            return None
        return datetime.fromisoformat(stopped_at) if token == token_sha256[:32] else None

    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret_key, salt="undo-stop")
