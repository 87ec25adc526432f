"""What a key may do, in one table; and how a key is written."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from survey_app.kernel.tokens import new_reference, token_digest


class KeyScope(StrEnum):
    """One thing that a key lets its holder do."""

    CONTACTS_WRITE = "contacts:write"
    FIGURES_PUBLISHED = "figures:published"
    FIGURES_READ = "figures:read"
    RESPONSES_READ = "responses:read"
    COMMENTS_READ = "comments:read"


SCOPES: Mapping[KeyScope, str] = {
    KeyScope.CONTACTS_WRITE: "Send contacts",
    KeyScope.FIGURES_PUBLISHED: "Read published tables",
    KeyScope.FIGURES_READ: "Read live figures, as staff see them",
    KeyScope.RESPONSES_READ: "Read single answers, as staff see them",
    KeyScope.COMMENTS_READ: "Read redacted comments, as staff see them",
}

SECRET_BYTES = 32
_KEY = re.compile(r"survey_([A-Z0-9]{10})_[A-Za-z0-9_-]{43}", re.ASCII)


@dataclass(frozen=True)
class NewKey:
    """A key in clear, which nobody sees again after it was made. `public` names it in lists, logs and the audit."""

    text: str
    public: str

    @property
    def digest(self) -> str:
        """What is stored of it."""
        return token_digest(self.text)


def new_key() -> NewKey:
    """256 random bits behind a public name. The word before it lets scanners of published code know it for a key."""
    public = new_reference()
    return NewKey(f"survey_{public}_{secrets.token_urlsafe(SECRET_BYTES)}", public)


def public_part(text: str) -> str | None:
    """The public name in what somebody gives for a key; None when it cannot be one."""
    found = _KEY.fullmatch(text)
    return found[1] if found else None
