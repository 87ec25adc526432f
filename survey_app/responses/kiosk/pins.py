"""The PIN by which staff leave a kiosk. The device checks it itself, for it may have no network.

So its hash is in the page, and a PIN of a few digits can be found from it by whoever takes the trouble: it keeps
visitors out of the staff's part of the page, and guards nothing else.
"""

from __future__ import annotations

import hashlib
import re
import secrets

ITERATIONS = 200_000  # about a third of a second on a small tablet
SHORTEST, LONGEST = 4, 8  # digits
_PIN = re.compile(rf"[0-9]{{{SHORTEST},{LONGEST}}}")


def is_pin(text: str) -> bool:
    """4 to 8 digits, as a number pad types them."""
    return _PIN.fullmatch(text) is not None


def hashed_pin(pin: str, salt: bytes | None = None) -> str:
    """iterations$salt$hash in hex: PBKDF2 with SHA-256, which browsers have (`checkPin` in kiosk.js)."""
    salt = salt or secrets.token_bytes(16)
    found = hashlib.pbkdf2_hmac("sha256", pin.encode(), salt, ITERATIONS)
    return f"{ITERATIONS}${salt.hex()}${found.hex()}"
