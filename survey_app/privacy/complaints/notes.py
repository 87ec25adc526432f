"""The reference of a complaint, and the signed note that its thank-you page is opened by. Nobody looks one up by it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from itsdangerous import BadSignature, URLSafeSerializer

from survey_app.kernel.tokens import CODE_ALPHABET

_LETTERS = 10


def reference_of(key: str) -> str:
    """The reference of what one page sends: the same however often it is sent. `key` is that of the page's nonce."""
    number = int.from_bytes(hashlib.sha256(f"complaint {key}".encode()).digest())
    letters = ""
    for _place in range(_LETTERS):
        number, letter = divmod(number, len(CODE_ALPHABET))
        letters += CODE_ALPHABET[letter]
    return letters


@dataclass(frozen=True)
class Thanks:
    """What the thank-you page says of a complaint: nothing of its words."""

    reference: str
    acknowledge_by: date
    has_reply_to: bool


@dataclass(frozen=True)
class ThanksNotes:
    """Makes and reads the notes. They are signed and not kept, so that the page needs neither cookie nor look-up."""

    secret_key: str

    def make(self, thanks: Thanks) -> str:
        facts = [thanks.reference, thanks.acknowledge_by.isoformat(), thanks.has_reply_to]
        return self._serializer().dumps(facts)

    def read(self, note: str) -> Thanks | None:
        """None for what we have not signed."""
        try:
            reference, day, has_reply_to = self._serializer().loads(note)
        except BadSignature:
            return None
        return Thanks(reference, date.fromisoformat(day), has_reply_to)

    def _serializer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret_key, salt="complaint-thanks")
