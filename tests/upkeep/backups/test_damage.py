"""Whatever is wrong with a backup is found before anything is done with it."""

from __future__ import annotations

import gzip
import hashlib
from typing import Any

import pytest

from survey_app.settings import PROJECT_ROOT
from survey_app.upkeep.backups.dump_folder import MANIFEST, SIGNATURE
from survey_app.upkeep.backups.dump_format import read_manifest
from tests.databases import KINDS
from tests.upkeep.backups.commands import (
    Fresh,
    Small,
    assert_refused_and_nothing_left,
    in_clear,
    resign,
    sealed_as,
    settings_keys,
)


def newest_schema() -> str:
    return max(path.name[:4] for path in (PROJECT_ROOT / "migrations" / "versions").glob("0*.py"))


@pytest.mark.parametrize("file", ["survey_response.ndjson.gz.sealed", MANIFEST, SIGNATURE])
def test_one_changed_byte_is_found(small: Small, fresh: Fresh, file: str) -> None:
    path = small[1] / file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert_refused_and_nothing_left(small[1], fresh("sqlite"))


def test_every_changed_byte_of_the_manifest_is_found(small: Small, fresh: Fresh) -> None:
    empty = fresh("sqlite")
    path = small[1] / MANIFEST
    content = path.read_bytes()
    for place in range(0, len(content), 997):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert_refused_and_nothing_left(small[1], empty)


@pytest.mark.parametrize("file", ["council.ndjson.gz.sealed", MANIFEST, SIGNATURE])
def test_a_missing_file_is_named(small: Small, fresh: Fresh, file: str) -> None:
    (small[1] / file).unlink()
    assert_refused_and_nothing_left(small[1], fresh("sqlite"), file)


def test_a_file_that_does_not_belong_is_named(small: Small, fresh: Fresh) -> None:
    (small[1] / "notes.txt").write_text("hello")
    assert_refused_and_nothing_left(small[1], fresh("sqlite"), "notes.txt")


def test_a_file_cut_short_is_found(small: Small, fresh: Fresh) -> None:
    path = small[1] / "answer.ndjson.gz.sealed"
    path.write_bytes(path.read_bytes()[:-9])
    assert_refused_and_nothing_left(small[1], fresh("sqlite"), path.name)


@pytest.mark.parametrize(
    "content", [gzip.compress(b"[1]\n", mtime=0)[:-4], b"no gzip", gzip.compress(b"[\n" * 20, mtime=0)]
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_was_written_badly_is_found(small: Small, fresh: Fresh, kind: str, content: bytes) -> None:
    """Damage that the manifest agrees with: made while the backup was."""
    resign(small, survey_response=sealed_as(small, "survey_response", content))
    assert_refused_and_nothing_left(small[1], fresh(kind), "survey_response.ndjson.gz.sealed")


def test_a_file_that_is_not_sealed_or_is_that_of_another_table_is_found(small: Small, fresh: Fresh) -> None:
    """Even where the manifest agrees with it, as only who holds the key of signatures could make it."""
    path, other = (small[1] / f"{name}.ndjson.gz.sealed" for name in ("survey_response", "answer"))
    for content in (gzip.compress(b"[1]\n"), other.read_bytes(), b""):
        path.write_bytes(content)
        resign(small, survey_response={"sha256": hashlib.sha256(content).hexdigest()})
        assert_refused_and_nothing_left(small[1], fresh("sqlite"), path.name, "is not as it was written")


def test_a_wrong_count_is_found_before_anything_is_written(small: Small, fresh: Fresh) -> None:
    resign(small, survey_response={"rows": 21})
    assert_refused_and_nothing_left(small[1], fresh("sqlite"), "has 20 rows, and should have 21")


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_that_points_nowhere_is_refused(small: Small, fresh: Fresh, kind: str) -> None:
    resign(small, survey_version=sealed_as(small, "survey_version", gzip.compress(b"", mtime=0)) | {"rows": 0})
    assert_refused_and_nothing_left(small[1], fresh(kind), "survey")


def test_other_tables_than_the_schema_has_are_refused(small: Small, fresh: Fresh) -> None:
    database, folder = small
    manifest = read_manifest((folder / MANIFEST).read_text())
    (team,) = (table for table in manifest.tables if table.name == "team")
    content = in_clear(folder, team, settings_keys(database))
    (folder / manifest.file(team)).unlink()
    resign(small, team={"name": "crew"} | sealed_as(small, "crew", content))
    assert_refused_and_nothing_left(small[1], fresh("sqlite"), f"not those of schema {newest_schema()}")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"version": 3}, "format version 3"),
        ({"format": "something"}, "not the manifest of a backup"),
        ({"revision": "9999"}, "newer than this program"),
        ({"tables": 3}, "damaged"),
    ],
)
def test_a_backup_of_a_kind_that_is_not_known_is_refused(
    small: Small, fresh: Fresh, changed: dict[str, Any], words: str
) -> None:
    resign(small, changed)
    assert_refused_and_nothing_left(small[1], fresh("sqlite"), words)
