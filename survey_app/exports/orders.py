"""What somebody asks a file of: which rows, in which form. It is stored as an address would say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Self
from urllib.parse import parse_qsl, urlencode

from survey_app.exports.formats import FileFormat
from survey_app.kernel.errors import InvalidInput

_BY, _MEASURE, _WITHIN = "by", "measure", "within"


class Content(StrEnum):
    """What stands in the rows of a file."""

    RESPONSES = "responses"
    FIGURES = "figures"

    @property
    def permission(self) -> str:
        """What somebody must be allowed to, to take such rows away."""
        return "export_answers" if self is Content.RESPONSES else "view_results"


@dataclass(frozen=True)
class Order:
    """London days, both included. `by` and `measures` are for figures, `is_long` (a row an answer) for responses."""

    content: Content
    file_format: FileFormat
    first: date
    last: date
    where: Mapping[str, Sequence[str]] = field(default_factory=dict)
    by: Sequence[str] = ()
    measures: Sequence[str] = ()
    is_long: bool = False

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise InvalidInput(f"The last day, {self.last}, is before the first, {self.first}.")

    @property
    def file_name(self) -> str:
        """responses-2025-04-01-to-2026-03-31.csv"""
        return f"{self._named}.{self.file_format}"

    @property
    def codebook_name(self) -> str:
        return f"{self._named}-codebook.csv"

    @property
    def facts(self) -> dict[str, object]:
        """What the audit keeps of it: nothing of a person stands in filters."""
        return {
            "format": self.file_format.value,
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "where": {name: list(codes) for name, codes in self.where.items()},
            **({"by": list(self.by)} if self.by else {}),
            **({"long": True} if self.is_long else {}),
        }

    @property
    def _named(self) -> str:
        what = "answers" if self.is_long else self.content.value
        return f"{what}-{self.first}-to-{self.last}"


@dataclass(frozen=True)
class Arguments:
    """What of an order has no column of its own, and the services that its asker saw then (None: all): whoever sees
    fewer by now does not get the file."""

    where: Mapping[str, Sequence[str]]
    by: Sequence[str]
    measures: Sequence[str]
    within: frozenset[int] | None

    def lies_in(self, service_ids: frozenset[int] | None) -> bool:
        """Whether whoever sees these services (None: all) sees all that its asker saw."""
        return service_ids is None or (self.within is not None and self.within <= service_ids)

    @property
    def as_text(self) -> str:
        pairs = [(name, code) for name, codes in sorted(self.where.items()) for code in codes]
        pairs += [(_BY, name) for name in self.by] + [(_MEASURE, name) for name in self.measures]
        if self.within is not None:
            pairs.append((_WITHIN, " ".join(map(str, sorted(self.within)))))
        return urlencode(pairs)

    @classmethod
    def read(cls, text: str) -> Self:
        where: dict[str, list[str]] = {}
        by, measures, within = list[str](), list[str](), None
        for name, value in parse_qsl(text, keep_blank_values=True):
            match name:
                case "by":
                    by.append(value)
                case "measure":
                    measures.append(value)
                case "within":
                    within = frozenset(map(int, value.split()))
                case _:
                    where.setdefault(name, []).append(value)
        return cls(where, by, measures, within)
