"""A backup goes into an empty database, all of it or nothing, or is refused with what to do."""

from __future__ import annotations

import base64
import shutil
import signal
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from survey_app.contacts.models import (
    AskingRules,
)
from survey_app.extensions import db
from survey_app.settings import PROJECT_ROOT
from tests.databases import KINDS, Templates
from tests.factories import (
    make_council,
)
from tests.upkeep.backups.commands import (
    OF_ITS_OWN,
    Fresh,
    Small,
    as_version_1,
    assert_refused,
    assert_refused_and_nothing_left,
    contents,
    done,
    flask,
    in_a_process,
    is_empty,
    opened,
    resign,
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_restore_that_is_killed_leaves_the_database_empty(small: Small, fresh: Fresh, kind: str) -> None:
    folder, empty = small[1], fresh(kind)
    script = f"with transaction(): load_backup(open_dump(Path({str(folder)!r}), keys), progress=die)"
    assert in_a_process(empty, script) == -signal.SIGKILL

    assert is_empty(empty)
    done(flask(empty, "upkeep", "restore", folder))


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_that_is_not_empty_is_refused_and_left_as_it_is(small: Small, fresh: Fresh, kind: str) -> None:
    taken = fresh(kind)
    taken.fill(lambda: db.session.add(AskingRules()))
    before = contents(taken)

    assert_refused(
        flask(taken, "upkeep", "restore", small[1]), "not empty: there are rows in asking_rules", "Nothing was"
    )

    assert contents(taken) == before


@pytest.mark.parametrize("kind", KINDS)
def test_jobs_that_ran_on_an_empty_database_do_not_keep_a_backup_out(small: Small, fresh: Fresh, kind: str) -> None:
    empty = fresh(kind)
    done(flask(empty, "jobs", "run", "--once"))
    done(flask(empty, "upkeep", "restore", small[1]))
    before, after = contents(small[0]), contents(empty)
    assert {name for name in before if before[name] != after[name]} == OF_ITS_OWN


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_database_gets_its_schema_from_the_restore(small: Small, templates: Templates, kind: str) -> None:
    new = templates.empty(kind)
    done(flask(new, "upkeep", "restore", small[1]))
    before, after = contents(small[0]), contents(new)
    assert {name for name in before if before[name] != after[name]} == OF_ITS_OWN
    new.drop()


def test_a_database_of_something_else_is_refused(small: Small, templates: Templates) -> None:
    other = templates.empty("sqlite")
    other.fill(lambda: db.session.execute(text("CREATE TABLE theirs (id INTEGER)")))
    assert_refused(flask(other, "upkeep", "restore", small[1]), "not ours")


@pytest.fixture
def newer_migrations(tmp_path: Path) -> Path:
    """The migrations of a later version: teams have got a colour."""
    folder = Path(shutil.copytree(PROJECT_ROOT / "migrations", tmp_path / "migrations"))
    newest = sorted(path.name[:4] for path in (folder / "versions").glob("*.py"))[-1]
    (folder / "versions" / "9998_colours.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision, down_revision = '9998', '{newest}'\n"
        "def upgrade():\n"
        "    op.add_column('team', sa.Column('colour', sa.String(10), server_default='blue', nullable=False))\n"
    )
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_of_an_older_schema_is_loaded_and_then_brought_to_the_newest(
    small: Small, templates: Templates, newer_migrations: Path, kind: str
) -> None:
    new = templates.empty(kind)
    done(flask(new, "upkeep", "restore", small[1], migrations=newer_migrations))

    before, after = contents(small[0]), contents(new)
    assert {name for name in before if before[name] != after[name]} == OF_ITS_OWN
    with opened(new):
        assert db.session.scalar(text("SELECT version_num FROM alembic_version")) == "9998"
        assert db.session.scalars(text("SELECT colour FROM team")).all() == ["blue"]
    new.drop()


def test_a_backup_of_an_older_schema_is_kept_out_of_a_newer_one_with_what_to_do(
    small: Small, templates: Templates, newer_migrations: Path
) -> None:
    newer = templates.empty("sqlite")
    done(flask(newer, "db", "upgrade", migrations=newer_migrations))

    result = flask(newer, "upkeep", "restore", small[1], migrations=newer_migrations)

    assert_refused(result, "and the database 9998", "Restore into a new database, without `flask db upgrade`")
    assert is_empty(newer)


def test_what_does_not_fit_the_other_database_is_said_without_its_value(fresh: Fresh, tmp_path: Path) -> None:
    original, stricter = fresh("sqlite"), fresh("postgresql")
    original.fill(lambda: make_council(name="Too long a name " * 20))  # SQLite takes any length
    done(flask(original, "upkeep", "backup", tmp_path / "b"))

    result = flask(stricter, "upkeep", "restore", tmp_path / "b")

    assert_refused(result, "value too long", "Nothing was restored")
    assert "Too long a name" not in result.output
    assert is_empty(stricter)


@pytest.mark.parametrize("name", ["DATA_KEYS", "INDEX_KEY", "SIGNING_KEY"])
def test_other_keys_are_refused_by_name(small: Small, fresh: Fresh, name: str) -> None:
    empty = fresh("sqlite")
    other = Fernet.generate_key().decode() if name == "DATA_KEYS" else base64.b64encode(bytes(32)).decode()

    assert_refused(
        flask(empty, "upkeep", "restore", small[1], **{name: other}), f"under other keys: {name}.", "Nothing was"
    )

    assert is_empty(empty)


def test_a_newer_data_key_before_the_old_one_is_well(small: Small, fresh: Fresh) -> None:
    empty = fresh("sqlite")
    rotated = f"{Fernet.generate_key().decode()},{empty.environment['DATA_KEYS']}"
    done(flask(empty, "upkeep", "restore", small[1], DATA_KEYS=rotated))


def test_tallies_that_were_wrong_before_are_restored_and_said(small: Small, fresh: Fresh, tmp_path: Path) -> None:
    database, restored = small[0], fresh("sqlite")
    done(flask(database, "measures", "verify"))
    database.fill(lambda: db.session.execute(text("UPDATE day_tally SET count = count + 1")))
    done(flask(database, "upkeep", "backup", tmp_path / "wrong"))

    assert_refused(flask(restored, "upkeep", "restore", tmp_path / "wrong"), "tallies differ", "flask measures rebuild")

    assert contents(restored)["day_tally"] == contents(database)["day_tally"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_of_the_first_version_which_sealed_nothing_still_restores(
    small: Small, fresh: Fresh, kind: str
) -> None:
    database, folder = small
    as_version_1(small)
    restored = fresh(kind)
    done(flask(restored, "upkeep", "restore", folder))
    before, after = contents(database), contents(restored)
    assert {name for name in before if before[name] != after[name]} == OF_ITS_OWN


def test_a_sealed_backup_that_calls_itself_the_first_version_is_refused(small: Small, fresh: Fresh) -> None:
    resign(small, {"version": 1})
    assert_refused_and_nothing_left(small[1], fresh("sqlite"), "does not belong to this backup")
