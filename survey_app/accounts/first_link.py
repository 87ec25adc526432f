"""The secret address by which the first administrator comes in: no user is there yet who could let anybody in."""

from __future__ import annotations

from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer

MAX_AGE_SECONDS = 3 * 24 * 60 * 60


@dataclass(frozen=True)
class FirstLinks:
    """Makes and checks the keys of such addresses. Nothing is stored: whoever has SECRET_KEY can make another.

    A key ends after three days; all of them end when there is a user, which is for the caller to know.
    """

    secret_key: str

    def make(self) -> str:
        return self._serializer().dumps("first administrator")

    def is_good(self, key: str) -> bool:
        try:
            self._serializer().loads(key, max_age=MAX_AGE_SECONDS)
        except BadSignature:
            return False
        return True

    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret_key, salt="first-administrator")
