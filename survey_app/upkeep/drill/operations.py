"""A scratch database that is made for one drill and of which nothing stays."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from survey_app.extensions import db, migrate
from survey_app.kernel.ciphers import Cipher
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.settings import PROJECT_ROOT, Settings

SCHEMA = "survey_drill"
_LOCK = 4_721_331_902  # one drill at a time in a database


@contextmanager
def scratch(settings: Settings, url: str | None) -> Iterator[Flask]:
    """An app on a new, empty database, in its context. Whatever happens in the block, the database goes with it.

    Without `url` it is a file in a new folder of ours (in TMPDIR); else a file that is not there yet, or a schema of
    its own in a database of PostgreSQL, which touches nothing that stands there. What a drill that was killed left in
    a PostgreSQL database goes with the next one there.
    """
    folder = Path(mkdtemp(prefix="survey-drill-"))  # of mode 0700
    try:
        with _database(url or f"sqlite:///{folder / 'survey.db'}") as database:
            app = _app(replace(settings, instance_path=folder, database_url=database))
            with app.app_context():
                try:
                    yield app
                finally:
                    db.session.remove()
                    db.engine.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database(given: str) -> Iterator[str]:
    try:
        url = make_url(given)
    except ArgumentError as error:
        raise InvalidInput("--database must be postgresql://user@host/name or sqlite:///path.") from error
    if url.drivername == "sqlite" and url.database:
        with _file(Path(url.database)):
            yield given
    elif url.get_backend_name() in ("postgresql", "postgres"):
        with _schema(url):
            options = {"options": f"-csearch_path={SCHEMA}"}
            found = url.set(drivername="postgresql+psycopg").update_query_dict(options)
            yield found.render_as_string(hide_password=False)
    else:
        raise InvalidInput("--database must be postgresql://user@host/name or sqlite:///path.")


@contextmanager
def _file(path: Path) -> Iterator[None]:
    if path.exists():
        raise Refused(f"{path} is there already. A drill makes a new file, and deletes it at its end.")
    try:
        yield
    finally:
        for name in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))):
            with suppress(FileNotFoundError):
                name.unlink()


@contextmanager
def _schema(url: URL) -> Iterator[None]:
    drop = sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(SCHEMA))
    try:
        keeper = psycopg.connect(
            url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
        )
    except psycopg.OperationalError as error:
        raise Refused("The database of --database does not answer, or does not let us in.") from error
    with keeper:
        locked = keeper.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
        if locked != (True,):
            raise Refused("Another drill runs in this database.")
        try:
            keeper.execute(drop)
            keeper.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(SCHEMA)))
        except psycopg.errors.InsufficientPrivilege as error:
            raise Refused("This user may not make a schema in the database of --database.") from error
        try:
            yield
        finally:
            keeper.execute(drop)


def _app(settings: Settings) -> Flask:
    """As much of the application as figures, packs and migrations need: no pages, no jobs, nobody who is told."""
    app = Flask(__name__, instance_path=str(settings.instance_path))
    app.config.from_mapping(
        SQLALCHEMY_DATABASE_URI=settings.database_url, SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True}
    )
    app.extensions["settings"] = settings
    app.extensions["cipher"] = Cipher(settings.data_keys)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(PROJECT_ROOT / "migrations"), render_as_batch=True)
    return app
