"""The signed address of one entry page: what is answered, in which mode, and who looked it up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from itsdangerous import BadSignature, URLSafeTimedSerializer

from survey_app.kernel.tokens import new_token
from survey_app.organisation.channels import Mode

MAX_AGE = timedelta(hours=24)


class Holds(StrEnum):
    """What a ticket names."""

    INVITATION = "invitation"  # by its reference
    OPEN_LINK = "open_link"  # by its code


@dataclass(frozen=True)
class Ticket:
    """One answer to be entered. `key` becomes its submission key: whatever is sent twice from one page has the same."""

    mode: Mode
    holds: Holds
    name: str
    key: str


@dataclass(frozen=True)
class Tickets:
    """Makes and reads tickets. One works for the user who made it, for a day, so that an address in a browser's
    history opens nothing: neither a code nor a contact's reference is in it."""

    secret_key: str

    def make(self, mode: Mode, holds: Holds, name: str, *, user_id: int) -> str:
        return self._serializer().dumps([user_id, mode, holds, name, new_token()])

    def read(self, text: str, *, user_id: int) -> Ticket | None:
        """None for what is no ticket of ours, is another user's, or is too old."""
        try:
            made_by, mode, holds, name, key = self._serializer().loads(text, max_age=int(MAX_AGE.total_seconds()))
        except BadSignature:
            return None
        return Ticket(Mode(mode), Holds(holds), name, key) if made_by == user_id else None

    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret_key, salt="assisted-answer")
