"""The data map: what each column of each table says about whom. Declared in tables.toml, held against the models."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from survey_app.privacy.papers.activities import ACTIVITIES
from survey_app.privacy.papers.kept import CODES

_FILE = Path(__file__).with_name("tables.toml")


class Kind(StrEnum):
    """What a column holds, the most delicate first."""

    SPECIAL = "special"
    PERSONAL = "personal"
    KEY = "key"
    SECRET = "secret"  # noqa: S105 - the name of a kind
    NONE = "none"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Kind.SPECIAL: "Special category",
    Kind.PERSONAL: "Personal",
    Kind.KEY: "Pseudonymous key",
    Kind.SECRET: "Secret",
    Kind.NONE: "About nobody",
}


@dataclass(frozen=True)
class MappedTable:
    """A table with its columns by what they hold."""

    name: str
    activity: str
    kept: str
    columns: Mapping[str, Kind]

    def of(self, *kinds: Kind) -> list[str]:
        return [column for column, kind in self.columns.items() if kind in kinds]

    @property
    def is_about_people(self) -> bool:
        return bool(self.of(Kind.SPECIAL, Kind.PERSONAL, Kind.KEY))


@cache
def data_map() -> Mapping[str, MappedTable]:
    """Every table by its name."""
    declared = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {name: _read(name, entry) for name, entry in declared.items()}


def gaps(tables: Mapping[str, Iterable[str]], mapped: Mapping[str, MappedTable] | None = None) -> list[str]:
    """What stands between the models (columns by table) and the map, in words; empty where they agree."""
    known = data_map() if mapped is None else mapped
    found = [f"{name}: not in tables.toml" for name in tables if name not in known]
    found += [f"{name}: no such table" for name in known if name not in tables]
    for name, columns in tables.items():
        declared = known[name].columns if name in known else {}
        there = set(columns)
        found += [f"{name}.{column}: not classified" for column in sorted(there - set(declared)) if name in known]
        found += [f"{name}.{column}: no such column" for column in sorted(set(declared) - there)]
    return found


def _read(name: str, entry: Mapping[str, Any]) -> MappedTable:
    """ValueError for what cannot be: a column twice, an activity or a class that there is not."""
    columns = dict[str, Kind]()
    for kind in Kind:
        for column in str(entry.get(kind.value, "")).split():
            if column in columns:
                raise ValueError(f"{name}.{column} stands twice in tables.toml")
            columns[column] = kind
    unknown = set(entry) - {"activity", "kept", *Kind}
    if unknown or entry["activity"] not in ACTIVITIES or entry["kept"] not in CODES:
        raise ValueError(f"{name} in tables.toml names what there is not: {unknown or entry}")
    return MappedTable(name, entry["activity"], entry["kept"], columns)
