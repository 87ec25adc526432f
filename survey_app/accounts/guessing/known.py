"""Browsers on which somebody has signed in before (OWASP's device cookies).

Whoever guesses a person's password from elsewhere uses up the tries that all unknown browsers share. One that is known
has tries of its own, so that nobody is kept out by a stranger. It opens nothing: the password is still asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer

from survey_app.kernel.tokens import new_token

KNOWN_FOR = timedelta(days=180)
MOST_ACCOUNTS = 8  # of colleagues who share a machine; the one who was longest away is forgotten
_DIGITS = 32  # of the account's hash: 128 bits


@dataclass(frozen=True)
class KnownBrowser:
    """The accounts that signed in on a browser, newest first: the start of each one's keyed hash, and a random name by
    which the tries of this browser for that account are counted."""

    accounts: Sequence[tuple[str, str]] = ()

    def name_for(self, account: str) -> str | None:
        """How this browser is counted for an account; None where it is a stranger to it."""
        return dict(self.accounts).get(account[:_DIGITS])

    def knowing(self, account: str) -> KnownBrowser:
        """The same browser after this account has signed in on it."""
        name = self.name_for(account) or new_token()
        others = [each for each in self.accounts if each[0] != account[:_DIGITS]]
        return KnownBrowser(((account[:_DIGITS], name), *others)[:MOST_ACCOUNTS])


@dataclass(frozen=True)
class KnownBrowsers:
    """Writes and reads the cookie of such a browser. Nothing is stored here; what we did not sign is a stranger's."""

    secret_key: str

    def write(self, browser: KnownBrowser) -> str:
        return str(self._serializer().dumps(browser.accounts))

    def read(self, cookie: str | None) -> KnownBrowser:
        try:
            accounts = self._serializer().loads(cookie or "", max_age=int(KNOWN_FOR.total_seconds()))
        except BadSignature:
            return KnownBrowser()
        return KnownBrowser(tuple((str(account), str(name)) for account, name in accounts))

    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret_key, salt="known-browser")
