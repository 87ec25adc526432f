"""Commands run on databases, and what a restored one holds."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import Text, cast, select

from survey_app import create_app
from survey_app.extensions import Base, db, migrate
from survey_app.settings import PROJECT_ROOT, load_settings
from survey_app.upkeep.backups.dump_folder import MANIFEST, SIGNATURE
from survey_app.upkeep.backups.dump_format import Keys, TableFile, read_manifest
from survey_app.upkeep.backups.sealed_stream import OpeningReader, SealingWriter, file_key
from tests.compiled import share_compiled
from tests.databases import CONFIG, KINDS, Database

EVERY_WAY = [
    pytest.param((here, there), id=f"{here}-to-{there}", marks=[pytest.mark.slow] if here == there else [])
    for here in KINDS
    for there in KINDS
]


OF_ITS_OWN = {"audit_line"}  # a restore adds its own line


LEASE = {"claimed_by", "claimed_until"}


Fresh = Callable[[str], Database]


Small = tuple[Database, Path]


@contextmanager
def opened(database: Database, *, migrations: Path | None = None, **settings: str) -> Iterator[Flask]:
    """The app on a database, with its context pushed; with other migrations, as a newer version has."""
    app = create_app(load_settings(database.environment | settings), CONFIG)
    share_compiled(app)
    if migrations is not None:
        migrate.directory = str(migrations)  # until the next app is made
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def flask(database: Database, *arguments: str | Path, migrations: Path | None = None, **settings: str) -> Result:
    """Run a command on a database."""
    with opened(database, migrations=migrations, **settings) as app:
        return app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])


def done(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def assert_refused(result: Result, *words: str) -> None:
    assert result.exit_code == 1, result.output
    for word in words:
        assert word in result.stderr
    assert "Traceback" not in result.output


def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All rows by table, read by the models; JSON as its text."""
    with opened(database):
        found = {}
        for table in Base.metadata.sorted_tables:
            wanted = [
                cast(column, Text) if column.type.__class__.__name__ == "JSON" else column
                for column in table.columns
                if column.name not in LEASE
            ]
            found[table.name] = sorted((tuple(row) for row in db.session.execute(select(*wanted))), key=repr)
        return found


def is_empty(database: Database) -> bool:
    return not any(contents(database).values())


def in_a_process(database: Database, script: str) -> int:
    """Run a script on a database as a process of its own; how it ended."""
    prelude = (
        "import os, resource, signal, sys; from pathlib import Path; from survey_app import create_app;"
        "from survey_app.extensions import transaction; from survey_app.kernel.clock import london_day, utc_now;"
        "from survey_app.upkeep.backups.dump_folder import open_dump;"
        "from survey_app.upkeep.backups.dump_format import Keys;"
        "from survey_app.upkeep.backups.operations import load_backup, write_backup\n"
        "def die(_rows): os.kill(os.getpid(), signal.SIGKILL)\n"
        "app = create_app(); app.app_context().push(); s = app.extensions['settings']\n"
        "keys = Keys(s.data_keys, s.index_key, s.signing_key)\n"
    )
    environment = os.environ | database.environment
    return subprocess.run(
        [sys.executable, "-c", prelude + script], cwd=PROJECT_ROOT, env=environment, check=False
    ).returncode


def assert_refused_and_nothing_left(folder: Path, empty: Database, *words: str) -> None:
    assert_refused(flask(empty, "upkeep", "restore", folder), "Nothing was restored", *words)
    assert is_empty(empty)


def resign(small: Small, changed: Mapping[str, Any] = {}, **tables: Mapping[str, Any]) -> None:
    """Write the manifest again, with something in it changed, under the system's own signature."""
    database, folder = small
    settings = load_settings(database.environment)
    document = json.loads((folder / MANIFEST).read_text()) | changed
    if tables:
        document["tables"] = [table | tables.get(table["name"], {}) for table in document["tables"]]
    content = json.dumps(document).encode()
    (folder / MANIFEST).write_bytes(content)
    signature = Ed25519PrivateKey.from_private_bytes(settings.signing_key).sign(content)
    (folder / SIGNATURE).write_bytes(base64.b64encode(signature))


def settings_keys(database: Database) -> Keys:
    settings = load_settings(database.environment)
    return Keys(settings.data_keys, settings.index_key, settings.signing_key)


def in_clear(folder: Path, table: TableFile, keys: Keys) -> bytes:
    """What the sealed file of a table holds."""
    manifest = read_manifest((folder / MANIFEST).read_text())
    assert manifest.salt is not None
    sealed = BytesIO((folder / manifest.file(table)).read_bytes())
    return OpeningReader(sealed, file_key(keys.data_keys[0], manifest.salt, table.name)).read()


def sealed_as(small: Small, table: str, content: bytes) -> dict[str, Any]:
    """Put other content into a backup, well sealed; what the manifest then says of it."""
    database, folder = small
    manifest = read_manifest((folder / MANIFEST).read_text())
    assert manifest.salt is not None
    sealed = BytesIO()
    writer = SealingWriter(sealed, file_key(settings_keys(database).data_keys[0], manifest.salt, table))
    writer.write(content)
    writer.finish()
    (folder / f"{table}.ndjson.gz.sealed").write_bytes(sealed.getvalue())
    return {"sha256": hashlib.sha256(sealed.getvalue()).hexdigest()}


def as_version_1(small: Small) -> None:
    """Make a backup what the first version wrote: gzip in clear, and a manifest that knows no salt."""
    database, folder = small
    keys = settings_keys(database)
    manifest = read_manifest((folder / MANIFEST).read_text())
    told = {}
    for table in manifest.tables:
        content = in_clear(folder, table, keys)
        (folder / manifest.file(table)).unlink()
        (folder / f"{table.name}.ndjson.gz").write_bytes(content)
        told[table.name] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    resign(small, {"version": 1, "salt": None}, **told)
