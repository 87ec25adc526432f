"""Secret addresses by which people come in who have no password yet: the first administrator, and who is invited."""

from __future__ import annotations

from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer

MAX_AGE_SECONDS = 3 * 24 * 60 * 60
WELCOME_DAYS = 14


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


@dataclass(frozen=True)
class WelcomeLinks:
    """The same for one user who was invited: until they have chosen a password, which is for the caller to know."""

    secret_key: str

    def make(self, user_id: int) -> str:
        return self._serializer().dumps(user_id)

    def read(self, key: str) -> int | None:
        """Whom it is for; None for what was not made here, or too long ago."""
        try:
            return int(self._serializer().loads(key, max_age=WELCOME_DAYS * 24 * 60 * 60))
        except BadSignature:
            return None

    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret_key, salt="welcome")
