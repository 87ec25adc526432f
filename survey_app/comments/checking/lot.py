"""Drawing a sample by lot: which comments it is hangs on the seed and their references alone."""

from __future__ import annotations

from collections.abc import Iterable

from survey_app.kernel.tokens import keyed_hash


def drawn_by_lot(references: Iterable[str], seed: str, size: int) -> list[str]:
    """`size` of the references, or all where there are fewer, in the order of the lot.

    Each reference has the same chance, whatever else is known of its comment; anybody who has the seed gets the same.
    """
    key = seed.encode()
    return sorted(references, key=lambda reference: (keyed_hash(key, reference), reference))[:size]
