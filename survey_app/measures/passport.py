"""A figure's passport: one canonical document, its hash and short code, its rows' digests. Source: MEASURES.md 10.

The hash promises that the same rows, rules and days give the same digest on any machine and in any language.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, cast

from survey_app.measures.counting import OUTSIDE, Counted
from survey_app.measures.definitions import Source, Unit
from survey_app.measures.figures import Figure
from survey_app.measures.own.rule import as_document

DIGEST_BYTES = 32
ENGINE = "measures@1"  # changed when a formula changes
UNWEIGHTED = {"weighting": "none"}

ROWS_PROVED = (Source.ANSWERS, Source.COMMENTS, Source.INVITATIONS)  # contacts and drafts are counted only


class Digests:
    """The digests of a passport's rows, however many: packed at 32 bytes each, and in order when they are read."""

    def __init__(self, digests: Iterable[str] = ()) -> None:
        self._by_first_byte = [bytearray() for _ in range(256)]
        for digest in digests:
            self.add(digest)

    def add(self, digest: str) -> None:
        packed = bytes.fromhex(digest)
        self._by_first_byte[packed[0]] += packed

    def __len__(self) -> int:
        return sum(map(len, self._by_first_byte)) // DIGEST_BYTES

    def __iter__(self) -> Iterator[bytes]:
        for packed in self._by_first_byte:
            yield from sorted(bytes(packed[at : at + DIGEST_BYTES]) for at in range(0, len(packed), DIGEST_BYTES))

    @property
    def hash(self) -> str:
        """SHA-256 over all of them in hex, sorted, each followed by a line feed: the order of rows never matters."""
        total = hashlib.sha256()
        for digest in self:
            total.update(digest.hex().encode() + b"\n")
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


@dataclass(frozen=True)
class PassportRow:
    """One answer considered, in the base or outside it. The day only: no time of contact, and no text."""

    reference: str
    day: date
    service: str
    channel: str
    question: str
    value: str
    is_in_base: bool
    version: str  # survey@label


@dataclass(frozen=True)
class Passport:
    """A figure, the digests of the rows behind it, and the document that proves both.

    `feeding` are the versions of its questions whose answers it adds up, `services` the codes of the services that it
    counts where it does not count all.
    """

    figure: Figure
    digests: Digests
    document: dict[str, Any]
    feeding: frozenset[int]
    services: Sequence[str] | None

    @property
    def cut_at(self) -> datetime:
        """When it was counted."""
        return datetime.fromisoformat(self.document["data_cut"])

    @property
    def text(self) -> str:
        return canonical(self.document)

    @property
    def sha256(self) -> str:
        return sha256(self.text)

    @property
    def code(self) -> str:
        return short_code(self.sha256)


def make_document(
    figure: Figure,
    counted: Counted,
    digests: Digests,
    *,
    versions: Iterable[str],
    where: dict[str, list[str]],
    data_cut: datetime,
    quarantined: int = 0,
) -> dict[str, Any]:
    """The document of a figure as it stands at `data_cut`; `versions` are those of the surveys, as survey@label.

    A median has no numerator; a council's own measure stands there with its rule, and one on a scale that is not its
    first with that scale. `quarantined` is how many of the rows are held.
    """
    counts = {name: counted.outside.get(name, 0) for name in OUTSIDE.values()} | dict(counted.outside)
    if figure.measure.unit is not Unit.DAYS:
        counts["numerator"] = counted.numerator
    own = {"defined": as_document(figure.measure)} if figure.measure.is_own else {}
    first_scale = figure.measure.scales[0].ends if figure.measure.scales else None
    scale = {"scale": list(counted.scale)} if counted.scale not in {None, first_scale} else {}
    return (
        own
        | scale
        | {
            "passport": 1,
            "measure": figure.measure.name,
            "definition": figure.measure.code_and_version,
            "engine": ENGINE,
            "period": {
                "by": "contact",
                "from": figure.period.first.isoformat(),
                "to": figure.period.last.isoformat(),
            },
            "where": {name: sorted(codes) for name, codes in where.items()},
            "rules": figure.query.rules.settings | UNWEIGHTED,
            "versions": sorted(versions),
            "data_cut": f"{data_cut.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "counts": counts
            | {
                "base": counted.base,
                "by_value": dict(counted.by_value),
                "quarantined": quarantined,
            },
            "rows": {"count": len(digests), "hash": digests.hash},
        }
    )


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
