"""For how long each table is kept, in words: the classes of retention, and what has no end of its own."""

from __future__ import annotations

from collections.abc import Mapping

from survey_app.privacy.retention import BY_CODE, FIXED

# Tables that no class of retention empties.
ENDLESS: Mapping[str, str] = {
    "requests": "Without an end: the line proves that it was done, and holds no word that says who it was.",
    "stops": "Without an end: they are the promise not to ask again. No name or address: keyed hashes, "
    "and the council's own reference of a customer until its person is erased.",
    "sessions": "Until the session is long over.",
    "audit": "Without an end, as proof; it names people by a number alone.",
    "webhooks": "Until they are delivered or given up, and some weeks more.",
    "evidence": "Without an end: it is what was shown to an assessor.",
    "published": "Without an end; it is about services.",
    "figures": "Without an end; they are about nobody.",
    "settings": "While they are in use.",
}
_FIXED = {each.code: f"{each.name}: {each.kept}." for each in FIXED}
CODES = frozenset({*ENDLESS, *_FIXED, *BY_CODE})


def kept_words(code: str, days: Mapping[str, int]) -> str:
    """What goes and when, in a line; `days` are those that hold now, by class."""
    if code in BY_CODE:
        found = BY_CODE[code]
        return f"{found.name}: {days.get(code, found.usual_days):,} days from {found.clock}."
    return _FIXED.get(code) or ENDLESS[code]
