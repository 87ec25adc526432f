"""What a backup looks like: how a value of each kind is written, and the manifest that says what belongs to it.

A backup is a folder: one gzip file of newline-delimited JSON a table, a row an array in the order of the manifest's
columns, sealed under the newest of DATA_KEYS (`sealed_stream`), and `manifest.json` with its signature. It knows
neither database: either can be filled from it. The manifest is in clear and holds nothing of anybody: of which schema,
moment and keys the backup is, how many rows a table has, and the digest of each file as it lies there.

Version 1 was not sealed: its files are gzip, to be read as they are.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.tokens import keyed_hash

FORMAT = "council-survey-backup"
VERSION = 2
UNSEALED = 1  # the version whose files were in clear


class Kind(StrEnum):
    """What a column holds. JSON is carried as its own text, so that not even the order of its keys changes."""

    INTEGER = "integer"
    REAL = "real"
    TEXT = "text"
    BOOLEAN = "boolean"
    DAY = "day"
    INSTANT = "instant"
    JSON = "json"
    BINARY = "binary"


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind


@dataclass(frozen=True)
class TableFile:
    """One table in a backup; `sha256` is over the bytes of its file, sealed as they are."""

    name: str
    columns: tuple[Column, ...]
    rows: int
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Manifest:
    """All about a backup. `keys` holds fingerprints by the name of the setting, never a key."""

    revision: str  # of the schema
    product: str  # the version that made it
    made_at: datetime  # the instant of its snapshot
    keys: Mapping[str, Sequence[str]]
    tables: tuple[TableFile, ...]
    salt: bytes | None  # of the keys of its files; None for one of a version that sealed nothing

    def file(self, table: TableFile) -> str:
        """The name of the file of a table."""
        return file_name(table.name, is_sealed=self.salt is not None)

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    @property
    def bytes(self) -> int:
        return sum(table.bytes for table in self.tables)


@dataclass(frozen=True)
class Keys:
    """The keys that the rows of a database cannot be used without."""

    data_keys: Sequence[str]
    index_key: bytes
    signing_key: bytes

    def fingerprints(self) -> dict[str, list[str]]:
        """What tells keys apart and gives nothing of them away: keyed hashes of a fixed text, by setting."""
        held = {
            "DATA_KEYS": [key.encode() for key in self.data_keys],
            "INDEX_KEY": [self.index_key],
            "SIGNING_KEY": [self.signing_key],
        }
        return {name: [keyed_hash(key, FORMAT)[:32] for key in keys] for name, keys in held.items()}


def file_name(table: str, *, is_sealed: bool) -> str:
    return f"{table}.ndjson.gz" + (".sealed" if is_sealed else "")


def missing_keys(manifest: Manifest, keys: Keys) -> list[str]:
    """The settings that lack a key which the backup was made under. A newer one of DATA_KEYS beside it is well."""
    held = keys.fingerprints()
    return sorted(name for name, needed in manifest.keys.items() if not set(needed) <= set(held.get(name, ())))


def sealing_key(manifest: Manifest, keys: Keys) -> str:
    """The one of DATA_KEYS that the files are sealed under: the newest there was. KeyError where it is not at hand."""
    wanted = manifest.keys["DATA_KEYS"][0]
    return dict(zip(keys.fingerprints()["DATA_KEYS"], keys.data_keys, strict=True))[wanted]


def row_writer(columns: Sequence[Column]) -> Callable[[Sequence[Any]], str]:
    """Turns rows of Python values into lines, without their end."""
    special = [(place, _WRITE[column.kind]) for place, column in enumerate(columns) if column.kind in _WRITE]

    def write(row: Sequence[Any]) -> str:
        values = list(row)
        for place, convert in special:
            if values[place] is not None:
                values[place] = convert(values[place])
        return json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"))

    return write


def row_reader(columns: Sequence[Column]) -> Callable[[bytes], list[Any]]:
    """Turns lines back into rows as `row_writer` was given them. ValueError or TypeError where a line is none."""
    special = [(place, _READ[column.kind]) for place, column in enumerate(columns) if column.kind in _READ]

    def read(line: bytes) -> list[Any]:
        values = json.loads(line)
        if not isinstance(values, list) or len(values) != len(columns):
            raise ValueError(f"a row needs {len(columns)} values")
        for place, convert in special:
            if values[place] is not None:
                values[place] = convert(values[place])
        return values

    return read


def manifest_text(manifest: Manifest) -> str:
    salt = None if manifest.salt is None else manifest.salt.hex()
    document = asdict(manifest) | {"made_at": manifest.made_at.isoformat(), "salt": salt}
    version = UNSEALED if manifest.salt is None else VERSION
    return json.dumps({"format": FORMAT, "version": version, **document}, ensure_ascii=False, indent=1) + "\n"


def read_manifest(text: str) -> Manifest:
    """The manifest back from its text. InvalidInput where it is none, or one of a version that is not known here."""
    try:
        document = json.loads(text)
        if document["format"] != FORMAT:
            raise ValueError("another format")
        version = document["version"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise InvalidInput("manifest.json is not the manifest of a backup.") from error
    if version not in (UNSEALED, VERSION):
        raise InvalidInput(
            f"This backup has format version {version}; this program reads versions {UNSEALED} and {VERSION}."
        )
    try:
        return Manifest(
            revision=str(document["revision"]),
            product=str(document["product"]),
            made_at=datetime.fromisoformat(document["made_at"]),
            keys={str(name): [str(key) for key in keys] for name, keys in document["keys"].items()},
            tables=tuple(_read_table(table) for table in document["tables"]),
            salt=None if version == UNSEALED else bytes.fromhex(document["salt"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InvalidInput("manifest.json is damaged.") from error


def _read_table(document: Mapping[str, Any]) -> TableFile:
    columns = tuple(Column(str(column["name"]), Kind(column["kind"])) for column in document["columns"])
    return TableFile(
        str(document["name"]), columns, int(document["rows"]), str(document["sha256"]), int(document["bytes"])
    )


def _write_real(value: float) -> float | str:
    return value if math.isfinite(value) else repr(value)  # JSON has no word for these


def _write_binary(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _read_binary(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


_WRITE: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.REAL: _write_real,
    Kind.DAY: date.isoformat,
    Kind.INSTANT: datetime.isoformat,
    Kind.BINARY: _write_binary,
}
_READ: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.REAL: float,
    Kind.DAY: date.fromisoformat,
    Kind.INSTANT: datetime.fromisoformat,
    Kind.BINARY: _read_binary,
}
