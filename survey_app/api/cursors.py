"""Where a list goes on, as text that nobody can read or make: it holds the number of a row, which must not be told."""

from __future__ import annotations

import json

from cryptography.fernet import InvalidToken

from survey_app.kernel.ciphers import Cipher
from survey_app.kernel.errors import InvalidInput


class Cursors:
    """Makes and reads them. `of` is the list with its arguments: a cursor of another list is none."""

    def __init__(self, cipher: Cipher, of: str) -> None:
        self._cipher, self._of = cipher, of

    def make(self, after: int) -> str:
        return self._cipher.encrypt(json.dumps({"list": self._of, "after": after}))

    def read(self, text: str | None) -> int:
        """The row after which the list goes on; 0 is before the first. InvalidInput for what we did not make."""
        if text is None:
            return 0
        try:
            found = json.loads(self._cipher.decrypt(text))
            if found["list"] == self._of:
                return int(found["after"])
        except (InvalidToken, ValueError, KeyError, TypeError):
            pass
        raise InvalidInput("The cursor is none of this list with these arguments. Begin again without one.")
