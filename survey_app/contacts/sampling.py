"""Which of those who may be asked are asked."""

from __future__ import annotations

import hmac

_BITS = 53  # of a float's mantissa


def draw_fraction(key: bytes, reference: str) -> float:
    """A number in [0, 1) that hangs on the key and the contact's reference alone; ask where it is below the fraction.

    Neither the order of a file, nor the day, nor anybody's choice moves it, and without the key nobody can tell
    beforehand who will be asked. A larger fraction asks everyone that a smaller one does, and more.
    """
    digest = hmac.digest(key, b"draw:" + reference.encode(), "sha256")
    return float((int.from_bytes(digest[:8]) >> (64 - _BITS)) / (1 << _BITS))
