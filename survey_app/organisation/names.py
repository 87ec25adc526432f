"""Finding a service, team or site by what a file calls it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Named:
    """One thing that can be found."""

    id: int
    code: str
    name: str


class NameIndex:
    """Finds by code or name, whatever the capitals and spaces. A code goes before a name; a shared name finds none."""

    def __init__(self, things: Iterable[Named]) -> None:
        things = list(things)
        self._by_code = {fold(thing.code): thing.id for thing in things}
        self._by_name: dict[str, int | None] = {}
        for thing in things:
            name = fold(thing.name)
            self._by_name[name] = None if name in self._by_name else thing.id
        self._labels: dict[str, list[str]] = {}
        for thing in things:
            for key in {fold(thing.code), fold(thing.name)}:
                self._labels.setdefault(key, []).append(f"{thing.name} ({thing.code})")

    def find(self, text: str) -> int | None:
        """The id, or None when nothing, or more than one thing, is called so."""
        key = fold(text)
        return self._by_code.get(key) or self._by_name.get(key)

    def has_code(self, code: str) -> bool:
        return fold(code) in self._by_code

    def near(self, text: str, most: int = 3) -> list[str]:
        """What may have been meant, as "Name (code)", the nearest first."""
        keys = get_close_matches(fold(text), self._labels, n=most, cutoff=0.5)
        return list(dict.fromkeys(label for key in keys for label in self._labels[key]))[:most]


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """A code or name without what people write differently: capitals and runs of spaces."""
    return " ".join(text.casefold().split())


def free_code(name: str, taken: Collection[str]) -> str:
    """A code for it that is none of these, which are folded."""
    code, number = code_from(name), 1
    free = code
    while free in taken:
        number += 1
        free = f"{code[:50]}-{number}"
    return free


def code_from(name: str, *, longest: int = 60) -> str:
    """A code for something that came with a name only: "Revenues & Benefits" is revenues-benefits."""
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")[:longest].rstrip("-") or "unnamed"
