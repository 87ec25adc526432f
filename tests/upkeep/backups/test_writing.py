"""A backup is written whole or not at all, and tells nothing to who finds it."""

from __future__ import annotations

import gzip
import signal
import stat
from collections.abc import Mapping
from pathlib import Path

from survey_app.upkeep.backups.dump_folder import MANIFEST, SIGNATURE
from survey_app.upkeep.backups.dump_format import read_manifest
from tests.databases import Database
from tests.upkeep.backups.commands import Small, assert_refused, done, flask, in_a_process, in_clear, settings_keys


def test_a_backup_is_ours_alone_to_read_and_says_nothing_of_anybody(
    borough: Mapping[str, Database], tmp_path: Path
) -> None:
    original, folder = borough["sqlite"], tmp_path / "b"
    printed = flask(original, "upkeep", "backup", folder)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    everything = b"".join(path.read_bytes() for path in folder.iterdir())
    for word in (b"passkeys@anyborough.example", b"Housing", b"They rang me back", b"Reception"):
        assert word not in everything
    assert not any(is_readable(path) for path in folder.iterdir() if path.name not in {MANIFEST, SIGNATURE})
    for name in ("DATA_KEYS", "INDEX_KEY", "SIGNING_KEY"):
        assert f"{name} (environment)" in printed.stdout
        assert original.environment[name].encode() not in everything + printed.output.encode()
    assert "Keep them too, in another place" in printed.stdout


def is_readable(path: Path) -> bool:
    """Whether gzip makes anything of the beginning of a file."""
    try:
        with gzip.open(path) as file:
            return bool(file.read(1))
    except (gzip.BadGzipFile, EOFError):
        return False


def test_what_the_database_encrypts_stays_encrypted_below_the_seal(
    borough: Mapping[str, Database], tmp_path: Path
) -> None:
    done(flask(borough["sqlite"], "upkeep", "backup", tmp_path / "b"))
    keys = settings_keys(borough["sqlite"])
    tables = read_manifest((tmp_path / "b" / MANIFEST).read_text()).tables
    opened = b"".join(gzip.decompress(in_clear(tmp_path / "b", table, keys)) for table in tables)
    assert b"passkeys@anyborough.example" in opened
    assert b"priya@example.org" not in opened


def test_two_backups_of_the_same_rows_say_the_same_and_have_no_block_in_common(
    borough: Mapping[str, Database], tmp_path: Path
) -> None:
    keys = settings_keys(borough["sqlite"])
    opened, begun = [], set()
    for folder in (tmp_path / "a", tmp_path / "b"):
        done(flask(borough["sqlite"], "upkeep", "backup", folder))
        manifest = read_manifest((folder / MANIFEST).read_text())
        opened.append({table.name: in_clear(folder, table, keys) for table in manifest.tables})
        begun |= {(folder / manifest.file(table)).read_bytes()[:16] for table in manifest.tables}
    assert opened[0] == opened[1]
    assert len(begun) == 2 * len(opened[0])


def test_a_backup_goes_into_an_empty_folder_that_is_there(small: Small, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir(mode=0o755)
    done(flask(small[0], "upkeep", "backup", tmp_path / "empty"))
    assert stat.S_IMODE((tmp_path / "empty").stat().st_mode) == 0o700


def test_nothing_is_written_over(small: Small) -> None:
    database, folder = small
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert_refused(flask(database, "upkeep", "backup", folder), "not an empty folder")
    assert_refused(flask(database, "upkeep", "backup", folder / MANIFEST), "not an empty folder")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_place_that_cannot_be_written_is_said(small: Small, tmp_path: Path) -> None:
    database, folder = small
    assert_refused(flask(database, "upkeep", "backup", tmp_path / "none" / "b"), "cannot be written: No such file")
    assert_refused(flask(database, "upkeep", "backup", folder / MANIFEST / "b"), "cannot be written: Not a directory")


def test_a_database_without_schema_has_nothing_to_back_up(empty_database: Database, tmp_path: Path) -> None:
    assert_refused(flask(empty_database, "upkeep", "backup", tmp_path / "b"), "nothing to back up")
    assert not (tmp_path / "b").exists()


def test_a_backup_that_is_killed_leaves_nothing_under_its_name(small: Small, tmp_path: Path) -> None:
    database, target = small[0], tmp_path / "killed"
    script = f"write_backup(Path({str(target)!r}), keys, now=utc_now(), progress=lambda _rows: die)"
    assert in_a_process(database, script) == -signal.SIGKILL

    assert not target.exists()
    (left,) = tmp_path.glob("killed*")
    assert left.name.startswith("killed.unfinished-")
    done(flask(database, "upkeep", "backup", target))


def test_a_full_disk_leaves_nothing_behind(borough: Mapping[str, Database], tmp_path: Path) -> None:
    script = (
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        f"sys.exit(app.test_cli_runner().invoke(args=['upkeep', 'backup', {str(tmp_path / 'b')!r}]).exit_code)"
    )
    assert in_a_process(borough["postgresql"], script) == 1
    assert list(tmp_path.iterdir()) == []
