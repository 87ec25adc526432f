"""Rows and manifests of a backup come back as they were written."""

from __future__ import annotations

import math
import struct
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from survey_app.kernel.errors import InvalidInput
from survey_app.upkeep.backups.dump_format import (
    Column,
    Keys,
    Kind,
    Manifest,
    TableFile,
    manifest_text,
    missing_keys,
    read_manifest,
    row_reader,
    row_writer,
    sealing_key,
)

VALUES: dict[Kind, some.SearchStrategy[Any]] = {
    Kind.INTEGER: some.integers(-(2**63), 2**63 - 1),
    Kind.REAL: some.floats(allow_nan=False),
    Kind.TEXT: some.text(some.characters(exclude_categories=["Cs"])),
    Kind.BOOLEAN: some.booleans(),
    Kind.DAY: some.dates(),
    Kind.INSTANT: some.datetimes(timezones=some.just(UTC)),
    Kind.JSON: some.sampled_from(["null", '{"b": 1, "a": 1.0}', "[]"]),
    Kind.BINARY: some.binary(),
}
COLUMNS = tuple(Column(kind.value, kind) for kind in Kind)
KEYS = Keys(["newer", "older"], b"index", b"signing")
MANIFEST = Manifest(
    "0001",
    "0.1.0",
    datetime(2026, 5, 1, 9, 0, 0, 1, tzinfo=UTC),
    KEYS.fingerprints(),
    (TableFile("council", COLUMNS, 1, "0" * 64, 99),),
    bytes(32),
)


@given(some.tuples(*(some.none() | VALUES[kind] for kind in Kind)))
def test_a_row_comes_back_with_every_value_and_type(row: tuple[Any, ...]) -> None:
    line = row_writer(COLUMNS)(row)

    read = row_reader(COLUMNS)(line.encode())

    assert "\n" not in line
    assert tuple(read) == row
    assert list(map(type, read)) == list(map(type, row))


@given(some.floats())
def test_a_real_number_comes_back_to_the_last_bit(number: float) -> None:
    columns = [Column("value", Kind.REAL)]
    (read,) = row_reader(columns)(row_writer(columns)([number]).encode())
    assert struct.pack("d", read) == struct.pack("d", math.nan if math.isnan(number) else number)


@pytest.mark.parametrize("line", [b"", b"[1", b"{}", b"[]", b'["a"]', b"[1,2]"])
def test_a_line_that_is_no_such_row_is_refused(line: bytes) -> None:
    with pytest.raises((ValueError, TypeError)):
        row_reader([Column("on", Kind.DAY)])(line)


def test_a_manifest_comes_back_as_it_was() -> None:
    assert read_manifest(manifest_text(MANIFEST)) == MANIFEST
    assert (MANIFEST.rows, MANIFEST.bytes) == (1, 99)


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", '{"format": "other", "version": 1}', "[" * 100_000])
def test_what_is_no_manifest_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="not the manifest of a backup"):
        read_manifest(text)


def test_a_manifest_that_lacks_something_is_damaged() -> None:
    with pytest.raises(InvalidInput, match="damaged"):
        read_manifest(manifest_text(MANIFEST).replace('"revision"', '"reversion"'))


def test_fingerprints_tell_keys_apart_and_are_not_the_keys() -> None:
    printed = repr(KEYS.fingerprints())
    assert not any(key in printed for key in ("newer", "older", "index'", "signing'"))
    assert missing_keys(MANIFEST, KEYS) == []
    assert missing_keys(MANIFEST, Keys(["newest", "newer", "older"], b"index", b"signing")) == []
    assert missing_keys(MANIFEST, Keys(["newer"], b"other", b"signing")) == ["DATA_KEYS", "INDEX_KEY"]


def test_a_file_says_by_its_name_whether_it_is_sealed() -> None:
    (table,) = MANIFEST.tables
    assert MANIFEST.file(table) == "council.ndjson.gz.sealed"
    assert replace(MANIFEST, salt=None).file(table) == "council.ndjson.gz"


def test_a_manifest_of_the_first_version_comes_back_without_a_salt() -> None:
    first = replace(MANIFEST, salt=None)
    assert read_manifest(manifest_text(first)) == first


def test_the_key_of_a_backup_is_found_among_newer_ones() -> None:
    assert sealing_key(MANIFEST, Keys(["newest", "newer", "older"], b"index", b"signing")) == "newer"
