"""A long list in pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from survey_app.kernel.errors import InvalidInput


@dataclass(frozen=True)
class Page:
    """One page of a list: its words, and the addresses of those beside it."""

    number: int
    size: int
    total: int
    path: str
    arguments: Mapping[str, str | Sequence[str]]
    order: str = "newest first"
    is_more: bool = False  # than `total`, behind what can be turned to

    @property
    def skip(self) -> int:
        return (self.number - 1) * self.size

    @property
    def words(self) -> str:
        """21 to 40 of 412, newest first."""
        if not self.total:
            return "None"
        of = f"more than {self.total:,}" if self.is_more else f"{self.total:,}"
        return f"{self.skip + 1:,} to {min(self.skip + self.size, self.total):,} of {of}, {self.order}"

    @property
    def previous(self) -> str | None:
        return self._address(self.number - 1) if self.number > 1 else None

    @property
    def next(self) -> str | None:
        return self._address(self.number + 1) if self.skip + self.size < self.total else None

    def _address(self, number: int) -> str:
        query = urlencode(dict(self.arguments) | ({"page": str(number)} if number > 1 else {}), doseq=True)
        return f"{self.path}?{query}" if query else self.path


def read_page(
    text: str | None,
    *,
    size: int,
    total: int,
    path: str,
    arguments: Mapping[str, str | Sequence[str]],
    order: str = "newest first",
    is_more: bool = False,
) -> Page:
    """The page that an address asks for. InvalidInput when it is no number, or there is no such page."""
    number = int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else (0 if text else 1)
    if number < 1 or (number > 1 and (number - 1) * size >= total):
        raise InvalidInput(f"There is no page “{text}” of this list.")
    return Page(number, size, total, path, arguments, order, is_more)
