"""A figure's passport: one canonical document, its hash and short code, its rows' digests. Source: MEASURES.md 10.

The hash promises that the same rows, rules and days give the same digest on any machine and in any language.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable
from typing import Any, cast

ENGINE = "measures@1"  # changed when a formula changes
RULES = {"dont_know": "out", "quarantined": "out", "staff_entered": "in", "weighting": "none"}


def row_digest(salt: str, reference: str, question: str, value: str) -> str:
    """SHA-256 of one answer. Without the salt nobody can test a guess of what was answered."""
    return hashlib.sha256(f"{salt}\t{reference}\t{question}\t{value}\n".encode()).hexdigest()


def rows_hash(digests: Iterable[str]) -> str:
    """SHA-256 over all row digests, sorted: the order of the rows never matters."""
    total = hashlib.sha256()
    for digest in sorted(digests):
        total.update(f"{digest}\n".encode())
    return total.hexdigest()


def canonical(document: dict[str, Any]) -> str:
    """The one way to write a document: RFC 8785 restricted to integers, text in NFC. ValueError for a float or null."""
    return json.dumps(_checked(document), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text: str) -> str:
    """SHA-256 over the UTF-8 bytes, in lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def short_code(digest: str) -> str:
    """What people quote: p1- and the first 20 digits of the document's SHA-256."""
    return f"p1-{digest[:20]}"


def _checked(value: object) -> object:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {cast("str", _checked(key)): _checked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_checked(inner) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError(f"a passport holds text and whole numbers only, not {value!r}")
